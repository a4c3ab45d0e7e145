"""Which files are exported, and where they lie beside the pages they repeat."""

from __future__ import annotations

from collections.abc import Sequence

from urne.flows.content import EditionContent, Written
from urne.model.update import Update
from urne_site.exports.calendar import calendar_of
from urne_site.exports.feeds import Entry, Feed, atom, json_feed
from urne_site.exports.tables import (
    comments_table,
    csv_of,
    json_of,
    projects_table,
    results_table,
    updates_table,
)
from urne_site.views.bodies import html_of, update_url, whole
from urne_site.views.cards import card_of
from urne_site.views.site import Site, url_of
from urne_site.views.updates import newest

FEED_NAMES = ("feed.xml", "feed.json")


def exported(site: Site) -> dict[str, bytes]:
    """Return every exported file by its path from the root of the site."""
    files: dict[str, bytes] = {}
    latest: list[tuple[EditionContent, Written[Update]]] = []
    for edition in site.content.editions.values():
        files |= _edition(site, edition)
        latest += [(edition, update) for update in newest(site, edition)]
    latest.sort(key=lambda item: item[1].model.date, reverse=True)
    title = f"{site.words('site.name')} – {site.words('feeds.all')}"
    files |= _feeds(site, "", title, [_entry(site, *item) for item in latest[:50]])
    return files


def _edition(site: Site, edition: EditionContent) -> dict[str, bytes]:
    folder, w = url_of(edition.written.path), site.words
    news = newest(site, edition)
    files = _feeds(site, folder, edition.edition.title, [_entry(site, edition, u) for u in news])
    files[folder + "calendar.ics"] = calendar_of(site, edition)
    tables = {"projects": projects_table(site, edition), "updates": updates_table(site, edition)}
    tables |= {"comments": comments_table(site, edition)} if edition.comments else {}
    if published := site.published.get(edition.edition.id):
        tables |= {"results": results_table(published)} if published.tally else {}
    for name, table in tables.items():
        files[f"{folder}{name}.csv"] = csv_of(table)
        files[f"{folder}{name}.json"] = json_of(table)
    for _, project in sorted(edition.projects.items()):
        card = card_of(site, edition, project)
        own = [_entry(site, edition, u) for u in news if u.model.project == project.model.id]
        files |= _feeds(site, card.url, w("feeds.project", title=card.title), own)
    return files


def _feeds(site: Site, folder: str, title: str, entries: Sequence[Entry]) -> dict[str, bytes]:
    feed = Feed(site.site_url + folder, title, site.language, tuple(entries), site.now)
    return {folder + FEED_NAMES[0]: atom(feed), folder + FEED_NAMES[1]: json_feed(feed)}


def _entry(site: Site, edition: EditionContent, update: Written[Update]) -> Entry:
    project = edition.projects[update.model.project]
    return Entry(
        url=site.site_url + update_url(edition, update.model),
        title=f"{project.model.title} : {update.model.title}".replace(" :", "\u00a0:"),
        date=update.model.date,
        html=html_of(site, edition, update, update.body, whole(site)),
    )
