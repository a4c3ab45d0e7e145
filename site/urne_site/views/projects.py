"""The index of an edition's projects: winners first once there are any, refused ideas last."""

from __future__ import annotations

from dataclasses import dataclass

from urne.flows.content import EditionContent
from urne.model.project import Feasibility
from urne_site.views.cards import Card, card_of, drawings_of, winners_of
from urne_site.views.filters import Filter, filters_of
from urne_site.views.map import MapView, map_of
from urne_site.views.site import Site


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one heading."""

    id: str
    title: str
    text: str
    count: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class ProjectsView:
    """What the index shows."""

    groups: tuple[Group, ...]
    drawings: tuple[str, ...]
    note: str
    filters: tuple[Filter, ...]
    map: MapView | None
    count_all: str
    count_one: str
    count_many: str


def projects_of(site: Site, edition: EditionContent) -> ProjectsView:
    """Return the index of an edition's projects."""
    w, winners = site.words, winners_of(site, edition)
    won = {card.id for card in winners}
    ballot = [card_of(site, edition, p) for p in edition.on_ballot()]
    refused = [
        card_of(site, edition, p)
        for _, p in sorted(edition.projects.items())
        if p.model.feasibility is Feasibility.UNFEASIBLE
    ]
    others = tuple(card for card in ballot if card.id not in won)
    groups = (
        _group(site, "winners", winners),
        _group(site, "others" if winners else "ballot", others),
        _group(site, "unfeasible", tuple(refused)),
    )
    all_ideas = next((f.value for f in edition.edition.figures if f.id == "ideas"), 0)
    note = w("projects.shown", shown=w.number(len(ballot)), all=w.number(all_ideas))
    town, on_map = edition.edition.map, [*winners, *others]
    located = [(card, edition.projects[card.id].model.location) for card in on_map]
    return ProjectsView(
        groups=tuple(g for g in groups if g.cards),
        drawings=drawings_of([*on_map, *refused]),
        note=note if all_ideas > len(ballot) else "",
        filters=filters_of(w, edition.edition, [*on_map, *refused]),
        map=map_of(town, located) if town else None,
        count_all=w.many("projects.count", len(on_map) + len(refused)),
        count_one=w("projects.count_one", n="#"),
        count_many=w("projects.count_many", n="#"),
    )


def _group(site: Site, id_: str, cards: tuple[Card, ...]) -> Group:
    w = site.words
    text = w("projects.unfeasible_text") if id_ == "unfeasible" else ""
    count = w.many("projects.count", len(cards))
    return Group(id_, w(f"projects.{id_}_title"), text, count, cards)
