"""The three sections of a Pabulib file while it is read, one record at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from urne.pabulib.columns import PROJECT_COLUMNS, VOTE_COLUMNS, check_header, other_columns
from urne.pabulib.model import Project, Vote
from urne.pabulib.problems import Findings
from urne.pabulib.values import parse_cents, parse_whole

T = TypeVar("T")


class Table:
    """A section: its header, the number of its records, and what became of them.

    The first record is the header. A record of another width than the header's is reported and
    counted, but not taken; under a header with problems, records are only counted.
    """

    title: str
    required: tuple[str, ...]

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.header: tuple[str, ...] = ()
        self.usable = True
        self.records = 0

    def add(self, line: int, cells: list[str]) -> None:
        """Read the next record of the section."""
        if self.header:
            self.records += 1
            if self.usable and self._fits(line, cells):
                self.take(line, cells[: len(self.header)])
        else:
            # A spreadsheet fills every line up to the widest one of the file.
            width = max(index for index, cell in enumerate(cells, 1) if cell)
            self.begin(line, tuple(cells[:width]))

    def begin(self, line: int, header: tuple[str, ...]) -> None:
        """Keep the header."""
        before = len(self.findings.found)
        check_header(self.title, header, self.required, self.findings, line=line)
        self.usable = len(self.findings.found) == before
        self.header = header

    def take(self, line: int, cells: list[str]) -> None:
        """Keep one record as wide as the header."""
        raise NotImplementedError

    def number(self, parse: Callable[[str], T], text: str, line: int, field: str) -> T | None:
        """Return what a cell states, or report it; None for an empty cell."""
        try:
            return parse(text) if text else None
        except ValueError as error:
            code = "bad-amount" if parse is parse_cents else "bad-number"
            self.findings.add(code, str(error), line=line, field=field)
            return None

    def _fits(self, line: int, cells: list[str]) -> bool:
        width = len(self.header)
        if len(cells) == width or (len(cells) > width and not any(cells[width:])):
            return True
        what = f"The record has {len(cells)} fields, the header of {self.title} {width}."
        if len(cells) < width:
            missing = self.header[len(cells)]
            self.findings.add("too-few-fields", what, line=line, field=missing)
        else:
            self.findings.add("too-many-fields", what, line=line)
        return False


class MetaTable(Table):
    """META: each key, its value, and the line where it stands."""

    title = "META"
    required = ("key", "value")

    def __init__(self, findings: Findings) -> None:
        super().__init__(findings)
        self.values: dict[str, str] = {}
        self.lines: dict[str, int] = {}

    def begin(self, line: int, header: tuple[str, ...]) -> None:
        """Keep the one header META may have; a first record that is none is already a key."""
        self.header = self.required
        if header != self.required:
            self.findings.add("missing-header", "META does not begin with key;value.", line=line)
            self.add(line, list(header))

    def take(self, line: int, cells: list[str]) -> None:
        """Keep the value of a key that is new."""
        key, value = cells
        if not key:
            self.findings.add("empty-id", "A value has no key.", line=line, field="key")
            return
        if key in self.values:
            what = f"META states {key!r} again (first in line {self.lines[key]})."
            self.findings.add("repeated-key", what, line=line, field=key)
            return
        self.values[key] = value
        self.lines[key] = line


class ProjectTable(Table):
    """PROJECTS: each project, and the identifiers of all records, even of those with problems."""

    title = "PROJECTS"
    required = PROJECT_COLUMNS[:2]

    def __init__(self, findings: Findings) -> None:
        super().__init__(findings)
        self.projects: list[Project] = []
        self.identifiers: set[str] = set()

    def add(self, line: int, cells: list[str]) -> None:
        """Read the next record; votes for a project with problems are not problems themselves."""
        if self.header:
            self.identifiers.add(cells[0])
        super().add(line, cells)

    def take(self, line: int, cells: list[str]) -> None:
        """Keep one project."""
        by_column = dict(zip(self.header, cells, strict=True))
        if not by_column["cost"]:
            what = "The project has no cost."
            self.findings.add("bad-amount", what, line=line, field="cost")
        votes, score, selected = (
            self.number(parse_whole, by_column.get(column, ""), line, column)
            for column in ("votes", "score", "selected")
        )
        cost_cents = self.number(parse_cents, by_column["cost"], line, "cost")
        others = other_columns(self.header, PROJECT_COLUMNS)
        project = Project(
            id=cells[0],
            cost_cents=cost_cents or 0,  # a cost that is missing or no number has been reported
            name=by_column.get("name", ""),
            votes=votes,
            score=score,
            selected=selected,
            other=tuple(by_column[column] for column in others),
            line=line,
        )
        self.projects.append(project)


class VoteTable(Table):
    """VOTES: each vote; equal rankings share one tuple, so that a large file stays small."""

    title = "VOTES"
    required = VOTE_COLUMNS[:2]

    def __init__(self, findings: Findings) -> None:
        super().__init__(findings)
        self.votes: list[Vote] = []
        self._places: dict[str, int] = {}
        self._others: list[int] = []
        self._texts: dict[str, str] = {}
        self._points: dict[str, tuple[int, ...] | None] = {}
        self._shared: dict[tuple[str, ...], tuple[str, ...]] = {}

    def begin(self, line: int, header: tuple[str, ...]) -> None:
        """Keep the header, and where each column stands."""
        super().begin(line, header)
        self._places = {column: place for place, column in enumerate(header)}
        others = other_columns(header, VOTE_COLUMNS)
        self._others = [self._places[column] for column in others]

    def take(self, line: int, cells: list[str]) -> None:
        """Keep one vote."""
        places = self._places
        other = tuple([cells[place] for place in self._others])
        vote = Vote(
            cells[0],
            self._ranking(cells[places["vote"]], line),
            (cells[places["voting_method"]] or None) if "voting_method" in places else None,
            self._points_of(cells[places["points"]], line) if "points" in places else None,
            self._shared.setdefault(other, other),
            line,
        )
        self.votes.append(vote)

    def _ranking(self, text: str, line: int) -> tuple[str, ...]:
        choices = [choice.strip() for choice in text.split(",")] if text else []
        if "" in choices:
            what = "The vote has a comma without a project on both sides."
            self.findings.add("empty-choice", what, line=line, field="vote")
        ranking = tuple([self._texts.setdefault(choice, choice) for choice in choices if choice])
        return self._shared.setdefault(ranking, ranking)

    def _points_of(self, text: str, line: int) -> tuple[int, ...] | None:
        if text not in self._points:
            try:
                self._points[text] = tuple(parse_whole(part.strip()) for part in text.split(","))
            except ValueError:
                self._points[text] = None
        points = self._points[text]
        if points is None:
            what = f"{text!r} are no points."
            self.findings.add("bad-points", what, line=line, field="points")
        return points
