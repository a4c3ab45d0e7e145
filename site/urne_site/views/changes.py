"""Changes to a page: when and why, from the commits that touched the files it is written in."""

from __future__ import annotations

from dataclasses import dataclass

from urne.flows.content import ORIGINAL, Written
from urne.flows.history import Change
from urne.model.project import Project
from urne_site.views.site import Site

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change: the day, the reason as the commit says it, and the commit's short name."""

    day: str
    iso: str
    reason: str
    commit: str


@dataclass(frozen=True, slots=True)
class ChangesView:
    """The latest changes, the older ones, and what unfolds these."""

    latest: tuple[ChangeView, ...]
    older: tuple[ChangeView, ...]
    more: str


def changes_of(site: Site, written: Written[object]) -> ChangesView | None:
    """Return the changes to a page, newest first, or None where git knows of none."""
    found = {change for path in _files(site, written) for change in site.history.get(path, ())}
    if not found:
        return None
    newest = sorted(found, key=lambda change: (change.at, change.commit), reverse=True)
    views = tuple(_view(site, change) for change in newest)
    latest, older = views[:_SHOWN], views[_SHOWN:]
    return ChangesView(latest, older, site.words.many("changes.more", len(older)))


def _files(site: Site, written: Written[object]) -> list[str]:
    """Return the files a page shows words or pictures of, in the language of the build."""
    files = [written.path]
    if site.language != ORIGINAL:
        translation = site.content.translations.get((written.path, site.language))
        files += [translation.path] if translation else []
    if isinstance(written.model, Project):
        folder = written.path.rpartition("/")[0]
        files += [f"{folder}/{picture.file}" for picture in written.model.pictures]
        files += [f"{folder}/{document.file}" for document in written.model.documents]
    return files


def _view(site: Site, change: Change) -> ChangeView:
    day = change.at.astimezone(site.words.time_zone).date()
    return ChangeView(site.words.day(day), day.isoformat(), change.subject, change.commit[:10])
