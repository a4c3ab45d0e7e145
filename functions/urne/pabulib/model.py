"""An election as a Pabulib file tells it: what was asked, the projects, and every vote.

A file that exists is whole: its counts agree, every vote names listed projects, as many as META
allows, each once. What is not typed here (categories, a voter's age) is kept as text, in the
order of the columns that name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from urne.pabulib import columns, rules
from urne.pabulib.meta import OVER_BUDGET, read_day, read_lengths
from urne.pabulib.problems import Findings
from urne.pabulib.values import parse_cents


@dataclass(frozen=True, slots=True)
class Project:
    """One line of PROJECTS; None where the file has no such column or leaves the cell empty."""

    id: str
    cost_cents: int
    name: str = ""
    votes: int | None = None
    score: int | None = None
    selected: int | None = None
    other: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Vote:
    """One line of VOTES: the projects chosen, the first choice first.

    `method` is `internet`, `paper`, or None where the file does not say.
    """

    voter_id: str
    choices: tuple[str, ...]
    method: str | None = None
    points: tuple[int, ...] | None = None
    other: tuple[str, ...] = ()
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PabulibFile:
    """A whole Pabulib file; BadInput is raised when its parts contradict each other.

    `meta` holds every key of META as written, in order. `project_columns` and `vote_columns` are
    the two header lines.
    """

    meta: Mapping[str, str]
    project_columns: tuple[str, ...]
    projects: tuple[Project, ...]
    vote_columns: tuple[str, ...]
    votes: tuple[Vote, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "meta", MappingProxyType(dict(self.meta)))
        findings = Findings("(a Pabulib file not yet written)")
        rules.check_whole(self, findings)
        columns.check_file(self, findings)
        findings.refuse_if_any()

    @property
    def budget_cents(self) -> int:
        return parse_cents(self.meta["budget"])

    @property
    def min_length(self) -> int:
        """The fewest choices of a vote; 1 where META does not say."""
        return read_lengths(self.meta, len(self.projects))[0]

    @property
    def max_length(self) -> int:
        """The most choices of a vote; all projects, but no more than 8, where META does not say."""
        return read_lengths(self.meta, len(self.projects))[1]

    @property
    def points(self) -> tuple[int, ...]:
        """The points of each rank: those the votes state, else `max_length` down to 1."""
        return rules.points_of_ranks(self.votes, self.max_length)

    @property
    def other_project_columns(self) -> tuple[str, ...]:
        """The columns whose cells are each project's `other`."""
        return columns.other_columns(self.project_columns, columns.PROJECT_COLUMNS)

    @property
    def other_vote_columns(self) -> tuple[str, ...]:
        """The columns whose cells are each vote's `other`."""
        return columns.other_columns(self.vote_columns, columns.VOTE_COLUMNS)

    @property
    def vote_type(self) -> str:
        return self.meta["vote_type"]

    @property
    def rule(self) -> str:
        return self.meta["rule"]

    @property
    def over_budget(self) -> str:
        """What the rule does with a project that no longer fits: `skip` or `stop`."""
        return OVER_BUDGET[self.rule]

    @property
    def currency(self) -> str | None:
        return self.meta.get("currency") or None

    @property
    def date_begin(self) -> date | None:
        """The first day of voting; of a bare year, its first day."""
        return read_day(self.meta, "date_begin")

    @property
    def date_end(self) -> date | None:
        """The last day of voting; of a bare year, its last day."""
        return read_day(self.meta, "date_end")

    @property
    def description(self) -> str:
        return self.meta["description"]

    @property
    def country(self) -> str:
        return self.meta["country"]

    @property
    def unit(self) -> str:
        return self.meta["unit"]

    @property
    def instance(self) -> str:
        return self.meta["instance"]

    @property
    def edition(self) -> str | None:
        return self.meta.get("edition") or None

    @property
    def language(self) -> str | None:
        return self.meta.get("language") or None
