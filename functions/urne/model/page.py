"""A page of words alone, and the translation of any page: what their front matter may hold."""

from __future__ import annotations

from dataclasses import dataclass

from urne.model.media import Example


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is no edition, project or update; `summary` is its first sentence in lists."""

    title: str
    summary: str
    example: Example = Example.NONE
    template: str = "main.html"


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a domain, place, criterion or figure of an edition in another language."""

    id: str
    name: str
    question: str | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """The words of a page in another language; figures and dates stay those of the original.

    `label` is the page's short name in the navigation; `names` belong to an edition.
    """

    title: str
    summary: str
    label: str | None = None
    names: tuple[Name, ...] = ()
