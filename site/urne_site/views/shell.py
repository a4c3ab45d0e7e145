"""What surrounds every page: navigation, languages, the name of the town, what is made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from urne.flows.content import ORIGINAL, Written
from urne.model.media import Example
from urne.model.project import Project
from urne_site.views.search import PAGE as SEARCH
from urne_site.views.site import Site, Text, url_of

_FOOTER = ("accessibility.md", "privacy.md", "versions.md")


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of the navigation."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language; `name` is in that language.

    `address` is the whole of it, since search engines follow no other from page to page.
    """

    code: str
    name: str
    url: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed of the whole site, an edition or a project."""

    label: str
    type: str
    url: str


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What surrounds alike all pages of one place in the navigation; it is made once for them."""

    town: str
    nav: tuple[NavItem, ...]
    footer: tuple[NavItem, ...]
    feeds: tuple[FeedLink, ...]
    search: NavItem | None
    is_demonstration: bool
    built: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What surrounds one page; `content_language` is that of its words where it differs.

    The search looks into a page that `is_indexed`: not where the words are another language's,
    which stand in that language's index already.
    """

    frame: Frame
    language: str
    content_language: str
    languages: tuple[LanguageLink, ...]
    title: str
    page_title: str
    summary: str
    example_note: str
    is_indexed: bool


class Frames:
    """The frames of a site; `nav` holds the labels and urls of its navigation."""

    def __init__(self, site: Site, nav: Sequence[tuple[str, str]]) -> None:
        self.site = site
        self._nav = tuple(nav)
        self._beside = {item.url for item in (*_footer(site, ""), _search(site, "")) if item}
        self._made: dict[tuple[str | None, str, bool], Frame] = {}

    def at(self, url: str) -> Frame:
        """Return the frame of the page at a url."""
        shown = self.site.edition_at(url) or self.site.current()
        is_demonstration = shown is not None and shown.edition.example is not Example.NONE
        place = self._above(url), url if url in self._beside else "", is_demonstration
        if place not in self._made:
            self._made[place] = self._frame(*place)
        return self._made[place]

    def _above(self, url: str) -> str | None:
        """Return the target of the navigation's entry that is the nearest above a page."""
        above = [t for _, t in self._nav if url == t or (t and url.startswith(t))]
        return max(above, key=len, default=None)

    def _frame(self, above: str | None, own: str, is_demonstration: bool) -> Frame:
        site, edition, w = self.site, self.site.current(), self.site.words
        return Frame(
            town=edition.edition.town if edition else "",
            nav=tuple(NavItem(label, target, target == above) for label, target in self._nav),
            footer=_footer(site, own),
            feeds=feeds_of(site, ""),
            search=_search(site, own),
            is_demonstration=is_demonstration,
            built=w("site.built", day=w.day(site.now.astimezone(w.time_zone).date())),
        )


def shell_of(frames: Frames, *, url: str, text: Text, example: Example) -> Shell:
    """Return what surrounds the page at a url."""
    site, frame = frames.site, frames.at(url)
    is_translated = text.language == site.language
    return Shell(
        frame=frame,
        language=site.language,
        content_language="" if is_translated else text.language,
        languages=_languages(site, url),
        title=text.title,
        page_title=" – ".join(part for part in (text.title, frame.town) if part),
        summary=text.summary,
        example_note=site.words("example.page") if example is not Example.NONE else "",
        is_indexed=is_translated,
    )


def _languages(site: Site, url: str) -> tuple[LanguageLink, ...]:
    """Return links to the page in every language the site is built in, if there are several."""
    if len(site.languages) < 2:
        return ()
    paths = {code: ("" if code == ORIGINAL else f"{code}/") + url for code in site.languages}
    return tuple(
        LanguageLink(
            code=code,
            name=site.words(f"language.{code}"),
            url=site.root + path,
            address=site.whole_address + path,
            current=code == site.language,
        )
        for code, path in paths.items()
    )


def feeds_of(site: Site, folder: str) -> tuple[FeedLink, ...]:
    """Return the feeds that lie in a folder, from the root of the site's language."""
    w = site.words
    return (
        FeedLink(w("feeds.atom"), "application/atom+xml", folder + "feed.xml"),
        FeedLink(w("feeds.json"), "application/feed+json", folder + "feed.json"),
    )


def has_feeds(site: Site, project: Written[Project]) -> bool:
    """Return whether a project has feeds of its own in the language of the site."""
    return not site.other or (project.path, site.language) in site.content.translations


def _search(site: Site, url: str) -> NavItem | None:
    """Return the link to the search page, if there is one."""
    page = site.content.pages.get(SEARCH)
    if page is None:
        return None
    text = site.text(SEARCH, page.model.title, page.model.summary)
    return NavItem(text.title, url_of(SEARCH), url_of(SEARCH) == url)


def _footer(site: Site, url: str) -> tuple[NavItem, ...]:
    """Return links to the pages that stand beside the navigation."""
    edition = site.current()
    rules = edition.written.path.replace("index.md", "rules.md") if edition else ""
    items = []
    for path in (rules, *_FOOTER):
        page = site.content.pages.get(path)
        if page is not None:
            text = site.text(path, page.model.title, page.model.summary)
            items.append(NavItem(text.title, url_of(path), url_of(path) == url))
    return tuple(items)
