"""Values as Python has them, and as DynamoDB has them: each with the name of its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from urne.store.dynamodb.tables import KEY, PARTITION

Value = bytes | str | int | bool
Values = Mapping[str, Value]
"""An item's attributes without its keys, or the values of an expression."""


def typed_all(values: Values, *, before: str = "") -> dict[str, Any]:
    """Return these values for DynamoDB, with something put before their names."""
    return {before + name: typed(value) for name, value in values.items()}


def typed(value: Value) -> dict[str, Any]:
    """Return one value for DynamoDB."""
    match value:
        case bytes():
            return {"B": value}
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}


def values_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of an item from DynamoDB, without its keys."""
    return {name: _plain(value) for name, value in item.items() if name not in (PARTITION, KEY)}


def _plain(value: Mapping[str, Any]) -> Any:
    [(kind, content)] = value.items()
    return int(content) if kind == "N" else content
