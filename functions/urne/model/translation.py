"""What a project's or an update's page may say in another language: its words, never a figure.

Front matter of `projects/<id>-<words>.<language>.md` and of `updates/<id>/<day>.<language>.md`.
Whatever is left out stands on the page in the original's language, and is marked as such. An item
of a list is named as in the original: a criterion or a kind by its id, a picture by its file.
"""

from __future__ import annotations

from dataclasses import dataclass

from urne.model.page import Translation
from urne.model.project import OpinionKind


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """The reason of a criterion's verdict."""

    criterion: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpinionWords:
    """An opinion, and the name of the office it comes from."""

    kind: OpinionKind
    office: str
    text: str


@dataclass(frozen=True, slots=True)
class MergedWords:
    """The title of another idea that went into a project."""

    number: int
    title: str


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What a picture shows, and where it comes from."""

    file: str
    alt: str
    credit: str


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """What a document is; the document itself stays in its language."""

    file: str
    title: str


@dataclass(frozen=True, slots=True)
class ProjectTranslation(Translation):
    """A project's words. `idea` is the text of the original idea, translated by the town."""

    spot: str | None = None
    reason: str | None = None
    idea: str | None = None
    merged: tuple[MergedWords, ...] = ()
    criteria: tuple[VerdictWords, ...] = ()
    opinions: tuple[OpinionWords, ...] = ()
    pictures: tuple[PictureWords, ...] = ()
    documents: tuple[DocumentWords, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateTranslation:
    """An update's words. Unlike the update, they may be mended: the original is what counts."""

    title: str
    next_step: str | None = None
    reason: str | None = None
    pictures: tuple[PictureWords, ...] = ()
