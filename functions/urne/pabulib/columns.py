"""Which column holds what, and what a file needs so that its text can be read back the same.

Columns with a meaning here may stand in any order behind the first, which is the record's
identifier. All others are kept as text in `other`, in the order of the header.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from urne.pabulib.problems import Findings
from urne.pabulib.values import MOST

if TYPE_CHECKING:
    from urne.pabulib.model import PabulibFile, Project, Vote

PROJECT_COLUMNS = ("project_id", "cost", "name", "votes", "score", "selected")
VOTE_COLUMNS = ("voter_id", "vote", "voting_method", "points")


def other_columns(header: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a header that are kept as text."""
    return tuple(column for column in header if column not in known)


def check_header(
    section: str,
    header: Sequence[str],
    required: Sequence[str],
    findings: Findings,
    *,
    line: int | None = None,
) -> None:
    """Report a header without its required columns or with one twice; `required[0]` is first."""
    if not header or header[0] != required[0]:
        what = f"The first column of {section} is not {required[0]!r}."
        findings.add("missing-column", what, line=line, field=required[0])
    for column in required[1:]:
        if column not in header:
            what = f"{section} has no column {column!r}."
            findings.add("missing-column", what, line=line, field=column)
    if "" in header:
        what = f"A column of {section} has no name."
        findings.add("missing-column", what, line=line)
    for column in dict.fromkeys(header):
        if header.count(column) > 1:
            what = f"{section} has the column {column!r} more than once."
            findings.add("repeated-column", what, line=line, field=column)


def check_file(file: PabulibFile, findings: Findings) -> None:
    """Report cells without a column, columns without cells, and text that would read otherwise."""
    _check_text("META", (text for pair in file.meta.items() for text in pair), None, findings)
    check_header("PROJECTS", file.project_columns, PROJECT_COLUMNS[:2], findings)
    _check_text("PROJECTS", file.project_columns, None, findings)
    others = len(other_columns(file.project_columns, PROJECT_COLUMNS))
    for project in file.projects:
        _check_project(project, file.project_columns, others, findings)
    check_header("VOTES", file.vote_columns, VOTE_COLUMNS[:2], findings)
    _check_text("VOTES", file.vote_columns, None, findings)
    others = len(other_columns(file.vote_columns, VOTE_COLUMNS))
    for vote in file.votes:
        _check_vote(vote, file.vote_columns, others, findings)


def _check_project(
    project: Project, header: Sequence[str], others: int, findings: Findings
) -> None:
    _check_text("PROJECTS", (project.id, project.name, *project.other), project.line, findings)
    _check_others(len(project.other), others, project.line, findings)
    if not 0 <= project.cost_cents <= MOST:
        findings.add("bad-amount", "The cost cannot be held.", line=project.line, field="cost")
    for column in ("votes", "score", "selected"):
        value: int | None = getattr(project, column)
        if value is not None and not 0 <= value <= MOST:
            findings.add("bad-number", f"{value} is too small or too large.", field=column)
    for column in PROJECT_COLUMNS[2:]:
        if column not in header and getattr(project, column) not in (None, ""):
            _report_columnless(column, project.line, findings)


def _check_vote(vote: Vote, header: Sequence[str], others: int, findings: Findings) -> None:
    _check_text("VOTES", (vote.voter_id, *vote.other), vote.line, findings)
    _check_others(len(vote.other), others, vote.line, findings)
    if vote.method is not None and "voting_method" not in header:
        _report_columnless("voting_method", vote.line, findings)
    if (vote.points is None) == ("points" in header):
        _report_columnless("points", vote.line, findings)


def _check_text(section: str, texts: Iterable[str], line: int | None, findings: Findings) -> None:
    for text in texts:
        if text != text.strip():
            what = f"A cell of {section} begins or ends with space: {text!r}."
            findings.add("space-around", what, line=line)


def _check_others(given: int, expected: int, line: int | None, findings: Findings) -> None:
    if given != expected:
        what = f"The record has {given} further cells for {expected} further columns."
        findings.add("columnless", what, line=line)


def _report_columnless(column: str, line: int | None, findings: Findings) -> None:
    what = f"The header and the record do not agree on whether there are {column!r}."
    findings.add("columnless", what, line=line, field=column)
