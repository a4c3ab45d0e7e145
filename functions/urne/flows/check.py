"""Everything wrong with what staff have written, each with file, line, field and how to mend it.

`urne check` prints what `check_content` returns; the site is built from what `checked` returns,
so that it refuses exactly the same. Files come in as path and bytes; of photographs and documents
the names are enough, but those of updates are compared with what git knows of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from urne.errors import BadInput, Problem
from urne.flows.check_dates import date_problems
from urne.flows.check_drawings import drawing_problems
from urne.flows.check_frozen import frozen_problems
from urne.flows.check_history import history_problems
from urne.flows.check_projects import edition_problems
from urne.flows.check_text import text_problems
from urne.flows.check_theme import Theme, theme_problems
from urne.flows.check_translations import translation_problems
from urne.flows.check_updates import update_problems
from urne.flows.content import Content, exact, gather
from urne.flows.history import History
from urne.flows.published import Published, read_published


def check_content(
    files: Mapping[str, bytes],
    public: Mapping[str, bytes] | None = None,
    history: History | None = None,
    theme: Theme | None = None,
) -> tuple[Problem, ...]:
    """Return every problem of content, and of the public tree it is shown with, by place.

    With what git knows of the files, what was published and changed or went away is a problem too;
    with the theme, drawings and templates that it does not have.
    """
    return _look(files, public or {}, history or History(), theme)[2]


def checked(
    files: Mapping[str, bytes],
    public: Mapping[str, bytes] | None = None,
    history: History | None = None,
    theme: Theme | None = None,
) -> tuple[Content, dict[str, Published]]:
    """Return the content and the published elections. Raises BadInput with every problem."""
    content, published, problems = _look(files, public or {}, history or History(), theme)
    if problems:
        raise BadInput(problems)
    return content, published


def _look(
    files: Mapping[str, bytes],
    public: Mapping[str, bytes],
    history: History,
    theme: Theme | None,
) -> tuple[Content, dict[str, Published], tuple[Problem, ...]]:
    content, problems = gather(files)
    published: dict[str, Published] = {}
    for edition in content.editions:
        try:
            found = read_published(public, edition)
        except BadInput as e:
            problems.extend(e.problems)
        else:
            published |= {edition: found} if found else {}
    problems.extend(_all_problems(content, files, published))
    problems.extend(history_problems(files, history.first))
    problems.extend(theme_problems(content, theme) if theme else ())
    problems = list(dict.fromkeys(exact(problems, files)))
    problems.sort(key=lambda p: (p.path, p.line or 0, p.field or "", p.what))
    return content, published, tuple(problems)


def _all_problems(
    content: Content, files: Mapping[str, bytes], published: Mapping[str, Published]
) -> Iterator[Problem]:
    for id_, edition in content.editions.items():
        yield from edition_problems(edition)
        yield from date_problems(edition)
        if id_ in published:
            yield from frozen_problems(edition, published[id_])
        yield from update_problems(edition, published.get(id_))
    yield from translation_problems(content, frozenset(files))
    yield from text_problems(content, frozenset(files))
    yield from drawing_problems(files)
