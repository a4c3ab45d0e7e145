"""MkDocs events, each translated into a call of ours: nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, StrictUndefined
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
from urne_site.files import keeper, read_drawings, read_pages, read_public, read_theme
from urne_site.links import at
from urne_site.views import changes_of, shell_of, view_of


class UrneConfig(Config):  # type: ignore[no-untyped-call]
    """What `mkdocs.yml` may say under `urne`."""

    public = c.Type(str, default=".build/demo/public")
    language = c.Choice(LANGUAGES, default=ORIGINAL)
    languages = c.ListOfItems(c.Choice(LANGUAGES), default=[])
    vote_url = c.Type(str, default="")
    comparison = c.Type(bool, default=False)
    cards = c.Type(bool, default=True)
    now = c.Type((str, datetime), default="")


class UrnePlugin(BasePlugin[UrneConfig]):  # type: ignore[no-untyped-call]
    """The site's own plugin."""

    build: Build

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read content and the public tree; refuse what `urne check` refuses."""
        root = Path(config.config_file_path).parent
        public = read_public(root / self.config.public)
        try:
            self.build = open_build(
                read_pages(Path(config.docs_dir)),
                public,
                languages=(self.config.language, *self.config.languages),
                render=_renderer(config),
                now=_now(cast(str | datetime, self.config.now)),
                site_url=config.site_url or "",
                vote_url=self.config.vote_url,
                history=read_history(Path(config.docs_dir)),
                theme=read_theme(Path(str(config.theme.custom_dir))),
                with_comparison=self.config.comparison,
                artist=_artist(root, config) if self.config.cards else None,
            )
        except BadInput as e:
            raise PluginError(f"The content has problems:\n{e}") from e
        except ModuleNotFoundError as e:
            what = "mkdocs.yml asks for the comparison of rules, whose programs are not installed"
            raise PluginError(f"{what}: pip install '.[comparison]'. ({e})") from e
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Keep our own pages and assets, and add the published files."""
        own = {config.docs_dir, config.theme.custom_dir}
        kept = [f for f in files if f.src_dir in own and self.build.is_kept(f.src_uri)]
        added = [
            File.generated(config, path, content=raw) for path, raw in self.build.served().items()
        ]
        return Files([*kept, *added])

    def on_env(self, env: Environment, config: MkDocsConfig, files: Files) -> Environment:
        """Escape every value, and make a template fail on one that is not there."""
        env.autoescape = True
        env.filters["at"] = at
        env.undefined = StrictUndefined
        env.trim_blocks = env.lstrip_blocks = True
        return env

    def on_page_read_source(self, page: Page, config: MkDocsConfig) -> str | None:
        """Return a page's Markdown; its front matter was read already."""
        return self.build.body(page.file.src_uri)

    def on_page_markdown(
        self, markdown: str, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Give the page its template and title."""
        page.meta = self.build.meta(page.file.src_uri)
        return markdown

    def on_page_context(
        self, context: Any, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> Any:
        """Give the template its values."""
        written, text = self.build.page(page.file.src_uri), self.build.text(page.file.src_uri)
        example = written.model.example
        shell = shell_of(
            self.build.site, self._labels(nav), url=page.url, text=text, example=example
        )
        view = view_of(self.build.site, written)
        changes = changes_of(self.build.site, written)
        return self._values(context) | {"shell": shell, "view": view, "changes": changes}

    def on_template_context(self, context: Any, template_name: str, config: MkDocsConfig) -> Any:
        """Give the page for missing addresses its values."""
        return self._values(context) | {"shell": self.build.lost(self._labels(context["nav"]))}

    def _labels(self, nav: Navigation) -> list[tuple[str, str]]:
        """Return the navigation's labels, in the language of the build, and addresses."""
        return [
            (self.build.text(page.file.src_uri).label or str(page.title), page.url)
            for page in nav.pages
        ]

    def _values(self, context: Mapping[str, Any]) -> dict[str, Any]:
        site = self.build.site
        return {**context, "w": site.words, "site_root": site.root}


def _renderer(config: MkDocsConfig) -> Callable[[str], str]:
    """Return what makes HTML of Markdown, as MkDocs does for pages."""
    configs = config.mdx_configs or {}
    markdown = Markdown(extensions=config.markdown_extensions, extension_configs=configs)

    def render(text: str) -> str:
        markdown.reset()
        return str(markdown.convert(text))

    return render


def _artist(root: Path, config: MkDocsConfig) -> Artist:
    """Return what the projects' pictures are drawn with; they are kept between builds."""
    theme = Path(str(config.theme.custom_dir))
    return Artist(
        read_drawings(theme),
        (theme / "assets/urne.css").read_text("utf-8"),
        theme / "cards/DejaVuSerif-Bold-latin.ttf",
        keeper(root / ".build/cards"),
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
