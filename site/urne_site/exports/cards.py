"""A picture of each project for whoever shares its address: SVG drawn here, made PNG by resvg.

Same project, same bytes: the font is our own, no other is looked for, and the colours are those
of the site's style sheet in its light scheme. Only what is new is drawn: one picture takes some
fifty milliseconds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from pathlib import Path

import resvg_py

from urne.flows.content import EditionContent
from urne_site.views.cards import Card, card_of
from urne_site.views.site import Site

NAME = "card.png"
WIDTH, HEIGHT = 1200, 630
_LINE, _MOST_LINES = 20, 6  # characters a line at 50 pixels, and lines
_RULE = re.compile(r"\.(?:ill|logo)-[\w-]+[^{}]*\{[^{}]*\}")
_VARIABLE = re.compile(r"var\(--([\w-]+)\)")
_TOKEN = re.compile(r"--([\w-]+): ?([^;}]+)")

Keep = Callable[[str, Callable[[], bytes]], bytes]
"""Returns what was drawn under a name before, or draws it."""


@dataclass(frozen=True, slots=True)
class Artist:
    """What cards are drawn with: drawings by name, the style sheet, and the file of the font."""

    drawings: Mapping[str, str]
    css: str
    font: Path
    keep: Keep

    def png(self, svg: str) -> bytes:
        """Return an SVG as PNG."""
        what = (version("resvg_py").encode(), self.font.read_bytes(), svg.encode())
        name = hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in what))
        return self.keep(name.hexdigest(), lambda: self._drawn(svg))

    def _drawn(self, svg: str) -> bytes:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg, font_files=[str(self.font)], skip_system_fonts=True
            )
        )

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


def cards_of(site: Site, artist: Artist) -> dict[str, bytes]:
    """Return a picture for each project on a ballot, by its path."""
    return {
        card_path(card): artist.png(svg_of(card, edition, site, artist))
        for edition in site.content.editions.values()
        for project in edition.on_ballot()
        for card in (card_of(site, edition, project),)
    }


def card_path(card: Card) -> str:
    """Return where a project's picture stands, from the root of the site."""
    return card.url + NAME


def svg_of(card: Card, edition: EditionContent, site: Site, artist: Artist) -> str:
    """Return a card as SVG: number, title and town on the left, the drawing on the right."""
    lines = wrapped(card.title)
    top = 315 - 30 * len(lines) + 50
    title = "".join(
        f'<tspan x="64" y="{top + 60 * n}">{escape(line)}</tspan>' for n, line in enumerate(lines)
    )
    sky = artist.colour(card.tone, "sky", "#eff5f6")
    deep = artist.colour(card.tone, "kick", "#0d3b4f")
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">
<style>{artist.style(card.tone)} text {{ font-family: "DejaVu Serif"; font-weight: 700; }}</style>
<rect width="{WIDTH}" height="{HEIGHT}" fill="{sky}"/><rect width="16" height="630" fill="{deep}"/>
<text x="64" y="100" font-size="26" fill="{deep}">{escape(card.number)}</text>
<text font-size="46" fill="#10293a">{title}</text>
<g transform="translate(684 150) scale(4.3)">{artist.drawings.get(card.drawing, "")}</g>
<g transform="translate(60 524) scale(1.3)">{artist.drawings["logo"]}</g>
<text x="128" y="545" font-size="22" fill="#4a6172">{escape(edition.edition.town)}</text>
<text x="128" y="575" font-size="24" fill="#10293a">{escape(site.words("site.name"))}</text>
</svg>"""


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
