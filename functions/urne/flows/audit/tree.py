"""The audit of a log's hashes: the published tiles, the signed root, and an older checkpoint.

If the published tiles of leaf hashes make the signed root, they are what was committed to, and
entries are held to them. If they do not, but the entries do, it is tiles that were changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from urne.errors import NotFound
from urne.flows.audit.checks import SINCE, TILES
from urne.flows.audit.report import Findings
from urne.log.checkpoint import Checkpoint
from urne.log.merkle import HASH_BYTES, root_of
from urne.log.tiles import WIDTH, Tile, decode_tile, tiles_of

Read = Callable[[str], bytes]


@dataclass(slots=True)
class Tree:
    """A tree as its tiles of leaf hashes, 32 bytes a leaf, all but the last one full."""

    tiles: list[bytes] = field(default_factory=list)
    _roots: list[bytes] = field(default_factory=list)

    def add(self, hashes: bytes) -> None:
        """Take the next tile of leaf hashes."""
        self.tiles.append(hashes)
        self._roots.append(root_of(decode_tile(hashes, len(hashes) // HASH_BYTES)))

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return sum(map(len, self.tiles[-1:])) // HASH_BYTES + WIDTH * max(0, len(self.tiles) - 1)

    def makes(self, checkpoint: Checkpoint) -> bool:
        """Return whether this is the tree a checkpoint commits to."""
        return self.size == checkpoint.size and self.root_at(self.size) == checkpoint.root

    def root_at(self, size: int) -> bytes:
        """Return the root over the first `size` leaves."""
        full, rest = divmod(size, WIDTH)
        last = [root_of(decode_tile(self.tiles[full][: HASH_BYTES * rest], rest))] if rest else []
        return root_of([*self._roots[:full], *last])

    def index_of(self, leaf: bytes) -> int | None:
        """Return the place of a leaf hash, or None."""
        for number, raw in enumerate(self.tiles):
            at = raw.find(leaf)
            while at >= 0:
                if at % HASH_BYTES == 0:
                    return number * WIDTH + at // HASH_BYTES
                at = raw.find(leaf, at + 1)
        return None

    def all_tiles(self) -> Iterator[tuple[Tile, bytes]]:
        """Yield every tile of the tree, level by level, with the bytes it must have."""
        row = self._roots[: self.size // WIDTH]
        for tile in tiles_of(self.size):
            if not tile.level:
                yield tile, self.tiles[tile.index]
                continue
            if tile.index == 0 and tile.level > 1:
                row = [root_of(row[at : at + WIDTH]) for at in range(0, len(row), WIDTH)]
                row = row[: self.size >> 8 * tile.level]
            yield tile, b"".join(row[tile.index * WIDTH : tile.index * WIDTH + tile.width])


def published_tile(read: Read, tile: Tile) -> bytes | None:
    """Return a published tile's bytes, or None if it is missing or of another width."""
    try:
        raw = read(tile.path)
    except NotFound:
        return None
    return raw if len(raw) == tile.width * HASH_BYTES else None


def published_tree(checkpoint: Checkpoint, read: Read) -> Tree | None:
    """Return the tree of the published tiles of leaf hashes if it makes the signed root.

    It stops at the first tile that is missing: a checkpoint may claim any size.
    """
    tree = Tree()
    for tile in tiles_of(checkpoint.size):
        if tile.level:
            break
        raw = published_tile(read, tile)
        if raw is None:
            return None
        tree.add(raw)
    return tree if tree.makes(checkpoint) else None


def check_tiles(tree: Tree, read: Read, findings: Findings, *, leaves_read: bool) -> None:
    """Compare published tiles with a tree that makes the signed root.

    With `leaves_read` the tree is the published tiles of leaf hashes: only those above are left.
    """
    findings.made(TILES)
    for tile, expected in tree.all_tiles():
        if tile.level == 0 and leaves_read:
            continue
        if published_tile(read, tile) != expected:
            findings.fail(TILES, f"{tile.path} is missing or is not what the root commits to")


def check_since(since: Checkpoint | None, tree: Tree, findings: Findings) -> None:
    """Check that the tree begins with what an older checkpoint committed to."""
    if since is None:
        findings.skip((SINCE,), "no older checkpoint was given")
        return
    findings.made(SINCE)
    if since.size > tree.size:
        findings.fail(SINCE, f"the log is shorter than it was: {tree.size}, not {since.size}")
    elif tree.root_at(since.size) != since.root:
        findings.fail(SINCE, f"its first {since.size} entries have another root than then")
