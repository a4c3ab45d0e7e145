"""Where a log's hashes and entries stand as static files: C2SP tlog-tiles.

    tile/<L>/<N>[.p/<W>]        W (or 256) hashes of level 8*L
    tile/entries/<N>[.p/<W>]    W (or 256) entries, each after its uint16 length

N is written in groups of three digits, all but the last prefixed with x: 1234067 is
`x001/x234/067`. W runs from 1 to 255; an empty tile is never written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from urne.errors import BadEncoding
from urne.log.merkle import HASH_BYTES

WIDTH = 256
HEIGHT = 8
MAX_ENTRY_BYTES = 0xFFFF
ENTRIES = "entries"


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of a tree: its level (None for a bundle of entries), place and width."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return the path below the log's prefix."""
        level = ENTRIES if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{encode_index(self.index)}{partial}"


def encode_index(index: int) -> str:
    """Return a tile's number in groups of three digits."""
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def decode_path(path: str) -> Tile:
    """Return the tile of a path. Raises BadEncoding."""
    parts = path.split("/")
    try:
        width = WIDTH
        if len(parts) > 3 and parts[-2].endswith(".p"):
            width = int(parts.pop())
            parts[-1] = parts[-1].removesuffix(".p")
        level = None if parts[1] == ENTRIES else int(parts[1])
        index = int("".join(part.removeprefix("x") for part in parts[2:]))
    except (IndexError, ValueError) as e:
        raise BadEncoding("tile path", f"{path!r} has no level, number or width") from e
    if (level is not None and not 0 <= level < 8) or not 0 < width <= WIDTH:
        raise BadEncoding("tile path", f"{path!r} has a level or width out of range")
    tile = Tile(level, index, width)
    if tile.path != path:
        raise BadEncoding("tile path", f"{path!r} is not the one way to write it")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield the tiles of hashes of a tree, level by level, the last of each level partial."""
    level, count = 0, size
    while count:
        for index in range(count // WIDTH):
            yield Tile(level, index)
        if count % WIDTH:
            yield Tile(level, count // WIDTH, count % WIDTH)
        level, count = level + 1, count // WIDTH


def bundles_of(size: int) -> Iterator[Tile]:
    """Yield the bundles of entries of a tree in order, the last one partial."""
    for index in range(size // WIDTH):
        yield Tile(None, index)
    if size % WIDTH:
        yield Tile(None, size // WIDTH, size % WIDTH)


def edge_of(size: int) -> list[Tile]:
    """Return the partial tiles at a tree's right edge, the bundle of entries first."""
    if not size:
        return []
    edge = [Tile(None, size // WIDTH, size % WIDTH)] if size % WIDTH else []
    level, count = 0, size
    while count:
        if count % WIDTH:
            edge.append(Tile(level, count // WIDTH, count % WIDTH))
        level, count = level + 1, count // WIDTH
    return edge


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    """Return the bytes of a tile of 1 to 256 hashes."""
    if not 0 < len(hashes) <= WIDTH:
        raise BadEncoding("tile", f"it has {len(hashes)} hashes, not 1 to {WIDTH}")
    return b"".join(hashes)


def decode_tile(raw: bytes, width: int = WIDTH) -> list[bytes]:
    """Return the hashes of a tile of exactly this width. Raises BadEncoding."""
    if len(raw) != width * HASH_BYTES:
        raise BadEncoding("tile", f"it has {len(raw)} bytes, not {width * HASH_BYTES}")
    return [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of a bundle of 1 to 256 entries."""
    if not 0 < len(entries) <= WIDTH:
        raise BadEncoding("entry bundle", f"it has {len(entries)} entries, not 1 to {WIDTH}")
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise BadEncoding("entry bundle", f"an entry is longer than {MAX_ENTRY_BYTES} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(raw: bytes, width: int = WIDTH) -> list[bytes]:
    """Return the entries of a bundle of exactly this width. Raises BadEncoding."""
    entries: list[bytes] = []
    at = 0
    for _ in range(width):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if at + 2 > len(raw) or end > len(raw):
            raise BadEncoding("entry bundle", f"it ends within entry {len(entries)} of {width}")
        entries.append(raw[at + 2 : end])
        at = end
    if at != len(raw):
        raise BadEncoding("entry bundle", f"it goes on after {width} entries")
    return entries
