"""What pages ask of the theme is there: drawings, maps, and templates for pages of their kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from urne.errors import Problem
from urne.flows.content import Content, Written
from urne.model.edition import Edition
from urne.model.page import Page
from urne.model.project import Project

_DRAWING = re.compile(r"drawings/shapes/([^/]+)\.svg")
_MAP = re.compile(r"drawings/maps/([^/]+)\.svg")
_TEMPLATE = re.compile(r"[^/]+\.html")

# A page of words takes any template of the theme that is not another kind's.
_WORDS, _EDITION, _PROJECT, _LOST = "main.html", "edition.html", "project.html", "404.html"


@dataclass(frozen=True, slots=True)
class Theme:
    """The names of a theme's drawings, maps of towns, and templates."""

    drawings: frozenset[str]
    maps: frozenset[str]
    templates: frozenset[str]

    @classmethod
    def of(cls, paths: Iterable[str]) -> Self:
        """Return what a theme has, from the paths of its files."""
        names = list(paths)

        def found(pattern: re.Pattern[str]) -> frozenset[str]:
            return frozenset(match[1] for match in map(pattern.fullmatch, names) if match)

        templates = frozenset(name for name in names if _TEMPLATE.fullmatch(name))
        return cls(found(_DRAWING), found(_MAP), templates)


def theme_problems(content: Content, theme: Theme) -> Iterator[Problem]:
    """Yield every drawing, map and template that pages name and the theme does not have."""
    own = {_EDITION, _PROJECT, _LOST}
    for page in content.pages.values():
        yield from _template(page, theme.templates - own)
    for edition in content.editions.values():
        yield from _template(edition.written, theme.templates & {_WORDS, _EDITION})
        yield from _edition_drawings(edition.written, theme)
        for project in edition.projects.values():
            yield from _template(project, theme.templates & {_WORDS, _PROJECT})
            if project.model.drawing is not None:
                yield from _named(project, "drawing", project.model.drawing, theme.drawings)


def _template(
    written: Written[Page] | Written[Edition] | Written[Project], known: Collection[str]
) -> Iterator[Problem]:
    yield from _named(written, "template", written.model.template, known)


def _edition_drawings(written: Written[Edition], theme: Theme) -> Iterator[Problem]:
    for number, domain in enumerate(written.model.domains, 1):
        yield from _named(written, f"domains.{number}.drawing", domain.drawing, theme.drawings)
    if written.model.map is not None:
        yield from _named(written, "map.drawing", written.model.map.drawing, theme.maps)


def _named(
    written: Written[object], field: str, name: str, known: Collection[str]
) -> Iterator[Problem]:
    if name not in known:
        kind = field.rpartition(".")[2] if field != "map.drawing" else "map"
        what = f"There is no {kind} {name!r} for this in the theme."
        mend = f"Use one of: {', '.join(sorted(known))}."
        yield written.problem(field, what, mend, f"{kind}-unknown")
