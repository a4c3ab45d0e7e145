"""How a public file is served: its media type, and how long a copy of it may be kept.

Tiles never change (C2SP tlog-tiles). Everything else is asked for again each time, which costs
little: an unchanged file is answered by "not modified".
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

IMMUTABLE = "public, max-age=604800, immutable"
REVALIDATE = "no-cache"
BYTES = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"

_TILE = re.compile(r"(?:^|/)log/tile/")
_TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".ics": "text/calendar; charset=utf-8",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".minisig": TEXT,
    ".mjs": "text/javascript; charset=utf-8",
    ".pb": TEXT,
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pub": TEXT,
    ".svg": "image/svg+xml",
    ".txt": TEXT,
    ".vkey": TEXT,
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}


def content_type(path: str) -> str:
    """Return the media type of a public file, by its path."""
    if _TILE.search(path):
        return BYTES
    name = PurePosixPath(path)
    return TEXT if name.name == "checkpoint" else _TYPES.get(name.suffix.lower(), BYTES)


def cache_control(path: str) -> str:
    """Return how long a copy of a public file may be kept, by its path."""
    return IMMUTABLE if _TILE.search(path) else REVALIDATE
