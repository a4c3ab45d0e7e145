"""What must not stand in a page's text: script, styles, HTML beyond an allow-list, dead links.

The text is looked at as the HTML it becomes, so that it does not matter in which way a link or a
picture was written. Allowed is what Markdown makes and a little more; whatever is not named below
is refused.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from urne.errors import Problem
from urne.flows.content import (
    DOCUMENTS,
    LANGUAGES,
    PICTURES,
    Content,
    Written,
    is_hidden,
    is_read,
    kind_of,
)
from urne.flows.markup import Part, Tag, Unread, Words, is_plain, parts_of, simple_links
from urne.frontmatter import TEXT
from urne.model.media import Attachment, Picture, carries_html
from urne.model.project import Project

_TAGS = frozenset(
    "p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code kbd samp em strong b i s small"
    " sub sup abbr cite q dfn ins del mark span div figure figcaption details summary table caption"
    " thead tbody tfoot tr th td time a img".split()
)
_EVERYWHERE = frozenset("id class title lang dir".split())
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "details": {"open"},
    "time": {"datetime"},
}
_EMPTY = frozenset({"br", "hr", "img"})
_ACTIVE = frozenset("script style iframe frame object embed form link meta base svg math".split())

_OUTSIDE = re.compile(r"(?:https?://[^\s\\]+|mailto:[^\s\\]+|tel:[+\d(). -]+)", re.IGNORECASE)
_INSIDE = re.compile(r"(?P<path>(?![/\s])[^:?#\\\0-\x1f]*)(?:\?[^#]*)?(?:#(?P<anchor>.*))?")
_LOOSE = re.compile(r"\[[^\[\]]*\][\[(][^\[\]()\n]*[\])]?")
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def text_problems(content: Content, paths: frozenset[str]) -> Iterator[Problem]:
    """Yield every problem of the texts of pages; `paths` are all files there are."""
    texts = _Texts(content, paths)
    for edition in content.editions.values():
        yield from texts.problems(edition.written)
        for project in edition.projects.values():
            yield from texts.problems(project)
            yield from _residents(project)
            yield from _media(project, project.model.pictures, paths)
            yield from _media(project, project.model.documents, paths)
        for updates in edition.updates.values():
            for update in updates:
                yield from texts.problems(update)
                yield from _media(update, update.model.pictures, paths)
    for page in content.pages.values():
        yield from texts.problems(page)
    for (original, language), translation in content.translations.items():
        yield from texts.problems(translation, original, (language,))
    groups = (group for edition in content.editions.values() for group in edition.updates.values())
    known = {update.path for group in groups for update in group}
    for (original, language), words in content.update_translations.items():
        if original in known:
            yield from texts.problems(words, original, (language,))


class _Texts:
    """All texts there are: what each may link to, and the headings it has for others."""

    def __init__(self, content: Content, paths: frozenset[str]) -> None:
        self.content, self.paths = content, paths
        self.pages: dict[str, Written[object]] = dict(content.pages)
        for edition in content.editions.values():
            self.pages[edition.written.path] = edition.written
            self.pages |= {project.path: project for project in edition.projects.values()}
        self.known_ids: dict[str, frozenset[str]] = {}

    def problems(
        self, written: Written[object], path: str = "", languages: tuple[str, ...] = ()
    ) -> Iterator[Problem]:
        """Yield what must not stand in a text that is shown as the page of a path.

        It is shown in these languages; where none are given, in all that it is not translated to.
        """
        if is_plain(written.body):
            return
        path = path or written.path
        others = [code for code in LANGUAGES if (path, code) not in self.content.translations]
        text = _Text(self, written, path, languages or tuple(others))
        yield from text.problems()

    def leads(self, target: str) -> bool:
        """Return whether a path is that of a page or of a file that is published."""
        if is_read(target):
            return target in self.pages or target in self.content.unread
        return target in self.paths and not is_hidden(target)

    def ids(self, target: str, language: str) -> frozenset[str] | None:
        """Return the ids on a page in a language, or None where they are not known."""
        translation = self.content.translations.get((target, language))
        written = translation if translation is not None else self.pages.get(target)
        if written is None:
            return None
        if written.path not in self.known_ids:
            self.known_ids[written.path] = ids_of(parts_of(written.body))
        return self.known_ids[written.path]


def ids_of(parts: Sequence[Part]) -> frozenset[str]:
    """Return the ids of a text, which a link may name after a `#`."""
    found = (part.attributes.get("id") for part in parts if isinstance(part, Tag))
    return frozenset(id_ for id_ in found if id_)


class _Text:
    """One text with its HTML; knows at which line of the source a part of it stands."""

    def __init__(
        self, texts: _Texts, written: Written[object], path: str, languages: tuple[str, ...]
    ) -> None:
        self.texts, self.written, self.path, self.languages = texts, written, path, languages
        simple = simple_links(written.body)
        self.is_simple = simple is not None
        self.parts = parts_of(written.body) if simple is None else simple
        self.seen: Counter[str] = Counter()

    def problems(self) -> Iterator[Problem]:
        """Yield every problem of the text."""
        if not self.is_simple:
            yield from self._nesting()
        ids: set[str] = set()
        for part in self.parts:
            if isinstance(part, Unread):
                what = f"What begins with {part.source!r} is no HTML that can be read for certain."
                mend = 'Write it in Markdown, or as <tag name="value">.'
                yield self._problem(what, mend, "html", re.escape(part.source), "<")
            elif isinstance(part, Tag) and not part.is_end:
                yield from self._tag(part)
                if part.attributes.get("id") in ids:
                    what = f"The id {part.attributes['id']!r} stands twice."
                    where = rf"\b{re.escape(part.attributes['id'])}\b"
                    yield self._problem(what, "Give each its own.", "duplicate-id", where)
                ids.add(part.attributes.get("id") or "")
        yield from self._loose()

    def _problem(self, what: str, mend: str, code: str, *patterns: str) -> Problem:
        line = self._line(patterns)
        return Problem(self.written.path, line, TEXT, what, mend, code)

    def _line(self, patterns: Sequence[str]) -> int:
        """Return the line of the first pattern that the source holds, further on each time."""
        body = self.written.body
        for source in (_CODE.sub(lambda m: "\n" * m[0].count("\n"), body), body):
            for pattern in patterns:
                found = list(re.finditer(pattern, source, re.IGNORECASE))
                if found:
                    match = found[min(self.seen[pattern], len(found) - 1)]
                    self.seen[pattern] += 1
                    return self.written.body_line + source.count("\n", 0, match.start())
        return self.written.body_line

    def _nesting(self) -> Iterator[Problem]:
        """Yield tags that are not closed, or close what was not begun."""
        begun: list[str] = []
        for part in self.parts:
            if not isinstance(part, Tag) or part.name in _EMPTY:
                continue
            if not part.is_end:
                begun.append(part.name)
            elif begun and begun[-1] == part.name:
                begun.pop()
            else:
                begun.append(f"/{part.name}")
                break
        if begun:
            name = begun[-2] if begun[-1].startswith("/") and len(begun) > 1 else begun[-1]
            what, mend = f"The tag <{name}> has no partner.", "Close each tag that was begun."
            yield self._problem(what, mend, "html-unclosed", rf"<{name}\b", "<")

    def _tag(self, tag: Tag) -> Iterator[Problem]:
        where = (re.escape(tag.source), rf"<\s*{tag.name}\b")
        if tag.name not in _TAGS:
            active = tag.name in _ACTIVE
            what, mend = f"The text carries <{tag.name}>.", "Remove it: pages hold no script."
            if not active:
                mend = "Write it in Markdown, or remove it."
            yield self._problem(what, mend, "script" if active else "html", *where)
            return
        for name in tag.attributes.keys() - _EVERYWHERE - _ATTRIBUTES.get(tag.name, set()):
            yield self._attribute(tag, name)
        if tag.name == "img" and not tag.attributes.get("alt", "").strip():
            what, mend = "A picture has no alternative text.", "Say what it shows: ![…](file)."
            empty = r"!\[\s*\]"
            yield self._problem(what, mend, "alt-missing", re.escape(tag.source), empty, "!")
        for name in ("href", "src"):
            if name in tag.attributes:
                yield from self._address(tag, name, tag.attributes[name])

    def _attribute(self, tag: Tag, name: str) -> Problem:
        where = (re.escape(tag.source), rf"\b{re.escape(name)}\b", r"-:|:-")
        if name == "style":
            mend = "Remove it, or the colons that align a table: the site's own styles apply."
            return self._problem("The text carries a style.", mend, "style", *where)
        what, code = f"The text carries the attribute {name!r}.", "html"
        if name.startswith("on"):
            return self._problem(what, "Remove it: pages hold no script.", "script", *where)
        return self._problem(what, "Remove it.", code, *where)

    def _address(self, tag: Tag, name: str, address: str) -> Iterator[Problem]:
        """Yield what is wrong with the address of a link or a picture."""
        where = (re.escape(tag.source), _word(address) if address else r"\]\(\s*\)")
        if _OUTSIDE.fullmatch(address):
            if name == "src":
                what, mend = "A picture is on another site.", "Put the file beside the page."
                yield self._problem(what, mend, "picture-outside", *where)
            return
        inside = _INSIDE.fullmatch(address)
        if inside is None or not address:
            what = f"The address {address!r} leads nowhere that a page may lead."
            mend = "Write the way from this file, or an address with https, mailto or tel."
            yield self._problem(what, mend, "address", *where)
        elif inside["path"] and name not in tag.made:
            what = f"The address {address!r} stands in HTML, where it is not led to the page."
            mend = "Write it in Markdown: [words](page.md) or ![words](picture.svg)."
            yield self._problem(what, mend, "link-html", *where)
        else:
            yield from self._inside(name, inside["path"], inside["anchor"], where)

    def _inside(
        self, name: str, way: str, anchor: str | None, where: tuple[str, ...]
    ) -> Iterator[Problem]:
        folder = posixpath.dirname(self.path)
        target = posixpath.normpath(posixpath.join(folder, unquote(way))) if way else self.path
        if way and not self.texts.leads(target):
            mend = "Correct the path: it counts from this file, to a page.md or another file."
            yield self._problem(f"The link to {way!r} leads to nothing.", mend, "link", *where)
        elif name == "src" and kind_of(target) not in PICTURES:
            mend = "Name a picture."
            yield self._problem(f"{way!r} is no picture.", mend, "file-kind", *where)
        elif anchor and (lacking := self._lacking(target, anchor)):
            what = f"No heading of {target} has the name {anchor!r} in: {', '.join(lacking)}."
            mend = "Correct it, or name the heading: ## Words {#name}."
            yield self._problem(what, mend, "anchor", *where)

    def _lacking(self, target: str, anchor: str) -> list[str]:
        """Return the languages, of those this is read in, that know no such heading."""
        if self.written.path == target and target not in self.texts.pages:
            return [] if anchor in ids_of(self.parts) else ["this update"]
        ids = {language: self.texts.ids(target, language) for language in self.languages}
        return [code for code, known in ids.items() if known is not None and anchor not in known]

    def _loose(self) -> Iterator[Problem]:
        """Yield what was meant as a link and came out as brackets."""
        inside_code = 0
        for part in self.parts:
            if isinstance(part, Tag) and part.name in ("pre", "code"):
                inside_code += -1 if part.is_end else 1
            elif isinstance(part, Words) and not inside_code:
                for match in _LOOSE.finditer(part.text):
                    what = f"{match[0][:60]!r} stays as it is: it is no link."
                    mend = "Close its brackets, and give each [name] its line [name]: address."
                    where = (re.escape(match[0]), r"\][\[(]")
                    yield self._problem(what, mend, "link-open", *where)


def _word(text: str) -> str:
    """Return the pattern of a text that is no part of a longer one."""
    return rf"(?<![\w./#-]){re.escape(text)}(?![\w/-])"


def _residents(project: Written[Project]) -> Iterator[Problem]:
    """Yield tags in what residents wrote: their text is shown as text and nothing else."""
    texts = [("idea.text", project.model.idea.text)]
    texts += [(f"merged.{n}.title", m.title) for n, m in enumerate(project.model.merged, 1)]
    for field, text in texts:
        if carries_html(text):
            what = "A resident's text carries HTML."
            mend = "Remove the tags and keep the words."
            yield project.problem(field, what, mend, "residents-html")


def _media(
    written: Written[object], media: Sequence[Picture | Attachment], paths: frozenset[str]
) -> Iterator[Problem]:
    for number, item in enumerate(media, 1):
        is_picture = isinstance(item, Picture)
        field = f"{'pictures' if is_picture else 'documents'}.{number}.file"
        place = posixpath.normpath(posixpath.join(posixpath.dirname(written.path), item.file))
        if place not in paths:
            what = f"There is no file {item.file!r} beside the page."
            yield written.problem(field, what, "Add the file.", "file-missing")
        elif kind_of(place) not in (PICTURES if is_picture else PICTURES | DOCUMENTS):
            what = f"{item.file!r} is no {'picture' if is_picture else 'document'}."
            known = ", ".join(sorted(PICTURES if is_picture else DOCUMENTS))
            yield written.problem(field, what, f"Name a file that ends in: {known}.", "file-kind")
