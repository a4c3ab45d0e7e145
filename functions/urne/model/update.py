"""An update: what changed on a project since the last one. Updates are only ever added.

Front matter of `editions/<edition>/updates/<project>/<date>.md`; project and date are in the path
and typed nowhere else. A mistake is mended by an update of kind `correction` that names the date
of what it corrects. The state of a project is what its updates say, the latest last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from urne.errors import Fault
from urne.model.media import Example, Picture, refuse_faults
from urne.model.money import Money


class Status(StrEnum):
    """How far a project has come, in order; a cancelled one stays so."""

    IDENTIFICATION = "identification"
    PREPARATION = "preparation"
    IMPLEMENTATION = "implementation"
    COMPLETION = "completion"
    MAINTENANCE = "maintenance"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What an update is mainly about."""

    PROGRESS = "progress"
    MILESTONE = "milestone"
    DELAY = "delay"
    COST = "cost"
    CANCELLATION = "cancellation"
    COMPLETION = "completion"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A move from one status to another."""

    before: Status
    after: Status


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, and when."""

    what: str
    date: dt.date


@dataclass(frozen=True, slots=True)
class Update:
    """An update as its front matter and its path state it."""

    project: str
    date: dt.date
    number: int
    title: str
    kind: Kind
    status: StatusChange | None = None
    progress: int | None = None
    allocated: Money | None = None
    committed: Money | None = None
    spent: Money | None = None
    delivery: dt.date | None = None
    next_step: NextStep | None = None
    corrects: dt.date | None = None
    reason: str | None = None
    pictures: tuple[Picture, ...] = ()
    example: Example = Example.NONE

    def __post_init__(self) -> None:
        refuse_faults(self._faults())

    def _faults(self) -> Iterator[Fault]:
        if self.progress is not None and not 0 <= self.progress <= 100:
            yield Fault(
                "progress", f"{self.progress} is no percentage.", "Write 0 to 100.", "progress"
            )
        if (self.kind is Kind.CORRECTION) != (self.corrects is not None):
            yield Fault(
                "corrects",
                "A correction names what it corrects, and nothing else does.",
                "Give the date of the update it corrects, with kind: correction.",
                "corrects",
            )
        if self.kind in (Kind.DELAY, Kind.CANCELLATION) and not self.reason:
            yield Fault(
                "reason",
                f"An update of kind {self.kind} gives no reason.",
                "Say in a sentence why.",
                "reason-missing",
            )
        if self.kind is Kind.DELAY and self.delivery is None:
            yield Fault(
                "delivery",
                "A delay does not say the new delivery date.",
                "Give the date that is expected now.",
                "delivery-missing",
            )
        if self.next_step is not None and self.next_step.date < self.date:
            yield Fault(
                "next_step",
                "The next step lies before the update itself.",
                "Give a later date.",
                "next-step-past",
            )


@dataclass(frozen=True, slots=True)
class State:
    """Where a project stands: the latest word of its updates on each subject."""

    status: Status = Status.IDENTIFICATION
    progress: int | None = None
    allocated: Money | None = None
    committed: Money | None = None
    spent: Money | None = None
    delivery: dt.date | None = None
    next_step: NextStep | None = None
    as_of: dt.date | None = None


def state_after(updates: Sequence[Update]) -> State:
    """Return the state that updates lead to, given in order of date.

    A next step is dropped by the next update that names none: it was done or overtaken.
    """
    state = State()
    for update in updates:
        state = State(
            status=update.status.after if update.status else state.status,
            progress=state.progress if update.progress is None else update.progress,
            allocated=update.allocated or state.allocated,
            committed=update.committed or state.committed,
            spent=update.spent or state.spent,
            delivery=update.delivery or state.delivery,
            next_step=update.next_step,
            as_of=update.date,
        )
    return state
