"""Pictures made of a backdrop, drawn once as SVG, and of words: PNG of 256 colours.

To draw and pack all 756,000 points of each picture anew would cost fifty times as much. So a
backdrop is drawn by resvg and put on a palette once; words are set by Pillow, letter by letter, on
the rows they stand on; and only those rows are packed again. They are packed by runs of equal
points, the strategy that leaves zlib nothing to choose: the same picture is the same bytes.
"""

from __future__ import annotations

import io
import math
import struct
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

import resvg_py
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
_WIDEST = 620  # of a line of words, which has nothing but ground behind it
_SHADES = 24  # of an ink on the ground, for the soft edges of letters
_PHASES = 4  # where between two points a letter may begin
_ADLER = 65_521

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of words in one ink: left end and first base line in points, size, distance."""

    lines: tuple[str, ...]
    x: int
    y: int
    size: int
    leading: int
    ink: int

    def rows(self) -> tuple[int, int]:
        """Return the first row the letters may reach, and that after the last."""
        last = self.y + self.leading * (len(self.lines) - 1)
        return self.y - round(1.1 * self.size), last + round(0.3 * self.size)


class Letters:
    """The letters of a font; `kerning` draws pairs of them together, in units of the font."""

    _UNITS = 2048

    def __init__(self, font: Path, kerning: Mapping[str, int]) -> None:
        self._kerning = kerning
        self._sized = cache(
            # The other layout kerns, but with a library of the system that may not be there.
            lambda size: ImageFont.truetype(font, size, layout_engine=ImageFont.Layout.BASIC)
        )
        self._advance = cache(lambda letter: self._sized(self._UNITS).getlength(letter))
        self._drawn = cache(self._draw)

    def set(self, text: str, size: int, grey: Image.Image, y: int) -> None:
        """Set a line of words in white, from the left end of a picture in grey."""
        pen = 0.0
        for letter, next_ in pairwise(text + " "):
            steps = round(pen * size / self._UNITS * _PHASES)
            drawn, left, above = self._drawn(letter, size, steps % _PHASES)
            if drawn is not None:
                grey.paste(255, (steps // _PHASES + left, y + above), drawn)
            pen += self._advance(letter) + self._kerning.get(letter + next_, 0)

    def _draw(self, letter: str, size: int, phase: int) -> tuple[Image.Image | None, int, int]:
        """Return a letter and where it begins, from the pen; None for one that is not seen."""
        grey = Image.new("L", (4 * size, 4 * size))
        pen = (size + phase / _PHASES, 2 * size)
        ImageDraw.Draw(grey).text(pen, letter, 255, self._sized(size), anchor="ls")
        box = grey.getbbox()
        return (grey.crop(box), box[0] - size, box[1] - 2 * size) if box else (None, 0, 0)


class Backdrop:
    """What pictures share: a drawing on a ground, and the inks that words are written in."""

    def __init__(self, svg: str, font: Path, ground: str, inks: Sequence[str]) -> None:
        raw = resvg_py.svg_to_bytes(svg_string=svg, font_files=[str(font)], skip_system_fonts=True)
        drawn = Image.open(io.BytesIO(bytes(raw))).convert("RGBA")
        points = array("I", drawn.tobytes())
        self._palette = _palette(points, ground, inks)
        self._shades = [_shades_of(n) for n in range(len(inks))]
        # One point more on the left, of colour 0: the byte that begins each row of a PNG.
        self._points = Image.new("L", (WIDTH + 1, HEIGHT))
        numbers = _on_palette(points, self._palette)
        self._points.paste(Image.frombytes("L", (WIDTH, HEIGHT), numbers), (1, 0))
        self._between = cache(lambda top, end: _packed(self._rows(top, end)))

    def png(self, blocks: Sequence[Block], letters: Letters) -> bytes:
        """Return the picture with blocks of words, the upper first, that share no row."""
        parts, end = list[_Packed](), 0
        for block in blocks:
            top, bottom = block.rows()
            words = self._written(block, letters)
            parts += [self._between(end, top), _packed(words)]
            end = bottom
        return _png(self._palette, [*parts, self._between(end, HEIGHT)])

    def _written(self, block: Block, letters: Letters) -> Image.Image:
        top, bottom = block.rows()
        rows, grey = self._rows(top, bottom), Image.new("L", (_WIDEST, bottom - top))
        for n, line in enumerate(block.lines):
            letters.set(line, block.size, grey, block.y - top + block.leading * n)
        rows.paste(grey.point(self._shades[block.ink]), (block.x + 1, 0))
        return rows

    def _rows(self, top: int, end: int) -> Image.Image:
        return self._points.crop((0, top, WIDTH + 1, end))


# A palette begins with the shades of each ink; then come the drawing's colours.


def _shades_of(ink: int) -> list[int]:
    """Return the colour of an ink's shade for each grey."""
    return [_SHADES * ink + round(grey * (_SHADES - 1) / 255) for grey in range(256)]


