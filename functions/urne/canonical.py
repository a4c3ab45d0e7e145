"""The one JSON encoding of a value, and strict readers for it, for base64 and for instants.

Canonical JSON is RFC 8785 restricted: integers from -(2^53-1) to 2^53-1, no floats, no duplicate
keys, no lone surrogates, at most 32 levels of lists and objects. `decode` encodes what it read
again and compares, so it accepts exactly what `encode` writes. Binary values are standard base64
with padding (RFC 4648 section 4); instants are RFC 3339 in UTC to the second, such as
`2019-06-01T08:00:00Z`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import NoReturn, TypeAlias

import rfc8785

from urne.errors import BadEncoding, BadField, NotCanonical

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 32


def encode(value: Json) -> bytes:
    """Return the canonical JSON bytes of a value, UTF-8. Raises NotCanonical."""
    _require_plain(value, 0)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as e:
        raise NotCanonical(str(e)) from e


def decode(raw: bytes) -> Json:
    """Return the value of canonical JSON bytes. Raises NotCanonical for any other bytes."""
    try:
        value: Json = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except UnicodeDecodeError as e:
        raise NotCanonical("it is not UTF-8") from e
    except RecursionError as e:
        raise NotCanonical("it is nested too deep") from e
    except ValueError as e:
        raise NotCanonical(f"it is no JSON ({e})") from e
    if encode(value) != raw:
        raise NotCanonical("the same value has another, canonical encoding")
    return value


def _require_plain(value: Json, depth: int) -> None:
    if isinstance(value, bool | str) or value is None:
        return
    if depth >= MAX_DEPTH and not isinstance(value, int):
        raise NotCanonical("it is nested too deep")
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical("an integer is beyond 2^53-1")
    elif isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("a key is not text")
        for item in value.values():
            _require_plain(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _require_plain(item, depth + 1)
    else:
        raise NotCanonical(f"{type(value).__name__} is not a JSON value of ours")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise NotCanonical("a key stands twice in one object")
    return value


def _no_float(text: str) -> NoReturn:
    raise NotCanonical(f"{text} is not an integer")


def to_base64(raw: bytes) -> str:
    """Return bytes as standard base64 with padding."""
    return base64.b64encode(raw).decode("ascii")


def from_base64(text: str, length: int | None = None) -> bytes:
    """Return the bytes of standard base64 with padding. Raises BadEncoding.

    Refuses white space, other alphabets, missing padding and non-zero trailing bits.
    """
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as e:
        raise BadEncoding("base64", "it has characters or padding it must not have") from e
    if to_base64(raw) != text:
        raise BadEncoding("base64", "it is not the one encoding of its bytes")
    if length is not None and len(raw) != length:
        raise BadEncoding("base64", f"it holds {len(raw)} bytes where {length} belong")
    return raw


def parse_decimal(text: str) -> int:
    """Return the number below 2^63 of its one decimal form: ASCII, no sign, no leading zero.

    Raises BadEncoding. The length is looked at first: Python refuses to read very long numbers
    with a ValueError of its own, and takes `1_0` and other alphabets' digits.
    """
    if not 0 < len(text) <= 19 or not text.isascii() or not text.isdigit():
        raise BadEncoding("number", "it is not 1 to 19 digits")
    number = int(text)
    if number >= 1 << 63 or str(number) != text:
        raise BadEncoding("number", "it is not below 2^63, or begins with a zero")
    return number


def format_instant(instant: datetime) -> str:
    """Return an aware datetime as RFC 3339 in UTC to the second."""
    if instant.tzinfo is None or instant.microsecond:
        raise BadEncoding("instant", "it needs a time zone and whole seconds")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def parse_instant(text: str) -> datetime:
    """Return the aware UTC datetime of an RFC 3339 instant. Raises BadEncoding."""
    try:
        instant = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as e:
        raise BadEncoding("instant", "it is not written like 2019-06-01T08:00:00Z") from e
    if format_instant(instant) != text:
        raise BadEncoding("instant", "it is not written like 2019-06-01T08:00:00Z")
    return instant


class Fields:
    """A JSON object read field by field, exactly the fields named and no others.

    Every reader raises BadField naming `where`, the field and what is wrong.
    """

    def __init__(
        self, value: Json, where: str, required: Collection[str], optional: Collection[str] = ()
    ) -> None:
        if not isinstance(value, Mapping):
            raise BadField(where, "(all)", "is not an object")
        for name in required:
            if name not in value:
                raise BadField(where, name, "is missing")
        for name in value:
            if name not in required and name not in optional:
                raise BadField(where, name, "is not known")
        self._value, self.where = value, where

    def refuse(self, name: str, why: str) -> NoReturn:
        """Raise BadField for one field."""
        raise BadField(self.where, name, why)

    def has(self, name: str) -> bool:
        """Return whether an optional field is there."""
        return name in self._value

    def raw(self, name: str) -> Json:
        """Return a field as it stands."""
        return self._value[name]

    def text(self, name: str, *, longest: int = 10_000) -> str:
        """Return a field that is text."""
        value = self._value[name]
        if not isinstance(value, str):
            self.refuse(name, "is not text")
        if len(value) > longest:
            self.refuse(name, f"is longer than {longest} characters")
        return value

    def integer(self, name: str, *, least: int = 0, most: int = MAX_INTEGER) -> int:
        """Return a field that is an integer from `least` to `most`."""
        value = self._value[name]
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(name, "is not an integer")
        if not least <= value <= most:
            self.refuse(name, f"is not between {least} and {most}")
        return value

    def boolean(self, name: str) -> bool:
        """Return a field that is true or false."""
        value = self._value[name]
        if not isinstance(value, bool):
            self.refuse(name, "is neither true nor false")
        return value

    def one_of(self, name: str, allowed: Collection[str]) -> str:
        """Return a field whose text is one of those allowed."""
        value = self.text(name)
        if value not in allowed:
            self.refuse(name, f"is not one of {', '.join(sorted(allowed))}")
        return value

    def base64(self, name: str, length: int | None = None) -> bytes:
        """Return the bytes of a base64 field."""
        try:
            return from_base64(self.text(name, longest=200_000), length)
        except BadEncoding as e:
            raise BadField(self.where, name, str(e)) from e

    def instant(self, name: str) -> datetime:
        """Return the aware UTC datetime of an instant."""
        try:
            return parse_instant(self.text(name))
        except BadEncoding as e:
            raise BadField(self.where, name, str(e)) from e

    def items(self, name: str, *, least: int = 0, most: int = MAX_INTEGER) -> Sequence[Json]:
        """Return a field that is a list of `least` to `most` items."""
        value = self._value[name]
        if not isinstance(value, list):
            self.refuse(name, "is not a list")
        if not least <= len(value) <= most:
            self.refuse(name, f"has {len(value)} items, not {least} to {most}")
        return value

    def texts(self, name: str, *, least: int = 0) -> tuple[str, ...]:
        """Return a field that is a list of texts."""
        values = self.items(name, least=least)
        if not all(isinstance(value, str) for value in values):
            self.refuse(name, "holds something that is not text")
        return tuple(str(value) for value in values)

    def integers(self, name: str, *, least: int = 0) -> tuple[int, ...]:
        """Return a field that is a list of integers from `least`."""
        return integers(self.items(name), self.where, name, least=least)


def integers(
    values: Sequence[Json], where: str, name: str, *, least: int = 0, most: int = MAX_INTEGER
) -> tuple[int, ...]:
    """Return a list of JSON values as integers from `least` to `most`. Raises BadField."""
    found = []
    for value in values:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise BadField(where, name, f"holds something that is no integer of {least} to {most}")
        found.append(value)
    return tuple(found)
