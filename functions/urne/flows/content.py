"""All that staff have written, read from the files of `content/` into models by their paths.

    editions/<edition>/index.md                          an edition
    editions/<edition>/projects/<number>-<words>.md      a project
    editions/<edition>/updates/<number>/<day>[-<n>].md   an update; n from 2 on the same day
    editions/<edition>/comments/<number>.yml             what residents said of a project
    <anything else>.md                                   a page
    <any of these pages>.<language>.md                   its translation

A folder's `.meta.yml` gives fields that its pages do not set. Beside pages stand pictures and
documents; other files are refused, for they would be published unread, and files whose name begins
with a dot are left alone. Files come in as a mapping of path to bytes, so that a folder, an archive
and a test are read alike.

One mistake is one problem: what hangs on a file that could not be read is passed over in silence.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Generic, TypeVar

from urne.errors import BadInput, Problem
from urne.frontmatter import PATH, Document, defaults, read, split, whole
from urne.model.comment import Comments
from urne.model.edition import Edition
from urne.model.page import Page, Translation
from urne.model.project import Project
from urne.model.translation import ProjectTranslation, UpdateTranslation
from urne.model.update import Update

ORIGINAL = "fr"
LANGUAGES = (ORIGINAL, "nl", "en")

_EDITION = re.compile(r"editions/([^/]+)/index\.md")
_PROJECT = re.compile(r"editions/([^/]+)/projects/(\d+)-[a-z0-9-]+\.md")
_UPDATE = re.compile(r"editions/([^/]+)/updates/(\d+)/(\d{4}-\d\d-\d\d)(?:-(\d))?\.md")
_COMMENTS = re.compile(r"editions/([^/]+)/comments/(\d+)\.yml")
_PAGE = re.compile(r"(?:[a-z0-9-]+/)*[a-z0-9-]+\.md")
_LANGUAGE = re.compile(rf"(.+)\.({'|'.join(LANGUAGES[1:])})\.md")
_IN_PROJECTS = re.compile(r"editions/[^/]+/(projects/(?!index\.md)|updates/(?!index\.md)).+")

PICTURES = frozenset("svg png jpg jpeg webp avif gif".split())
DOCUMENTS = frozenset("pdf odt ods odp docx xlsx pptx csv txt".split())
_FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*")

_INHERITED: dict[type, set[str]] = {
    model: {f.name for f in fields(model)} for model in (Edition, Project, Page)
}

M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Written(Generic[M_co]):
    """A model, the file it was written in, its Markdown, and the lines of both.

    `inherited` gives path and line of each field that stands in the folder's `.meta.yml`.
    """

    path: str
    model: M_co
    body: str
    body_line: int
    lines: Mapping[str, int]
    inherited: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def line(self, name: str) -> int:
        """Return the line of a field, or 1 where the field does not stand."""
        return self.lines.get(name.split(".", maxsplit=1)[0], 1)

    def problem(self, name: str, what: str, mend: str, code: str) -> Problem:
        """Return a problem of a field, at the file and line where that stands."""
        own = (self.path, self.line(name))
        path, line = self.inherited.get(name.split(".", maxsplit=1)[0], own)
        return Problem(path, line, name, what, mend, code)


@dataclass(slots=True)
class EditionContent:
    """An edition with its projects by number and their updates by date.

    `unread` are the numbers of projects, and `unread_news` those of the updates, that have a file
    which could not be read: what is missing of them is missing for that reason.
    """

    written: Written[Edition]
    projects: dict[str, Written[Project]] = field(default_factory=dict)
    updates: dict[str, list[Written[Update]]] = field(default_factory=lambda: defaultdict(list))
    comments: dict[str, Written[Comments]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    unread_news: set[str] = field(default_factory=set)

    @property
    def edition(self) -> Edition:
        """Return the edition itself."""
        return self.written.model

    def on_ballot(self) -> list[Written[Project]]:
        """Return the projects on the ballot, in ballot order: by number."""
        return [p for _, p in sorted(self.projects.items()) if p.model.on_ballot]


@dataclass(slots=True)
class Content:
    """Everything in `content/`, by what it is; `unread` are paths that could not be read."""

    editions: dict[str, EditionContent] = field(default_factory=dict)
    pages: dict[str, Written[Page]] = field(default_factory=dict)
    translations: dict[tuple[str, str], Written[Translation]] = field(default_factory=dict)
    update_translations: dict[tuple[str, str], Written[UpdateTranslation]] = field(
        default_factory=dict
    )
    unread: set[str] = field(default_factory=set)


def is_read(path: str) -> bool:
    """Return whether a file holds what staff write, and not a picture or a document."""
    return path.endswith((".md", ".meta.yml")) or "/comments/" in path


def is_update(path: str) -> bool:
    """Return whether a path is that of an update."""
    return _UPDATE.fullmatch(path) is not None


def is_translation(path: str) -> bool:
    """Return whether a path is that of a translation."""
    return _LANGUAGE.fullmatch(path) is not None


def is_hidden(path: str) -> bool:
    """Return whether a file is left alone: its name, or that of a folder, begins with a dot."""
    return any(part.startswith(".") for part in path.split("/"))


def kind_of(path: str) -> str:
    """Return what the end of a file's name says it is: `pdf`, `svg`, or nothing."""
    return path.rpartition("/")[2].rpartition(".")[2].lower() if "." in path else ""


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
        if not is_hidden(path):
            try:
                reader.take(path) if is_read(path) else _require_media(path)
            except BadInput as e:
                reader.problems.extend(e.problems)
                reader.content.unread.add(path)
    reader.join()
    return reader.content, list(dict.fromkeys(reader.problems))