def _palette(points: Sequence[int], ground: str, inks: Sequence[str]) -> list[Colour]:
    """Return 256 colours: shades from the ground to each ink, then a drawing's most frequent."""
    times = Counter(points)
    frequent = sorted((-n, _colour(point)) for point, n in times.items())
    shades = [_mixed(_rgb(ground), _rgb(ink), n) for ink in inks for n in range(_SHADES)]
    colours = shades + [colour for _, colour in frequent]
    return (colours + colours[-1:] * 256)[:256]


def _on_palette(points: Sequence[int], palette: Sequence[Colour]) -> bytes:
    """Return for each point the number of the nearest colour in a palette."""
    numbers = {point: _nearest(_colour(point), palette) for point in set(points)}
    return bytes(map(numbers.__getitem__, points))


def _nearest(colour: Colour, palette: Sequence[Colour]) -> int:
    return min(range(256), key=lambda n: math.dist(colour, palette[n]))


def _colour(point: int) -> Colour:
    """Return the colour of a point, which is its four bytes as this machine reads a number."""
    red, green, blue, _ = point.to_bytes(4, sys.byteorder)
    return red, green, blue


def _rgb(colour: str) -> Colour:
    """Return a colour written as `#eff5f6`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(ground: Colour, ink: Colour, shade: int) -> Colour:
    red, green, blue = (
        round(a + (b - a) * shade / (_SHADES - 1)) for a, b in zip(ground, ink, strict=True)
    )
    return red, green, blue


@dataclass(frozen=True, slots=True)
class _Packed:
    """Rows as deflate that ends on a byte and looks back at nothing; their size and Adler-32."""

    deflate: bytes
    size: int
    adler: int


def _packed(rows: Image.Image) -> _Packed:
    raw = rows.tobytes()
    packer = zlib.compressobj(level=6, wbits=-15, strategy=zlib.Z_RLE)
    deflate = packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH)
    return _Packed(deflate, len(raw), zlib.adler32(raw))


def _png(palette: Sequence[Colour], parts: Sequence[_Packed]) -> bytes:
    """Return a PNG of 256 colours from all its rows (PNG, third edition, sections 5 and 11)."""
    adler = 1
    for part in parts:
        adler = _joined(adler, part)
    stream = b"".join((b"\x78\x01", *(p.deflate for p in parts), b"\x03\x00", adler.to_bytes(4)))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(chain.from_iterable(palette))),
        (b"IDAT", stream),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)
        for name, body in chunks
    )


def _joined(adler: int, part: _Packed) -> int:
    """Return the Adler-32 of what has one so far, with a part after it (RFC 1950, section 8)."""
    low, high = adler & 0xFFFF, adler >> 16
    more_low, more_high = part.adler & 0xFFFF, part.adler >> 16
    high = (high + more_high + part.size * (low - 1)) % _ADLER
    return high << 16 | (low + more_low - 1) % _ADLER
