"""moto's AWS behind one lock, in this process: one request at a time, as if each were atomic.

moto keeps DynamoDB's promises only while nobody else is asking: alone it lets two or three
concurrent writers win one conditional put, and loses additions. `OneAtATime` takes the request
whole, then the lock, and gives the answer away only after the lock is free again, so that a slow
reader keeps nobody waiting. Whoever must see all of the state at one instant holds the lock
meanwhile (`held`), and alone is let through.
"""

from __future__ import annotations

import contextlib
import functools
import io
import re
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from moto.dynamodb.models.table import Table
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import S3Backend
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOLDER_HEADER = "X-Urne-Holder"
_READS = re.compile(r"(Get|BatchGet|TransactGet|Query|Scan|Describe|List)\w*")


class OneAtATime:
    """A WSGI application that passes its requests to another one by one."""

    def __init__(self, app: WSGIApplication, *, locked: bool = True) -> None:
        self._app = app
        self._lock: contextlib.AbstractContextManager[Any] = (
            threading.Lock() if locked else contextlib.nullcontext()
        )
        self._holder = secrets.token_hex(16)
        self.writes = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Return the other application's answer, complete."""
        environ["wsgi.input"] = io.BytesIO(_body(environ))
        if environ.get("HTTP_X_URNE_HOLDER") == self._holder:
            return self._answer(environ, start_response)
        with self._lock:
            if _may_write(environ):
                self.writes += 1
            return self._answer(environ, start_response)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        parts = self._app(environ, start_response)
        try:
            return list(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()

    @contextlib.contextmanager
    def held(self) -> Iterator[str]:
        """Keep everyone else out. Gives the value of HOLDER_HEADER that is let through."""
        with self._lock:
            yield self._holder


def _body(environ: WSGIEnvironment) -> bytes:
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return bytes(stream.read())
    return bytes(stream.read(int(environ.get("CONTENT_LENGTH") or 0)))


def _may_write(environ: WSGIEnvironment) -> bool:
    """Return whether a request may change the state. When in doubt, it may."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return not _READS.fullmatch(target.rpartition(".")[2])
    return environ["REQUEST_METHOD"] not in ("GET", "HEAD")


class _Handler(MotoRequestHandler):
    """moto's requests, each answered in one write, and none of them logged."""

    wbufsize = -1
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer; send `100 Continue` at once, or an S3 client waits a second for it."""
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            del self.headers["Expect"]
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        super().run_wsgi()

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Say errors only: a line for each request would name keys and addresses."""
        if type == "error":
            super().log(type, message, *args)


@contextlib.contextmanager
def serving(listener: socket.socket, *, locked: bool) -> Iterator[OneAtATime]:
    """Serve an empty AWS on a listening socket, until the context ends."""
    app = OneAtATime(DomainDispatcherApplication(create_backend_app), locked=locked)
    host, port = listener.getsockname()
    server = make_server(
        host, port, app, threaded=True, request_handler=_Handler, fd=listener.fileno()
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="moto")
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def pause_after_reads(seconds: float) -> None:
    """Make moto rest between reading an item or object and what it does next. For tests.

    Without its lock moto breaks a promise only now and then, when threads change places between
    the two; with a rest there it breaks one in nearly every race. With the lock it must break
    none, rest or no rest.
    """
    owners: tuple[tuple[Any, str], ...] = ((Table, "get_item"), (S3Backend, "get_object"))
    for owner, name in owners:
        setattr(owner, name, _then_rest(getattr(owner, name), seconds))


def _then_rest(read: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    @functools.wraps(read)
    def resting(*args: Any, **kwargs: Any) -> Any:
        found = read(*args, **kwargs)
        time.sleep(seconds)
        return found

    return resting


Hook = Callable[..., None]


def as_holder(token: str) -> Hook:
    """Return the boto3 event hook (`before-send`) that makes a client's requests the holder's."""

    def add(request: Any, **_: Any) -> None:
        request.headers[HOLDER_HEADER] = token

    return add
