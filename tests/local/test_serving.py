"""The HTTP server: what it reads, what it refuses, how it ends."""

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.local.asking import ask, read, say

from urne_local.errors import PortUnavailable
from urne_local.serving import HOST, Limits, Request, Response, Server

LIMITS = Limits(body=1000, headers=2000, idle_seconds=5)
slow_has_begun = threading.Event()


def mirror(request: Request) -> Response:
    """Answer with what was asked."""
    if request.path == "/slow":
        slow_has_begun.set()
        time.sleep(0.3)
    said = (request.method, request.path, request.query, request.body.decode())
    return Response(200, (("X-Host", request.header("host") or ""),), "|".join(said).encode())


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = Server(mirror, limits=LIMITS)
    server.start()
    yield server.port
    server.stop()


def test_a_request_arrives_as_it_was_sent(port: int) -> None:
    answer = ask(port, "/a%20b/c?x=1&y=%2F", method="POST", body=b"hello")
    assert answer.body == b"POST|/a%20b/c|x=1&y=%2F|hello"
    assert answer.headers["x-host"] == f"{HOST}:{port}"
    assert "server" not in answer.headers


def test_a_connection_serves_many_requests(port: int) -> None:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    connection.connect()
    first = connection.sock
    for number in range(5):
        connection.request("POST", f"/{number}", body=b"x" * number)
        assert read(connection).body == f"POST|/{number}||{'x' * number}".encode()
    assert connection.sock is first
    connection.close()


def test_keep_alive_answers_come_at_once(port: int) -> None:
    """An answer in two packets would wait for a delayed acknowledgement, 40 ms each time."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    began = time.monotonic()
    for _ in range(50):
        connection.request("GET", "/x")
        read(connection)
    connection.close()
    assert time.monotonic() - began < 1.0


def test_head_has_the_length_and_no_body(port: int) -> None:
    answer = ask(port, "/abc", method="HEAD")
    assert answer.body == b""
    assert answer.headers["content-length"] == str(len("HEAD|/abc||"))


@pytest.mark.parametrize(
    "raw,status,code",
    [
        (b"nonsense\r\n\r\n", b"400", b"bad-request"),
        (b"GET nowhere HTTP/1.1\r\n\r\n", b"400", b"bad-request"),
        (b"GET /\r\n", b"400", b"bad-request"),
        (b"GET / HTTP/3.0\r\n\r\n", b"400", b"bad-request"),
        (b"TRACE / HTTP/1.1\r\n\r\n", b"405", b"method-not-allowed"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n", b"400", b"bad-request"),
        (b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\nx", b"400", b"bad-request"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400", b"bad-request"),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
            b"400",
            b"bad-request",
        ),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc", b"400", b"bad-request"),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"411",
            b"length-required",
        ),
        (b"POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n", b"413", b"body-too-large"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 2000 + b"\r\n\r\n", b"431", b"headers-too-large"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"431", b"headers-too-large"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"431", b"headers-too-large"),
    ],
)
def test_what_is_malformed_or_too_long_is_refused_in_our_shape(
    port: int, raw: bytes, status: bytes, code: bytes
) -> None:
    answer = say(port, raw)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b'"code": "' + code + b'"' in answer


def test_the_longest_body_is_taken_and_one_more_byte_is_not(port: int) -> None:
    assert ask(port, "/", method="POST", body=b"x" * 1000).status == 200
    assert ask(port, "/", method="POST", body=b"x" * 1001).code == "body-too-large"


def test_a_refusal_reaches_someone_who_is_still_sending(port: int) -> None:
    """The connection is not reset while the answer is on its way."""
    answer = ask(port, "/", method="POST", body=b"x" * 5_000_000)
    assert (answer.status, answer.code) == (413, "body-too-large")


def test_what_follows_a_refusal_is_not_taken_for_a_request(port: int) -> None:
    """Otherwise a body that was refused could smuggle in a request of its own."""
    smuggled = b"GET /smuggled HTTP/1.1\r\n\r\n"
    answer = say(port, b"POST / HTTP/1.1\r\nContent-Length: 9999\r\n\r\n" + smuggled)
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_body_is_asked_for_only_if_it_will_be_read(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\n"
    proceed = say(port, head + b"Content-Length: 2\r\n\r\nab")
    assert proceed.startswith(b"HTTP/1.1 100 ")
    assert proceed.endswith(b"POST|/||ab")
    refused = say(port, head + b"Content-Length: 5000\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 413 ")


def test_many_at_once_are_not_mixed_up(port: int) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda n: ask(port, f"/{n}", method="POST", body=b"b"), range(50)))
    assert [answer.body for answer in answers] == [f"POST|/{n}||b".encode() for n in range(50)]


def test_a_port_in_use_is_refused_with_a_sentence(port: int) -> None:
    with pytest.raises(PortUnavailable) as caught:
        Server(mirror, port=port, limits=LIMITS, purpose="the site", option="--port")
    sentence = str(caught.value)
    assert f"Port {port} is already in use, so the site cannot be served there." in sentence
    assert "--port" in sentence


def test_only_this_machine_is_served(port: int) -> None:
    """Another address of this machine, as seen from outside, does not answer."""
    with socket.socket() as probe, pytest.raises(OSError, match="refused"):
        probe.connect(("127.0.0.2", port))


def test_stopping_lets_a_request_finish_and_ends_idle_connections() -> None:
    server = Server(mirror, limits=LIMITS)
    server.start()
    idle = http.client.HTTPConnection(HOST, server.port, timeout=5)
    idle.request("GET", "/first")
    read(idle)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ask, server.port, "/slow")
        assert slow_has_begun.wait(5)
        began = time.monotonic()
        server.stop()
        assert slow.result().body == b"GET|/slow||"
        assert time.monotonic() - began < 2
    idle.close()
    server.stop()
    again = Server(mirror, port=server.port, limits=LIMITS)
    again.stop()


def test_a_server_may_be_stopped_without_a_start() -> None:
    before = threading.active_count()
    server = Server(mirror, limits=LIMITS)
    server.stop()
    assert threading.active_count() == before


def test_an_idle_connection_is_closed_after_its_time() -> None:
    server = Server(mirror, limits=Limits(body=10, headers=100, idle_seconds=0.1))
    server.start()
    assert say(server.port, b"GET / HT", finish=False) == b""
    server.stop()
