"""A batch of places as bytes, for stores that keep bytes.

    1 byte   table: 1 ballots, 2 inbox
    2 bytes  length of the key
    n bytes  key
    32 bytes leaf hash

once for each entry, in the order of the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from urne.errors import LogCorrupt
from urne.log.merkle import HASH_BYTES
from urne.store.base import BALLOTS, INBOX, Ref

_CODES = {BALLOTS: b"\x01", INBOX: b"\x02"}
_TABLES = {1: BALLOTS, 2: INBOX}


def encode_refs(refs: Iterable[Ref]) -> bytes:
    """Return the bytes of a batch."""
    return b"".join(
        _CODES[ref.table] + len(ref.key).to_bytes(2, "big") + ref.key + ref.leaf_hash
        for ref in refs
    )


def decode_refs(raw: bytes) -> tuple[Ref, ...]:
    """Return the batch of these bytes. Raises LogCorrupt if they are none."""
    return tuple(_refs(raw))


def _refs(raw: bytes) -> Iterator[Ref]:
    at = 0
    while at < len(raw):
        key = at + 3
        leaf = key + int.from_bytes(raw[at + 1 : key], "big")
        end = leaf + HASH_BYTES
        if end > len(raw) or raw[at] not in _TABLES:
            raise LogCorrupt("the list of a batch cannot be read")
        yield Ref(_TABLES[raw[at]], raw[key:leaf], raw[leaf:end])
        at = end
