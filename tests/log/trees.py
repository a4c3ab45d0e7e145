"""Trees written out plainly, to hold the fast code against."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from urne.log.merkle import NodeReader, leaf_hash


def entries_of(size: int) -> list[bytes]:
    """Return so many different entries of different lengths."""
    return [b"entry %d" % number * (number % 4) + b"%d" % number for number in range(size)]


def plain_root(entries: Sequence[bytes]) -> bytes:
    """Return the root over entries by the recursion of RFC 6962 section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    left, right = plain_root(entries[:split]), plain_root(entries[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def node_of(entries: Sequence[bytes]) -> NodeReader:
    """Return a reader of the complete subtrees over entries."""
    leaves = [leaf_hash(raw) for raw in entries]

    def node(level: int, index: int) -> bytes:
        found = leaves[index << level : (index + 1) << level]
        assert len(found) == 1 << level, "a proof asked for a subtree that is not complete"
        while len(found) > 1:
            found = [
                hashlib.sha256(b"\x01" + found[at] + found[at + 1]).digest()
                for at in range(0, len(found), 2)
            ]
        return found[0]

    return node
