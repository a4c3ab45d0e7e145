"""Everything shown, as JSON: an edition, its projects, updates, comments and results, in full.

Texts are Markdown as staff wrote it, with its translations beside it; residents' words are plain
text. Each object carries the address of the page that shows it, and whether it is made up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from urne.flows.content import LANGUAGES, ORIGINAL, EditionContent, Written
from urne.flows.published import Published
from urne.model.comment import Comment
from urne.model.media import Attachment, Picture
from urne.model.tally import Tally
from urne.model.update import Update, state_after
from urne_site.exports.plain import Value, plain, record
from urne_site.views.bodies import update_url
from urne_site.views.cards import state_of
from urne_site.views.site import Site, url_of
from urne_site.views.updates import newest

Record = dict[str, Value]


def edition_record(site: Site, edition: EditionContent) -> Record:
    """Return an edition: rules, calendar, domains, criteria, figures, and its phase."""
    model = edition.edition
    return {
        **record(model),
        "currency": model.budget.currency,
        "phase": model.phase(site.now).value,
        "url": site.site_url + url_of(edition.written.path),
        **_words(site, edition.written),
    }


def project_records(site: Site, edition: EditionContent) -> list[Record]:
    """Return every project with its three axes: feasibility, outcome (`result`), status (`now`)."""
    return [_project(site, edition, id_) for id_ in sorted(edition.projects)]


def _project(site: Site, edition: EditionContent, project_id: str) -> Record:
    project = edition.projects[project_id]
    model, updates = project.model, site.updates(edition, project_id)
    folder, result = project.path.rpartition("/")[0], site.result(edition.edition, project_id)
    return {
        **record(model),
        "state": state_of(site, edition, model),
        "result": plain(result),
        "now": record(state_after([u.model for u in updates])) if updates else None,
        "on_ballot_as": _frozen(site, edition, project_id),
        "url": site.site_url + url_of(project.path),
        "pictures": _media(site, folder, model.pictures),
        "documents": _media(site, folder, model.documents),
        **_words(site, project),
    }


def _frozen(site: Site, edition: EditionContent, project_id: str) -> Value:
    """Return the card that the ballot showed of a project."""
    published = site.published.get(edition.edition.id)
    cards = published.cards if published else ()
    return plain(next((card for card in cards if card.id == project_id), None))


def update_records(site: Site, edition: EditionContent) -> list[Record]:
    """Return every update up to the day of the build, newest first."""
    return [_update(site, edition, update) for update in newest(site, edition)]


def _update(site: Site, edition: EditionContent, update: Written[Update]) -> Record:
    found = site.content.update_translations
    translations = {
        language: {**record(written.model), "text": written.body.strip()}
        for language in LANGUAGES
        if (written := found.get((update.path, language)))
    }
    return {
        **record(update.model),
        "url": site.site_url + update_url(edition, update.model),
        "pictures": _media(site, update.path.rpartition("/")[0], update.model.pictures),
        "text": update.body.strip(),
        "translations": translations,
    }


def comment_records(site: Site, edition: EditionContent) -> list[Record]:
    """Return each comment shown, by project and date; a withheld one has no text."""
    return [
        {"project": project, **record(comment), "example": example}
        for project, example, comment in comments_shown(site, edition)
    ]


def comments_shown(site: Site, edition: EditionContent) -> list[tuple[str, str, Comment]]:
    """Return each comment up to the day of the build: its project, whether made up, itself."""
    today = edition.edition.day(site.now)
    return [
        (id_, written.model.example.value, comment)
        for id_, written in sorted(edition.comments.items())
        for comment in sorted(written.model.comments, key=lambda c: (c.date, c.id))
        if comment.date <= today
    ]


def results_record(
    site: Site, edition: EditionContent, published: Published, tally: Tally
) -> Record:
    """Return the tally as the page shows it: ranking, budget line, ties, skips, accounts."""
    titles = {card.id: card.title for card in published.cards}
    other = site.comparisons.get(edition.edition.id)
    ranking = [{**record(p), "title": titles[p.id]} for p in tally.projects]
    return {
        **record(tally),
        "projects": ranking,
        "points": plain(published.election.points),
        "over_budget": published.election.over_budget,
        "left_cents": tally.budget_cents - tally.spent_cents,
        "invalid_reasons": dict(tally.invalid_reasons),
        "equal_shares": record(other) if other else None,
        "example": edition.edition.example.value,
        "url": site.site_url + url_of(edition.written.path) + "results/",
    }


def _words(site: Site, written: Written[object]) -> Record:
    """Return a page's text and what it is in the other languages."""
    found = site.content.translations
    return {
        "text": written.body.strip(),
        "translations": {
            language: {**record(page.model), "text": page.body.strip()}
            for language in LANGUAGES
            if language != ORIGINAL and (page := found.get((written.path, language)))
        },
    }


def _media(site: Site, folder: str, media: Sequence[Picture | Attachment]) -> list[Record]:
    return [{**record(item), "url": f"{site.site_url}{folder}/{item.file}"} for item in media]


def json_of(value: Mapping[str, Value] | Sequence[Mapping[str, Value]]) -> bytes:
    """Return an object or a list as JSON, one field or item a line.

    Line by line, because the encoder that indents by itself is ten times slower.
    """
    if isinstance(value, Mapping):
        lines = [f"{json.dumps(key)}: {_line(item)}" for key, item in value.items()]
        return ("{\n" + ",\n".join(lines) + "\n}\n").encode()
    return ("[\n" + ",\n".join(_line(item) for item in value) + "\n]\n").encode()


def _line(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)
