"""Models as JSON values, field by field, so that what a model gains is exported by itself.

Money becomes whole cents under a name that says so (`cost` → `cost_cents`), in the edition's
currency; days and instants are ISO 8601, bytes base64. How a page is laid out is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import get_args, get_type_hints

from urne.canonical import to_base64
from urne.model.money import Money

Value = object
"""What json.dumps takes: objects, lists, text, numbers, true, false, null."""

_LAYOUT = ("template", "drawing")
_PLAIN = (str, int, bool, float, type(None))


def plain(value: object) -> Value:
    """Return a model's value as JSON has it."""
    if type(value) in _PLAIN:  # most are, and an enumeration's members are not, though text
        return value
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return to_base64(value) if isinstance(value, bytes) else record(value)


def record(model: object) -> dict[str, Value]:
    """Return a model as a JSON object, in the order of its fields."""
    found: dict[str, Value] = {}
    kind: type = type(model)
    for name, shown, is_money in _plan(kind):
        value = getattr(model, name)
        found[shown] = (value.cents if value else None) if is_money else plain(value)
    return found


@cache
def _plan(model: type) -> tuple[tuple[str, str, bool], ...]:
    """Return a model's fields: name, name in the data, and whether it is money."""
    hints = get_type_hints(model)
    money = {name for name, hint in hints.items() if hint is Money or Money in get_args(hint)}
    return tuple(
        (
            field.name,
            f"{field.name}_cents" if field.name in money else field.name,
            field.name in money,
        )
        for field in fields(model)
        if field.name not in _LAYOUT
    )
