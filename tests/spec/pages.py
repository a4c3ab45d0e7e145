"""The specification pages as the tests read them: words in code, rows of tables, both languages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PAGES = Path(__file__).parents[2] / "content" / "how-it-works"
NAMES = (
    "protocol",
    "formats",
    "log",
    "releases",
    "tally",
    "audit",
    "api",
    "errors",
    "worked-example",
)
# The original's suffix, and that of the translation.
FRENCH, ENGLISH = ".md", ".en.md"
LANGUAGES = (FRENCH, ENGLISH)

_FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#{2,3} .*$", re.MULTILINE)


@cache
def text(name: str, language: str) -> str:
    """Return a page's Markdown without its front matter."""
    return (PAGES / f"{name}{language}").read_text(encoding="utf-8").split("\n---\n", 1)[1]


@cache
def code(name: str, language: str) -> frozenset[str]:
    """Return everything that stands as code in a page's sentences and tables."""
    return frozenset(_CODE.findall(_FENCE.sub("", text(name, language))))


def section(name: str, language: str, mark: str) -> str:
    """Return the part of a page below the one heading that holds a mark, up to the next one."""
    whole = text(name, language)
    headings = list(_HEADING.finditer(whole))
    ends = [found.start() for found in headings[1:]] + [len(whole)]
    parts = {h[0]: whole[h.end() : end] for h, end in zip(headings, ends, strict=True)}
    found = [body for heading, body in parts.items() if mark in heading]
    assert len(found) == 1, f"{name}{language} has {len(found)} headings with {mark}"
    return found[0]


def rows(markdown: str) -> list[tuple[str, ...]]:
    """Return the rows of all tables of a text, heads and rulers included."""
    lines = (line for line in markdown.splitlines() if line.startswith("|"))
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]


def named(markdown: str) -> set[str]:
    """Return what the first column of a text's tables names as code."""
    return {word for row in rows(markdown) for word in _CODE.findall(row[0])}


def fields(markdown: str) -> set[tuple[str, str]]:
    """Return (object, field) of a text's tables; the object of a top-level field is empty.

    A table of three columns names fields, one of four first says which object they are in.
    """
    found = set()
    for row in rows(markdown):
        inside = row[0].strip("`") if len(row) == 4 else ""
        found |= {(inside, name) for name in _CODE.findall(row[len(row) - 3])}
    return found
