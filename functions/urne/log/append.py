"""Growing a log: from its right edge and new entries to the files to write and the new root.

Nothing is read or written here. `Edge.paths` says which published files the edge is rebuilt
from, so a writer that lost everything repeats identical bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from urne.errors import BadEncoding, LogCorrupt
from urne.log.merkle import leaf_hash, root_of
from urne.log.tiles import (
    WIDTH,
    Tile,
    decode_bundle,
    decode_tile,
    edge_of,
    encode_bundle,
    encode_tile,
)


def root_of_levels(levels: Sequence[Sequence[bytes]]) -> bytes:
    """Return the root of a tree from the hashes of the partial tile at each level."""
    remainder: list[bytes] = []
    for level in levels:
        items = [*level, *remainder]
        remainder = [root_of(items)] if items else []
    return remainder[0] if remainder else root_of([])


@dataclass(slots=True)
class Edge:
    """The right edge of a tree of `size` entries.

    `hashes[L]` are the hashes of the partial tile at level L, `entries` the partial bundle's.
    """

    size: int = 0
    hashes: list[list[bytes]] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)

    @property
    def root(self) -> bytes:
        """Return the 32-byte root of the tree."""
        return root_of_levels(self.hashes)

    def append(self, entries: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
        """Yield (path, bytes) of each file of the grown tree, full tiles as they fill.

        The partial tiles come last. The edge is that of the grown tree once all are taken.
        """
        grown = False
        for entry in entries:
            grown = True
            self.entries.append(entry)
            self.size += 1
            if len(self.entries) == WIDTH:
                yield Tile(None, self.size // WIDTH - 1).path, encode_bundle(self.entries)
                self.entries.clear()
            yield from self._push(0, leaf_hash(entry))
        if grown:
            yield from self._partial()

    def _push(self, level: int, hash_: bytes) -> Iterator[tuple[str, bytes]]:
        if level == len(self.hashes):
            self.hashes.append([])
        tile = self.hashes[level]
        tile.append(hash_)
        if len(tile) == WIDTH:
            yield Tile(level, self.size // WIDTH ** (level + 1) - 1).path, encode_tile(tile)
            above = root_of(tile)
            tile.clear()
            yield from self._push(level + 1, above)

    def _partial(self) -> Iterator[tuple[str, bytes]]:
        for tile in edge_of(self.size):
            if tile.level is None:
                yield tile.path, encode_bundle(self.entries)
            else:
                yield tile.path, encode_tile(self.hashes[tile.level])


def load_edge(size: int, root: bytes, read: Callable[[str], bytes]) -> Edge:
    """Return the edge of a published tree. Raises LogCorrupt if its files do not make `root`.

    `read` gives a file's bytes by its path below the log's prefix.
    """
    edge = Edge(size)
    count = size
    while count:
        edge.hashes.append([])
        count //= WIDTH
    try:
        for tile in edge_of(size):
            raw = read(tile.path)
            if tile.level is None:
                edge.entries = decode_bundle(raw, tile.width)
            else:
                edge.hashes[tile.level] = decode_tile(raw, tile.width)
    except BadEncoding as e:
        raise LogCorrupt(str(e)) from e
    if edge.root != root:
        raise LogCorrupt(f"its files at size {size} do not make the signed root")
    if [leaf_hash(entry) for entry in edge.entries] != (edge.hashes[0] if size else []):
        raise LogCorrupt("the last bundle's entries are not those of the last tile")
    return edge
