"""What residents said of a project, as the moderators export it: one file a project.

`editions/<edition>/comments/<number>.yml`, a versioned format. A comment names nobody: its author
is a role and a place ("Résidente du Plateau"). One that was withheld keeps its place and the
reason, so that nothing disappears in silence; its text is not exported.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from urne.errors import Fault
from urne.model.media import Example, carries_html, refuse_faults

VERSION = 1
MOST_CHARACTERS = 2000

# What an author label begins with. Whoever needs another role adds it here, in the open.
ROLES = (
    "Résident",
    "Résidente",
    "Habitant",
    "Habitante",
    "Élève",
    "Commerçant",
    "Commerçante",
    "Association",
    "Service",
)
_ID = re.compile(r"\d{3,5}-\d{1,4}")


class Moderation(StrEnum):
    """What the moderators decided; what still waits is not exported."""

    PUBLISHED = "published"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `text` is plain text: whatever looks like HTML in it is words."""

    id: str
    date: dt.date
    author: str
    state: Moderation
    text: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        refuse_faults(self._faults())

    def _faults(self) -> Iterator[Fault]:
        if not _ID.fullmatch(self.id):
            what, mend = f"{self.id!r} is no comment's id.", 'Write one like "012-1".'
            yield Fault("id", what, mend, "bad-id")
        if self.author.split()[0] not in ROLES:
            what = f"The author {self.author!r} is not given as a role."
            mend = f"Begin with one of: {', '.join(ROLES)}; name nobody."
            yield Fault("author", what, mend, "comment-author")
        is_published = self.state is Moderation.PUBLISHED
        if is_published and not self.text:
            yield Fault("text", "A published comment has no text.", "Give it.", "comment-text")
        if not is_published and (self.text or not self.reason):
            what = "A withheld comment has its text still, or no reason."
            mend = "Remove the text and say in a sentence which rule it broke."
            yield Fault("text" if self.text else "reason", what, mend, "comment-withheld")
        if carries_html(self.text or ""):
            what, mend = "A resident's text carries HTML.", "Remove the tags and keep the words."
            yield Fault("text", what, mend, "residents-html")
        if len(self.text or "") > MOST_CHARACTERS:
            what = f"The comment is longer than {MOST_CHARACTERS} characters."
            yield Fault("text", what, "Ask for a shorter one.", "comment-long")


@dataclass(frozen=True, slots=True)
class Comments:
    """The file of one project's comments; the project is in its path."""

    project: str
    version: int
    comments: tuple[Comment, ...]
    example: Example = Example.NONE

    def __post_init__(self) -> None:
        refuse_faults(self._faults())

    def _faults(self) -> Iterator[Fault]:
        if self.version != VERSION:
            what, mend = f"Version {self.version} is unknown.", f"Write version: {VERSION}."
            yield Fault("version", what, mend, "comment-version")
        ids = [comment.id for comment in self.comments]
        for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            what, mend = f"The id {id_!r} stands twice.", "Give each its own id."
            yield Fault("comments", what, mend, "duplicate-id")
        if any(id_.partition("-")[0] != self.project for id_ in ids):
            what, mend = "An id begins with another project's number.", "Begin with this one's."
            yield Fault("comments", what, mend, "comment-elsewhere")
