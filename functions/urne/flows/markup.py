"""A page's Markdown as the HTML it becomes, taken apart: its tags, its words, and what is neither.

The HTML is what the site publishes, by the same extensions (a test holds `mkdocs.yml` to them). It
is not parsed as a browser would, guessing: each `<` must begin a tag of one plain form, and what
does not is told as unread. So nobody can write something that is one thing here and another on
the page. An address that Markdown made, which the site will lead to the right place, is told from
one typed in HTML, which it leaves alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from xml.etree.ElementTree import Element

from markdown import Markdown  # type: ignore[import-untyped]
from markdown.extensions import Extension  # type: ignore[import-untyped]
from markdown.treeprocessors import Treeprocessor  # type: ignore[import-untyped]
from markdown.util import AMP_SUBSTITUTE  # type: ignore[import-untyped]

EXTENSIONS = ("attr_list", "fenced_code", "tables", "toc")

_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)
    (?P<attributes>(?:\s+[A-Za-z][A-Za-z0-9:_-]*(?:="[^"<>]*"|='[^'<>]*')?)*)\s*/?>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""\s+([^\s=]+)(?:=(?:"([^"]*)"|'([^']*)'))?""")
_COMMENT = re.compile(r"<!--(?:[^<>-]|-(?!-))*-->")
_MADE = "\ue000"  # before each address that Markdown made; it stands in no text that is rendered

# A link or picture whose words and address are nothing but that, and what may not stand beside it
# if its text is to be known without being rendered: all that could make it something else.
_SIMPLE = re.compile(
    r"(!?)\[([^\[\]<{&\\`\n]*[^\s\[\]<{&\\`][^\[\]<{&\\`\n]*)\]\(([\w./?=-][\w./?=#-]*)\)"
)
_INVOLVED = re.compile(r"[<\[\]{&\\`]|-:|:-|~~~|^ *\t|^ {4}", re.MULTILINE)

# Without one of these there is no link, picture, tag or attribute, and no table with a style.
_PLAIN = re.compile(r"[<\[{&]|-:|:-")


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of the HTML. `made` are the names of addresses that Markdown made."""

    name: str
    is_end: bool
    attributes: Mapping[str, str]
    made: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Words:
    """What stands between two tags, as it is read."""

    text: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A `<` that begins nothing we know, with what follows it on the line."""

    source: str


Part = Tag | Words | Unread


def is_plain(body: str) -> bool:
    """Return whether a Markdown text can hold nothing but words, headings, lists and tables."""
    return _PLAIN.search(body) is None


def simple_links(body: str) -> list[Part] | None:
    """Return the tags of links and pictures of a text that has nothing else, or None.

    They are the same that `parts_of` finds (a test compares them), forty times sooner.
    """
    if _INVOLVED.search(_SIMPLE.sub("", body)):
        return None
    return [_simple(*match) for match in _SIMPLE.findall(body)]


def _simple(mark: str, words: str, address: str) -> Tag:
    if mark:
        alternative = {"alt": words, "src": address}
        return Tag("img", False, alternative, frozenset({"src"}), f"![{words}]({address})")
    source = f"[{words}]({address})"
    return Tag("a", False, {"href": address}, frozenset({"href"}), source)


def parts_of(body: str) -> list[Part]:
    """Return the parts of the HTML that a Markdown text becomes, in order."""
    _RENDERER.reset()
    html = str(_RENDERER.convert(body.replace(_MADE, "\ufffd")))
    return list(_parts(html))


def _parts(html: str) -> Iterator[Part]:
    place = 0
    while place < len(html):
        begin = html.find("<", place)
        begin = len(html) if begin < 0 else begin
        if begin > place:
            yield Words(unescape(html[place:begin]))
        place = begin
        if place == len(html):
            return
        if comment := _COMMENT.match(html, place):
            place = comment.end()
        elif tag := _TAG.match(html, place):
            yield _tag(tag)
            place = tag.end()
        else:
            yield Unread(html[place:].split("\n", maxsplit=1)[0][:40])
            place += 1


def _tag(match: re.Match[str]) -> Tag:
    attributes: dict[str, str] = {}
    made = set()
    for name, double, single in _ATTRIBUTE.findall(match["attributes"]):
        value, key = double or single, name.lower()
        if value.startswith(_MADE):
            made.add(key)
        attributes.setdefault(key, unescape(value.removeprefix(_MADE)))
    source = match[0].replace(_MADE, "")
    return Tag(match["name"].lower(), bool(match["end"]), attributes, frozenset(made), source)


class _Marked(Treeprocessor):  # type: ignore[misc]
    """Marks the addresses that Markdown made, when everything else is done with them."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            key = {"a": "href", "img": "src"}.get(element.tag, "")
            address = element.get(key)
            if address is not None and AMP_SUBSTITUTE not in address:
                element.set(key, _MADE + address)


class _Marks(Extension):  # type: ignore[misc]
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's name
        md.treeprocessors.register(_Marked(md), "urne-marks", 0)


_RENDERER = Markdown(extensions=[*EXTENSIONS, _Marks()])
