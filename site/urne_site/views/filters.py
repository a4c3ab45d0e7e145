"""The filters of the index: what one may choose by, and what there is to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from urne.model.edition import Edition
from urne.model.money import Money
from urne_site.views.cards import Card
from urne_site.words import Words

_STEPS = (1_000_000, 2_000_000, 3_000_000)  # in cents


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter's name in the address, its label and its options as value and label."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


def filters_of(w: Words, edition: Edition, cards: Sequence[Card]) -> tuple[Filter, ...]:
    """Return the filters of cards; an option that would show nothing is left out."""
    domains = dict(sorted({(card.domain, card.domain_name) for card in cards}))
    places = dict(sorted({(card.place, card.place_name) for card in cards}))
    states = {card.state: card.chips[0].text for card in cards}
    costs = tuple(
        (str(step), w("filters.up_to", cost=w.money(Money(step, edition.budget.currency))))
        for step in _STEPS
        if any(card.cost_cents <= step for card in cards)
    )
    return (
        Filter("domain", w("projects.domain"), _in_order([d.id for d in edition.domains], domains)),
        Filter("place", w("projects.place"), _in_order([p.id for p in edition.places], places)),
        Filter("status", w("filters.status"), tuple(sorted(states.items()))),
        Filter("cost", w("projects.cost"), costs),
    )


def _in_order(order: Sequence[str], names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((id_, names[id_]) for id_ in order if id_ in names)
