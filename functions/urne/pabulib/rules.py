"""What holds between the parts of a Pabulib file: META, projects, votes and their counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from urne.pabulib.cells import SECTIONS
from urne.pabulib.meta import check_count, check_meta, read_lengths
from urne.pabulib.problems import Findings

if TYPE_CHECKING:
    from urne.pabulib.model import PabulibFile, Project, Vote

METHODS = ("internet", "paper")


def check_whole(file: PabulibFile, findings: Findings) -> None:
    """Report every contradiction between the parts of a file."""
    num_projects = len(file.projects)
    check_meta(file.meta, num_projects, findings)
    check_count(file.meta, "num_projects", num_projects, findings)
    check_count(file.meta, "num_votes", len(file.votes), findings)
    check_projects(file.projects, findings)
    if findings.found:
        return
    lengths = read_lengths(file.meta, num_projects)
    check_votes(file.votes, {project.id for project in file.projects}, lengths, findings)


def check_projects(projects: Sequence[Project], findings: Findings) -> None:
    """Report projects without a usable identifier, listed twice, or oddly selected."""
    if not projects:
        findings.add("no-projects", "The file lists no projects.")
    first_lines: dict[str, int | None] = {}
    for project in projects:
        check_id(project.id, "project_id", project.line, findings)
        if "," in project.id:
            what = f"The identifier {project.id!r} holds a comma."
            findings.add("comma-in-id", what, line=project.line, field="project_id")
        if project.id in first_lines:
            what = f"The project {project.id!r} is listed again{_since(first_lines[project.id])}."
            findings.add("repeated-project", what, line=project.line, field="project_id")
        first_lines.setdefault(project.id, project.line)
        if project.selected not in (None, 0, 1, 2, 3):
            what = f"{project.selected} is no value of selected."
            findings.add("bad-selected", what, line=project.line, field="selected")


def check_id(identifier: str, column: str, line: int | None, findings: Findings) -> None:
    """Report an identifier that is empty or would be read as the title of a section."""
    if not identifier:
        findings.add("empty-id", "The record has no identifier.", line=line, field=column)
    elif identifier.upper() in SECTIONS:
        what = f"{identifier!r} is no identifier but a section's title."
        findings.add("reserved-word", what, line=line, field=column)


def check_votes(
    votes: Sequence[Vote],
    known: Collection[str],
    lengths: tuple[int, int],
    findings: Findings,
) -> None:
    """Report voters who come twice and votes that break the ballot's rules."""
    fewest, most = lengths
    first_lines: dict[str, int | None] = {}
    projects = frozenset(known)
    for vote in votes:
        check_id(vote.voter_id, "voter_id", vote.line, findings)
        if vote.voter_id in first_lines:
            what = f"This voter has voted already{_since(first_lines[vote.voter_id])}."
            findings.add("repeated-voter", what, line=vote.line, field="voter_id")
        first_lines.setdefault(vote.voter_id, vote.line)
        chosen = set(vote.choices)
        if not (fewest <= len(vote.choices) == len(chosen) <= most and chosen <= projects):
            _explain_choices(vote, projects, fewest, most, findings)
        if vote.method is not None and vote.method not in METHODS:
            what = f"The voting method {vote.method!r} is unknown."
            findings.add("unknown-method", what, line=vote.line, field="voting_method")
    _check_points(votes, most, findings)


def _explain_choices(
    vote: Vote, projects: frozenset[str], fewest: int, most: int, findings: Findings
) -> None:
    count = len(vote.choices)
    if count < fewest:
        what = f"The vote names {count} projects; at least {fewest} are asked for."
        findings.add("too-few-choices", what, line=vote.line, field="vote")
    if count > most:
        what = f"The vote names {count} projects; at most {most} are allowed."
        findings.add("too-many-choices", what, line=vote.line, field="vote")
    for choice in dict.fromkeys(vote.choices):
        if vote.choices.count(choice) > 1:
            what = f"The vote names the project {choice!r} more than once."
            findings.add("repeated-choice", what, line=vote.line, field="vote")
        if choice not in projects:
            what = f"The vote names the project {choice!r}, which is not listed."
            findings.add("unknown-project", what, line=vote.line, field="vote")


def points_of_ranks(votes: Iterable[Vote], max_length: int) -> tuple[int, ...]:
    """Return the points of each rank: those the votes state, else `max_length` down to 1."""
    stated = max((vote.points or () for vote in votes), key=len, default=())
    return stated + tuple(range(max_length - len(stated), 0, -1))


def _check_points(votes: Sequence[Vote], most: int, findings: Findings) -> None:
    """Report points that are not one per choice, or not the same for a rank in every vote."""
    ranks = points_of_ranks(votes, most)
    stated = max((len(vote.points or ()) for vote in votes), default=0)
    if stated < most and ranks[:stated] != tuple(range(most, most - stated, -1)):
        what = f"No vote says what its choice {stated + 1} is worth."
        findings.add("uneven-points", what, field="points")
    for vote in votes:
        points = vote.points
        if points is None:
            continue
        if len(points) != len(vote.choices):
            what = f"The vote has {len(vote.choices)} choices but points for {len(points)}."
            findings.add("bad-points", what, line=vote.line, field="points")
        elif min(points, default=1) < 1:
            what = "A choice is given no points."
            findings.add("bad-points", what, line=vote.line, field="points")
        elif points != ranks[: len(points)]:
            what = "Other votes give these ranks other points."
            findings.add("uneven-points", what, line=vote.line, field="points")


def _since(line: int | None) -> str:
    return "" if line is None else f" (first in line {line})"
