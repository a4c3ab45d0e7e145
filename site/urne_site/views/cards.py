"""A project as a card: title, summary, place, cost, and chips that say where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from urne.flows.content import EditionContent, Written
from urne.model.media import Example
from urne.model.project import Feasibility, Project
from urne.model.update import state_after
from urne_site.views.site import Site, url_of


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words with a tone: `good`, `plain`, `warn` or `bad`."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Card:
    """A project in a list."""

    id: str
    number: str
    title: str
    summary: str
    language: str
    url: str
    domain: str
    domain_name: str
    tone: str
    drawing: str
    place: str
    place_name: str
    spot: str
    cost: str
    cost_cents: int
    state: str
    chips: tuple[Chip, ...]
    reason: str
    is_example: bool


def card_of(site: Site, edition: EditionContent, project: Written[Project]) -> Card:
    """Return a project's card."""
    model, w = project.model, site.words
    domain = next((d for d in edition.edition.domains if d.id == model.domain), None)
    place = next((p for p in edition.edition.places if p.id == model.location.place), None)
    text = site.text(project.path, model.title, model.summary)
    return Card(
        id=model.id,
        number=w("projects.number", id=model.id),
        title=text.title,
        summary=text.summary,
        language=text.language,
        url=url_of(project.path),
        domain=model.domain,
        domain_name=site.name(edition, domain.id, domain.name) if domain else model.domain,
        tone=domain.drawing if domain else "",
        drawing=model.drawing or (domain.drawing if domain else ""),
        place=model.location.place,
        place_name=site.name(edition, place.id, place.name) if place else model.location.place,
        spot=model.location.spot,
        cost=w.money(model.cost),
        cost_cents=model.cost.cents,
        state=state_of(site, edition, model),
        chips=chips_of(site, edition, model),
        reason=model.reason or "",
        is_example=model.example is Example.WHOLE,
    )


_TONES = {"winner": "good", "unfeasible": "bad"}


def state_of(site: Site, edition: EditionContent, project: Project) -> str:
    """Return where a project stands: feasibility before the ballot, the outcome after it.

    One of `undecided`, `unfeasible`, `not_on_ballot`, `on_ballot`, `winner`, `not_funded`.
    """
    if project.feasibility is not Feasibility.FEASIBLE:
        return project.feasibility.value
    if not project.on_ballot:
        return "not_on_ballot"
    result = site.result(edition.edition, project.id)
    if result is None:
        return "on_ballot"
    return "winner" if result.winner else "not_funded"


def chips_of(site: Site, edition: EditionContent, project: Project) -> tuple[Chip, ...]:
    """Return the same in words, and the status of a funded project."""
    state = state_of(site, edition, project)
    chip = Chip(site.words(f"projects.{state}"), _TONES.get(state, "plain"))
    return (chip, *_status(site, edition, project)) if state == "winner" else (chip,)


def _status(site: Site, edition: EditionContent, project: Project) -> tuple[Chip, ...]:
    """Return the status of a funded project, which is that of its latest update."""
    updates = [written.model for written in site.updates(edition, project.id)]
    if not updates:
        return ()
    return (Chip(site.words(f"status.{state_after(updates).status.value}")),)


def drawings_of(cards: Iterable[Card]) -> tuple[str, ...]:
    """Return the drawings that cards show, each once, so that a page carries no other."""
    return tuple(sorted({card.drawing for card in cards if card.drawing}))


def winners_of(site: Site, edition: EditionContent) -> tuple[Card, ...]:
    """Return the cards of the funded projects in the order of the result."""
    tally = site.tally(edition.edition)
    won = [p.id for p in tally.projects if p.winner] if tally else []
    return tuple(
        card_of(site, edition, edition.projects[id_]) for id_ in won if id_ in edition.projects
    )
