"""An audit's findings: each check passed, failed, or could not be made, and why.

Nothing passes by being forgotten: a check has passed only when somebody says that it was made in
full and nobody says that it failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from urne.canonical import Json
from urne.errors import OutcomeUnknown, Unavailable, UrneError
from urne.flows.audit.checks import CHECKS, UNSEEN

T = TypeVar("T")

PASSED, FAILED, NOT_CHECKED = "passed", "failed", "not-checked"
MOST_DETAILS = 10
MOST_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Result:
    """One check's outcome; `details` say what failed and where, or why it was not made."""

    id: str
    status: str
    details: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Return what holds if the check passes."""
        return CHECKS[self.id]


@dataclass(frozen=True, slots=True)
class Report:
    """All checks of one audit, what was looked at, and what keys it rests on."""

    results: tuple[Result, ...]
    facts: Mapping[str, Json]
    remarks: tuple[str, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Return the identifiers of the checks that failed."""
        return tuple(r.id for r in self.results if r.status == FAILED)

    def as_json(self) -> dict[str, Json]:
        """Return the report as plain values, for machines."""
        return {
            "good": not self.failed,
            "checks": [
                {
                    "id": r.id,
                    "status": r.status,
                    "sentence": r.sentence,
                    "details": list(r.details),
                }
                for r in self.results
            ],
            "facts": dict(self.facts),
            "remarks": list(self.remarks),
            "unseen": list(UNSEEN),
        }


@dataclass(slots=True)
class Findings:
    """Findings as they come in. A failure outweighs all else, then a reason not to have checked."""

    _failures: dict[str, list[str]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _skipped: dict[str, str] = field(default_factory=dict)
    _made: set[str] = field(default_factory=set)

    def made(self, *checks: str) -> None:
        """Note that checks were made in full."""
        self._made.update(checks)

    def fail(self, check: str, detail: str) -> None:
        """Note a failure; of many, the first ten are kept and the rest counted.

        Of a detail, only the first line is kept, cut short: whoever wrote the files wrote part of
        it, and may have written a lot.
        """
        self._counts[check] = self._counts.get(check, 0) + 1
        kept = self._failures.setdefault(check, [])
        if len(kept) < MOST_DETAILS:
            line, more, _ = detail.partition("\n")
            cut = more or len(line) > MOST_CHARACTERS
            kept.append(f"{line[:MOST_CHARACTERS]} …" if cut else line)

    def skip(self, checks: tuple[str, ...], why: str) -> None:
        """Note that checks could not be made in full; the first reason stays."""
        for check in checks:
            self._skipped.setdefault(check, why)

    def skip_rest(self, why: str) -> None:
        """Note that the audit cannot go on: whatever was not made will not be."""
        self.skip(tuple(check for check in CHECKS if check not in self._made), why)

    def attempt(self, check: str, act: Callable[[], T], what: str = "") -> T | None:
        """Return what `act` returns, or None once its refusal is noted under `what`.

        A server that gives no answer is no finding: OutcomeUnknown and Unavailable go on.
        """
        try:
            return act()
        except (OutcomeUnknown, Unavailable):
            raise
        except UrneError as e:
            self.fail(check, f"{what}: {e}" if what else str(e))
            return None

    def has_failed(self, *checks: str) -> bool:
        """Return whether any of these checks has failed."""
        return any(check in self._failures for check in checks)

    def results(self) -> tuple[Result, ...]:
        """Return every check's outcome, in the order of CHECKS."""
        return tuple(self._result(check) for check in CHECKS)

    def _result(self, check: str) -> Result:
        if check in self._failures:
            details = list(self._failures[check])
            more = self._counts[check] - len(details)
            return Result(check, FAILED, (*details, *([f"and {more} more"] if more else [])))
        if check in self._skipped or check not in self._made:
            why = self._skipped.get(check, "the audit did not come to this")
            return Result(check, NOT_CHECKED, (why,))
        return Result(check, PASSED, ())
