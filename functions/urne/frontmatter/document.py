"""A page's front matter, between two lines `---`, and its Markdown, each with its lines.

The front matter is YAML without types of its own: every scalar stays text until a model's field
says what it must be, so `no` is a word and `012` keeps its zero.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from urne.errors import BadInput, Problem

_FENCE = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
_UNSEEN = yaml.reader.Reader.NON_PRINTABLE
# libyaml's is ten times faster; the base one does not look what type a scalar could have.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


# What a problem is about where that is no field: the head of a page, its Markdown, its place.
HEAD, TEXT, PATH = "front matter", "text", "path"


@dataclass(frozen=True, slots=True)
class Document:
    """A page's front matter as a YAML node with lines, and its Markdown.

    `inherited` gives path and line of each field that stands in a folder's `.meta.yml` instead.
    """

    path: str
    meta: MappingNode
    body: str
    body_line: int
    inherited: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def names(self) -> set[str]:
        """Return the names of the fields that are set."""
        return {str(key.value) for key, _ in self.meta.value}

    def lines(self) -> dict[str, int]:
        """Return the line of each field of this file."""
        found = [(str(key.value), key.start_mark.line + 1) for key, _ in self.meta.value]
        return {name: line for name, line in found if name not in self.inherited}

    def exact_lines(self) -> dict[str, int]:
        """Return the line of each field, and of those inside it: `idea.date`, `opinions.2.office`.

        There are many, so they are looked up where something is wrong, and not kept.
        """
        return dict(_lines(self.meta, ""))

    def with_defaults(self, defaults: Document, names: Collection[str]) -> Document:
        """Return this page with those named fields of a `.meta.yml` that it does not set."""
        wanted = set(names) - self.names()
        added = [pair for pair in defaults.meta.value if str(pair[0].value) in wanted]
        meta = MappingNode(
            self.meta.tag, [*self.meta.value, *added], self.meta.start_mark, self.meta.end_mark
        )
        places = {key.value: (defaults.path, key.start_mark.line + 1) for key, _ in added}
        return replace(self, meta=meta, inherited=places)


def _lines(node: Node, prefix: str) -> Iterator[tuple[str, int]]:
    """Yield the line of each field below a node."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield prefix + key.value, key.start_mark.line + 1
                yield from _lines(value, f"{prefix}{key.value}.")
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.value, 1):
            yield f"{prefix}{number}", item.start_mark.line + 1
            yield from _lines(item, f"{prefix}{number}.")


def defaults(path: str, raw: bytes) -> Document:
    """Return the fields of a folder's `.meta.yml`. Raises BadInput."""
    return whole(path, raw)


def whole(path: str, raw: bytes) -> Document:
    """Return a file that is all YAML. Raises BadInput."""
    text = _text(path, raw)
    return Document(path, _compose(path, text, lines_before=0), "", text.count("\n") + 1)


def split(path: str, raw: bytes) -> Document:
    """Return a page's front matter and Markdown. Raises BadInput.

    A page without front matter has an empty one.
    """
    text = _text(path, raw)
    match = _FENCE.match(text)
    if match is None:
        if text.startswith("---"):
            what, mend = "The front matter has no end.", "Close it with a line `---`."
            raise _one(path, 1, HEAD, what, mend, "no-end")
        return Document(path, _empty(), text, 1)
    node = _compose(path, match.group(1) or "", lines_before=1)
    body_line = text.count("\n", 0, match.end()) + 1
    return Document(path, node, text[match.end() :], body_line)


def _text(path: str, raw: bytes) -> str:
    if raw.startswith(codecs.BOM_UTF8):
        what, mend = "The file begins with a byte order mark.", "Save it as UTF-8 without BOM."
        raise _one(path, 1, TEXT, what, mend, "byte-order-mark")
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as e:
        line, mend = raw[: e.start].count(b"\n") + 1, "Save the file as UTF-8."
        raise _one(path, line, TEXT, "This is not UTF-8.", mend, "encoding") from e
    if unseen := _UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        what = f"The character U+{ord(unseen[0]):04X} cannot be seen."
        raise _one(path, line, TEXT, what, "Remove it.", "unseen-character")
    return text


def _compose(path: str, text: str, *, lines_before: int) -> MappingNode:
    try:
        node = yaml.compose("\n" * lines_before + text, Loader=_LOADER)
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        line = mark.line + 1 if mark else 1
        what = f"The front matter is no YAML: {e.problem or e.context}."
        mend = "Mend this line; put text with a colon or a # in quotes."
        raise _one(path, line, HEAD, what, mend, "yaml") from e
    if node is None:
        return _empty()
    if not isinstance(node, MappingNode):
        what, mend = "The front matter has no fields.", "Write one `field: value` a line."
        raise _one(path, node.start_mark.line + 1, HEAD, what, mend, "yaml")
    return node


def _empty() -> MappingNode:
    mark = yaml.Mark("", 0, 0, 0, None, 0)
    return MappingNode("tag:yaml.org,2002:map", [], mark, mark)


def _one(path: str, line: int, *words: str) -> BadInput:
    return BadInput([Problem(path, line, *words)])
