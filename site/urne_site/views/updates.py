"""The news of an edition: every update of every project, newest first, by year."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from urne.flows.content import EditionContent, Written
from urne.model.media import Example
from urne.model.update import Update
from urne_site.views.bodies import update_url
from urne_site.views.cards import Chip
from urne_site.views.said import Said
from urne_site.views.shell import FeedLink, feeds_of
from urne_site.views.site import Site, url_of
from urne_site.views.timeline import kind_chip
from urne_site.views.translated import UpdateWords


@dataclass(frozen=True, slots=True)
class NewsItem:
    """An update in a list, with the project it is about."""

    day: str
    iso: str
    title: Said
    project: Said
    kind: Chip
    url: str
    is_example: bool


@dataclass(frozen=True, slots=True)
class Year:
    """The news of one year."""

    name: str
    items: tuple[NewsItem, ...]


@dataclass(frozen=True, slots=True)
class UpdatesView:
    """What the page of news shows."""

    years: tuple[Year, ...]
    follow: tuple[FeedLink, ...]
    data: tuple[tuple[str, str], ...]


def newest(site: Site, edition: EditionContent) -> list[Written[Update]]:
    """Return an edition's updates, newest first."""
    found = [update for id_ in edition.updates for update in site.updates(edition, id_)]
    return sorted(found, key=lambda u: (u.model.date, u.model.project), reverse=True)


def updates_of(site: Site, edition: EditionContent) -> UpdatesView:
    """Return the page of news."""
    found = newest(site, edition)
    years = groupby(found, key=lambda u: u.model.date.year)
    folder, w = url_of(edition.written.path), site.words
    calendar = FeedLink(w("feeds.calendar"), "text/calendar", folder + "calendar.ics")
    return UpdatesView(
        tuple(Year(str(year), tuple(news_of(site, edition, u) for u in of)) for year, of in years),
        (*feeds_of(site, folder), calendar),
        data_of(site, edition),
    )


def data_of(site: Site, edition: EditionContent) -> tuple[tuple[str, str], ...]:
    """Return labels and addresses of an edition's data."""
    folder, w = site.root + url_of(edition.written.path), site.words
    names = ["edition.json", "projects.json", "updates.json", "projects.csv", "verdicts.csv"]
    names += ["opinions.csv", "media.csv", "updates.csv"]
    names += ["comments.json", "comments.csv"] if edition.comments else []
    is_counted = site.tally(edition.edition) is not None
    names += ["results.json", "results.csv", "accounts.csv"] if is_counted else []
    found = [(w(f"feeds.{name.partition('.')[0]}"), name.partition(".")[2], name) for name in names]
    return tuple(
        (f"{label} ({kind.upper()})", folder + name) for label, kind, name in sorted(found)
    )


def news_of(site: Site, edition: EditionContent, update: Written[Update]) -> NewsItem:
    """Return one update for a list."""
    model, project = update.model, edition.projects[update.model.project]
    text = site.text(project.path, project.model.title, "")
    return NewsItem(
        day=site.words.day(model.date),
        iso=model.date.isoformat(),
        title=UpdateWords(site, update).title(),
        project=Said(text.title, text.lang_on(site.language)),
        kind=kind_chip(site.words, model.kind),
        url=update_url(edition, model),
        is_example=model.example is Example.WHOLE,
    )
