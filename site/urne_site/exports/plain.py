"""Models as JSON values, field by field, so that what a model gains is exported by itself.

Money becomes whole cents under a name that says so (`cost` → `cost_cents`), in the edition's
currency; days and instants are ISO 8601, bytes base64. How a page is laid out is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum

from urne.canonical import to_base64
from urne.model.money import Money

Value = object
"""What json.dumps takes: objects, lists, text, numbers, true, false, null."""

_LAYOUT = ("template", "drawing")


def plain(value: object) -> Value:
    """Return a model's value as JSON has it."""
    if is_dataclass(value) and not isinstance(value, type):
        return record(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, date):
        return value.isoformat()
    return to_base64(value) if isinstance(value, bytes) else value


def record(model: object) -> dict[str, Value]:
    """Return a model as a JSON object, in the order of its fields."""
    found: dict[str, Value] = {}
    for field in fields(model):  # type: ignore[arg-type]  # callers give dataclasses
        value = getattr(model, field.name)
        if isinstance(value, Money):
            found[f"{field.name}_cents"] = value.cents
        elif value is None and "Money" in str(field.type):
            found[f"{field.name}_cents"] = None
        elif field.name not in _LAYOUT:
            found[field.name] = plain(value)
    return found
