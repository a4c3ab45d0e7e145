"""RFC 6962 Merkle trees: hashes, inclusion and consistency proofs.

leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right), empty root = SHA-256("").
Proofs are made from complete subtrees: `node(level, index)` gives the hash of the leaves
[index * 2^level, (index + 1) * 2^level).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from urne.errors import ProofInvalid

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeReader = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte Merkle hash of one log entry.

    SHA-256(0x00 || entry), RFC 6962 section 2.1.
    """
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of two subtrees: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes of equal, complete subtrees (the last may be smaller)."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    if len(hashes) & (len(hashes) - 1) == 0:
        return _perfect_root(hashes)
    split = _split(len(hashes))
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))


def _perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a power of two of hashes, level by level: an audit spends much here."""
    sha256, level = hashlib.sha256, list(hashes)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return level[0]


def range_root(low: int, high: int, node: NodeReader) -> bytes:
    """Return the hash of the leaves [low, high) of a tree, `low` aligned as in RFC 6962."""
    width = high - low
    if width == 0:
        return EMPTY_ROOT
    if width & (width - 1) == 0 and low % width == 0:
        level = width.bit_length() - 1
        return node(level, low >> level)
    middle = low + _split(width)
    return node_hash(range_root(low, middle, node), range_root(middle, high, node))


def inclusion_proof(index: int, size: int, node: NodeReader) -> tuple[bytes, ...]:
    """Return the hashes from the leaf's sibling up to the root's child (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ProofInvalid(f"there is no entry {index} in a log of {size}")
    return tuple(_inclusion(index, 0, size, node))


def _inclusion(index: int, low: int, high: int, node: NodeReader) -> list[bytes]:
    if high - low == 1:
        return []
    middle = low + _split(high - low)
    if index < middle:
        return [*_inclusion(index, low, middle, node), range_root(middle, high, node)]
    return [*_inclusion(index, middle, high, node), range_root(low, middle, node)]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise ProofInvalid unless the leaf hash stands at `index` under this root.

    RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise ProofInvalid(f"there is no entry {index} in a log of {size}")
    _, found = _climb(index, size - 1, leaf, proof)
    if found != root:
        raise ProofInvalid("it leads to another root")


def _climb(fn: int, sn: int, start: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return what a proof's hashes lead to: over those on the left alone, and over all.

    `fn` and `sn` are the places of the start and of the last node at its level, RFC 9162
    sections 2.1.3.2 and 2.1.4.2. Raises ProofInvalid for too many or too few hashes.
    """
    left = whole = start
    for sibling in proof:
        if sn == 0:
            raise ProofInvalid("it has too many hashes")
        if fn & 1 or fn == sn:
            left, whole = node_hash(sibling, left), node_hash(sibling, whole)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            whole = node_hash(whole, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofInvalid("it has too few hashes")
    return left, whole


def consistency_proof(old_size: int, size: int, node: NodeReader) -> tuple[bytes, ...]:
    """Return the proof that a tree of `size` begins with the tree of `old_size` (2.1.2)."""
    if not 0 <= old_size <= size:
        raise ProofInvalid(f"a log of {size} has no older size {old_size}")
    if old_size in (0, size):
        return ()
    return tuple(_consistency(old_size, 0, size, True, node))


def _consistency(old: int, low: int, high: int, whole: bool, node: NodeReader) -> list[bytes]:
    if old == high:
        return [] if whole else [range_root(low, high, node)]
    middle = low + _split(high - low)
    if old <= middle:
        return [*_consistency(old, low, middle, whole, node), range_root(middle, high, node)]
    return [*_consistency(old, middle, high, False, node), range_root(low, middle, node)]


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise ProofInvalid unless the newer tree begins with the older one.

    RFC 9162 section 2.1.4.2; from size 0 only the empty root and an empty proof hold.
    """
    if not 0 <= old_size <= size:
        raise ProofInvalid(f"a log of {size} has no older size {old_size}")
    if old_size in (0, size):
        expected = root if old_size else EMPTY_ROOT
        if proof or old_root != expected or (size == 0 and root != EMPTY_ROOT):
            raise ProofInvalid("the roots differ or there are hashes too many")
        return
    hashes = [*([old_root] if old_size & (old_size - 1) == 0 else []), *proof]
    if not hashes:
        raise ProofInvalid("it has too few hashes")
    fn, sn = old_size - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old_found, found = _climb(fn, sn, hashes[0], hashes[1:])
    if old_found != old_root:
        raise ProofInvalid("it leads to another older root")
    if found != root:
        raise ProofInvalid("it leads to another root")


def _split(width: int) -> int:
    """Return the largest power of two below `width`, from 2 up."""
    return 1 << (width - 1).bit_length() - 1
