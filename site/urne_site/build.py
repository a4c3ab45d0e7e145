"""One build of the site in one language: which files it is made of, and what they show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from urne.flows.content import LANGUAGES, ORIGINAL, Content, Written, is_read
from urne.model.edition import Edition
from urne.model.media import Example
from urne.model.page import Page
from urne.model.project import Project
from urne_site.exports import exported
from urne_site.exports.cards import Artist, Picture, cards_of
from urne_site.source import Source
from urne_site.views.shell import Frames, Shell, shell_of
from urne_site.views.site import Site, Text
from urne_site.words import Words

AnyPage = Written[Page] | Written[Edition] | Written[Project]

_TEMPLATES = ("partials/", "drawings/", "cards/")
_LINK = re.compile(r"<(?:a|img)\b")


@dataclass(frozen=True, slots=True)
class Build:
    """The site's state, its pages by path, and the published files it serves."""

    site: Site
    pages: Mapping[str, AnyPage]
    public: Mapping[str, bytes]
    artist: Artist | None

    def is_kept(self, path: str) -> bool:
        """Return whether a file of `content/` or of our own theme is served."""
        return path in self.pages if is_read(path) else not path.startswith(_TEMPLATES)

    def page(self, path: str) -> AnyPage:
        """Return the page of a path."""
        return self.pages[path]

    def body(self, path: str) -> str:
        """Return a page's Markdown."""
        return self.site.body(self.pages[path])

    def unlinked(self, path: str) -> str | None:
        """Return the HTML of a project's words if they link nowhere, so need no page's address."""
        if not isinstance(self.pages[path].model, Project):
            return None
        html = self.site.render(self.body(path))
        return None if _LINK.search(html) else html

    def text(self, path: str) -> Text:
        """Return a page's title and summary in the language of the build."""
        model = self.pages[path].model
        return self.site.text(path, model.title, model.summary)

    def served(self) -> Mapping[str, bytes]:
        """Return the files besides pages that this build serves: what is published, only once."""
        public = self.public if self.site.language == ORIGINAL else {}
        return {**public, **exported(self.site)}

    def pictures(self) -> Iterator[Picture]:
        """Yield each picture, to be drawn one at a time: together they fill a memory."""
        if self.artist is not None and self.site.language == ORIGINAL:
            yield from cards_of(self.site, self.artist)

    def meta(self, path: str) -> dict[str, str]:
        """Return what MkDocs must know of a page."""
        model = self.pages[path].model
        return {"title": self.text(path).title, "template": model.template}

    def lost(self, frames: Frames) -> Shell:
        """Return what surrounds the page for addresses that lead nowhere."""
        title = self.site.words("site.not_found")
        text = Text(title, title, title, self.site.language)
        return shell_of(frames, url="404.html", text=text, example=Example.NONE)


def open_build(
    source: Source,
    *,
    languages: Sequence[str],
    now: datetime,
    site_url: str,
    vote_url: str,
    artist: Artist | None,
) -> Build:
    """Return a build of what was read.

    The first of `languages` is that of this build, the others stand beside it.
    """
    site = Site(
        source.content,
        source.published,
        Words(languages[0]),
        now,
        source.render,
        site_url,
        vote_url,
        tuple(code for code in LANGUAGES if code in languages),
        source.history,
        source.comparisons,
        artist is not None,
    )
    return Build(site, _pages(source.content), source.public, artist)


def _pages(content: Content) -> dict[str, AnyPage]:
    pages: dict[str, AnyPage] = dict(content.pages)
    for edition in content.editions.values():
        pages[edition.written.path] = edition.written
        pages.update({project.path: project for project in edition.projects.values()})
    return pages
