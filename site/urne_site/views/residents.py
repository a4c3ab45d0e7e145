"""Residents' words made HTML by an allow-list of three tags that we write ourselves.

Every character of a resident's text is escaped, without exception; no tag of theirs is ever read,
so there is no parser to be misled and no list of attributes to be kept. Blank lines part
paragraphs, ends of lines are kept, and an https address becomes a link that vouches for nothing.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+\.[a-z]{2,}(?:/[\w./?=&%#~+-]*[\w/=])?")
_BLANK = Markup("<br>\n")


def html_of(text: str) -> Markup:
    """Return a resident's plain text as paragraphs: `p`, `br` and `a`, and nothing else."""
    paragraphs = [part for part in _PARAGRAPHS.split(text.strip()) if part]
    return Markup("\n").join(Markup("<p>{}</p>").format(_lines(part)) for part in paragraphs)


def _lines(paragraph: str) -> Markup:
    return _BLANK.join(_linked(line.strip()) for line in paragraph.splitlines())


def _linked(line: str) -> Markup:
    """Return a line, escaped, with its addresses as links."""
    parts, end = [], 0
    for match in _ADDRESS.finditer(line):
        link = Markup('<a href="{0}" rel="ugc nofollow noreferrer">{0}</a>').format(match[0])
        parts += [escape(line[end : match.start()]), link]
        end = match.end()
    return Markup("").join([*parts, escape(line[end:])])
