"""All that staff have written, read from the files of `content/` into models by their paths.

    editions/<edition>/index.md                          an edition
    editions/<edition>/projects/<number>-<words>.md      a project
    editions/<edition>/updates/<number>/<day>[-<n>].md   an update; n from 2 on the same day
    editions/<edition>/comments/<number>.yml             what residents said of a project
    <anything else>.md                                   a page
    <any of these but updates>.<language>.md             its translation

A folder's `.meta.yml` gives fields that its pages do not set. Files come in as a mapping of path
to bytes, so that a folder, an archive and a test are read alike.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from urne.errors import BadInput, Problem
from urne.frontmatter import Document, defaults, read, split, whole
from urne.model.comment import Comments
from urne.model.edition import Edition
from urne.model.page import Page, Translation
from urne.model.project import Project
from urne.model.update import Update

ORIGINAL = "fr"
LANGUAGES = (ORIGINAL, "nl", "en")

_EDITION = re.compile(r"editions/([^/]+)/index\.md")
_PROJECT = re.compile(r"editions/([^/]+)/projects/(\d+)-[a-z0-9-]+\.md")
_UPDATE = re.compile(r"editions/([^/]+)/updates/(\d+)/(\d{4}-\d\d-\d\d)(?:-(\d))?\.md")
_COMMENTS = re.compile(r"editions/([^/]+)/comments/(\d+)\.yml")
_LANGUAGE = re.compile(rf"(.+)\.({'|'.join(LANGUAGES[1:])})\.md")
_IN_PROJECTS = re.compile(r"editions/[^/]+/(projects/(?!index\.md)|updates/(?!index\.md)).+")

M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Written(Generic[M_co]):
    """A model, the file it was written in, its Markdown, and the lines of both."""

    path: str
    model: M_co
    body: str
    body_line: int
    lines: Mapping[str, int]

    def line(self, name: str) -> int:
        """Return the line of a field, or 1 where the field does not stand."""
        return self.lines.get(name.split(".", maxsplit=1)[0], 1)


@dataclass(slots=True)
class EditionContent:
    """An edition with its projects by number and their updates by date."""

    written: Written[Edition]
    projects: dict[str, Written[Project]] = field(default_factory=dict)
    updates: dict[str, list[Written[Update]]] = field(default_factory=lambda: defaultdict(list))
    comments: dict[str, Written[Comments]] = field(default_factory=dict)

    @property
    def edition(self) -> Edition:
        """Return the edition itself."""
        return self.written.model

    def on_ballot(self) -> list[Written[Project]]:
        """Return the projects on the ballot, in ballot order: by number."""
        return [p for _, p in sorted(self.projects.items()) if p.model.on_ballot]


@dataclass(slots=True)
class Content:
    """Everything in `content/`, by what it is."""

    editions: dict[str, EditionContent] = field(default_factory=dict)
    pages: dict[str, Written[Page]] = field(default_factory=dict)
    translations: dict[tuple[str, str], Written[Translation]] = field(default_factory=dict)


def is_read(path: str) -> bool:
    """Return whether a file is read; of all others, pictures and documents, the name is enough."""
    return path.endswith((".md", ".meta.yml")) or "/comments/" in path


def is_update(path: str) -> bool:
    """Return whether a path is that of an update."""
    return _UPDATE.fullmatch(path) is not None


def read_content(files: Mapping[str, bytes]) -> Content:
    """Return the content of files. Raises BadInput with every problem of single files."""
    content, problems = gather(files)
    if problems:
        raise BadInput(problems)
    return content


def gather(files: Mapping[str, bytes]) -> tuple[Content, list[Problem]]:
    """Return what could be read of files, and what was wrong with the rest."""
    reader = _Gatherer(files)
    for path in sorted(files):
        if is_read(path) and not path.endswith(".meta.yml"):
            try:
                reader.take(path)
            except BadInput as e:
                reader.problems.extend(e.problems)
    reader.join()
    return reader.content, reader.problems


class _Gatherer:
    """Reads one file after the other; what is wrong goes into `problems`."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.content = Content()
        self.problems: list[Problem] = []
        self.projects: list[tuple[str, Written[Project]]] = []
        self.updates: list[tuple[str, Written[Update]]] = []
        self.comments: list[tuple[str, Written[Comments]]] = []
        self.defaults: dict[str, Document | None] = {}

    def take(self, path: str) -> None:
        """Read a file as what its path says it is. Raises BadInput."""
        translated = _LANGUAGE.fullmatch(path)
        if translated:
            original, language = translated[1] + ".md", translated[2]
            self.content.translations[original, language] = self._read(path, Translation)
        elif match := _EDITION.fullmatch(path):
            edition = self._read(path, Edition)
            if edition.model.id != match[1]:
                what = f"The edition {edition.model.id!r} is in the folder {match[1]!r}."
                self._refuse(edition, "id", what, "Name the folder as the id.", "path")
            self.content.editions[match[1]] = EditionContent(edition)
        elif match := _PROJECT.fullmatch(path):
            project = self._read(path, Project)
            if project.model.id != match[2]:
                what = f"The file name says {match[2]}, the id {project.model.id}."
                self._refuse(project, "id", what, "Begin the file name with the id.", "path")
            self.projects.append((match[1], project))
        elif match := _UPDATE.fullmatch(path):
            self.updates.append((match[1], self._update(path, match)))
        elif match := _COMMENTS.fullmatch(path):
            self.comments.append((match[1], self._comments(path, match[2])))
        elif "/comments/" in path:
            what, mend = "This is no project's comments.", "Name it comments/012.yml."
            self.problems.append(Problem(path, None, None, what, mend, "path"))
        elif _IN_PROJECTS.fullmatch(path):
            what = "The path is neither a project's nor an update's."
            mend = "Name it projects/012-a-few-words.md or updates/012/2019-09-30.md."
            self.problems.append(Problem(path, None, None, what, mend, "path"))
        else:
            self.content.pages[path] = self._read(path, Page)

    def join(self) -> None:
        """Put projects and updates into their editions."""
        for edition_id, project in self.projects:
            edition = self.content.editions.get(edition_id)
            if edition is None:
                what, mend = f"There is no edition {edition_id!r}.", "Write its index.md first."
                self._refuse(project, None, what, mend, "edition-unknown")
            elif project.model.id in edition.projects:
                other = edition.projects[project.model.id].path
                what = f"The number {project.model.id} is also that of {other}."
                self._refuse(project, "id", what, "Give each project its own.", "duplicate-id")
            else:
                edition.projects[project.model.id] = project
        for edition_id, update in self.updates:
            edition = self.content.editions.get(edition_id)
            if edition is None or update.model.project not in edition.projects:
                what = f"There is no project {update.model.project} to update."
                mend = "Name the folder as the project's number."
                self._refuse(update, None, what, mend, "project-unknown")
            else:
                edition.updates[update.model.project].append(update)

        for edition_id, comments in self.comments:
            edition = self.content.editions.get(edition_id)
            if edition is None or comments.model.project not in edition.projects:
                what = f"There is no project {comments.model.project} to comment on."
                mend = "Name the file as the project's number."
                self._refuse(comments, None, what, mend, "project-unknown")
            else:
                edition.comments[comments.model.project] = comments

    def _comments(self, path: str, project: str) -> Written[Comments]:
        document = whole(path, self.files[path])
        value = read(document, Comments, {"project": project})
        return Written(path, value, "", document.body_line, document.lines())

    def _update(self, path: str, match: re.Match[str]) -> Written[Update]:
        try:
            date = dt.date.fromisoformat(match[3])
        except ValueError as e:
            what, mend = f"There is no day {match[3]}.", "Name the file as a date that exists."
            raise BadInput([Problem(path, None, None, what, mend, "value")]) from e
        number = int(match[4] or 1)
        return self._read(path, Update, {"project": match[2], "date": date, "number": number})

    def _read(
        self, path: str, model: type[M], given: Mapping[str, object] | None = None
    ) -> Written[M]:
        document = split(path, self.files[path])
        inherited = self._defaults(path.rpartition("/")[0])
        if inherited is not None and model not in (Translation, Update):
            document = document.with_defaults(inherited)
        value = read(document, model, given)
        return Written(path, value, document.body, document.body_line, document.lines())

    def _defaults(self, folder: str) -> Document | None:
        """Return the fields of the nearest `.meta.yml` above, if there is one."""
        if folder not in self.defaults:
            path = f"{folder}/.meta.yml".lstrip("/")
            if path in self.files:
                self.defaults[folder] = defaults(path, self.files[path])
            else:
                self.defaults[folder] = (
                    self._defaults(folder.rpartition("/")[0]) if folder else None
                )
        return self.defaults[folder]

    def _refuse(
        self, written: Written[M], name: str | None, what: str, mend: str, code: str
    ) -> None:
        line = written.line(name) if name else None
        self.problems.append(Problem(written.path, line, name, what, mend, code))
