"""What a view may look at: content, published elections, words, the moment of the build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from urne.flows.content import ORIGINAL, Content, EditionContent, Written
from urne.flows.history import Change
from urne.flows.published import Published
from urne.model.edition import Edition
from urne.model.page import Name
from urne.model.tally import ProjectTally, Tally
from urne.model.update import Update
from urne_site.comparison import Comparison
from urne_site.views.said import Said
from urne_site.words import Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Text:
    """A page's own words: title, summary, short name, and the language they are in."""

    title: str
    summary: str
    label: str
    language: str

    def lang_on(self, language: str) -> str:
        """Return their language where it is not the page's, else nothing."""
        return "" if self.language == language else self.language


@dataclass(frozen=True, slots=True)
class Site:
    """The state of the whole site at one build; `render` makes HTML of Markdown.

    `history` gives the changes to each file of `content/`, newest first; `comparisons` what another
    rule would have funded, by edition, if that was asked for.
    """

    content: Content
    published: Mapping[str, Published]
    words: Words
    now: datetime
    render: Callable[[str], str]
    site_url: str = ""
    vote_url: str = ""
    languages: tuple[str, ...] = (ORIGINAL,)
    history: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    comparisons: Mapping[str, Comparison] = field(default_factory=dict)
    has_cards: bool = False
    _made: dict[object, Any] = field(default_factory=dict, init=False)

    def once(self, key: object, make: Callable[[], T]) -> T:
        """Return what is made at its first use in this build, and then kept."""
        if key not in self._made:
            self._made[key] = make()
        found: T = self._made[key]
        return found

    def editions(self) -> list[EditionContent]:
        """Return the editions in the order in which they begin."""
        return sorted(
            self.content.editions.values(),
            key=lambda e: (e.edition.calendar.ideas_open, e.edition.id),
        )

    def has_begun(self, edition: EditionContent) -> bool:
        """Return whether an edition takes or took ideas already."""
        return edition.edition.day(self.now) >= edition.edition.calendar.ideas_open

    def current(self) -> EditionContent | None:
        """Return the edition that began last, or before any has begun the first to come."""
        editions = self.editions()
        begun = [edition for edition in editions if self.has_begun(edition)]
        return next(iter([*reversed(begun), *editions]), None)

    @property
    def language(self) -> str:
        """Return the language the site is built in."""
        return self.words.language

    @property
    def other(self) -> str:
        """Return the original's language where the site is built in another, else nothing."""
        return "" if self.language == ORIGINAL else ORIGINAL

    @property
    def root(self) -> str:
        """Return the way from this language's root to the root of all: files are there once."""
        return "" if self.language == ORIGINAL else "../"

    @property
    def whole_address(self) -> str:
        """Return the address of the root of all, below which each language has its place."""
        if self.language == ORIGINAL:
            return self.site_url
        return self.site_url.removesuffix(f"{self.language}/")

    def text(self, path: str, title: str, summary: str) -> Text:
        """Return a page's title and summary in this language, or in the original's."""
        translation = self.content.translations.get((path, self.language))
        if translation is not None:
            model = translation.model
            return Text(model.title, model.summary, model.label or model.title, self.language)
        return Text(title, summary, "", ORIGINAL)

    def body(self, written: Written[object]) -> str:
        """Return a page's Markdown in this language, or in the original's."""
        translation = self.content.translations.get((written.path, self.language))
        return translation.body if translation is not None else written.body

    def names(self, edition: EditionContent) -> Mapping[str, Name]:
        """Return the names of an edition's domains, places and so on in this language, by id."""
        key = (edition.written.path, self.language)
        translation = self.content.translations.get(key)
        return {name.id: name for name in translation.model.names} if translation else {}

    def name(self, edition: EditionContent, id_: str, original: str) -> Said:
        """Return one such name, or the original's."""
        found = self.names(edition).get(id_)
        return Said(found.name) if found else Said(original, self.other)

    def edition_at(self, path: str) -> EditionContent | None:
        """Return the edition whose folder a page lies in."""
        parts = path.split("/")
        return self.content.editions.get(parts[1]) if parts[0] == "editions" else None

    def tally(self, edition: Edition) -> Tally | None:
        """Return an edition's tally once its results are due and published."""
        published = self.published.get(edition.id)
        return published.tally if published else None

    def result(self, edition: Edition, project_id: str) -> ProjectTally | None:
        """Return what the tally says of a project."""

        def results() -> Mapping[str, ProjectTally]:
            tally = self.tally(edition)
            return {p.id: p for p in tally.projects} if tally else {}

        return self.once((ProjectTally, edition.id), results).get(project_id)

    def updates(self, edition: EditionContent, project_id: str) -> list[Written[Update]]:
        """Return a project's updates up to the day of the build, in order of date."""
        today = edition.edition.day(self.now)
        found = [u for u in edition.updates.get(project_id, []) if u.model.date <= today]
        return sorted(found, key=lambda u: (u.model.date, u.model.number))


def url_of(path: str) -> str:
    """Return the address of a page from the root of the site: `a/b.md` is at `a/b/`."""
    stem = path.removesuffix(".md")
    return stem.removesuffix("index") if stem.endswith("index") else stem + "/"
