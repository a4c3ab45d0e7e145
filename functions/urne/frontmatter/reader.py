"""Front matter read into a typed model, with everything that is wrong and how to mend it.

The model's dataclass is the schema: its fields' names and types say what may stand in a page,
its own refusals (`ContentRefused`) what contradicts itself. Unknown and repeated fields are
refused. Every problem carries file, line and field.
"""

from __future__ import annotations

import datetime as dt
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from urne.errors import BadInput, ContentRefused, Fault, Problem
from urne.frontmatter.document import HEAD, Document

T = TypeVar("T")

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,15})")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,9}\.\d{1,9}")


def read(document: Document, model: type[T], given: Mapping[str, object] | None = None) -> T:
    """Return a document's front matter as a model. Raises BadInput with every problem.

    `given` are fields that come from elsewhere, such as the path; they may not be typed as well.
    """
    problems: list[Problem] = []
    value = _Reader(document, problems).model(document.meta, model, "", given or {})
    if problems:
        raise BadInput(problems)
    return typing.cast(T, value)


_BAD = object()  # stands for a value that was refused, so that reading can go on


@cache
def _plan(model: type) -> dict[str, tuple[Any, bool]]:
    """Return each field's type and whether it must be given."""
    hints = typing.get_type_hints(model)
    return {
        field.name: (
            hints[field.name],
            field.default is MISSING and field.default_factory is MISSING,
        )
        for field in fields(model)
    }


@cache
def _kind(hint: Any) -> tuple[str, Any]:
    """Return what a type hint asks for, and the hint inside it."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return "optional", inner[0]
    if origin is tuple:
        return "list", inner[0]
    is_model = is_dataclass(hint) and not hasattr(hint, "parse")
    return ("model" if is_model else "scalar"), hint


class _Reader:
    """Reads nodes into models; what is wrong goes into `problems`."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self.document, self.problems = document, problems

    def refuse(self, node: Node, field: str, what: str, mend: str, code: str) -> object:
        own = (self.document.path, 0)
        path, _ = self.document.inherited.get(field.split(".", maxsplit=1)[0], own)
        line = node.start_mark.line + 1
        self.problems.append(Problem(path, line, field or HEAD, what, mend, code))
        return _BAD

    def model(self, node: Node, model: type, prefix: str, given: Mapping[str, object]) -> object:
        """Return an instance of a dataclass, or _BAD."""
        if not isinstance(node, MappingNode):
            names = ", ".join(_plan(model))
            what, mend = "This must have fields.", f"Give: {names}."
            return self.refuse(node, prefix.rstrip("."), what, mend, "fields")
        plan = _plan(model)
        keys, nodes = self._nodes(node, plan, prefix, given)
        values: dict[str, object] = dict(given)
        for name, value in nodes.items():
            values[name] = self.value(value, plan[name][0], prefix + name)
        for name, (_, required) in plan.items():
            if required and name not in values:
                what, mend = f"The field {name} is missing.", f"Add {name}: …"
                values[name] = self.refuse(node, prefix + name, what, mend, "field-missing")
        if any(value is _BAD for value in values.values()):
            return _BAD
        try:
            return model(**values)
        except ContentRefused as e:
            for fault in e.faults:
                self._add(fault, keys.get(fault.field.split(".")[0], node), prefix)
            return _BAD

    def _nodes(
        self,
        node: MappingNode,
        plan: Mapping[str, object],
        prefix: str,
        given: Mapping[str, object],
    ) -> tuple[dict[str, Node], dict[str, Node]]:
        """Return the nodes of known fields: their names and their values."""
        keys: dict[str, Node] = {}
        nodes: dict[str, Node] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                what, mend = "The name of a field is a list or has fields.", "Write one word."
                self.refuse(key, prefix.rstrip("."), what, mend, "field-name")
                continue
            name = str(key.value)
            if name not in plan or name in given:
                mend = f"Remove it, or use one of: {', '.join(n for n in plan if n not in given)}."
                self.refuse(key, prefix + name, f"There is no field {name}.", mend, "field-unknown")
            elif name in nodes:
                what = f"The field {name} stands twice."
                self.refuse(key, prefix + name, what, "Keep one.", "field-twice")
            else:
                keys[name], nodes[name] = key, value
        return keys, nodes

    def _add(self, fault: Fault, node: Node, prefix: str) -> None:
        self.refuse(node, prefix + fault.field, fault.what, fault.mend, fault.code)

    def value(self, node: Node, hint: Any, field: str) -> object:
        """Return a node's value as a type hint wants it, or _BAD."""
        kind, inner = _kind(hint)
        if kind == "optional":
            if isinstance(node, ScalarNode) and node.value == "" and node.style is None:
                return None
            return self.value(node, inner, field)
        if kind == "list":
            return self._sequence(node, inner, field)
        if kind == "model":
            return self.model(node, typing.cast(type, hint), field + ".", {})
        if not isinstance(node, ScalarNode):
            return self.refuse(
                node, field, "This must be one value.", "Write it on one line.", "type"
            )
        return self._scalar(node, hint, field)

    def _sequence(self, node: Node, hint: Any, field: str) -> object:
        if not isinstance(node, SequenceNode):
            return self.refuse(
                node, field, "This must be a list.", "Begin each item with a dash.", "list"
            )
        items = [self.value(item, hint, f"{field}.{n}") for n, item in enumerate(node.value, 1)]
        return _BAD if any(item is _BAD for item in items) else tuple(items)

    def _scalar(self, node: ScalarNode, hint: Any, field: str) -> object:
        text = str(node.value)
        try:
            return _parse(text, hint)
        except ValueError:
            what = f"{text!r} is no {_wanted(hint)[0]}."
            return self.refuse(node, field, what, f"Write {_wanted(hint)[1]}.", "value")


def _parse(text: str, hint: Any) -> object:
    """Return a scalar's value as a type. Raises ValueError."""
    if hint is str:
        if not text.strip():
            raise ValueError
        return text.strip()
    if hint is bool:
        return {"true": True, "false": False}[text] if text in ("true", "false") else _fail()
    if hint is int:
        return int(text) if _INTEGER.fullmatch(text) else _fail()
    if hint is float:
        return float(text) if _DECIMAL.fullmatch(text) else _fail()
    if hint is dt.datetime:
        return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    if hint is dt.date:
        return dt.date.fromisoformat(text) if _DAY.fullmatch(text) else _fail()
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(text)
    return hint.parse(text)


def _fail() -> object:
    raise ValueError


def _wanted(hint: Any) -> tuple[str, str]:
    """Return what a type is called, and an example of it."""
    named = {
        str: ("text", "something"),
        bool: ("yes or no", "true or false"),
        int: ("whole number", "digits only, like 16"),
        float: ("decimal number", "digits with a point, like 48.8768"),
        dt.datetime: ("instant", "one like 2019-06-03T06:00:00Z"),
        dt.date: ("date", "one that exists, like 2019-06-03"),
    }
    if hint in named:
        return named[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return ("known value", "one of: " + ", ".join(str(item.value) for item in hint))
    return (hint.__name__.lower(), f"one like {hint.example}")
