"""An edition of the participatory budget: its rules, its money, its calendar and its phases.

Front matter of `editions/<id>/index.md`. The phase is never typed: it follows from the dates.
Days are days in the town's own time zone; the ballot opens and closes at an instant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from urne.errors import Fault
from urne.model.media import Example, refuse_faults
from urne.model.money import Money

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Phase(StrEnum):
    """Where an edition stands."""

    ANNOUNCED = "announced"
    ACCEPTING = "accepting"
    REVIEWING = "reviewing"
    BALLOTING = "balloting"
    COUNTING = "counting"
    IMPLEMENTING = "implementing"
    FINISHED = "finished"


class OverBudget(StrEnum):
    """What happens when the next project costs more than what is left."""

    SKIP = "skip"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Domain:
    """A policy domain a project may belong to, and the drawing that stands for it."""

    id: str
    name: str
    drawing: str


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the town, for the index's filter."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """A published criterion and the question it asks of every project."""

    id: str
    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the campaign worth telling, and what it counts."""

    id: str
    value: int
    label: str


@dataclass(frozen=True, slots=True)
class TownMap:
    """A drawing of the town in the theme's `drawings/maps/` and the degrees of its edges."""

    drawing: str
    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        refuse_faults(self._faults())

    def _faults(self) -> Iterator[Fault]:
        if not (self.west < self.east and self.south < self.north):
            yield Fault(
                "west", "The map's edges are crossed.", "Put west before east.", "map-edges"
            )


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of an edition, in order."""

    ideas_open: date
    ideas_close: date
    review_ends: date
    ballot_opens: datetime
    ballot_closes: datetime
    results_on: date
    finished_on: date

    def __post_init__(self) -> None:
        refuse_faults(self._faults())

    def _faults(self) -> Iterator[Fault]:
        days = [(name, _day(getattr(self, name))) for name in self.__slots__]
        for (before, earlier), (after, later) in pairwise(days):
            if later < earlier:
                yield Fault(
                    after,
                    f"{after} ({later}) is before {before} ({earlier}).",
                    "Put the dates of the calendar in order.",
                    "calendar-order",
                )


@dataclass(frozen=True, slots=True)
class Edition:
    """The rules of one edition, as its front matter states them."""

    id: str
    title: str
    summary: str
    town: str
    residents: int
    time_zone: str
    budget: Money
    cap: Money
    points: tuple[int, ...]
    min_choices: int
    max_choices: int
    over_budget: OverBudget
    minimum_age: int
    age_on: date
    residence: tuple[str, ...]
    postal_codes: tuple[str, ...]
    domains: tuple[Domain, ...]
    places: tuple[Place, ...]
    criteria: tuple[Criterion, ...]
    calendar: Calendar
    figures: tuple[Figure, ...] = ()
    map: TownMap | None = None
    example: Example = Example.NONE
    template: str = "main.html"

    def __post_init__(self) -> None:
        refuse_faults(self._faults())

    def _faults(self) -> Iterator[Fault]:
        if not _ID.fullmatch(self.id):
            yield Fault(
                "id", f"{self.id!r} is no id.", "Use lower-case words and hyphens.", "bad-id"
            )
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield Fault(
                "time_zone",
                f"{self.time_zone!r} is no time zone.",
                "Write one like Europe/Paris.",
                "time-zone",
            )
        if self.cap > self.budget:
            yield Fault("cap", "The cap is above the budget.", "Lower the cap.", "cap-over-budget")
        if self.budget.currency != self.cap.currency:
            yield Fault(
                "cap", "Cap and budget differ in currency.", "Use one currency.", "currency"
            )
        if len(self.points) != self.max_choices:
            yield Fault(
                "points",
                f"There are {len(self.points)} figures for {self.max_choices} choices.",
                "Give one figure per choice, best first.",
                "points-per-choice",
            )
        if (
            list(self.points) != sorted(self.points, reverse=True)
            or min(self.points, default=0) < 0
        ):
            yield Fault(
                "points", "A later choice earns more.", "Put the highest first.", "points-order"
            )
        if not 1 <= self.min_choices <= self.max_choices <= 8:
            yield Fault(
                "max_choices",
                f"{self.min_choices} to {self.max_choices} choices cannot be.",
                "Ask for 1 to 8 choices, the least not above the most.",
                "choices",
            )
        for name in ("domains", "places", "criteria", "figures"):
            yield from _repeated(name, [item.id for item in getattr(self, name)])

    def phase(self, now: datetime) -> Phase:
        """Return the phase at an instant, from the calendar alone."""
        today = self.day(now)
        dates = self.calendar
        if today < dates.ideas_open:
            return Phase.ANNOUNCED
        if today <= dates.ideas_close:
            return Phase.ACCEPTING
        if now < dates.ballot_opens:
            return Phase.REVIEWING
        if now < dates.ballot_closes:
            return Phase.BALLOTING
        if today < dates.results_on:
            return Phase.COUNTING
        return Phase.IMPLEMENTING if today < dates.finished_on else Phase.FINISHED

    def day(self, now: datetime) -> date:
        """Return the day it is in the town at an instant."""
        return now.astimezone(ZoneInfo(self.time_zone)).date()


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _repeated(name: str, ids: list[str]) -> Iterator[Fault]:
    for item in sorted({item for item in ids if ids.count(item) > 1}):
        yield Fault(name, f"The id {item!r} stands twice.", "Give each its own id.", "duplicate-id")
