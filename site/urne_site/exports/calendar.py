"""An edition's deadlines, its projects' next steps and deliveries as iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from urne.flows.content import EditionContent, Written
from urne.model.update import Status, Update, state_after
from urne_site.views.site import Site
from urne_site.views.timeline import deliveries_of
from urne_site.views.translated import UpdateWords


def calendar_of(site: Site, edition: EditionContent) -> bytes:
    """Return the calendar of an edition."""
    dates, w, id_ = edition.edition.calendar, site.words, edition.edition.id
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//urne//{id_}//{site.language.upper()}"]
    revised = _revised(site, edition)
    for name in dates.__slots__:
        when = getattr(dates, name)
        lines += _event(f"{name}@{id_}", revised, when, w(f"calendar.{name}"))
    for project_id in sorted(edition.projects):
        updates = site.updates(edition, project_id)
        told = f"{updates[-1].model.date:%Y%m%d}T000000Z" if updates else revised
        for name, when, what in _moments(site, edition, project_id, updates):
            lines += _event(f"{name}-{project_id}@{id_}", told, when, what)
    lines.append("END:VCALENDAR")
    return "".join(folded(line) for line in lines).encode()


def _moments(
    site: Site, edition: EditionContent, project_id: str, found: Sequence[Written[Update]]
) -> Iterator[tuple[str, date, str]]:
    """Yield a funded project's next step and deliveries; none of one that was cancelled."""
    project, w, updates = edition.projects[project_id], site.words, [u.model for u in found]
    state, result = state_after(updates), site.result(edition.edition, project_id)
    is_funded = bool(updates) or (result is not None and result.winner)
    if not is_funded or state.status is Status.CANCELLED:
        return
    title = site.text(project.path, project.model.title, "").title
    if state.next_step is not None:
        said = UpdateWords(site, found[-1]).next_step(state.next_step)
        what = w("calendar.step", title=title, what=said.text)
        yield "step", state.next_step.date, what
    for name, day in deliveries_of(project.model, updates):
        yield name, day, w(f"calendar.{name}", title=title)


def _revised(site: Site, edition: EditionContent) -> str:
    """Return when an edition's dates were last revised, as far as git knows, else when it began.

    Never the moment of the build: what did not change has the same bytes again.
    """
    changes = site.history.get(edition.written.path)
    if changes:
        return f"{changes[0].at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{edition.edition.calendar.ideas_open:%Y%m%d}T000000Z"


def _event(uid: str, revised: str, when: date | datetime, summary: str) -> list[str]:
    if isinstance(when, datetime):
        moments = [f"DTSTART:{when:%Y%m%dT%H%M%SZ}"]
    else:
        moments = [
            f"DTSTART;VALUE=DATE:{when:%Y%m%d}",
            f"DTEND;VALUE=DATE:{when + timedelta(days=1):%Y%m%d}",
        ]
    text = summary.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    head = ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{revised}"]
    return [*head, *moments, f"SUMMARY:{text}", "END:VEVENT"]


def folded(line: str) -> str:
    """Return a line ended by CRLF and folded so that none is over 75 octets."""
    parts: list[str] = []
    part = ""
    for character in line:
        if len((part + character).encode()) > (75 if not parts else 74):
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part]) + "\r\n"
