"""The index of an edition's projects, every one of them, in groups by where they stand.

Winners come first once there are any, then the ballot, then ideas that are still studied or that
went no further, each with the reason where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass

from urne.flows.content import EditionContent
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
    none: str


def projects_of(site: Site, edition: EditionContent) -> ProjectsView:
    """Return the index of an edition's projects."""
    w, winners = site.words, winners_of(site, edition)
    cards = [card_of(site, edition, p) for _, p in sorted(edition.projects.items())]
    others = "others" if winners else "ballot"
    groups = tuple(
        _group(site, id_, tuple(found))
        for id_, found in (
            ("winners", winners),
            (others, [c for c in cards if c.state in ("on_ballot", "not_funded")]),
            ("undecided", [c for c in cards if c.state == "undecided"]),
            ("not_on_ballot", [c for c in cards if c.state == "not_on_ballot"]),
            ("unfeasible", [c for c in cards if c.state == "unfeasible"]),
        )
        if found
    )
    ballot, everything = edition.on_ballot(), [card for group in groups for card in group.cards]
    all_ideas = next((f.value for f in edition.edition.figures if f.id == "ideas"), 0)
    note = w("projects.shown", shown=w.number(len(ballot)), all=w.number(all_ideas))
    town, on_map = edition.edition.map, [c for c in everything if c.state != "unfeasible"]
    located = [(card, edition.projects[card.id].model.location) for card in on_map]
    return ProjectsView(
        groups=groups,
        drawings=drawings_of(everything),
        note=note if ballot and all_ideas > len(ballot) else "",
        filters=filters_of(w, edition.edition, everything),
        map=map_of(town, located) if town and located else None,
        count_all=w.many("projects.count", len(everything)),
        count_one=w("projects.count_one", n="#"),
        count_many=w("projects.count_many", n="#"),
        none="" if everything else w("projects.none"),
    )


def _group(site: Site, id_: str, cards: tuple[Card, ...]) -> Group:
    w = site.words
    text = w(f"projects.{id_}_text") if w.has(f"projects.{id_}_text") else ""
    count = w.many("projects.count", len(cards))
    return Group(id_, w(f"projects.{id_}_title"), text, count, cards)
