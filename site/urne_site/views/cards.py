"""A project as a card: title, summary, place, cost, and chips that say where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from urne.flows.content import EditionContent, Written
from urne.model.media import Example
from urne.model.project import Feasibility, Project
from urne.model.update import Status, state_after
from urne_site.views.said import Said
from urne_site.views.site import Site, url_of
from urne_site.views.translated import ProjectWords


@dataclass(frozen=True, slots=True)
class Chip:
    """A few words with a tone: `good`, `plain`, `warn` or `bad`."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Card:
    """A project in a list; `lang` is its title's and summary's where it is not the page's."""

    id: str
    number: str
    title: str
    summary: str
    language: str
    lang: str
    url: str
    domain: str
    domain_name: Said
    tone: str
    drawing: str
    place: str
    place_name: Said
    spot: Said
    cost: str
    cost_cents: int
    state: str
    step: str
    chips: tuple[Chip, ...]
    reason: Said
    is_example: bool

    @property
    def said(self) -> Said:
        """Return the title and its language."""
        return Said(self.title, self.lang)


def card_of(site: Site, edition: EditionContent, project: Written[Project]) -> Card:
    """Return a project's card, which stands on several pages."""
    return site.once((Card, project.path), lambda: _card(site, edition, project))


def _card(site: Site, edition: EditionContent, project: Written[Project]) -> Card:
    model, w = project.model, site.words
    domain = next((d for d in edition.edition.domains if d.id == model.domain), None)
    place = next((p for p in edition.edition.places if p.id == model.location.place), None)
    text, words = site.text(project.path, model.title, model.summary), ProjectWords(site, project)
    return Card(
        id=model.id,
        number=w("projects.number", id=model.id),
        title=text.title,
        summary=text.summary,
        language=text.language,
        lang=text.lang_on(site.language),
        url=url_of(project.path),
        domain=model.domain,
        domain_name=site.name(edition, domain.id, domain.name) if domain else Said(model.domain),
        tone=domain.drawing if domain else "",
        drawing=model.drawing or (domain.drawing if domain else ""),
        place=model.location.place,
        place_name=site.name(edition, place.id, place.name)
        if place
        else Said(model.location.place),
        spot=words.spot(),
        cost=w.money(model.cost),
        cost_cents=model.cost.cents,
        state=state_of(site, edition, model),
        step=status.value if (status := status_of(site, edition, model)) else "",
        chips=chips_of(site, edition, model),
        reason=words.reason(),
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
    """Return the same in words, and the status of a funded project.

    Nothing looks like good news on a project that was cancelled.
    """
    state, status = state_of(site, edition, project), status_of(site, edition, project)
    is_lost = status is Status.CANCELLED
    chip = Chip(site.words(f"projects.{state}"), "plain" if is_lost else _TONES.get(state, "plain"))
    if status is None:
        return (chip,)
    return (chip, Chip(site.words(f"status.{status.value}"), status_tone(status)))


def status_of(site: Site, edition: EditionContent, project: Project) -> Status | None:
    """Return the status of a project that has updates, which is that of the latest."""
    updates = [written.model for written in site.updates(edition, project.id)]
    return state_after(updates).status if updates else None


def status_tone(status: Status) -> str:
    """Return the tone of a status's chip."""
    if status is Status.CANCELLED:
        return "bad"
    return "good" if status in (Status.COMPLETION, Status.MAINTENANCE) else "plain"


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
