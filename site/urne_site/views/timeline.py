"""What became of a project: status, money, dates, and its updates, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from urne.flows.content import EditionContent, Written
from urne.model.media import Example
from urne.model.money import Money
from urne.model.project import Project
from urne.model.update import Kind, NextStep, State, Status, Update, state_after
from urne_site.views.bodies import anchor_of, beside, html_of
from urne_site.views.cards import Chip, status_tone
from urne_site.views.ranking import Part, parts_of
from urne_site.views.said import Said
from urne_site.views.site import Site, url_of
from urne_site.views.translated import PictureView, UpdateWords
from urne_site.words import Words

_TONES = {Kind.DELAY: "warn", Kind.CANCELLATION: "bad", Kind.COMPLETION: "good"}


@dataclass(frozen=True, slots=True)
class UpdateView:
    """An update in the timeline; `anchor` is its place on the project's page, `lang` its text's."""

    anchor: str
    day: str
    iso: str
    title: Said
    kind: Chip
    lang: str
    html: str
    details: tuple[tuple[str, str | Said], ...]
    pictures: tuple[PictureView, ...]
    is_example: bool


@dataclass(frozen=True, slots=True)
class ProgressView:
    """Where a funded project stands today."""

    status: str
    tone: str
    as_of: str
    next: Markup
    dates: tuple[tuple[str, str], ...]
    delayed: str
    money: tuple[tuple[str, str], ...]
    money_bar: tuple[Part, ...]
    progress: str
    updates: tuple[UpdateView, ...]


def progress_of(
    site: Site, edition: EditionContent, project: Written[Project]
) -> ProgressView | None:
    """Return where a project stands, or None while it has no update."""
    found, w = site.updates(edition, project.model.id), site.words
    if not found:
        return None
    state = state_after([u.model for u in found])
    done_on = _done_on([u.model for u in found])
    return ProgressView(
        status=w(f"status.{state.status.value}"),
        tone=status_tone(state.status),
        as_of=w("progress.as_of", day=w.day(found[-1].model.date)),
        next=_next(site, edition, UpdateWords(site, found[-1]), state.next_step),
        dates=tuple(
            (w(f"progress.{name}"), w.day(day))
            for name, day in deliveries_of(project.model, [u.model for u in found])
        ),
        delayed=_delayed(w, project.model, state, done_on),
        money=_money(w, state),
        money_bar=_money_bar(state),
        progress=w.percent(state.progress) if state.progress is not None else "",
        updates=tuple(update_of(site, edition, u) for u in reversed(found)),
    )


def kind_chip(w: Words, kind: Kind) -> Chip:
    """Return what an update is mainly about, as a chip."""
    return Chip(w(f"kind.{kind.value}"), _TONES.get(kind, "plain"))


def update_of(site: Site, edition: EditionContent, written: Written[Update]) -> UpdateView:
    """Return one update for the timeline of its project's page."""
    model, w, words = written.model, site.words, UpdateWords(site, written)
    page = url_of(edition.projects[model.project].path)
    return UpdateView(
        anchor=anchor_of(model),
        day=w.day(model.date),
        iso=model.date.isoformat(),
        title=words.title(),
        kind=kind_chip(w, model.kind),
        lang=words.lang,
        html=html_of(site, edition, written, words.body, beside(page)),
        details=_details(w, model, words),
        pictures=words.pictures(),
        is_example=model.example is Example.WHOLE,
    )


def _details(w: Words, update: Update, words: UpdateWords) -> tuple[tuple[str, str | Said], ...]:
    """Return what an update changes, each as a name and a value."""
    found: list[tuple[str, str | Said]] = []
    if update.corrects:
        found.append((w("progress.corrects"), w.day(update.corrects)))
    if update.reason:
        found.append((w("progress.reason"), words.reason()))
    if update.status:
        found.append((w("progress.status"), w(f"status.{update.status.after.value}")))
    if update.delivery:
        found.append((w("progress.revised"), w.day(update.delivery)))
    for name in ("allocated", "committed", "spent"):
        amount: Money | None = getattr(update, name)
        if amount is not None:
            found.append((w(f"progress.{name}"), w.money(amount)))
    if update.next_step:
        what, day = words.next_step(update.next_step), w.day(update.next_step.date)
        found.append((w("progress.next"), w.marked("progress.next_step", what=what, day=day)))
    return tuple(found)


def _done_on(updates: Sequence[Update]) -> date | None:
    """Return the day a project was completed."""
    days = [u.date for u in updates if u.status and u.status.after is Status.COMPLETION]
    return days[-1] if days else None


def _next(site: Site, edition: EditionContent, words: UpdateWords, step: NextStep | None) -> Markup:
    """Return the next step in the words of the latest update; one whose day is past says so."""
    if step is None:
        return Markup()
    overdue = step.date < edition.edition.day(site.now)
    key = "progress.next_overdue" if overdue else "progress.next_step"
    day = site.words.day(step.date)
    return site.words.marked(key, what=words.next_step(step), day=day)


def deliveries_of(project: Project, updates: Sequence[Update]) -> tuple[tuple[str, date], ...]:
    """Return planned, revised and actual delivery, those there are, each with its name."""
    dates = (
        ("planned", project.planned_delivery),
        ("revised", state_after(updates).delivery),
        ("delivered", _done_on(updates)),
    )
    return tuple((name, day) for name, day in dates if day)


def _delayed(w: Words, project: Project, state: State, done_on: date | None) -> str:
    """Return whether a project is or was late: derived from dates, never typed."""
    planned, expected = project.planned_delivery, done_on or state.delivery
    if planned is None or expected is None or expected <= planned:
        return ""
    key = "progress.was_late" if done_on else "progress.is_late"
    return w.many(key, max(1, round((expected - planned).days / 30)))


def _money(w: Words, state: State) -> tuple[tuple[str, str], ...]:
    amounts = (
        ("allocated", state.allocated),
        ("committed", state.committed),
        ("spent", state.spent),
    )
    return tuple((w(f"progress.{name}"), w.money(amount)) for name, amount in amounts if amount)


def _money_bar(state: State) -> tuple[Part, ...]:
    """Return what is spent, then what is committed beyond it, out of what is allocated."""
    if state.allocated is None or not state.allocated.cents:
        return ()
    spent = state.spent.cents if state.spent else 0
    committed = max(0, (state.committed.cents if state.committed else 0) - spent)
    return parts_of([(spent, "", "rank-1"), (committed, "", "rank-3")], state.allocated.cents)
