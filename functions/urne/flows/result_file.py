"""The result as a Pabulib file, from public data alone: whoever recounts gets the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta

from urne import pabulib
from urne.model.card import Card
from urne.model.election import Election
from urne.model.tally import Tally

Rankings = Mapping[str, Counter[tuple[int, ...]]]


def result_file(
    election: Election, cards: tuple[Card, ...], tally: Tally, rankings: Rankings
) -> bytes:
    """Return the bytes of `result.pb`: projects as ranked, ballots in an order that tells nothing.

    `rankings` are the counted rankings per channel and how often each was cast.
    """
    titles = {card.id: card.title for card in cards}
    return pabulib.write_pabulib(
        pabulib.result_file(
            meta={"description": election.title, "currency": election.currency}
            | dict(election.pabulib),
            budget_cents=election.budget_cents,
            over_budget=election.over_budget,
            date_begin=election.opens_at.date(),
            date_end=(election.closes_at - timedelta(seconds=1)).date(),
            min_length=election.min_choices,
            points=election.points,
            projects=[
                pabulib.Project(
                    id=p.id,
                    cost_cents=p.cost_cents,
                    name=titles[p.id],
                    votes=sum(p.choices),
                    score=p.points,
                    selected=int(p.winner),
                )
                for p in tally.projects
            ],
            ballots=_ballots(election, rankings),
        )
    )


def _ballots(election: Election, rankings: Rankings) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield (project ids, method) of each counted ballot; the method is its channel's kind."""
    for channel in election.channels:
        for choices, times in rankings[channel.id].items():
            ids = tuple(election.projects[number].id for number in choices)
            for _ in range(times):
                yield ids, channel.kind
