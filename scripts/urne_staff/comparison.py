"""A rehearsal's result beside the file's own: every figure, and every difference by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from urne.canonical import Json
from urne.model.tally import ProjectTally, Tally, decode_tally
from urne.pabulib import PabulibFile, Vote
from urne_staff.output import Output


@dataclass(frozen=True, slots=True)
class Expected:
    """What the file says of a project; None where it says nothing."""

    score: int
    votes: int
    selected: bool | None


@dataclass(frozen=True, slots=True)
class Row:
    """One project: what was counted and what the file says."""

    found: ProjectTally
    name: str
    expected: Expected

    @property
    def differences(self) -> list[str]:
        """Return each figure that is not the file's."""
        told = [
            ("points", self.found.points, self.expected.score),
            ("votes", sum(self.found.choices), self.expected.votes),
        ]
        if self.expected.selected is not None:
            told.append(("winner", int(self.found.winner), int(self.expected.selected)))
        return [
            f"{self.found.id}: {what} {ours}, in the file {theirs}"
            for what, ours, theirs in told
            if ours != theirs
        ]

    def as_json(self) -> dict[str, Json]:
        """Return the row as plain values."""
        return {
            "id": self.found.id,
            "rank": self.found.rank,
            "points": self.found.points,
            "score": self.expected.score,
            "choices": list(self.found.choices),
            "votes": self.expected.votes,
            "winner": self.found.winner,
            "selected": self.expected.selected,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows in ranking order, and every difference."""

    tally: Tally
    rows: tuple[Row, ...]
    differences: tuple[str, ...]


def compare(file: PabulibFile, votes: Sequence[Vote], tally_json: bytes) -> Comparison:
    """Return the comparison of a counted tally with the file.

    With every vote of the file, the file's own `score`, `votes` and `selected` are expected where
    it has them; otherwise, and with a sample, what its votes and the greedy rule give.
    """
    tally = decode_tally(tally_json)
    expected = _expected(file, votes)
    names = {project.id: project.name for project in file.projects}
    rows = tuple(Row(found, names[found.id], expected[found.id]) for found in tally.projects)
    differences = [difference for row in rows for difference in row.differences]
    if tally.counted != len(votes):
        differences.append(f"{tally.counted} ballots counted of {len(votes)} voters")
    return Comparison(tally, rows, tuple(differences))


def _expected(file: PabulibFile, votes: Sequence[Vote]) -> Mapping[str, Expected]:
    scores, chosen = _recount(file, votes)
    whole = len(votes) == len(file.votes)
    return {
        p.id: Expected(
            score=p.score if whole and p.score is not None else scores[p.id],
            votes=p.votes if whole and p.votes is not None else chosen[p.id],
            selected=bool(p.selected) if whole and p.selected is not None else None,
        )
        for p in file.projects
    }


def _recount(file: PabulibFile, votes: Sequence[Vote]) -> tuple[Counter[str], Counter[str]]:
    scores: Counter[str] = Counter()
    chosen: Counter[str] = Counter()
    points = file.points
    for vote in votes:
        chosen.update(vote.choices)
        for given, choice in zip(points, vote.choices, strict=False):
            scores[choice] += given
    return scores, chosen


def print_comparison(found: Comparison, output: Output) -> None:
    """Print the table, then every difference."""
    output.table(
        (
            ("rank", True),
            ("project", False),
            ("points", True),
            ("score", True),
            ("votes", True),
            ("in file", True),
            ("first", True),
            ("winner", False),
            ("selected", False),
        ),
        [
            (
                str(row.found.rank),
                f"{row.found.id} {row.name}",
                str(row.found.points),
                str(row.expected.score),
                str(sum(row.found.choices)),
                str(row.expected.votes),
                str(row.found.choices[0]),
                "yes" if row.found.winner else "",
                {None: "–", True: "yes", False: ""}[row.expected.selected],
            )
            for row in found.rows
        ],
    )
    for difference in found.differences:
        output.line(f"different: {difference}", "bold red")
