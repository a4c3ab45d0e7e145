"""Reading a published log: its verified checkpoint, and entries bundle by bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from urne.errors import LogCorrupt, ProofInvalid
from urne.log.checkpoint import Checkpoint, verify_checkpoint
from urne.log.merkle import (
    NodeReader,
    inclusion_proof,
    leaf_hash,
    range_root,
    root_of,
    verify_inclusion,
)
from urne.log.nodes import node_reader
from urne.log.note import VerifierKey
from urne.log.tiles import WIDTH, Tile, bundles_of, decode_bundle, decode_tile


@dataclass(frozen=True, slots=True)
class LogReader:
    """A log as published, under a checkpoint its key has signed.

    `read` gives a file's bytes by its path below the log's prefix, `node` the hashes of subtrees.
    """

    checkpoint: Checkpoint
    read: Callable[[str], bytes]
    node: NodeReader

    @classmethod
    def open(cls, key: VerifierKey, read: Callable[[str], bytes]) -> LogReader:
        """Return a reader of the log whose checkpoint this key signed, its root checked.

        Raises NotFound, BadEncoding, NoteUnverified or LogCorrupt.
        """
        checkpoint = verify_checkpoint(read("checkpoint"), key)
        node = node_reader(checkpoint.size, read)
        if range_root(0, checkpoint.size, node) != checkpoint.root:
            raise LogCorrupt("its tiles do not make the signed root")
        return cls(checkpoint, read, node)

    def bundle(self, tile: Tile) -> list[bytes]:
        """Return a bundle's entries, proven to stand under the checkpoint. Raises LogCorrupt."""
        entries = decode_bundle(self.read(tile.path), tile.width)
        leaves = decode_tile(self.read(Tile(0, tile.index, tile.width).path), tile.width)
        if [leaf_hash(raw) for raw in entries] != leaves:
            raise LogCorrupt(f"the entries of {tile.path} are not those of its tile")
        self._require_under_root(tile, root_of(leaves))
        return entries

    def _require_under_root(self, tile: Tile, found: bytes) -> None:
        """Raise LogCorrupt unless a tile of leaf hashes with this root is the checkpoint's.

        Full tiles are the leaves of a smaller tree, the partial one its last leaf. Without this,
        whoever may write files, but has no key, could exchange a bundle together with its tile.
        """
        size = self.checkpoint.size

        def subtree(level: int, index: int) -> bytes:
            width = WIDTH << level
            return range_root(index * width, min(size, (index + 1) * width), self.node)

        tiles = -(-size // WIDTH)
        proof = inclusion_proof(tile.index, tiles, subtree)
        try:
            verify_inclusion(found, tile.index, tiles, proof, self.checkpoint.root)
        except ProofInvalid as e:
            raise LogCorrupt(f"{tile.path} does not lead to the signed root") from e

    def entries(self) -> Iterator[bytes]:
        """Yield every entry in order."""
        for tile in bundles_of(self.checkpoint.size):
            yield from self.bundle(tile)

    def last_entries(self, number: int) -> list[bytes]:
        """Return the last entries, up to `number`, in order."""
        size = self.checkpoint.size
        first = max(0, size - number) // WIDTH
        tiles = [tile for tile in bundles_of(size) if tile.index >= first]
        return [raw for tile in tiles for raw in self.bundle(tile)][-number:]
