"""An HTTP/1.1 server on 127.0.0.1: one function from Request to Response, one thread a connection.

The front that browsers talk to and the Runtime API that functions talk to are both such servers.
It keeps connections open between requests, and refuses what is malformed or too long before any
answer is asked for. A refusal is JSON, `{"error": {"code", "message"}}`. Nothing is logged: a
request names a person's address, and ours keep none.
"""

from __future__ import annotations

import contextlib
import errno
import json
import re
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from urne.errors import UrneError
from urne_local.errors import (
    BadRequest,
    BodyTooLarge,
    HeadersTooLarge,
    LengthRequired,
    MethodNotAllowed,
    PortUnavailable,
)

HOST = "127.0.0.1"
DRAIN_BYTES = 16 * 2**20
_REASONS = {errno.EADDRINUSE: "is already in use", errno.EACCES: "may not be used by this account"}
_LENGTH = re.compile(r"0|[1-9][0-9]{0,17}")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came: path and query still percent-encoded, header names in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return a header's value, or None; one that was repeated is joined with commas."""
        values = [value for key, value in self.headers if key == name]
        return ",".join(values) if values else None


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. Content-Length and Date are the server's to add."""

    status: int
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a request is read, in bytes, and how long an idle connection stays open."""

    body: int
    headers: int
    idle_seconds: float | None


Answer = Callable[[Request], Response]


def refusal(error: UrneError) -> Response:
    """Return a refusal as the JSON answer that every interface of ours gives."""
    body = {"error": {"code": error.code, "message": str(error)}}
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    if isinstance(error, MethodNotAllowed):
        headers.append(("Allow", ", ".join(error.allowed)))
    return Response(error.status, tuple(headers), json.dumps(body).encode())


def listen(port: int, *, purpose: str, option: str) -> socket.socket:
    """Return a socket that listens on a port of 127.0.0.1, or on a free one for 0.

    Raises PortUnavailable, which names the port, what it was for and what to do.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError as e:
        listener.close()
        if e.errno not in _REASONS:
            raise
        raise PortUnavailable(port, purpose, option, _REASONS[e.errno]) from e
    return listener


class Server:
    """A server that listens from the moment it is made, and answers once it is started."""

    def __init__(
        self,
        answer: Answer,
        *,
        port: int = 0,
        limits: Limits,
        purpose: str = "this",
        option: str = "another number",
    ) -> None:
        self._listener = _Listener(listen(port, purpose=purpose, option=option), answer, limits)
        self.port = int(self._listener.server_address[1])
        self.origin = f"http://{HOST}:{self.port}"
        self._thread = threading.Thread(
            target=self._listener.serve_forever,
            args=(0.05,),
            name=f"serve-{self.port}",
            daemon=True,
        )

    def start(self) -> None:
        """Answer requests, those that came before included, in a thread."""
        self._thread.start()

    def stop(self, grace_seconds: float = 5) -> None:
        """Take no new request, let those under way finish, and free the port.

        May be called twice, and without a start.
        """
        if self._thread.ident is not None:
            self._listener.shutdown()
            self._thread.join()
        self._listener.server_close()
        self._listener.close_connections(grace_seconds)


class _Listener(ThreadingMixIn, TCPServer):
    """The threads of one server, and the connections that are open."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, answer: Answer, limits: Limits) -> None:
        super().__init__(listener.getsockname(), _Connection, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.answer, self.limits = answer, limits
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def close_connections(self, grace_seconds: float) -> None:
        """End idle connections at once, and the others after their answer or the grace."""
        for how in (socket.SHUT_RD, socket.SHUT_RDWR):
            with self._changed:
                for connection in self._open:
                    with contextlib.suppress(OSError):
                        connection.shutdown(how)
                if self._changed.wait_for(lambda: not self._open, grace_seconds):
                    return

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong on stderr, unless it is only that the other side left."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    """The requests of one connection, one after the other."""

    server: _Listener
    protocol_version = "HTTP/1.1"
    # One write an answer, sent at once: several small ones would each wait 40 ms for an ACK.
    wbufsize = -1
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.limits.idle_seconds)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep no log: a request names a person's address."""

    def _serve(self) -> None:
        try:
            request = self._read()
        except UrneError as e:
            self._refuse(e)
            return
        self._send(self.server.answer(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _read(self) -> Request:
        length = self._length()
        path, _, query = self._target().partition("?")
        body = self.rfile.read(length)
        if len(body) < length:
            raise BadRequest("its body ends too early")
        headers = tuple((name.lower(), value.strip()) for name, value in self.headers.items())
        return Request(self.command, path, query, headers, body)

    def _target(self) -> str:
        if self.request_version == "HTTP/0.9":
            raise BadRequest("it does not say its version")
        target = re.sub(r"\Ahttps?://[^/?#]*", "", self.path) or "/"
        if not target.startswith("/") or not target.isascii():
            raise BadRequest("its address is not a path")
        return target

    def _length(self) -> int:
        limits = self.server.limits
        if sum(len(name) + len(value) for name, value in self.headers.items()) > limits.headers:
            raise HeadersTooLarge(limits.headers)
        if "transfer-encoding" in self.headers:
            raise LengthRequired
        lengths = {value.strip() for value in self.headers.get_all("content-length", ["0"])}
        if len(lengths) > 1 or not all(_LENGTH.fullmatch(length) for length in lengths):
            raise BadRequest("its Content-Length is not one number")
        length = int(lengths.pop())
        if length > limits.body:
            raise BodyTooLarge(limits.body)
        return length

    def handle_expect_100(self) -> bool:
        """Ask for the body only if it will be read."""
        try:
            self._length()
        except UrneError as e:
            self._refuse(e)
            return False
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what http.server itself could not read, in our shape rather than in HTML."""
        match code:
            case HTTPStatus.NOT_IMPLEMENTED:
                self._refuse(MethodNotAllowed(("GET", "HEAD", "POST")))
            case HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE | HTTPStatus.REQUEST_URI_TOO_LONG:
                self._refuse(HeadersTooLarge(self.server.limits.headers))
            case _:
                self._refuse(BadRequest("it does not follow HTTP/1.1"))

    def _refuse(self, error: UrneError) -> None:
        """Answer, and close: what remains unread would be taken for the next request."""
        self.close_connection = True
        self.request_version = self.protocol_version  # whatever was said instead
        self._send(refusal(error))
        # Closing with bytes unread would reset the connection, and the answer would be lost.
        left = DRAIN_BYTES
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(1)
            while left > 0 and (got := len(self.rfile.read1(65536))):
                left -= got

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        for name, value in (*response.headers, ("Date", self.date_time_string())):
            self.send_header(name, value)
        if response.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()
