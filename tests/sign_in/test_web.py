"""The fetcher keeps its promises: https or loopback, no redirections, in time, not too much."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from urne.errors import ProviderMisconfigured, ProviderUnreachable
from urne.store.web import WebFetch
from urne_local.serving import Limits, Request, Response, Server

LIMITS = Limits(body=1000, headers=10_000, idle_seconds=5)


@contextmanager
def serving(answer: Callable[[Request], Response]) -> Iterator[str]:
    """Serve on loopback; give the origin."""
    server = Server(answer, limits=LIMITS)
    server.start()
    try:
        yield server.origin
    finally:
        server.stop()


@contextmanager
def saying(*pieces: bytes, pause: float = 0) -> Iterator[str]:
    """Answer one connection with raw bytes, piece by piece; give the origin."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(pause)
            except OSError:
                pass  # the fetcher has given up, as it should

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join()
        listener.close()


def test_what_is_sent_and_what_comes_back() -> None:
    """Method, path, query, headers and body arrive; status, media type and body come back."""
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        seen.append(request)
        return Response(418, (("Content-Type", "Application/JSON; charset=utf-8"),), b"{}")

    with serving(answer) as origin:
        got = WebFetch()("POST", f"{origin}/a?b=c", {"X-Test": "yes"}, b"body")
    assert (got.status, got.media_type, got.body) == (418, "application/json", b"{}")
    [request] = seen
    assert (request.method, request.path, request.query) == ("POST", "/a", "b=c")
    assert request.header("x-test") == "yes"
    assert request.body == b"body"


def test_a_redirection_is_not_followed() -> None:
    """Where a provider redirects to is nobody's business."""
    seen: list[str] = []

    def answer(request: Request) -> Response:
        seen.append(request.path)
        return Response(302, (("Location", "/elsewhere"),))

    with serving(answer) as origin:
        assert WebFetch()("GET", f"{origin}/here", {}).status == 302
    assert seen == ["/here"]


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example.org/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "//id.example.org/",
        "https://user@id.example.org/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1.example.org/",
        "",
    ],
)
def test_an_address_that_is_refused(url: str) -> None:
    """Without encryption only loopback is spoken to."""
    with pytest.raises(ProviderMisconfigured):
        WebFetch()("GET", url, {})


def test_nobody_listens() -> None:
    """A closed port is no answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ProviderUnreachable):
        WebFetch()("GET", f"http://127.0.0.1:{port}/", {})


def test_an_answer_that_is_too_long() -> None:
    """More than the limit is refused, whatever the length that was announced."""
    with serving(lambda _: Response(200, (), b"x" * 1001)) as origin:
        with pytest.raises(ProviderUnreachable):
            WebFetch(most_bytes=1000)("GET", origin, {})
        assert len(WebFetch(most_bytes=1001)("GET", origin, {}).body) == 1001


def test_an_answer_that_ends_early() -> None:
    """Half a body is no answer."""
    with (
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf") as origin,
        pytest.raises(ProviderUnreachable),
    ):
        WebFetch()("GET", origin, {})


def test_what_is_no_http() -> None:
    """Other bytes are no answer."""
    with saying(b"hello\r\n\r\n") as origin, pytest.raises(ProviderUnreachable):
        WebFetch()("GET", origin, {})


def test_silence() -> None:
    """A server that says nothing is given up on in time."""
    begun = time.monotonic()
    with saying(b"", pause=0.6) as origin, pytest.raises(ProviderUnreachable):
        WebFetch(timeout_seconds=0.2)("GET", origin, {})
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("header", [b"Content-Length: 100", b"Connection: close"])
def test_a_body_that_drips(header: bytes) -> None:
    """The time is counted over the whole answer, not between two bytes."""
    head = b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\n"
    with saying(head, *[b"x"] * 8, pause=0.1) as origin, pytest.raises(ProviderUnreachable):
        WebFetch(timeout_seconds=0.3)("GET", origin, {})


def test_headers_that_drip() -> None:
    """The same holds for headers."""
    head = [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 10]
    begun = time.monotonic()
    with saying(*head, pause=0.1) as origin, pytest.raises(ProviderUnreachable):
        WebFetch(timeout_seconds=0.3)("GET", origin, {})
    assert time.monotonic() - begun < 3


def test_a_certificate_that_nobody_vouches_for() -> None:
    """A server must prove its name: plain bytes on an https address are no answer."""
    with saying(b"HTTP/1.1 200 OK\r\n\r\n") as origin, pytest.raises(ProviderUnreachable):
        WebFetch()("GET", origin.replace("http:", "https:"), {})
    context = WebFetch()._tls
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
