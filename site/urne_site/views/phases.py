"""What is going on in an edition now, what one can do, what comes next and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from urne.flows.content import EditionContent
from urne.model.edition import Edition, Phase
from urne_site.views.said import Said
from urne_site.views.site import Site, url_of

_STEPS = (
    Phase.ACCEPTING,
    Phase.REVIEWING,
    Phase.BALLOTING,
    Phase.COUNTING,
    Phase.IMPLEMENTING,
)
_ORDER = tuple(Phase)


@dataclass(frozen=True, slots=True)
class PhaseView:
    """The present phase in words, and the one thing to do in it."""

    id: str
    name: str
    state: str
    text: str
    action: str
    action_url: str
    next: str
    edition_title: Said


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the edition; `state` is `done`, `now` or `next`, `state_name` says it."""

    name: str
    when: str
    state: str
    state_name: str


def phase_of(site: Site, edition: EditionContent) -> PhaseView:
    """Return the phase of an edition at the build, in words."""
    phase = edition.edition.phase(site.now)
    words, gaps, base = site.words, _dates(site, edition.edition), f"phase.{phase.value}"
    title = site.text(edition.written.path, edition.edition.title, "")
    return PhaseView(
        id=phase.value,
        name=words(f"{base}.name"),
        state=words(f"{base}.state"),
        text=words(f"{base}.text", **gaps),
        action=words(f"{base}.action"),
        action_url=_action_url(site, edition, phase),
        next=words(f"{base}.next", **gaps),
        edition_title=Said(title.title, title.lang_on(site.language)),
    )


def steps_of(site: Site, edition: EditionContent) -> tuple[Step, ...]:
    """Return the steps of an edition with their dates and how far they are."""
    present, words = edition.edition.phase(site.now), site.words
    return tuple(
        Step(
            name=words(f"steps.{step.value}"),
            when=_when(site, edition.edition, step),
            state=(state := _state(step, present)),
            state_name=words(f"steps.{state}"),
        )
        for step in _STEPS
    )


def _state(step: Phase, present: Phase) -> str:
    if step is present:
        return "now"
    return "done" if _ORDER.index(step) < _ORDER.index(present) else "next"


def _when(site: Site, edition: Edition, step: Phase) -> str:
    words, dates = site.words, edition.calendar
    if step is Phase.ACCEPTING:
        return words.period(dates.ideas_open, dates.ideas_close)
    if step is Phase.REVIEWING:
        return words("steps.until", day=words.day(dates.review_ends))
    if step is Phase.BALLOTING:
        return words.period(edition.day(dates.ballot_opens), edition.day(dates.ballot_closes))
    if step is Phase.COUNTING:
        return words("steps.on", day=words.day(dates.results_on))
    return words("steps.until", day=words.day(dates.finished_on))


def _dates(site: Site, edition: Edition) -> dict[str, str]:
    words, dates = site.words, edition.calendar
    named = {
        name: words.instant(value) if isinstance(value, datetime) else words.day(value)
        for name in dates.__slots__
        for value in (getattr(dates, name),)
    }
    return named | {"period": words.period(dates.ideas_open, dates.ideas_close)}


def _action_url(site: Site, edition: EditionContent, phase: Phase) -> str:
    folder = url_of(edition.written.path)
    if phase in (Phase.IMPLEMENTING, Phase.FINISHED):
        return folder + "results/"
    if phase in (Phase.ANNOUNCED, Phase.ACCEPTING):
        return folder
    return (phase is Phase.BALLOTING and site.vote_url) or folder + "projects/"
