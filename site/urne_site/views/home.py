"""The home page: what is going on, what the edition came to, some projects, other editions."""

from __future__ import annotations

from dataclasses import dataclass

from urne.flows.content import EditionContent
from urne.model.edition import Phase
from urne.model.media import Example
from urne_site.views.cards import Card, card_of, drawings_of, winners_of
from urne_site.views.phases import PhaseView, Step, phase_of, steps_of
from urne_site.views.said import Said
from urne_site.views.site import Site, url_of

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class FigureView:
    """A number to be read at a glance."""

    value: str
    label: str | Said


@dataclass(frozen=True, slots=True)
class OtherEdition:
    """An edition that is not the present one, and a sentence that says where it stands."""

    title: Said
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """What the home page shows."""

    phase: PhaseView
    steps: tuple[Step, ...]
    figures: tuple[FigureView, ...]
    cards: tuple[Card, ...]
    drawings: tuple[str, ...]
    cards_title: str
    cards_text: str
    projects_url: str
    results_url: str
    trial_url: str
    example_note: str
    coming: tuple[OtherEdition, ...]
    earlier: tuple[OtherEdition, ...]


def home_of(site: Site, edition: EditionContent) -> HomeView:
    """Return the home page for an edition, the present one."""
    w, winners = site.words, winners_of(site, edition)
    some = tuple(card_of(site, edition, p) for p in edition.on_ballot()[:_SHOWN])
    folder = url_of(edition.written.path)
    kind = "projects" if winners else "ballot"
    return HomeView(
        phase=phase_of(site, edition),
        steps=steps_of(site, edition),
        figures=figures_of(site, edition),
        cards=winners or some,
        drawings=drawings_of(winners or some),
        cards_title=w(f"home.{kind}_title"),
        cards_text=w(f"home.{kind}_text"),
        projects_url=folder + "projects/",
        results_url=folder + "results/",
        trial_url=_trial_url(site, edition),
        example_note=_example_note(site, edition),
        coming=tuple(_coming(site, e) for e in site.editions() if _comes_after(site, e, edition)),
        earlier=tuple(
            _earlier(site, e)
            for e in reversed(site.editions())
            if e is not edition and site.has_begun(e)
        ),
    )


def _comes_after(site: Site, other: EditionContent, edition: EditionContent) -> bool:
    return other is not edition and not site.has_begun(other)


def _coming(site: Site, edition: EditionContent) -> OtherEdition:
    phase = phase_of(site, edition)
    return OtherEdition(phase.edition_title, url_of(edition.written.path), phase.next)


def _earlier(site: Site, edition: EditionContent) -> OtherEdition:
    phase, folder = phase_of(site, edition), url_of(edition.written.path)
    is_counted = site.tally(edition.edition) is not None
    return OtherEdition(phase.edition_title, folder + "results/" * is_counted, phase.state)


def _example_note(site: Site, edition: EditionContent) -> str:
    """Return what the page says where the edition it tells of is made up."""
    is_example = edition.edition.example is not Example.NONE
    return site.words("example.page") if is_example else ""


def _trial_url(site: Site, edition: EditionContent) -> str:
    """Return where to try voting, in a demonstration whose own vote is not open now."""
    is_open = edition.edition.phase(site.now) is Phase.BALLOTING
    is_demonstration = edition.edition.example is not Example.NONE
    return site.vote_url if is_demonstration and not is_open else ""


def figures_of(site: Site, edition: EditionContent) -> tuple[FigureView, ...]:
    """Return the figures of an edition's campaign."""
    return tuple(
        FigureView(site.words.number(figure.value), site.name(edition, figure.id, figure.label))
        for figure in edition.edition.figures
    )
