"""Which files are exported, and where they lie beside the pages they repeat.

Data are there once, in the original language. Whoever follows the site, an edition or a translated
project, or takes its dates into a calendar, finds feeds and calendar in each language.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from urne.flows.content import EditionContent, Written
from urne.model.update import Update
from urne_site.exports.calendar import calendar_of
from urne_site.exports.feeds import Entry, Feed, atom, json_feed
from urne_site.exports.records import (
    comment_records,
    edition_record,
    json_of,
    project_records,
    results_record,
    update_records,
)
from urne_site.exports.tables import (
    accounts_table,
    comments_table,
    csv_of,
    media_table,
    opinions_table,
    projects_table,
    results_table,
    updates_table,
    verdicts_table,
)
from urne_site.views.bodies import html_of, update_url, whole
from urne_site.views.shell import has_feeds
from urne_site.views.site import Site, url_of
from urne_site.views.translated import UpdateWords
from urne_site.views.updates import newest

FEED_NAMES = ("feed.xml", "feed.json")
_NEVER = date(1970, 1, 1)  # when a town's first edition is still to be announced


def exported(site: Site) -> dict[str, bytes]:
    """Return every exported file of a language by its path from that language's root."""
    files: dict[str, bytes] = {}
    latest: list[tuple[EditionContent, Written[Update]]] = []
    for edition in site.content.editions.values():
        files |= _edition(site, edition)
        latest += [(edition, update) for update in newest(site, edition)]
    latest.sort(key=lambda item: item[1].model.date, reverse=True)
    title = f"{site.words('site.name')} – {site.words('feeds.all')}"
    newest_edition = site.current()
    begun = newest_edition.edition.calendar.ideas_open if newest_edition else _NEVER
    files |= _feeds(site, "", title, [_entry(site, *item) for item in latest[:50]], begun)
    return files


def _edition(site: Site, edition: EditionContent) -> dict[str, bytes]:
    folder, w = url_of(edition.written.path), site.words
    begun, news = edition.edition.calendar.ideas_open, newest(site, edition)
    entries = [_entry(site, edition, update) for update in news]
    title = site.text(edition.written.path, edition.edition.title, "").title
    files = _feeds(site, folder, title, entries, begun)
    files[folder + "calendar.ics"] = calendar_of(site, edition)
    if not site.other:
        files |= {folder + name: raw for name, raw in _data(site, edition).items()}
    of_project = defaultdict[str, list[Entry]](list)
    for update, entry in zip(news, entries, strict=True):
        of_project[update.model.project].append(entry)
    for id_, project in sorted(edition.projects.items()):
        if not has_feeds(site, project):
            continue
        title = w("feeds.project", title=site.text(project.path, project.model.title, "").title)
        files |= _feeds(site, url_of(project.path), title, of_project[id_], begun)
    return files


def _data(site: Site, edition: EditionContent) -> dict[str, bytes]:
    """Return an edition's data by name; `data_of` links what is there."""
    records = {
        "edition": json_of(edition_record(site, edition)),
        "projects": json_of(project_records(site, edition)),
        "updates": json_of(update_records(site, edition)),
    }
    tables = {
        "projects": projects_table(site, edition),
        "verdicts": verdicts_table(site, edition),
        "opinions": opinions_table(site, edition),
        "media": media_table(site, edition),
        "updates": updates_table(site, edition),
    }
    if edition.comments:
        records["comments"] = json_of(comment_records(site, edition))
        tables["comments"] = comments_table(site, edition)
    published = site.published.get(edition.edition.id)
    if published is not None and published.tally is not None:
        results = results_record(site, edition, published, published.tally)
        records["results"] = json_of(results)
        tables["results"] = results_table(edition, published, published.tally)
        tables["accounts"] = accounts_table(edition, published.tally)
    return {f"{name}.json": raw for name, raw in records.items()} | {
        f"{name}.csv": csv_of(table) for name, table in tables.items()
    }


def _feeds(
    site: Site, folder: str, title: str, entries: Sequence[Entry], begun: date
) -> dict[str, bytes]:
    feed = Feed(site.site_url + folder, title, site.language, tuple(entries), begun)
    return {folder + FEED_NAMES[0]: atom(feed), folder + FEED_NAMES[1]: json_feed(feed)}


def _entry(site: Site, edition: EditionContent, update: Written[Update]) -> Entry:
    project, words = edition.projects[update.model.project], UpdateWords(site, update)
    of = site.text(project.path, project.model.title, "").title
    html = html_of(site, edition, update, words.body, whole(site))
    return Entry(
        url=site.site_url + update_url(edition, update.model),
        title=site.words("feeds.entry", project=of, update=words.title().text),
        date=update.model.date,
        html=f'<div lang="{words.lang}">{html}</div>' if words.lang else html,
    )
