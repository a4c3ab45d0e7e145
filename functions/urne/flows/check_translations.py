"""A translation is of something there is: a page, the names of its edition, what a page tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from urne.errors import Problem
from urne.flows.content import Content, Written
from urne.frontmatter import PATH
from urne.model.edition import Edition
from urne.model.media import carries_html
from urne.model.page import Translation
from urne.model.project import Project
from urne.model.translation import ProjectTranslation, UpdateTranslation
from urne.model.update import Update


def translation_problems(content: Content, paths: frozenset[str]) -> Iterator[Problem]:
    """Yield every problem of translations; `paths` are all files there are."""
    editions = {edition.written.path: edition.edition for edition in content.editions.values()}
    projects = {p.path: p for e in content.editions.values() for p in e.projects.values()}
    groups = [group for e in content.editions.values() for group in e.updates.values()]
    updates = {update.path: update for group in groups for update in group}
    for (original, language), written in content.translations.items():
        yield from _of_nothing(written, original, language, paths)
        if original in paths and original not in content.unread:
            yield from _names(written, editions.get(original))
        if isinstance(written.model, ProjectTranslation) and original in projects:
            yield from _project(written, written.model, projects[original].model)
    for (original, language), update in content.update_translations.items():
        yield from _of_nothing(update, original, language, paths)
        if original in updates:
            yield from _update(update, updates[original].model)


def _of_nothing(
    written: Written[object], original: str, language: str, paths: frozenset[str]
) -> Iterator[Problem]:
    if original not in paths:
        what = f"There is no page {original} that this could be the {language} of."
        mend = "Name the file as the page it translates."
        yield Problem(written.path, 1, PATH, what, mend, "translation-of-nothing")


def _names(translation: Written[Translation], edition: Edition | None) -> Iterator[Problem]:
    """Yield names that stand for nothing, or twice."""
    names = translation.model.names
    if edition is None:
        if names:
            what, mend = "Only the translation of an edition has names.", "Remove them."
            yield translation.problem("names", what, mend, "names-elsewhere")
        return
    criteria = {criterion.id for criterion in edition.criteria}
    lists = (edition.domains, edition.places, edition.criteria, edition.figures)
    known = {item.id for items in lists for item in items}
    times = Counter(name.id for name in names)
    for number, name in enumerate(names, 1):
        field = f"names.{number}.id"
        if name.id not in known:
            what = f"The edition has nothing of the id {name.id!r}."
            mend = "Give the id of a domain, a place, a criterion or a figure of the edition."
            yield translation.problem(field, what, mend, "name-unknown")
        elif times[name.id] > 1:
            what = f"The id {name.id!r} stands {times[name.id]} times."
            yield translation.problem(field, what, "Keep one.", "duplicate-id")
        if name.question is not None and name.id in known - criteria:
            what, mend = f"{name.id!r} is no criterion: it asks nothing.", "Remove the question."
            yield translation.problem(f"names.{number}.question", what, mend, "name-question")


def _project(
    written: Written[object], words: ProjectTranslation, project: Project
) -> Iterator[Problem]:
    named: dict[str, tuple[Sequence[object], Sequence[object]]] = {
        "merged": ([w.number for w in words.merged], [m.number for m in project.merged]),
        "criteria": (
            [w.criterion for w in words.criteria],
            [v.criterion for v in project.criteria],
        ),
        "opinions": ([w.kind for w in words.opinions], [o.kind for o in project.opinions]),
        "pictures": ([w.file for w in words.pictures], [p.file for p in project.pictures]),
        "documents": ([w.file for w in words.documents], [d.file for d in project.documents]),
        "reason": ([""] * bool(words.reason), [""] * bool(project.reason)),
    }
    yield from _unknown(written, named)
    residents = [("idea", words.idea or ""), *(("merged", w.title) for w in words.merged)]
    for field, text in residents:
        if carries_html(text):
            what, mend = "A resident's text carries HTML.", "Remove the tags and keep the words."
            yield written.problem(field, what, mend, "residents-html")


def _update(written: Written[UpdateTranslation], update: Update) -> Iterator[Problem]:
    words = written.model
    named: dict[str, tuple[Sequence[object], Sequence[object]]] = {
        "next_step": ([""] * bool(words.next_step), [""] * bool(update.next_step)),
        "pictures": ([w.file for w in words.pictures], [p.file for p in update.pictures]),
        "reason": ([""] * bool(words.reason), [""] * bool(update.reason)),
    }
    yield from _unknown(written, named)


def _unknown(
    written: Written[object], named: Mapping[str, tuple[Sequence[object], Sequence[object]]]
) -> Iterator[Problem]:
    """Yield what is translated though the original has nothing of the kind, or twice."""
    for field, (given, known) in named.items():
        for item in dict.fromkeys(given):
            name = f" {str(item)!r}" if item else ""
            if item not in known:
                what = f"The original has no {field}{name} that this could translate."
                mend = "Name it as the original does, or remove it."
                yield written.problem(field, what, mend, "translation-of-nothing")
            elif given.count(item) > 1:
                what = f"The {field}{name} is translated twice."
                yield written.problem(field, what, "Keep one.", "duplicate-id")
