"""Stores in front of others that end the world at one write, before it or just after it.

Unlike a fault (tests/stores/faulty.py), a crash is not an answer: nobody can try again.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from tests.stores.faulty import WRITES

Store = TypeVar("Store")


class CrashedError(BaseException):
    """The machine went off."""


class Crash:
    """Ends the world at write number `at`, counted from 0 over all its stores."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.at, self.after, self.writes = at, after, 0

    def of(self, store: Store) -> Store:
        """Return a store that this crash hits."""
        return cast("Store", _Crashing(store, self))


class _Crashing:
    def __init__(self, store: object, crash: Crash) -> None:
        self._store, self._crash = store, crash

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name not in WRITES:
            return method

        def write(*arguments: Any, **named: Any) -> Any:
            crash = self._crash
            number, crash.writes = crash.writes, crash.writes + 1
            if number == crash.at and not crash.after:
                raise CrashedError
            try:
                return method(*arguments, **named)
            finally:
                if number == crash.at:
                    raise CrashedError

        return write
