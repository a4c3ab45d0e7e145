"""One build of the site in one language: what was read, and which files it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from urne.flows.check import checked
from urne.flows.check_theme import Theme
from urne.flows.content import LANGUAGES, ORIGINAL, Content, Written, is_read
from urne.flows.history import History
from urne.model.edition import Edition
from urne.model.media import Example
from urne.model.page import Page
from urne.model.project import Project
from urne_site.comparison import comparisons_of
from urne_site.exports import exported
from urne_site.exports.cards import Artist, cards_of
from urne_site.views.shell import Shell, shell_of
from urne_site.views.site import Site, Text
from urne_site.words import Words

AnyPage = Written[Page] | Written[Edition] | Written[Project]

_TEMPLATES = ("partials/", "drawings/", "cards/")


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

    def text(self, path: str) -> Text:
        """Return a page's title and summary in the language of the build."""
        model = self.pages[path].model
        return self.site.text(path, model.title, model.summary)

    def served(self) -> Mapping[str, bytes]:
        """Return the files besides pages that this build serves: the original language's all."""
        if self.site.language != ORIGINAL:
            return {}
        cards = cards_of(self.site, self.artist) if self.artist else {}
        return {**self.public, **exported(self.site), **cards}

    def meta(self, path: str) -> dict[str, str]:
        """Return what MkDocs must know of a page."""
        model = self.pages[path].model
        return {"title": self.text(path).title, "template": model.template}

    def lost(self, nav: Sequence[tuple[str, str]]) -> Shell:
        """Return the frame of the page for addresses that lead nowhere."""
        title = self.site.words("site.not_found")
        text = Text(title, title, title, self.site.language)
        return shell_of(self.site, nav, url="404.html", text=text, example=Example.NONE)


def open_build(
    files: Mapping[str, bytes],
    public: Mapping[str, bytes],
    *,
    languages: Sequence[str],
    now: datetime,
    render: Callable[[str], str],
    site_url: str,
    vote_url: str,
    history: History,
    theme: Theme,
    with_comparison: bool,
    artist: Artist | None,
) -> Build:
    """Return a build of content and published files. Raises BadInput with all problems.

    ModuleNotFoundError means that a comparison is wanted and its extra is not installed.

    The first of `languages` is that of this build, the others stand beside it.
    """
    content, published = checked(files, public, history, theme)
    site = Site(
        content,
        published,
        Words(languages[0]),
        now,
        render,
        site_url,
        vote_url,
        tuple(code for code in LANGUAGES if code in languages),
        history.changes,
        comparisons_of(published, public) if with_comparison else {},
        artist is not None,
    )
    return Build(site, _pages(content), public, artist)


def _pages(content: Content) -> dict[str, AnyPage]:
    pages: dict[str, AnyPage] = dict(content.pages)
    for edition in content.editions.values():
        pages[edition.written.path] = edition.written
        pages.update({project.path: project for project in edition.projects.values()})
    return pages
