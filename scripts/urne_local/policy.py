"""What the front says about each file: its media type, how long to keep it, what a page may do.

On AWS the same is set on the bucket's objects and in CloudFront's response headers policies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from urne_local.serving import Headers

_TYPES: Final = {
    "atom": "application/atom+xml",
    "avif": "image/avif",
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "ico": "image/vnd.microsoft.icon",
    "ics": "text/calendar; charset=utf-8",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "minisig": "text/plain; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "pb": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "pub": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "vkey": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xml": "application/xml",
}
_TILE = re.compile(r"(?:.*/)?log/tile/.+")
_SEARCH = re.compile(r"(?:[a-z]{2}/)?recherche/(?:index\.html)?")
_CHECKPOINT = re.compile(r"(?:.*/)?log/checkpoint")

# `same-origin`, not `no-referrer`: with the latter a form's POST says `Origin: null`, and the
# sign-in, which checks the origin, would refuse our own page.
_EVERY_PAGE: Headers = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)

SITE_PAGES: Headers = (
    ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'self'"),
    *_EVERY_PAGE,
)
"""What every page of the site is allowed."""

SEARCH_PAGES: Headers = (
    (
        "Content-Security-Policy",
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'self'",
    ),
    *_EVERY_PAGE,
)
"""What the search page is allowed besides: to compile the program that reads its index."""

OLD_RELEASES: Headers = (("Content-Security-Policy", "sandbox"), *_EVERY_PAGE)
"""What the pages below `/v/` are allowed: to be read, and nothing else."""


API_ANSWERS: Headers = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
)
"""What an answer of the API may do if a browser shows it: nothing, in no origin.

An issuer in other hands answers on the voting page's origin too; a page of its making would
otherwise run there, beside the voters' seeds.
"""

NEVER_ANSWERED = ("content-security-policy", "clear-site-data")
"""Headers that no function decides: the first is ours to set, the second would erase seeds."""

PUBLISHED_FILES: Headers = (("X-Content-Type-Options", "nosniff"),)
"""What goes with the public files of elections, which are no pages."""


def page_headers(path: str, usual: Headers) -> Headers:
    """Return what a page is allowed: less below `/v/`, more on the site's search page."""
    if path.startswith("v/"):
        return OLD_RELEASES
    return SEARCH_PAGES if usual is SITE_PAGES and _SEARCH.fullmatch(path) else usual


def voting_pages(providers: Sequence[str]) -> Headers:
    """Return what the voting page is allowed, given the origins a sign-in may lead to.

    A browser applies `form-action` to the redirects of a form's POST too, hence the providers.
    """
    policy = (
        "default-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        # The audit's workers: fetched as files whose hashes stand in the page, then made from them.
        "worker-src 'self' blob:",
        " ".join(("form-action 'self'", *providers)),
    )
    return (("Content-Security-Policy", "; ".join(policy)), *_EVERY_PAGE)


def media_type(path: str) -> str:
    """Return a file's media type, by its path."""
    if _TILE.fullmatch(path):
        return "application/octet-stream"
    if _CHECKPOINT.fullmatch(path):
        return "text/plain; charset=utf-8"
    ending = path.rpartition("/")[2].rpartition(".")[2].lower()
    return _TYPES.get(ending, "application/octet-stream")


def cache_control(path: str) -> str:
    """Return how long a file may be kept: tiles never change, everything else may."""
    return "max-age=604800, immutable" if _TILE.fullmatch(path) else "no-cache"
