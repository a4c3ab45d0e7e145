"""The audit of the order of a log's entries, and of its end.

    election ballot* sign-offs* paper* close reveal{t} tally

The log may stop anywhere on the way: then the election is not over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from urne.flows.audit.checks import ORDER
from urne.flows.audit.report import Findings
from urne.model.entry import Kind

_ONCE = (Kind.ELECTION, Kind.CLOSE)


@dataclass(slots=True)
class OrderCheck:
    """The kinds of entries seen so far; `kinds` counts them. The election comes first, unseen."""

    trustees: int
    findings: Findings
    kinds: Counter[Kind] = field(default_factory=Counter)
    _latest: Kind = Kind.ELECTION

    def add(self, index: int, kind: Kind, number: int = 1) -> None:
        """Take the next entries of one kind, the first of them at `index`."""
        self.kinds[kind] += number
        latest, self._latest = self._latest, kind
        if latest is Kind.TALLY:
            self.findings.fail(ORDER, f"entry {index} follows the tally")
        elif kind < latest or (kind == latest and kind in _ONCE):
            name, after = kind.name.lower(), latest.name.lower()
            self.findings.fail(ORDER, f"entry {index}: {name} after {after}")

    def finish(self) -> None:
        """Report what is missing before the last entry."""
        self.findings.made(ORDER)
        for kind in (Kind.REVEAL, Kind.TALLY):
            if self.kinds[kind] and not self.kinds[Kind.CLOSE]:
                self.findings.fail(ORDER, f"there is a {kind.name.lower()} without a close")
        missing = self.trustees - self.kinds[Kind.REVEAL]
        if self.kinds[Kind.TALLY] and missing > 0:
            self.findings.fail(ORDER, f"there is a tally without {missing} of the reveals")
