"""Text, gzipped for whoever takes it, as CloudFront does; each text once."""

from __future__ import annotations

import gzip
from functools import lru_cache

from urne_local.serving import Request

_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/wasm")
_LEAST_BYTES = 1000
"""CloudFront leaves smaller files as they are."""


def compressed(request: Request, media_type: str, content: bytes) -> bytes | None:
    """Return a text gzipped, or None if it is none, is too short, or is not taken that way."""
    if len(content) < _LEAST_BYTES or not media_type.startswith(_TEXT):
        return None
    if "gzip" not in (request.header("accept-encoding") or ""):
        return None
    return _gzipped(content)


@lru_cache(maxsize=512)
def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
