"""The words of the pages' furniture in one language, and how it writes dates and money.

One TOML file a language in `words/`, all with the same keys. A missing key is an error, never an
empty place on a page.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from urne.model.money import Money


class Words:
    """A language's words; `w("results.winners_one", n=1)` fills the gaps of a sentence."""

    def __init__(self, language: str, time_zone: str = "Europe/Paris") -> None:
        raw = resources.files("urne_site").joinpath(f"words/{language}.toml").read_text("utf-8")
        self.language = language
        self.time_zone = ZoneInfo(time_zone)
        self._words = dict(_flat("", tomllib.loads(raw)))
        self._whole: dict[str, str] = {}  # sentences without gaps, once said

    def __call__(self, key: str, **gaps: object) -> str:
        """Return a sentence with its gaps filled. Raises KeyError for a key that is not there."""
        if gaps:
            return str(self._words[key]).format(**gaps)
        if key not in self._whole:
            self._whole[key] = str(self._words[key]).format()
        return self._whole[key]

    def marked(self, key: str, **gaps: object) -> Markup:
        """Return a sentence as HTML; a gap that knows its language (`Said`) keeps it."""
        filled = {name: escape(gap) for name, gap in gaps.items()}
        return Markup(str(escape(self._words[key])).format(**filled))  # noqa: S704, all of it is escaped

    def has(self, key: str) -> bool:
        """Return whether there is a sentence of this key."""
        return key in self._words

    def keys(self) -> frozenset[str]:
        """Return all keys, to compare languages."""
        return frozenset(self._words)

    def many(self, key: str, n: int, **gaps: object) -> str:
        """Return the sentence `key_one` or `key_many` with the number in it."""
        return self(f"{key}_{'one' if n == 1 else 'many'}", n=self.number(n), **gaps)

    def number(self, n: int) -> str:
        """Return a whole number with its thousands apart."""
        return f"{n:,}".replace(",", self("format.thousands"))

    def money(self, money: Money) -> str:
        """Return an amount, its cents only where there are any."""
        whole, cents = divmod(money.cents, 100)
        amount = self.number(whole) + (f"{self('format.decimal')}{cents:02}" if cents else "")
        if money.currency != "EUR":
            return f"{amount} {money.currency}"
        return self("format.money", amount=amount)

    def percent(self, n: int) -> str:
        """Return a percentage."""
        return self("format.percent", number=n)

    def day(self, day: date) -> str:
        """Return a day in words."""
        months: Sequence[str] = self._words["format.months"]
        number = self("format.day_1") if day.day == 1 else str(day.day)
        return self("format.day", day=number, month=months[day.month - 1], year=day.year)

    def instant(self, instant: datetime) -> str:
        """Return an instant in the town's time, in words."""
        local = instant.astimezone(self.time_zone)
        full = "time_full_hour" if local.minute == 0 else "time"
        time = self(f"format.{full}", hour=local.hour, minute=f"{local.minute:02}")
        return self("format.instant", day=self.day(local.date()), time=time)

    def period(self, start: date, end: date) -> str:
        """Return a period from a day to a day."""
        return self("format.period", start=self.day(start), end=self.day(end))

    def ordinal(self, n: int, key: str = "results.ordinal") -> str:
        """Return a rank as a word: 1st, 2nd; `key` gives its form, `key_1` that of the first."""
        return self(f"{key}_{n}" if self.has(f"{key}_{n}") else key, n=n)

    def listed(self, items: Sequence[str]) -> str:
        """Return items as one enumeration."""
        if len(items) < 2:
            return "".join(items)
        return ", ".join(items[:-1]) + self("format.list_and") + items[-1]

    def listed_marked(self, items: Sequence[Markup]) -> Markup:
        """Return items that are HTML as one enumeration."""
        if len(items) < 2:
            return Markup().join(items)
        return Markup(", ").join(items[:-1]) + Markup.escape(self("format.list_and")) + items[-1]


def _flat(prefix: str, table: dict[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            found += _flat(f"{prefix}{key}.", value)
        else:
            found.append((prefix + key, value))
    return found
