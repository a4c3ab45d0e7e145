"""What became of a project: status, money, dates, and its updates, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from urne.flows.content import EditionContent, Written
from urne.model.media import Picture
from urne.model.money import Money
from urne.model.project import Project
from urne.model.update import Kind, NextStep, State, Status, Update, state_after
from urne_site.views.bodies import anchor_of, beside, html_of
from urne_site.views.cards import Chip
from urne_site.views.ranking import Part, parts_of
from urne_site.views.site import Site, url_of
from urne_site.words import Words

_DONE = (Status.COMPLETION, Status.MAINTENANCE)
_TONES = {Kind.DELAY: "warn", Kind.CANCELLATION: "bad", Kind.COMPLETION: "good"}


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture with its words; `url` counts from the root of the site."""

    url: str
    alt: str
    credit: str


@dataclass(frozen=True, slots=True)
class UpdateView:
    """An update in the timeline; `anchor` is its place on the project's page."""

    anchor: str
    day: str
    iso: str
    title: str
    kind: Chip
    html: str
    details: tuple[tuple[str, str], ...]
    pictures: tuple[PictureView, ...]


@dataclass(frozen=True, slots=True)
class ProgressView:
    """Where a funded project stands today."""

    status: str
    tone: str
    as_of: str
    next: str
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
        next=_next(site, edition, state.next_step),
        dates=_dates(w, project.model, state, done_on),
        delayed=_delayed(w, project.model, state, done_on),
        money=_money(w, state),
        money_bar=_money_bar(state),
        progress=w.percent(state.progress) if state.progress is not None else "",
        updates=tuple(update_of(site, edition, u) for u in reversed(found)),
    )


def status_tone(status: Status) -> str:
    """Return the tone of a status's chip."""
    if status is Status.CANCELLED:
        return "bad"
    return "good" if status in _DONE else "plain"


def kind_chip(w: Words, kind: Kind) -> Chip:
    """Return what an update is mainly about, as a chip."""
    return Chip(w(f"kind.{kind.value}"), _TONES.get(kind, "plain"))


def update_of(site: Site, edition: EditionContent, written: Written[Update]) -> UpdateView:
    """Return one update for the timeline of its project's page."""
    model, w = written.model, site.words
    folder, page = written.path.rpartition("/")[0], url_of(edition.projects[model.project].path)
    return UpdateView(
        anchor=anchor_of(model),
        day=w.day(model.date),
        iso=model.date.isoformat(),
        title=model.title,
        kind=kind_chip(w, model.kind),
        html=html_of(site, edition, written, written.body, beside(page)),
        details=_details(w, model),
        pictures=pictures_of(w, folder, model.pictures),
    )


def pictures_of(w: Words, folder: str, pictures: Sequence[Picture]) -> tuple[PictureView, ...]:
    """Return pictures with their words; one with a date says when it was taken."""
    return tuple(
        PictureView(
            f"{folder}/{p.file}",
            p.alt,
            w("progress.credit_on", credit=p.credit, day=w.day(p.taken_on))
            if p.taken_on
            else w("progress.credit", credit=p.credit),
        )
        for p in pictures
    )


def _details(w: Words, update: Update) -> tuple[tuple[str, str], ...]:
    """Return what an update changes, each as a name and a value."""
    found: list[tuple[str, str]] = []
    if update.corrects:
        found.append((w("progress.corrects"), w.day(update.corrects)))
    if update.reason:
        found.append((w("progress.reason"), update.reason))
    if update.status:
        found.append((w("progress.status"), w(f"status.{update.status.after.value}")))
    if update.delivery:
        found.append((w("progress.revised"), w.day(update.delivery)))
    for name in ("allocated", "committed", "spent"):
        amount: Money | None = getattr(update, name)
        if amount is not None:
            found.append((w(f"progress.{name}"), w.money(amount)))
    if update.next_step:
        step = update.next_step
        found.append(
            (
                w("progress.next"),
                w("progress.next_step", what=step.what, day=w.day(step.date)),
            )
        )
    return tuple(found)


def _done_on(updates: list[Update]) -> date | None:
    """Return the day a project was completed."""
    days = [u.date for u in updates if u.status and u.status.after is Status.COMPLETION]
    return days[-1] if days else None


def _next(site: Site, edition: EditionContent, step: NextStep | None) -> str:
    """Return the next step in words; one whose day has gone by says so."""
    if step is None:
        return ""
    overdue = step.date < edition.edition.day(site.now)
    key = "progress.next_overdue" if overdue else "progress.next_step"
    return site.words(key, what=step.what, day=site.words.day(step.date))


def _dates(
    w: Words, project: Project, state: State, done_on: date | None
) -> tuple[tuple[str, str], ...]:
    """Return planned, revised and actual delivery, those there are."""
    dates = (
        ("planned", project.planned_delivery),
        ("revised", state.delivery),
        ("delivered", done_on),
    )
    return tuple((w(f"progress.{name}"), w.day(day)) for name, day in dates if day)


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
