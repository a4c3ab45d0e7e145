"""A project: an idea of residents, screened in the open, with three axes and never one status.

Front matter of `editions/<edition>/projects/<id>-<words>.md`. Feasibility is the experts' answer;
the outcome is whether it stood on the ballot (here) and won (the tally says so, nobody types it);
the status is that of its latest update and stands in `urne.model.update`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from urne.errors import Fault
from urne.model.media import Attachment, Example, Picture, refuse_faults
from urne.model.money import Money

_ID = re.compile(r"\d{3,5}")


class Feasibility(StrEnum):
    """The experts' answer."""

    UNDECIDED = "undecided"
    FEASIBLE = "feasible"
    UNFEASIBLE = "unfeasible"


class Verdict(StrEnum):
    """Whether a published criterion is met."""

    MET = "met"
    NOT_MET = "not-met"


class OpinionKind(StrEnum):
    """The three reviews every project goes through."""

    TECHNICAL = "technical"
    LEGAL = "legal"
    FINANCIAL = "financial"


class Advice(StrEnum):
    """What an opinion comes to."""

    FAVOURABLE = "favourable"
    RESERVED = "reserved"
    UNFAVOURABLE = "unfavourable"


class Origin(StrEnum):
    """How the idea reached the town."""

    ONLINE = "online"
    PAPER_BOX = "paper-box"


@dataclass(frozen=True, slots=True)
class CriterionVerdict:
    """One criterion, whether it is met, and why."""

    criterion: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an office of the town thinks of a project, and since when."""

    kind: OpinionKind
    advice: Advice
    office: str
    date: dt.date
    text: str


@dataclass(frozen=True, slots=True)
class Location:
    """Where a project is: a part of the town, a spot in words, and degrees as decimal text."""

    place: str
    spot: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Idea:
    """The idea as it came in. It names no person."""

    number: int
    origin: Origin
    date: dt.date
    text: str


@dataclass(frozen=True, slots=True)
class MergedIdea:
    """Another idea that went into this project."""

    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Project:
    """A project as its front matter states it."""

    id: str
    title: str
    summary: str
    domain: str
    cost: Money
    location: Location
    feasibility: Feasibility
    on_ballot: bool
    idea: Idea
    criteria: tuple[CriterionVerdict, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    reason: str | None = None
    merged: tuple[MergedIdea, ...] = ()
    planned_delivery: dt.date | None = None
    drawing: str | None = None
    pictures: tuple[Picture, ...] = ()
    documents: tuple[Attachment, ...] = ()
    example: Example = Example.NONE
    template: str = "main.html"

    def __post_init__(self) -> None:
        refuse_faults(self._faults())

    def _faults(self) -> Iterator[Fault]:
        if not _ID.fullmatch(self.id):
            yield Fault(
                "id",
                f"{self.id!r} is no project number.",
                'Write three to five digits: "012".',
                "bad-id",
            )
        if self.feasibility is Feasibility.UNFEASIBLE and not self.reason:
            yield Fault(
                "reason",
                "An unfeasible project gives no reason.",
                "Say in a sentence why it cannot be done.",
                "reason-missing",
            )
        if self.on_ballot and self.feasibility is not Feasibility.FEASIBLE:
            yield Fault(
                "on_ballot",
                f"A project that is {self.feasibility} stands on the ballot.",
                "Put only feasible projects on the ballot.",
                "ballot-unfeasible",
            )
        for verdict in self.criteria:
            if self.on_ballot and verdict.verdict is Verdict.NOT_MET:
                yield Fault(
                    "criteria",
                    f"It is on the ballot though the criterion {verdict.criterion!r} is not met.",
                    "Take it off the ballot or correct the verdict.",
                    "ballot-criterion",
                )
        if self.idea.number in [merged.number for merged in self.merged]:
            yield Fault(
                "merged",
                f"Idea {self.idea.number} is merged with itself.",
                "List only the other ideas.",
                "merged-itself",
            )

    def opinion(self, kind: OpinionKind) -> Opinion | None:
        """Return the opinion of a kind, or None while there is none."""
        return next((opinion for opinion in self.opinions if opinion.kind is kind), None)
