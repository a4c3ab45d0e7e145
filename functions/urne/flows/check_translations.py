"""A translation is of a page there is, and the names it gives are those that its edition has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from urne.errors import Problem
from urne.flows.content import Content, Written
from urne.frontmatter import PATH
from urne.model.edition import Edition
from urne.model.page import Translation


def translation_problems(content: Content, paths: frozenset[str]) -> Iterator[Problem]:
    """Yield every problem of translations; `paths` are all files there are."""
    editions = {edition.written.path: edition.edition for edition in content.editions.values()}
    for (original, language), translation in content.translations.items():
        if original not in paths:
            what = f"There is no page {original} that this could be the {language} of."
            mend = "Name the file as the page it translates."
            yield Problem(translation.path, 1, PATH, what, mend, "translation-of-nothing")
        elif original not in content.unread:
            yield from _names(translation, editions.get(original))


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
