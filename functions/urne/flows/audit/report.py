"""An audit's findings: each check passed, failed, or could not be made, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from urne.canonical import Json
from urne.flows.audit.checks import CHECKS, UNSEEN

PASSED, FAILED, NOT_CHECKED = "passed", "failed", "not-checked"
MOST_DETAILS = 10


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
    """Findings as they come in; a check nobody mentions has passed."""

    _failures: dict[str, list[str]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _skipped: dict[str, str] = field(default_factory=dict)

    def fail(self, check: str, detail: str) -> None:
        """Note a failure; of many, the first ten are kept and the rest counted."""
        self._counts[check] = self._counts.get(check, 0) + 1
        kept = self._failures.setdefault(check, [])
        if len(kept) < MOST_DETAILS:
            kept.append(detail)

    def skip(self, checks: tuple[str, ...], why: str) -> None:
        """Note that checks could not be made; the first reason stays."""
        for check in checks:
            self._skipped.setdefault(check, why)

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
        if check in self._skipped:
            return Result(check, NOT_CHECKED, (self._skipped[check],))
        return Result(check, PASSED, ())
