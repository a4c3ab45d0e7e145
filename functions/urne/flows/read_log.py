"""Reading a published log: its verified checkpoint, and entries bundle by bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from urne.errors import LogCorrupt
from urne.log.checkpoint import Checkpoint, verify_checkpoint
from urne.log.merkle import leaf_hash, range_root
from urne.log.nodes import node_reader
from urne.log.note import VerifierKey
from urne.log.tiles import WIDTH, Tile, bundles_of, decode_bundle, decode_tile


@dataclass(frozen=True, slots=True)
class LogReader:
    """A log as published, under a checkpoint its key has signed.

    `read` gives a file's bytes by its path below the log's prefix.
    """

    checkpoint: Checkpoint
    read: Callable[[str], bytes]

    @classmethod
    def open(cls, key: VerifierKey, read: Callable[[str], bytes]) -> LogReader:
        """Return a reader of the log whose checkpoint this key signed, its root checked.

        Raises NotFound, BadEncoding, NoteUnverified or LogCorrupt.
        """
        checkpoint = verify_checkpoint(read("checkpoint"), key)
        size = checkpoint.size
        if range_root(0, size, node_reader(size, read)) != checkpoint.root:
            raise LogCorrupt("its tiles do not make the signed root")
        return cls(checkpoint, read)

    def bundle(self, tile: Tile) -> list[bytes]:
        """Return a bundle's entries, each checked against its leaf hash. Raises LogCorrupt."""
        entries = decode_bundle(self.read(tile.path), tile.width)
        leaves = decode_tile(self.read(Tile(0, tile.index, tile.width).path), tile.width)
        if [leaf_hash(raw) for raw in entries] != leaves:
            raise LogCorrupt(f"the entries of {tile.path} are not those of its tile")
        return entries

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
