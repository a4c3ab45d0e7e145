"""A Pabulib file as bytes: UTF-8, lines ended by LF, cells quoted only where they must be.

What is written reads back as the same file, and what was read is written the same every time.
"""

from __future__ import annotations

from collections.abc import Iterator

from urne.pabulib.cells import write_record
from urne.pabulib.model import PabulibFile, Project, Vote
from urne.pabulib.values import write_cents


def write_pabulib(file: PabulibFile) -> bytes:
    """Return the bytes of a Pabulib file."""
    return b"".join(line.encode() for line in write_lines(file))


def write_lines(file: PabulibFile) -> Iterator[str]:
    """Yield the file record by record, for writing one too large to hold twice."""
    yield write_record(["META"])
    yield write_record(["key", "value"])
    yield from map(write_record, file.meta.items())
    yield write_record(["PROJECTS"])
    yield write_record(file.project_columns)
    others = file.other_project_columns
    for project in file.projects:
        cells = _project_cells(project) | dict(zip(others, project.other, strict=True))
        yield write_record(cells[column] for column in file.project_columns)
    yield write_record(["VOTES"])
    yield write_record(file.vote_columns)
    others = file.other_vote_columns
    for vote in file.votes:
        cells = _vote_cells(vote) | dict(zip(others, vote.other, strict=True))
        yield write_record(cells[column] for column in file.vote_columns)


def _project_cells(project: Project) -> dict[str, str]:
    return {
        "project_id": project.id,
        "cost": write_cents(project.cost_cents),
        "name": project.name,
        "votes": _number(project.votes),
        "score": _number(project.score),
        "selected": _number(project.selected),
    }


def _vote_cells(vote: Vote) -> dict[str, str]:
    return {
        "voter_id": vote.voter_id,
        "vote": ",".join(vote.choices),
        "voting_method": vote.method or "",
        "points": ",".join(map(str, vote.points or ())),
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
