"""The rule that turns counted ballots into a ranking and the ranking into funded projects.

Points per rank come from the manifest. Projects are ordered by points, then by number of first
choices, then of second, and so on; a tie that still stands is drawn by
SHA-256("urne/v1/lot" 0x00 || root in the close entry || revealed scalars in trustee order ||
project id), lowest first. Projects are funded in that order while the budget lasts; the rule
`skip` passes over what no longer fits, `stop` ends there.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from urne.model.election import BallotProject, Election
from urne.model.tally import (
    BY_CHOICES,
    BY_LOT,
    FUNDED,
    OVER_BUDGET,
    STOPPED,
    ChannelTally,
    ProjectTally,
    Skip,
    Tally,
    Tie,
)

LOT_LABEL = b"urne/v1/lot\x00"

Choices = tuple[int, ...]


def count(
    election: Election,
    rankings: Mapping[Choices, int],
    *,
    channels: Sequence[ChannelTally],
    invalid_reasons: Mapping[str, int],
    lot_seed: bytes,
) -> Tally:
    """Return the tally of valid rankings and how often each was cast.

    `lot_seed` is the root inside the close entry and the revealed scalars in trustee order.
    """
    per_rank = choices_per_rank(election, rankings)
    order, ties = rank(election, per_rank, lot_seed)
    funded, skips = fund(election, order)
    projects = tuple(
        ProjectTally(
            id=election.projects[number].id,
            cost_cents=election.projects[number].cost_cents,
            points=points_of(election, per_rank[number]),
            choices=per_rank[number],
            rank=place,
            winner=funded[number] == FUNDED,
            reason=funded[number],
        )
        for place, number in enumerate(order, start=1)
    )
    return Tally(
        election_id=election.election_id,
        edition=election.edition,
        currency=election.currency,
        budget_cents=election.budget_cents,
        spent_cents=sum(p.cost_cents for p in projects if p.winner),
        channels=tuple(channels),
        counted=sum(channel.counted for channel in channels),
        invalid_reasons=dict(invalid_reasons),
        projects=projects,
        ties=ties,
        skips=skips,
    )


def choices_per_rank(election: Election, rankings: Mapping[Choices, int]) -> list[Choices]:
    """Return, per project in ballot order, how many ballots put it at each rank."""
    table = [[0] * election.max_choices for _ in election.projects]
    for choices, times in rankings.items():
        for place, number in enumerate(choices):
            table[number][place] += times
    return [tuple(row) for row in table]


def points_of(election: Election, per_rank: Choices) -> int:
    """Return the points of one project from its choices per rank."""
    return sum(p * n for p, n in zip(election.points, per_rank, strict=True))


def lot(lot_seed: bytes, project_id: str) -> bytes:
    """Return the 32-byte lot of one project; the lowest is ranked first."""
    return hashlib.sha256(LOT_LABEL + lot_seed + project_id.encode()).digest()


def rank(
    election: Election, per_rank: Sequence[Choices], lot_seed: bytes
) -> tuple[list[int], tuple[Tie, ...]]:
    """Return project numbers in order of the result, and each tie on points as it was broken."""

    def points(number: int) -> int:
        return points_of(election, per_rank[number])

    def order_key(number: int) -> tuple[int, Choices, bytes]:
        more_first = tuple(-n for n in per_rank[number])
        return -points(number), more_first, lot(lot_seed, election.projects[number].id)

    order = sorted(range(len(election.projects)), key=order_key)
    groups = (list(group) for _, group in groupby(order, key=points))
    ties = tuple(_tie(election, g, per_rank, lot_seed) for g in groups if len(g) > 1)
    return order, ties


def _tie(
    election: Election, group: Sequence[int], per_rank: Sequence[Choices], lot_seed: bytes
) -> Tie:
    alike = Counter(per_rank[number] for number in group)
    drawn = [n for n in group if alike[per_rank[n]] > 1]
    ids = {number: election.projects[number].id for number in group}
    return Tie(
        projects=tuple(ids[number] for number in group),
        broken_by=BY_LOT if drawn else BY_CHOICES,
        lots={ids[number]: lot(lot_seed, ids[number]) for number in drawn},
    )


def fund(election: Election, order: Iterable[int]) -> tuple[dict[int, str], tuple[Skip, ...]]:
    """Return why each project is or is not funded, by number, and what was passed over."""
    left, stopped = election.budget_cents, False
    reasons: dict[int, str] = {}
    skips: list[Skip] = []
    for number in order:
        project: BallotProject = election.projects[number]
        if stopped:
            reasons[number] = STOPPED
        elif project.cost_cents <= left:
            left -= project.cost_cents
            reasons[number] = FUNDED
        else:
            reasons[number] = OVER_BUDGET
            skips.append(Skip(project.id, project.cost_cents, left))
            stopped = election.over_budget == "stop"
    return reasons, tuple(skips)
