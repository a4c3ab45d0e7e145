"""Reading subtree hashes out of a published log's tiles, for proofs."""

from __future__ import annotations

from collections.abc import Callable

from urne.errors import LogCorrupt
from urne.log.merkle import NodeReader, root_of
from urne.log.tiles import HEIGHT, WIDTH, Tile, decode_tile


def node_reader(size: int, read: Callable[[str], bytes]) -> NodeReader:
    """Return a reader of complete subtrees of a log of `size`; each tile is read once.

    `read` gives a file's bytes by its path below the log's prefix.
    """
    tiles: dict[tuple[int, int], list[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        first, count = index << height, 1 << height
        place = (tile_level, first // WIDTH)
        if place not in tiles:
            width = min(WIDTH, (size >> HEIGHT * tile_level) - place[1] * WIDTH)
            if width <= 0:
                raise LogCorrupt(f"a log of {size} has no node {index} at level {level}")
            tiles[place] = decode_tile(read(Tile(*place, width).path), width)
        found = tiles[place][first % WIDTH : first % WIDTH + count]
        if len(found) != count:
            raise LogCorrupt(f"a log of {size} has no node {index} at level {level}")
        return root_of(found)

    return node
