"""Tables of everything shown, as CSV and JSON: one row a project, an update, a result."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from urne.flows.content import EditionContent
from urne.flows.published import Published
from urne.model.money import Money
from urne.model.update import state_after
from urne_site.views.site import Site, url_of
from urne_site.views.updates import newest

Row = Mapping[str, str | int | float | bool | None]


def projects_table(site: Site, edition: EditionContent) -> list[Row]:
    """Return a row for each project, with its three axes; money in cents."""
    return [_project_row(site, edition, id_) for id_ in sorted(edition.projects)]


def _project_row(site: Site, edition: EditionContent, project_id: str) -> Row:
    project = edition.projects[project_id]
    model, updates = project.model, site.updates(edition, project_id)
    state, result = state_after([u.model for u in updates]), site.result(edition.edition, model.id)
    return {
        "id": model.id,
        "title": model.title,
        "summary": model.summary,
        "domain": model.domain,
        "place": model.location.place,
        "latitude": model.location.latitude,
        "longitude": model.location.longitude,
        "cost_cents": model.cost.cents,
        "feasibility": model.feasibility.value,
        "on_ballot": model.on_ballot,
        "winner": result.winner if result else None,
        "status": state.status.value if updates else None,
        "progress": state.progress,
        "allocated_cents": _cents(state.allocated),
        "committed_cents": _cents(state.committed),
        "spent_cents": _cents(state.spent),
        "planned_delivery": str(model.planned_delivery or "") or None,
        "revised_delivery": str(state.delivery or "") or None,
        "example": model.example.value,
        "url": site.site_url + url_of(project.path),
    }


def updates_table(site: Site, edition: EditionContent) -> list[Row]:
    """Return a row for each update, newest first."""
    return [
        {
            "project": u.model.project,
            "date": u.model.date.isoformat(),
            "kind": u.model.kind.value,
            "title": u.model.title,
            "status": u.model.status.after.value if u.model.status else None,
            "progress": u.model.progress,
            "allocated_cents": _cents(u.model.allocated),
            "committed_cents": _cents(u.model.committed),
            "spent_cents": _cents(u.model.spent),
            "reason": u.model.reason,
        }
        for u in newest(site, edition)
    ]


def comments_table(site: Site, edition: EditionContent) -> list[Row]:
    """Return a row for each comment shown, by project and date; a withheld one has no text."""
    today = edition.edition.day(site.now)
    return [
        {
            "project": id_,
            "id": comment.id,
            "date": comment.date.isoformat(),
            "author": comment.author,
            "state": comment.state.value,
            "text": comment.text,
            "reason": comment.reason,
        }
        for id_, written in sorted(edition.comments.items())
        for comment in sorted(written.model.comments, key=lambda c: (c.date, c.id))
        if comment.date <= today
    ]


def results_table(published: Published) -> list[Row]:
    """Return a row for each project of a tally, in ranking order."""
    if published.tally is None:
        return []
    return [
        {
            "rank": p.rank,
            "id": p.id,
            "title": published.card(p.id).title,
            "points": p.points,
            **{f"choices_{n}": times for n, times in enumerate(p.choices, 1)},
            "cost_cents": p.cost_cents,
            "winner": p.winner,
            "reason": p.reason,
        }
        for p in published.tally.projects
    ]


def csv_of(table: Sequence[Row]) -> bytes:
    """Return a table as CSV (RFC 4180), UTF-8; an empty table has no line."""
    text = io.StringIO()
    if table:
        writer = csv.DictWriter(text, list(table[0]))
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in table)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")):
        return "'" + value
    return str(value).lower() if isinstance(value, bool) else value


def json_of(table: Sequence[Row]) -> bytes:
    """Return a table as a JSON list of objects."""
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()


def _cents(money: Money | None) -> int | None:
    return money.cents if money else None