def _require_media(path: str) -> None:
    """Raise BadInput unless a file's name is that of a picture or a document."""
    kind = kind_of(path)
    if kind == "md":
        what, mend = "The name ends in capitals.", "End it in .md, or it is no page."
        raise _misplaced(path, what, mend)
    if kind not in PICTURES | DOCUMENTS:
        known = ", ".join(sorted(PICTURES | DOCUMENTS))
        what = "This is neither a page nor a picture nor a document that may be published."
        mend = f"Move it elsewhere; pictures and documents end in: {known}."
        raise BadInput([Problem(path, 1, PATH, what, mend, "file-kind")])
    if not _FILE.fullmatch(path):
        what = "The name holds spaces or signs that an address does not bear."
        raise _misplaced(path, what, "Use letters, digits, dots and hyphens.")


def _require_page(path: str) -> None:
    """Raise BadInput unless a path is that of a page of words."""
    if "/comments/" in path:
        what, mend = "This is no project's comments.", "Name it comments/012.yml."
        raise _misplaced(path, what, mend)
    if _IN_PROJECTS.fullmatch(path):
        what = "The path is neither a project's nor an update's."
        mend = "Name it projects/012-a-few-words.md or updates/012/2019-09-30.md."
        raise _misplaced(path, what, mend)
    if not _PAGE.fullmatch(path):
        what = "This is no name of a page."
        mend = "Use lower-case letters, digits and hyphens: rules.md, translated rules.nl.md."
        raise _misplaced(path, what, mend)


