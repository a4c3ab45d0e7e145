"""A built site on a port of its own, compressed as CloudFront does: what the figures assume.

Text is sent gzipped to whoever takes it. An address that leads nowhere gets the page that says so,
and a folder's address without its slash leads on to the one with it.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from urne_local.compression import compressed
from urne_local.serving import Limits, Request, Response, Server

_LIMITS = Limits(body=0, headers=16_384, idle_seconds=30)
_MISSING = "404.html"


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a built site, and yield its address."""
    files = Compressed(site)
    server = Server(files.answer, limits=_LIMITS)
    server.start()
    try:
        yield f"{server.origin}/"
    finally:
        server.stop()


class Compressed:
    """The files of a built site."""

    def __init__(self, site: Path) -> None:
        self.site = site

    def answer(self, request: Request) -> Response:
        """Return the file that a request asks for."""
        path = self.site / unquote(request.path).lstrip("/")
        if not path.resolve().is_relative_to(self.site.resolve()):
            path = self.site / _MISSING
        if path.is_dir() and not request.path.endswith("/"):
            return Response(301, (("Location", f"{request.path}/"),))
        path = path / "index.html" if path.is_dir() else path
        if path.is_file():
            return self._file(200, path, request)
        return self._file(404, self.site / _MISSING, request)

    def _file(self, status: int, path: Path, request: Request) -> Response:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        content = path.read_bytes()
        short = compressed(request, kind, content)
        if short is not None:
            headers = (("Content-Type", _utf8(kind)), ("Content-Encoding", "gzip"))
            return Response(status, headers, short)
        return Response(status, (("Content-Type", _utf8(kind)),), content)


def _utf8(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
