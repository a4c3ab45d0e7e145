"""Whole numbers, amounts of money and dates as a Pabulib file writes them.

Every reader here raises ValueError with a sentence that says what is wrong.
"""

from __future__ import annotations

import re
from datetime import date

# The largest integer canonical JSON can hold, so the largest sum an election can name.
MOST = 2**53 - 1

_WHOLE = re.compile(r"[0-9]+")
_AMOUNT = re.compile(r"([0-9]+)(?:([.,])([0-9]+))?")
_DAY = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_YEAR = re.compile(r"[0-9]{4}")


def parse_whole(text: str) -> int:
    """Return the whole number that a cell states."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{_shown(text)} is no whole number.")
    return _require_held(text, text)


def parse_cents(text: str) -> int:
    """Return an amount of money in cents, exactly; the decimal sign is a point or a comma."""
    match = _AMOUNT.fullmatch(text)
    if not match:
        raise ValueError(f"{_shown(text)} is no amount of money.")
    units, sign, decimals = match[1], match[2], match[3] or ""
    if sign == "," and len(decimals) == 3:
        raise ValueError(f"{_shown(text)} can be read as thousands or as decimals.")
    cents = decimals.rstrip("0")
    if len(cents) > 2:
        raise ValueError(f"{_shown(text)} holds fractions of a cent.")
    return _require_held(units + cents.ljust(2, "0"), text)


def _require_held(digits: str, text: str) -> int:
    significant = digits.lstrip("0") or "0"
    # int() itself refuses thousands of digits, in words of its own.
    if len(significant) > len(str(MOST)) or int(significant) > MOST:
        raise ValueError(f"{_shown(text)} is too large.")
    return int(significant)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")


def write_cents(cents: int) -> str:
    """Return an amount as text, with two decimals where it has cents."""
    units, rest = divmod(cents, 100)
    return f"{units}.{rest:02}" if rest else str(units)


def parse_day(text: str, *, last: bool) -> date:
    """Return the day that `DD.MM.YYYY` names, or the first or last day of a bare year."""
    try:
        if _YEAR.fullmatch(text):
            return date(int(text), 12, 31) if last else date(int(text), 1, 1)
        if match := _DAY.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError as error:
        raise ValueError(f"{text!r} is no day of the calendar.") from error
    raise ValueError(f"{text!r} is no date.")


def write_day(day: date) -> str:
    """Return a day as `DD.MM.YYYY`."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"