def _misplaced(path: str, what: str, mend: str) -> BadInput:
    return BadInput([Problem(path, 1, PATH, what, mend, "path")])


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
            self._translation(path, translated[1] + ".md", translated[2])
        elif match := _EDITION.fullmatch(path):
            edition = self._read(path, Edition)
            if edition.model.id != match[1]:
                what = f"The edition {edition.model.id!r} is in the folder {match[1]!r}."
                raise _one(edition.problem("id", what, "Name the folder as the id.", "path"))
            self.content.editions[match[1]] = EditionContent(edition)
        elif match := _PROJECT.fullmatch(path):
            project = self._read(path, Project)
            if project.model.id != match[2]:
                what = f"The file name says {match[2]}, the id {project.model.id}."
                raise _one(project.problem("id", what, "Begin the file name with the id.", "path"))
            self.projects.append((match[1], project))
        elif match := _UPDATE.fullmatch(path):
            self.updates.append((match[1], self._update(path, match)))
        elif match := _COMMENTS.fullmatch(path):
            self.comments.append((match[1], self._comments(path, match[2])))
        else:
            _require_page(path)
            self.content.pages[path] = self._read(path, Page)

    def join(self) -> None:
        """Put projects, updates and comments into their editions."""
        for path in self.content.unread:
            if match := _PROJECT.fullmatch(path) or _UPDATE.fullmatch(path):
                self._unread(match[1], match[2], is_news=is_update(path))
        for edition_id, project in self.projects:
            edition = self._edition(edition_id)
            if edition is None:
                continue
            if project.model.id in edition.projects:
                other = edition.projects[project.model.id].path
                what = f"The number {project.model.id} is also that of {other}."
                mend = "Give each project its own."
                self.problems.append(project.problem("id", what, mend, "duplicate-id"))
            else:
                edition.projects[project.model.id] = project
        for edition_id, update in self.updates:
            if edition := self._with_project(edition_id, update, update.model.project):
                edition.updates[update.model.project].append(update)
        for edition_id, comments in self.comments:
            if edition := self._with_project(edition_id, comments, comments.model.project):
                edition.comments[comments.model.project] = comments

    def _unread(self, edition_id: str, number: str, *, is_news: bool) -> None:
        """Note of which project a file could not be read."""
        if edition := self.content.editions.get(edition_id):
            (edition.unread_news if is_news else edition.unread).add(number)

    def _edition(self, edition_id: str) -> EditionContent | None:
        """Return an edition, or None after telling, once, that it has no page."""
        path = f"editions/{edition_id}/index.md"
        if edition_id not in self.content.editions and path not in self.content.unread:
            what, mend = f"There is no edition {edition_id!r}.", "Write its index.md first."
            self.problems.append(Problem(path, 1, PATH, what, mend, "edition-unknown"))
        return self.content.editions.get(edition_id)

    def _with_project(
        self, edition_id: str, written: Written[M], number: str
    ) -> EditionContent | None:
        """Return the edition that has a project, or None after telling that there is none."""
        edition = self._edition(edition_id)
        if edition is None or number in edition.projects:
            return edition
        if number not in edition.unread:
            what = f"There is no project {number} in this edition."
            mend = "Name it as the project's number."
            self.problems.append(Problem(written.path, 1, PATH, what, mend, "project-unknown"))
        return None

    def _translation(self, path: str, original: str, language: str) -> None:
        """Read the translation of a page as what the page is."""
        if is_update(original):
            read_as = self._read(path, UpdateTranslation)
            self.content.update_translations[original, language] = read_as
        elif _PROJECT.fullmatch(original):
            self.content.translations[original, language] = self._read(path, ProjectTranslation)
        else:
            self.content.translations[original, language] = self._read(path, Translation)

    def _comments(self, path: str, project: str) -> Written[Comments]:
        document = whole(path, self.files[path])
        value = read(document, Comments, {"project": project})
        return _written(document, value)

    def _update(self, path: str, match: re.Match[str]) -> Written[Update]:
        try:
            date = dt.date.fromisoformat(match[3])
        except ValueError as e:
            what, mend = f"There is no day {match[3]}.", "Name the file as a date that exists."
            raise BadInput([Problem(path, 1, PATH, what, mend, "value")]) from e
        number = int(match[4] or 1)
        return self._read(path, Update, {"project": match[2], "date": date, "number": number})

    def _read(
        self, path: str, model: type[M], given: Mapping[str, object] | None = None
    ) -> Written[M]:
        document = split(path, self.files[path])
        if model in _INHERITED:
            inherited = self._defaults(path.rpartition("/")[0])
            if inherited is not None:
                document = document.with_defaults(inherited, _INHERITED[model])
        return _written(document, read(document, model, given))

    def _defaults(self, folder: str) -> Document | None:
        """Return the fields of the nearest `.meta.yml` above, if there is one.

        Raises BadInput if it cannot be read; without a problem once that was told.
        """
        path = f"{folder}/.meta.yml".lstrip("/")
        if path in self.content.unread:
            raise BadInput([])
        if folder not in self.defaults and path in self.files:
            try:
                self.defaults[folder] = _known(defaults(path, self.files[path]))
            except BadInput:
                self.content.unread.add(path)
                raise
        elif folder not in self.defaults:
            self.defaults[folder] = self._defaults(folder.rpartition("/")[0]) if folder else None
        return self.defaults[folder]


def exact(problems: Iterable[Problem], files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield problems at the line of the field they name, not of the one that it is part of."""
    known: dict[str, dict[str, int]] = {}
    for problem in problems:
        name, path = problem.field or "", problem.path
        if "." in name and path in files and path not in known:
            known[path] = _read_lines(path, files[path])
        lines = known.get(path, {})
        if "." in name and problem.line == lines.get(name.split(".", maxsplit=1)[0]):
            while name not in lines:
                name = name.rpartition(".")[0]
            yield replace(problem, line=lines[name])
        else:
            yield problem


def _read_lines(path: str, raw: bytes) -> dict[str, int]:
    try:
        return (split if path.endswith(".md") else whole)(path, raw).exact_lines()
    except BadInput:
        return {}


def _known(document: Document) -> Document:
    """Return a `.meta.yml` whose fields are all known to some page. Raises BadInput."""
    if unknown := sorted(document.names() - set[str]().union(*_INHERITED.values())):
        path, lines, mend = document.path, document.lines(), "Remove it."
        raise BadInput(
            [
                Problem(
                    path, lines.get(n, 1), n, f"No page has a field {n}.", mend, "field-unknown"
                )
                for n in unknown
            ]
        )
    return document


def _written(document: Document, model: M) -> Written[M]:
    lines, inherited = document.lines(), document.inherited
    return Written(document.path, model, document.body, document.body_line, lines, inherited)


def _one(problem: Problem) -> BadInput:
    return BadInput([problem])
