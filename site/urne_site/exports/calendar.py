"""An edition's deadlines and its projects' next steps as iCalendar (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from urne.flows.content import EditionContent
from urne.model.update import state_after
from urne_site.views.cards import card_of
from urne_site.views.site import Site


def calendar_of(site: Site, edition: EditionContent) -> bytes:
    """Return the calendar of an edition."""
    dates, w, id_ = edition.edition.calendar, site.words, edition.edition.id
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//urne//{id_}//FR"]
    stamp = f"DTSTAMP:{site.now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for name in dates.__slots__:
        when = getattr(dates, name)
        lines += _event(f"{name}@{id_}", stamp, when, w(f"calendar.{name}"))
    for project_id in sorted(edition.updates):
        state = state_after([u.model for u in site.updates(edition, project_id)])
        if state.next_step is not None:
            title = card_of(site, edition, edition.projects[project_id]).title
            what = w("calendar.step", title=title, what=state.next_step.what)
            lines += _event(f"step-{project_id}@{id_}", stamp, state.next_step.date, what)
    lines.append("END:VCALENDAR")
    return "".join(folded(line) for line in lines).encode()


def _event(uid: str, stamp: str, when: date | datetime, summary: str) -> list[str]:
    if isinstance(when, datetime):
        moments = [f"DTSTART:{when:%Y%m%dT%H%M%SZ}"]
    else:
        moments = [
            f"DTSTART;VALUE=DATE:{when:%Y%m%d}",
            f"DTEND;VALUE=DATE:{when + timedelta(days=1):%Y%m%d}",
        ]
    text = summary.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return ["BEGIN:VEVENT", f"UID:{uid}", stamp, *moments, f"SUMMARY:{text}", "END:VEVENT"]


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
