"""A page's front matter, between two lines `---`, and its Markdown, each with its lines.

The front matter is YAML without types of its own: every scalar stays text until a model's field
says what it must be, so `no` is a word and `012` keeps its zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import yaml
from yaml.nodes import MappingNode

from urne.errors import BadInput, Problem

_FENCE = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times faster


@dataclass(frozen=True, slots=True)
class Document:
    """A page's front matter as a YAML node with lines, and its Markdown."""

    path: str
    meta: MappingNode
    body: str
    body_line: int

    def lines(self) -> dict[str, int]:
        """Return the line of each field that stands in the front matter."""
        return {str(key.value): key.start_mark.line + 1 for key, _ in self.meta.value}

    def with_defaults(self, defaults: Document) -> Document:
        """Return this page with the fields of its folder's `.meta.yml` that it does not set."""
        own = self.lines()
        added = [(key, value) for key, value in defaults.meta.value if key.value not in own]
        meta = MappingNode(
            self.meta.tag, [*self.meta.value, *added], self.meta.start_mark, self.meta.end_mark
        )
        return replace(self, meta=meta)


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
            raise _one(
                path, 1, "The front matter has no end.", "Close it with a line `---`.", "no-end"
            )
        return Document(path, _empty(), text, 1)
    node = _compose(path, match.group(1) or "", lines_before=1)
    body_line = text.count("\n", 0, match.end()) + 1
    return Document(path, node, text[match.end() :], body_line)


def _text(path: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as e:
        line = raw[: e.start].count(b"\n") + 1
        raise _one(path, line, "This is not UTF-8.", "Save the file as UTF-8.", "encoding") from e


def _compose(path: str, text: str, *, lines_before: int) -> MappingNode:
    try:
        node = yaml.compose("\n" * lines_before + text, Loader=_LOADER)
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        line = mark.line + 1 if mark else None
        what = f"The front matter is no YAML: {e.problem or e.context}."
        mend = "Mend this line; put text with a colon or a # in quotes."
        raise _one(path, line, what, mend, "yaml") from e
    except yaml.YAMLError as e:
        mend = "Remove characters that cannot be seen."
        raise _one(path, None, "The front matter is no YAML.", mend, "yaml") from e
    if node is None:
        return _empty()
    if not isinstance(node, MappingNode):
        mend = "Write one `field: value` a line."
        raise _one(path, node.start_mark.line + 1, "The front matter has no fields.", mend, "yaml")
    return node


def _empty() -> MappingNode:
    mark = yaml.Mark("", 0, 0, 0, None, 0)
    return MappingNode("tag:yaml.org,2002:map", [], mark, mark)


def _one(path: str, line: int | None, what: str, mend: str, code: str) -> BadInput:
    return BadInput([Problem(path, line, None, what, mend, code)])
