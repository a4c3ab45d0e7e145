"""Everything shown, as CSV: one row a project, verdict, opinion, update, picture, comment, result.

A row says in one line what the JSON beside it says in full, and the tables are joined by the
project's number. Money is in cents of the edition's currency.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from urne.flows.content import EditionContent, Written
from urne.flows.published import Published
from urne.model.media import Attachment, Picture
from urne.model.money import Money
from urne.model.tally import ChannelTally, Tally
from urne.model.update import NextStep, Update, state_after
from urne_site.exports.records import comments_shown
from urne_site.views.bodies import update_url
from urne_site.views.cards import state_of
from urne_site.views.site import Site, url_of
from urne_site.views.updates import newest

Row = Mapping[str, str | int | float | bool | None]


def projects_table(site: Site, edition: EditionContent) -> list[Row]:
    """Return a row for each project, with its three axes."""
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
        "spot": model.location.spot,
        "latitude": model.location.latitude,
        "longitude": model.location.longitude,
        "cost_cents": model.cost.cents,
        "feasibility": model.feasibility.value,
        "reason": model.reason,
        "on_ballot": model.on_ballot,
        "state": state_of(site, edition, model),
        "winner": result.winner if result else None,
        "rank": result.rank if result else None,
        "points": result.points if result else None,
        "status": state.status.value if updates else None,
        "progress": state.progress,
        "allocated_cents": _cents(state.allocated),
        "committed_cents": _cents(state.committed),
        "spent_cents": _cents(state.spent),
        "planned_delivery": _text(model.planned_delivery),
        "revised_delivery": _text(state.delivery),
        **_step(state.next_step),
        "as_of": _text(state.as_of),
        "idea_number": model.idea.number,
        "idea_origin": model.idea.origin.value,
        "idea_date": model.idea.date.isoformat(),
        "idea_text": model.idea.text,
        "merged": "; ".join(f"{idea.number} {idea.title}" for idea in model.merged),
        "example": model.example.value,
        "url": site.site_url + url_of(project.path),
        "text": project.body.strip(),
    }


def verdicts_table(_: Site, edition: EditionContent) -> list[Row]:
    """Return a row for each criterion of each project."""
    return [
        {"project": id_, "criterion": v.criterion, "verdict": v.verdict.value, "reason": v.reason}
        for id_, project in sorted(edition.projects.items())
        for v in project.model.criteria
    ]


def opinions_table(_: Site, edition: EditionContent) -> list[Row]:
    """Return a row for each opinion on each project."""
    return [
        {
            "project": id_,
            "kind": opinion.kind.value,
            "advice": opinion.advice.value,
            "office": opinion.office,
            "date": opinion.date.isoformat(),
            "text": opinion.text,
        }
        for id_, project in sorted(edition.projects.items())
        for opinion in project.model.opinions
    ]


def media_table(site: Site, edition: EditionContent) -> list[Row]:
    """Return a row for each picture and document of a project or of an update."""
    return [
        {
            "project": project,
            "update": update,
            "kind": "picture" if isinstance(item, Picture) else "document",
            "file": item.file,
            "words": item.alt if isinstance(item, Picture) else item.title,
            "credit": item.credit if isinstance(item, Picture) else None,
            "taken_on": _text(item.taken_on) if isinstance(item, Picture) else None,
            "url": f"{site.site_url}{folder}/{item.file}",
        }
        for project, update, folder, item in _media(site, edition)
    ]


def _media(
    site: Site, edition: EditionContent
) -> Iterator[tuple[str, str | None, str, Picture | Attachment]]:
    """Yield each picture and document: its project, the day of its update, its folder, itself."""
    for id_, project in sorted(edition.projects.items()):
        own: list[Picture | Attachment] = [*project.model.pictures, *project.model.documents]
        for item in own:
            yield id_, None, project.path.rpartition("/")[0], item
        for update in site.updates(edition, id_):
            for picture in update.model.pictures:
                day, folder = update.model.date.isoformat(), update.path.rpartition("/")[0]
                yield id_, day, folder, picture


def updates_table(site: Site, edition: EditionContent) -> list[Row]:
    """Return a row for each update, newest first."""
    return [_update_row(site, edition, update) for update in newest(site, edition)]


def _update_row(site: Site, edition: EditionContent, written: Written[Update]) -> Row:
    update = written.model
    return {
        "project": update.project,
        "date": update.date.isoformat(),
        "number": update.number,
        "kind": update.kind.value,
        "title": update.title,
        "status_before": update.status.before.value if update.status else None,
        "status": update.status.after.value if update.status else None,
        "progress": update.progress,
        "allocated_cents": _cents(update.allocated),
        "committed_cents": _cents(update.committed),
        "spent_cents": _cents(update.spent),
        "delivery": _text(update.delivery),
        **_step(update.next_step),
        "corrects": _text(update.corrects),
        "reason": update.reason,
        "example": update.example.value,
        "url": site.site_url + update_url(edition, update),
        "text": written.body.strip(),
    }


def comments_table(site: Site, edition: EditionContent) -> list[Row]:
    """Return a row for each comment shown, by project and date; a withheld one has no text."""
    return [
        {
            "project": project,
            "id": comment.id,
            "date": comment.date.isoformat(),
            "author": comment.author,
            "state": comment.state.value,
            "text": comment.text,
            "reason": comment.reason,
            "example": example,
        }
        for project, example, comment in comments_shown(site, edition)
    ]


def results_table(edition: EditionContent, published: Published, tally: Tally) -> list[Row]:
    """Return a row for each project of a tally, in ranking order, with what was left after it."""
    spent = accumulate(p.cost_cents if p.winner else 0 for p in tally.projects)
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
            "left_cents": tally.budget_cents - so_far,
            "example": edition.edition.example.value,
        }
        for p, so_far in zip(tally.projects, spent, strict=True)
    ]


def accounts_table(edition: EditionContent, tally: Tally) -> list[Row]:
    """Return a row for each channel of the vote, and one for each reason of invalid ballots."""
    example, names = edition.edition.example.value, ChannelTally.__slots__
    channels = [{name: getattr(c, name) for name in names} for c in tally.channels]
    reasons = [
        {name: {"kind": "invalid", "invalid": n}.get(name) for name in names} | {"channel": reason}
        for reason, n in sorted(tally.invalid_reasons.items())
    ]
    return [row | {"example": example} for row in [*channels, *reasons]]


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


def _step(step: NextStep | None) -> Row:
    return {
        "next_step": step.what if step else None,
        "next_step_date": step.date.isoformat() if step else None,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _cents(money: Money | None) -> int | None:
    return money.cents if money else None
