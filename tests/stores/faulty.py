"""A store whose writes fail, in front of one that works, for what is built on stores.

    faults = each_write_twice()
    box, inbox = faulty(box, faults), faulty(inbox, faults)

Each write then fails twice, once unsaved and once saved with its answer lost, and goes well when
it is tried a third time. To its caller both look the same, as they would outside: OutcomeUnknown.
Reads go well. `faults.happened` tells which writes failed how, so that a test can look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import Enum
from typing import Any, TypeVar, cast

from urne.errors import OutcomeUnknown, UrneError

WRITES = frozenset(
    """put take sign_off put_desk_code put_closed put_once put_entry assign advance put_new
    replace repeat remove serve""".split()
)


class Fault(Enum):
    """How a write fails."""

    UNSAVED = "nothing was written"
    LOST = "it was written, and the answer lost"


Schedule = Callable[[int, str], Fault | None]
"""Gives the fault, if any, of a write: its number from 0, and what names it and its arguments."""


class Faults:
    """A schedule of faults, shared by all stores that are given it."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self.writes = 0
        self.happened: list[tuple[str, Fault]] = []

    def next(self, store: object, name: str, arguments: object) -> Fault | None:
        """Return the fault of the write that comes now."""
        fault = self._schedule(self.writes, f"{type(store).__name__}.{name}{arguments!r}")
        self.writes += 1
        if fault:
            self.happened.append((name, fault))
        return fault


def each_write_twice() -> Faults:
    """Return the faults of a world where the same write fails twice, then goes well."""
    tried: Counter[str] = Counter()

    def schedule(_: int, write: str) -> Fault | None:
        tried[write] += 1
        return {1: Fault.UNSAVED, 2: Fault.LOST}.get(tried[write])

    return Faults(schedule)


def one_write(number: int, fault: Fault) -> Faults:
    """Return the faults of a world where one write fails: the one of this number, from 0."""
    return Faults(lambda at, _: fault if at == number else None)


def in_order(faults: Iterable[Fault | None]) -> Faults:
    """Return the faults of a world where writes fail in this order; later ones go well."""
    given = list(faults)
    return Faults(lambda at, _: given[at] if at < len(given) else None)


Store = TypeVar("Store")


def faulty(store: Store, faults: Faults) -> Store:
    """Return a store that does what this one does, but for its faults."""
    return cast("Store", _Faulty(store, faults))


class _Faulty:
    def __init__(self, store: object, faults: Faults) -> None:
        self._store, self._faults = store, faults

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in WRITES:
            return method

        def write(*arguments: Any, **named: Any) -> Any:
            fault = self._faults.next(self._store, name, (arguments, named))
            if fault is None:
                return method(*arguments, **named)
            if fault is Fault.LOST:
                with suppress(UrneError):  # a refusal is an answer too, and lost as well
                    method(*arguments, **named)
            raise OutcomeUnknown(f"something ({name})")

        return write
