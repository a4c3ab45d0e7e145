"""The comparison with Equal Shares in words: what both rules fund, and what only one does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from urne.model.tally import Tally
from urne_site.comparison import Comparison
from urne_site.views.ranking import Ranking
from urne_site.views.said import Said
from urne_site.words import Words


@dataclass(frozen=True, slots=True)
class SharesView:
    """Three lists of (title, address), each with its heading; an empty one says so."""

    lists: tuple[tuple[str, tuple[tuple[Said, str], ...]], ...]
    money: str


def shares_of(w: Words, ranking: Ranking, tally: Tally, found: Comparison) -> SharesView:
    """Return the comparison for the page of results."""
    ours = [p.id for p in tally.projects if p.winner]

    def links(ids: Iterable[str]) -> tuple[tuple[Said, str], ...]:
        return tuple((ranking.titles[id_], ranking.urls.get(id_, "")) for id_ in ids)

    return SharesView(
        lists=(
            (w("shares.both"), links(i for i in ours if i in found.funded)),
            (w("shares.theirs"), links(i for i in found.funded if i not in ours)),
            (w("shares.ours"), links(i for i in ours if i not in found.funded)),
        ),
        money=w(
            "shares.money",
            theirs=ranking.money(found.spent_cents),
            ours=ranking.money(tally.spent_cents),
        ),
    )
