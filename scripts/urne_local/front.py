"""One origin as a browser sees it: pages, the public files of elections, and `/api/*`.

The site and the voting page are two such fronts, each on a port of its own, with other pages and
other routes. Paths below `/api/` are answered by the function whose route they are, paths below
`/elections/` and `/keys/` from what elections publish, everything else from the folder of pages.
Requests to `/api/` are limited as API Gateway limits them, and refused in the shape of the API.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from urne.errors import UrneError
from urne_local.compression import compressed
from urne_local.errors import BadRequest, MethodNotAllowed, NoSuchAddress
from urne_local.gateway import event, response
from urne_local.policy import (
    API_ANSWERS,
    NEVER_ANSWERED,
    PUBLISHED_FILES,
    SITE_PAGES,
    cache_control,
    media_type,
    page_headers,
)
from urne_local.serving import Headers, Limits, Request, Response, Server, refusal
from urne_local.sources import Source

LIMITS = Limits(body=64 * 1024, headers=10 * 1024, idle_seconds=30)
PUBLISHED_PREFIXES = ("elections/", "keys/")
_READ = ("GET", "HEAD")

Invoke = Callable[[str, Any], Any]
"""Gives a function, by its name, an event, and returns its answer."""


@dataclass(frozen=True, slots=True)
class Site:
    """What one front serves. `routes` leads from `POST /api/cast` to a function's name."""

    pages: Source
    published: Source
    routes: Mapping[str, str] = field(default_factory=dict)
    page_headers: Headers = SITE_PAGES


class Front(Server):
    """The server of one origin. It has its port from the start, and its site once it opens."""

    site: Site

    def __init__(self, invoke: Invoke, *, port: int = 0, purpose: str, option: str) -> None:
        self._invoke = invoke
        super().__init__(self.answer, port=port, limits=LIMITS, purpose=purpose, option=option)

    def open(self, site: Site) -> None:
        """Serve a site."""
        self.site = site
        self.start()

    def answer(self, request: Request) -> Response:
        """Return the answer to a request; a refusal of ours becomes an answer here."""
        try:
            if request.path == "/api" or request.path.startswith("/api/"):
                return self._call(request)
            return self._file(request)
        except UrneError as e:
            return refusal(e)

    # --- /api/ --------------------------------------------------------------------------------

    def _call(self, request: Request) -> Response:
        route = f"{request.method} {request.path}"
        if route not in self.site.routes:
            raise self._no_route(request.path)
        name = self.site.routes[route]
        made = event(
            request,
            route=route,
            domain=request.header("host") or "",
            request_id=str(uuid.uuid4()),
            now=datetime.now(UTC),
        )
        answer = response(name, self._invoke(name, made))
        kept = tuple(pair for pair in answer.headers if pair[0].lower() not in NEVER_ANSWERED)
        return replace(answer, headers=(*kept, *API_ANSWERS))

    def _no_route(self, path: str) -> UrneError:
        routes = (route.partition(" ") for route in self.site.routes)
        methods = sorted(method for method, _, at in routes if at == path)
        return MethodNotAllowed(tuple(methods)) if methods else NoSuchAddress()

    # --- Files --------------------------------------------------------------------------------

    def _file(self, request: Request) -> Response:
        if request.method not in _READ:
            raise MethodNotAllowed(_READ)
        path = _decoded(request.path)
        if path.startswith(PUBLISHED_PREFIXES):
            content = self.site.published.read(path)
            if content is not None:
                return _content(request, path, content, PUBLISHED_FILES)
        return self._page(request, path)

    def _page(self, request: Request, path: str) -> Response:
        headers = page_headers(path, self.site.page_headers)
        file = path + "index.html" if not path or path.endswith("/") else path
        content = self.site.pages.read(file)
        if content is not None:
            return _content(request, file, content, headers)
        if path and not path.endswith("/") and self.site.pages.has_folder(path):
            location = "/" + quote(path) + "/" + (f"?{request.query}" if request.query else "")
            return Response(301, (("Location", location), *headers))
        return self._missing(headers)

    def _missing(self, headers: Headers) -> Response:
        """Return the site's own page for what is not there, or one line of text."""
        content = self.site.pages.read("404.html")
        kind = "404.html" if content else "404.txt"
        always = (("Content-Type", media_type(kind)), ("Cache-Control", "no-cache"))
        return Response(404, (*always, *headers), content or b"There is nothing at this address.\n")


def _decoded(path: str) -> str:
    """Return a path without its leading slash and percent-encoding. Raises BadRequest."""
    try:
        return unquote(path.removeprefix("/"), errors="strict")
    except UnicodeDecodeError as e:
        raise BadRequest("its address is not UTF-8") from e


def _content(request: Request, path: str, content: bytes, headers: Headers) -> Response:
    """Return a file, or only that it has not changed since the browser last asked."""
    kind = media_type(path)
    short = compressed(request, kind, content)
    coding: Headers = () if short is None else (("Content-Encoding", "gzip"),)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}{"" if short is None else "-gzip"}"'
    vary = ("Vary", "Accept-Encoding")
    always = (("Cache-Control", cache_control(path)), ("ETag", etag), vary, *headers)
    if etag in (request.header("if-none-match") or ""):
        return Response(304, always)
    body = content if short is None else short
    return Response(200, (("Content-Type", kind), *coding, *always), body)
