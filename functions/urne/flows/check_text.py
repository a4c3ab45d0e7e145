"""What must not stand in a page's text: links and pictures to nothing, script, residents' HTML."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from urne.errors import Problem
from urne.flows.content import Content, Written
from urne.model.media import Attachment, Picture, carries_html
from urne.model.project import Project

_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)[^)]*\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(")
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_SCRIPT = re.compile(r"<\s*(script|style|iframe|object|embed|form)\b|\bon\w+\s*=|javascript:", re.I)
_STYLE = re.compile(r"<[^>]+\bstyle\s*=", re.I)
_OUTSIDE = re.compile(r"(?:https?:|mailto:|tel:|#)")


def text_problems(content: Content, paths: frozenset[str]) -> Iterator[Problem]:
    """Yield every problem of the texts of pages; `paths` are all files there are."""
    for edition in content.editions.values():
        yield from _body(edition.written, paths)
        for project in edition.projects.values():
            yield from _body(project, paths)
            yield from _residents(project)
            yield from _media(project, project.model.pictures, paths)
            yield from _media(project, project.model.documents, paths)
        for updates in edition.updates.values():
            for update in updates:
                yield from _body(update, paths)
                yield from _media(update, update.model.pictures, paths)
    for page in content.pages.values():
        yield from _body(page, paths)
    for translation in content.translations.values():
        yield from _body(translation, paths)


def _body(written: Written[object], paths: frozenset[str]) -> Iterator[Problem]:
    """Yield what must not stand in a page's Markdown."""
    text = _CODE.sub(lambda m: "\n" * m[0].count("\n"), written.body)

    def problem(match: re.Match[str], what: str, mend: str, code: str) -> Problem:
        line = written.body_line + text.count("\n", 0, match.start())
        return Problem(written.path, line, None, what, mend, code)

    for match in _SCRIPT.finditer(text):
        what = f"The text carries {match[0].strip()!r}."
        yield problem(match, what, "Remove it: pages hold no script.", "script")
    for match in _STYLE.finditer(text):
        what, mend = "The text carries a style.", "Remove it: the site's own styles apply."
        yield problem(match, what, mend, "style")
    for match in _PICTURE.finditer(text):
        if not match[1].strip():
            what, mend = "A picture has no alternative text.", "Say what it shows: ![…](file)."
            yield problem(match, what, mend, "alt-missing")
    for match in _LINK.finditer(text):
        target = match[1].split("#", maxsplit=1)[0]
        if target and not _OUTSIDE.match(match[1]) and not _leads(written.path, target, paths):
            what = f"The link to {target!r} leads to nothing."
            yield problem(match, what, "Correct the path.", "link")


def _leads(path: str, target: str, paths: frozenset[str]) -> bool:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) in paths


def _residents(project: Written[Project]) -> Iterator[Problem]:
    """Yield tags in what residents wrote: their text is shown as text and nothing else."""
    texts = [("idea", project.model.idea.text)]
    texts += [("merged", merged.title) for merged in project.model.merged]
    for field, text in texts:
        if carries_html(text):
            what = "A resident's text carries HTML."
            mend = "Remove the tags and keep the words."
            yield Problem(project.path, project.line(field), field, what, mend, "residents-html")


def _media(
    written: Written[object], media: Sequence[Picture | Attachment], paths: frozenset[str]
) -> Iterator[Problem]:
    for item in media:
        if not _leads(written.path, item.file, paths):
            field = "pictures" if isinstance(item, Picture) else "documents"
            what = f"There is no file {item.file!r} beside the page."
            line = written.line(field)
            yield Problem(written.path, line, field, what, "Add the file.", "file-missing")
