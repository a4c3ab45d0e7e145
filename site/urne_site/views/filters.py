"""The filters of the index: what one may choose by, and what there is to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from urne.model.edition import Edition
from urne.model.money import Money
from urne.model.update import Status
from urne_site.views.cards import Card
from urne_site.views.said import Said
from urne_site.words import Words


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter's name in the address, its label and its options as value and label."""

    name: str
    label: str
    options: tuple[tuple[str, Said], ...]


def filters_of(w: Words, edition: Edition, cards: Sequence[Card]) -> tuple[Filter, ...]:
    """Return the filters of cards; an option that would show nothing is left out."""
    domains = {card.domain: card.domain_name for card in cards}
    places = {card.place: card.place_name for card in cards}
    states = {card.state: Said(card.chips[0].text) for card in cards}
    steps = {card.step: Said(w(f"status.{card.step}")) for card in cards if card.step}
    costs = tuple(
        (str(step), Said(w("filters.up_to", cost=w.money(Money(step, edition.cap.currency)))))
        for step in cost_steps(edition.cap.cents)
        if any(card.cost_cents <= step for card in cards)
    )
    found = (
        Filter("domain", w("projects.domain"), _in_order([d.id for d in edition.domains], domains)),
        Filter("place", w("projects.place"), _in_order([p.id for p in edition.places], places)),
        Filter("status", w("filters.status"), tuple(sorted(states.items()))),
        Filter("step", w("filters.step"), _in_order([s.value for s in Status], steps)),
        Filter("cost", w("projects.cost"), costs),
    )
    return tuple(filter_ for filter_ in found if filter_.options)


def cost_steps(cap_cents: int) -> tuple[int, ...]:
    """Return a quarter, a half and three quarters of the cap, in two digits that stay in mind."""
    found = []
    for quarters in (1, 2, 3):
        step = cap_cents * quarters // 4
        unit = 10 ** max(0, len(str(step)) - 2)
        found.append(round(step / unit) * unit)
    return tuple(dict.fromkeys(step for step in found if step))


def _in_order(order: Sequence[str], names: dict[str, Said]) -> tuple[tuple[str, Said], ...]:
    return tuple((id_, names[id_]) for id_ in order if id_ in names)
