"""A picture of each project for whoever shares its address: its number and title by a drawing.

Same project, same bytes: the font is our own, no other is looked for, and the colours are those
of the site's style sheet in its light scheme.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from importlib.metadata import version
from pathlib import Path

from urne_site.exports import picture
from urne_site.exports.picture import HEIGHT, WIDTH, Backdrop, Block, Letters
from urne_site.views.cards import Card, card_of
from urne_site.views.site import Site

NAME = "card.png"
_INK = "#10293a"
_LINE, _MOST_LINES = 20, 6  # characters a line at 46 points, and lines
_RULE = re.compile(r"\.(?:ill|logo)-[\w-]+[^{}]*\{[^{}]*\}")
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")
_TOKEN = re.compile(r"--([\w-]+): ?([^;}]+)")


@dataclass(frozen=True, slots=True)
class Artist:
    """What cards are drawn with: drawings by name, the style sheet, the font and its kerning."""

    drawings: Mapping[str, str]
    css: str
    font: Path
    kerning: Mapping[str, int]

    def hashed(self) -> bytes:
        """Return the SHA-256 of all that a picture depends on besides its card and its town."""
        versions = [version(name) for name in ("resvg_py", "pillow")]
        programs = [Path(file).read_text("utf-8") for file in (__file__, picture.__file__)]
        files = (self.css, dict(self.drawings), dict(self.kerning))
        parts = repr((versions, programs, zlib.ZLIB_RUNTIME_VERSION, files)).encode()
        return hashlib.sha256(parts + self.font.read_bytes()).digest()

    def backdrop(self, tone: str, drawing: str, town: str, name: str) -> Backdrop:
        """Return what the cards of a domain share that have the same drawing."""
        ground, deep = self._ground(tone), self._deep(tone)
        svg = self.svg(tone, drawing, town, name)
        return Backdrop(svg, self.font, ground, (_INK, deep))

    def svg(self, tone: str, drawing: str, town: str, name: str) -> str:
        """Return the same as SVG: the drawing on the right, the town below, no words of a card."""
        ground, deep = self._ground(tone), self._deep(tone)
        return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">
<style>{self.style(tone)} text {{ font-family: "DejaVu Serif"; font-weight: 700; }}</style>
<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>
<rect width="16" height="{HEIGHT}" fill="{deep}"/>
<g transform="translate(684 150) scale(4.3)">{self.drawings.get(drawing, "")}</g>
<g transform="translate(60 524) scale(1.3)">{self.drawings["logo"]}</g>
<text x="128" y="545" font-size="22" fill="#4a6172">{escape(town)}</text>
<text x="128" y="575" font-size="24" fill="{_INK}">{escape(name)}</text>
</svg>"""

    def _ground(self, tone: str) -> str:
        return self.colour(tone, "sky", "#eff5f6")

    def _deep(self, tone: str) -> str:
        return self.colour(tone, "kick", "#0d3b4f")

    def style(self, tone: str) -> str:
        """Return the rules of drawings in a domain's colours."""
        tokens = dict(_TOKEN.findall(self.css.partition("@media")[0]))
        own = re.search(rf"\.d-{re.escape(tone)} \{{(.*?)\}}", self.css) if tone else None
        tokens |= dict(_TOKEN.findall(own[1])) if own else {}
        rules = " ".join(_RULE.findall(self.css))
        return _VARIABLE.sub(lambda match: tokens.get(match[1], "none").strip(), rules)

    def colour(self, tone: str, name: str, default: str) -> str:
        """Return one of a domain's colours."""
        found = re.search(rf"\.d-{re.escape(tone)} \{{[^}}]*--{name}: ([^;]+);", self.css)
        return found[1] if tone and found else default


@dataclass(frozen=True, slots=True)
class Picture:
    """A project's picture: its path, the SHA-256 of all it is made of, and how it is drawn."""

    path: str
    made_of: str
    draw: Callable[[], bytes]


def cards_of(site: Site, artist: Artist) -> Iterator[Picture]:
    """Yield a picture for each project, to be drawn one at a time."""
    backdrop, letters = cache(artist.backdrop), Letters(artist.font, artist.kerning)
    tools, name = artist.hashed(), site.words("site.name")
    for edition in site.content.editions.values():
        for _, project in sorted(edition.projects.items()):
            card = card_of(site, edition, project)
            behind = (card.tone, card.drawing, edition.edition.town, name)
            blocks = blocks_of(card)
            made_of = hashlib.sha256(tools + repr((behind, blocks)).encode())
            draw = partial(_drawn, backdrop, behind, blocks, letters)
            yield Picture(card_path(card), made_of.hexdigest(), draw)


def _drawn(
    backdrop: Callable[..., Backdrop],
    behind: tuple[str, ...],
    blocks: tuple[Block, Block],
    letters: Letters,
) -> bytes:
    return backdrop(*behind).png(blocks, letters)


def card_path(card: Card) -> str:
    """Return where a project's picture stands, from the root of the site."""
    return card.url + NAME


def blocks_of(card: Card) -> tuple[Block, Block]:
    """Return the words of a picture: the project's number, and its title in the middle."""
    lines = tuple(wrapped(card.title))
    number = Block((card.number,), x=64, y=100, size=26, leading=0, ink=1)
    return number, Block(lines, x=64, y=365 - 30 * len(lines), size=46, leading=60, ink=0)


def wrapped(title: str) -> list[str]:
    """Return a title as lines; what does not fit ends in an ellipsis."""
    lines = [""]
    for word in title.replace("\u00a0", " ").split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= _LINE or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1] + " …"]
