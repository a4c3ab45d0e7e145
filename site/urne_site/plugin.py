"""MkDocs events, each translated into a call of ours: nothing is decided here."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment
from markdown import Markdown  # type: ignore[import-untyped]
from mkdocs.config import config_options as c
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_build_datetime

from urne.canonical import parse_instant
from urne.errors import BadInput
from urne.flows.content import LANGUAGES, ORIGINAL
from urne.flows.history import read_history
from urne_site.build import Build, open_build
from urne_site.exports.cards import Artist
from urne_site.files import (
    read_drawings,
    read_kerning,
    read_pages,
    read_programs,
    read_public,
    read_theme,
)
from urne_site.output import Output, digest
from urne_site.seen import Seen, moment_of
from urne_site.source import Source, open_source
from urne_site.templates import prepared
from urne_site.views import Frames, changes_of, shell_of, view_of

_ANCHOR = re.compile(r' id="([^"]*)"')
_UNCHANGED = "partials/unchanged.html"


class UrneConfig(Config):  # type: ignore[no-untyped-call]
    """What `mkdocs.yml` may say under `urne`."""

    public = c.Type(str, default=".build/demo/public")
    language = c.Choice(LANGUAGES, default=ORIGINAL)
    languages = c.ListOfItems(c.Choice(LANGUAGES), default=[])
    vote_url = c.Type(str, default="")
    comparison = c.Type(bool, default=False)
    cards = c.Type(bool, default=True)
    now = c.Type((str, datetime), default="")


class UnlinkedPage(Page):
    """A page whose HTML is made already: it links nowhere, so there is no link to look into."""

    def __init__(self, html: str, file: File, config: MkDocsConfig) -> None:
        super().__init__(None, file, config)
        self._html = html

    def render(self, config: MkDocsConfig, files: Files) -> None:
        self.content, self.present_anchor_ids = self._html, set(_ANCHOR.findall(self._html))


class Served(File):
    """A file that the build has made, which goes where the pages go."""

    output: Output | None = None
    place: str  # from the root of all languages

    def copy_file(self, dirty: bool = False) -> None:
        if self.output is None:
            super().copy_file(dirty)
        else:
            self.output.put(self.place, self.content_bytes)


class UrnePlugin(BasePlugin[UrneConfig]):  # type: ignore[no-untyped-call]
    """The site's own plugin."""

    build: Build
    nav: Navigation
    frames: Frames
    source: Source | None = None  # what another language's build has read
    seen: Seen | None = None  # and what each page may show of it
    output: Output | None = None  # where all languages go, if over the last build

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read content and the public tree; refuse what `urne check` refuses."""
        root = Path(config.config_file_path).parent
        self._made_of: dict[str, str] = {}  # pages' digests, by path
        self._standing: set[str] = set()  # the paths of pages that stay as they are
        if self.output is not None:
            programs = read_programs(Path(str(config.theme.custom_dir)))
            texts = config.markdown_extensions, config.mdx_configs
            self._texts = digest(programs, texts)
            settings = {name: value for name, value in self.config.items() if name != "now"}
            self._made_by = digest(programs, texts, settings, config.site_url, config.nav)
        self.source = self.source or self._read(root, config)
        self.build = open_build(
            self.source,
            languages=(self.config.language, *self.config.languages),
            now=_now(cast(str | datetime, self.config.now)),
            site_url=config.site_url or "",
            vote_url=self.config.vote_url,
            artist=_artist(config) if self.config.cards else None,
        )
        return config

    def _read(self, root: Path, config: MkDocsConfig) -> Source:
        content, render = Path(config.docs_dir), _renderer(config)
        if self.output is not None:
            render = self.output.rendering(render, self._texts)
        try:
            return open_source(
                read_pages(content),
                read_public(root / self.config.public),
                read_history(content),
                render=render,
                theme=read_theme(Path(str(config.theme.custom_dir))),
                with_comparison=self.config.comparison,
            )
        except BadInput as e:
            raise PluginError(f"The content has problems:\n{e}") from e
        except ModuleNotFoundError as e:
            what = "mkdocs.yml asks for the comparison of rules, whose programs are not installed"
            raise PluginError(f"{what}: pip install '.[comparison]'. ({e})") from e

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Keep our own pages and assets, and add the published files.

        Nobody reads the words of a page that stays as it stands, nor looks for links where none is.
        """
        own = {config.docs_dir, config.theme.custom_dir}
        kept = [f for f in files if f.src_dir in own and self.build.is_kept(f.src_uri)]
        pages = [file for file in kept if file.src_uri in self.build.pages]
        if self.output is not None:
            self._look(self.output, config, pages)
        in_menu = set(_paths(config.nav))
        for file in pages:
            standing = file.src_uri in self._standing
            html = "" if standing else self.build.unlinked(file.src_uri)
            # The menu names its pages as it makes them.
            if html is not None and file.src_uri not in in_menu:
                UnlinkedPage(html, file, config)
        served = self.build.served().items()
        added = [cast(Served, Served.generated(config, path, content=raw)) for path, raw in served]
        for file in added:
            file.output, file.place = self.output, self._place(file.dest_uri)
        return Files([*kept, *added])

    def _look(self, output: Output, config: MkDocsConfig, pages: Sequence[File]) -> None:
        """Note what each page is made of, and which stand as made of the same."""
        source = cast(Source, self.source)
        if self.seen is None:
            content = read_pages(Path(config.docs_dir))
            self.seen = Seen(content, source.public, source.history)
        made_by = digest(self._made_by, moment_of(self.build.site))
        for file in pages:
            made_of = self._made_of[file.src_uri] = digest(made_by, self.seen.by(file.src_uri))
            if output.holds(self._place(file.dest_uri), made_of):
                self._standing.add(file.src_uri)
        # What is not read has no headings to link to; the check has followed each link already.
        config.validation.links.anchors = logging.DEBUG

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Keep the navigation, whose labels are known once all pages are read."""
        self.nav = nav
        return nav

    def on_env(self, env: Environment, config: MkDocsConfig, files: Files) -> Environment:
        """Prepare the templates, and what surrounds all pages."""
        self.frames = Frames(self.build.site, self._labels())
        return prepared(env, self.build.site)

    def on_page_read_source(self, page: Page, config: MkDocsConfig) -> str | None:
        """Return a page's Markdown; its front matter was read already."""
        return self.build.body(page.file.src_uri)

    def on_page_markdown(
        self, markdown: str, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Give the page its template and title."""
        page.meta = self.build.meta(page.file.src_uri)
        if page.file.src_uri in self._standing:
            page.meta["template"] = _UNCHANGED
        return markdown

    def on_page_context(
        self, context: Any, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> Any:
        """Give the template its values."""
        if page.file.src_uri in self._standing:
            return context
        written, text = self.build.page(page.file.src_uri), self.build.text(page.file.src_uri)
        example = written.model.example
        shell = shell_of(self.frames, url=page.url, text=text, example=example)
        view = view_of(self.build.site, written)
        changes = changes_of(self.build.site, written)
        return context | {"shell": shell, "view": view, "changes": changes}

    def on_post_page(self, output: str, page: Page, config: MkDocsConfig) -> str:
        """Give a page to where all languages go, if it is new; MkDocs writes no empty one."""
        if self.output is not None and output.strip():
            path, made_of = self._place(page.file.dest_uri), self._made_of[page.file.src_uri]
            self.output.put(path, output.encode("utf-8", "xmlcharrefreplace"), made_of)
            return ""
        return output

    def on_template_context(self, context: Any, template_name: str, config: MkDocsConfig) -> Any:
        """Give the page for missing addresses its values."""
        return context | {"shell": self.build.lost(self.frames)}

    def on_post_build(self, config: MkDocsConfig) -> None:
        """Write the pictures beside the pages."""
        for picture in self.build.pictures():
            if self.output is None:
                (Path(config.site_dir) / picture.path).write_bytes(picture.draw())
            elif not self.output.holds(picture.path, picture.made_of):
                self.output.put(picture.path, picture.draw(), picture.made_of)

    def _place(self, path: str) -> str:
        """Return where a page of this language stands, from the root of all."""
        language = self.config.language
        return path if language == ORIGINAL else f"{language}/{path}"

    def _labels(self) -> list[tuple[str, str]]:
        """Return the navigation's labels, in the language of the build, and addresses."""
        return [
            (self.build.text(page.file.src_uri).label or str(page.title), page.url)
            for page in self.nav.pages
        ]


def _paths(nav: object) -> Iterator[str]:
    """Yield the paths that the menu of `mkdocs.yml` names."""
    if isinstance(nav, str):
        yield nav
    for item in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from _paths(item)


def _renderer(config: MkDocsConfig) -> Callable[[str], str]:
    """Return what makes HTML of Markdown, as MkDocs does for pages."""
    configs = config.mdx_configs or {}
    markdown = Markdown(extensions=config.markdown_extensions, extension_configs=configs)

    def render(text: str) -> str:
        markdown.reset()
        return str(markdown.convert(text))

    return render


def _artist(config: MkDocsConfig) -> Artist:
    """Return what the projects' pictures are drawn with."""
    theme = Path(str(config.theme.custom_dir))
    return Artist(
        read_drawings(theme),
        (theme / "assets/urne.css").read_text("utf-8"),
        theme / "cards/DejaVuSerif-Bold-latin.ttf",
        read_kerning(theme / "cards/kerning.tsv"),
    )


def _now(given: str | datetime) -> datetime:
    """Return the moment of the build: as given, else of the commit, else the present.

    YAML makes a datetime of an instant, without zone though it is in UTC.
    """
    if isinstance(given, datetime):
        return given.replace(tzinfo=given.tzinfo or UTC)
    if given:
        return parse_instant(given)
    return get_build_datetime()
