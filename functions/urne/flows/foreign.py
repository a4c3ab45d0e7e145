"""JSON that others write: an e-ID provider's documents, read with care and without a trace.

It need not be canonical, but it must be one object without repeated names. No error made here
holds a word of what was read: it may state who somebody is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from urne.errors import UrneError

Object = Mapping[str, Any]


def read_object(raw: bytes | str, refused: UrneError) -> Object:
    """Return the JSON object of some bytes. Raises `refused`."""
    try:
        value = json.loads(raw, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError):
        raise refused from None  # a JSONDecodeError carries the whole document
    if not isinstance(value, dict):
        raise refused
    return value


def text_of(value: Object, path: Sequence[str]) -> str | None:
    """Return the text found by following names from outside in, or None."""
    found: Any = value
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) and found else None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return value
