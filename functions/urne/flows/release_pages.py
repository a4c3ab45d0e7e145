"""How a page of a release is marked where it is kept, and how the list of versions is filled in.

Under `/v/<number>/` a page carries three things more than at the root: a banner that says which
version it is and leads to the page as it is now, `noindex`, and, where it has none, the canonical
address of the page at the root; its links to other versions lead two folders further up. All of
it follows from the manifest and the page alone, so that anyone gets the same bytes; and it can be
taken out again, whatever its words were, so that a kept version can be brought back.

A page with the two comments below gets the list of versions between them, for readers without
script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from urne.errors import ReleaseRefused
from urne.model.release import MANIFEST, SIGNATURE, Manifest, Version, kept_path

LIST_BEGINS, LIST_ENDS = "<!-- versions -->", "<!-- /versions -->"

_LINK, _UP = 'href="', "../../"  # from a kept page, the root is two folders further up
_HEAD, _MAIN = "</head>", "<main"
_NOINDEX = '<meta name="robots" content="noindex">'
_BEGINS, _ENDS = "<!-- kept -->", "<!-- /kept -->\n"
_MARKS = re.compile(f"{_BEGINS}.*?{_ENDS}", re.DOTALL)
_LANGUAGE = re.compile(r'<html[^>]*\blang="([a-z]+)')
_CANONICAL = re.compile(r'<link[^>]*\brel="canonical"')
_LIST = re.compile(f"{LIST_BEGINS}.*?{LIST_ENDS}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of versions in one language; `day` writes a date."""

    language: str
    kept: str
    now: str
    label: str
    version: str
    this: str
    signature: str
    day: str


_FRENCH = _Words(
    language="fr",
    kept="Vous lisez la version {number} de ce site, du {day}, gardée telle quelle.",
    now="La même page aujourd’hui",
    label="Version de cette page",
    version="Version {number}",
    this="celle que vous lisez",
    signature="signature",
    day="%d/%m/%Y",
)
_WORDS = {
    "fr": _FRENCH,
    "nl": _Words(
        language="nl",
        kept="U leest versie {number} van deze site, van {day}, bewaard zoals ze was.",
        now="Dezelfde pagina vandaag",
        label="Versie van deze pagina",
        version="Versie {number}",
        this="die u nu leest",
        signature="handtekening",
        day="%d/%m/%Y",
    ),
    "en": _Words(
        language="en",
        kept="You are reading version {number} of this site, of {day}, kept as it was.",
        now="The same page today",
        label="Version of this page",
        version="Version {number}",
        this="the one you are reading",
        signature="signature",
        day="%-d %B %Y",
    ),
}


def is_page(path: str) -> bool:
    """Return whether a file is a page, which is marked where it is kept."""
    return path.endswith(".html")


def mark(raw: bytes, path: str, release: Manifest) -> bytes:
    """Return a page as it stands under `/v/<number>/`. Raises ReleaseRefused if it cannot."""
    text = raw.decode("utf-8", "surrogateescape")
    if _HEAD not in text or _MAIN not in text:
        raise ReleaseRefused(f"the page {path} has no head or no main part to mark")
    if _BEGINS in text:
        raise ReleaseRefused(f"the page {path} carries the comment that marks are found by")
    canonical = "" if _CANONICAL.search(text) else _canonical(path, release)
    banner = _banner(text, path, release)
    text = _LIST.sub(lambda found: found[0].replace(_LINK, _LINK + _UP), text, count=1)
    text = text.replace(_HEAD, _BEGINS + canonical + _NOINDEX + _ENDS + _HEAD, 1)
    text = text.replace(_MAIN, _BEGINS + banner + _ENDS + _MAIN, 1)
    return text.encode("utf-8", "surrogateescape")


def unmark(raw: bytes) -> bytes:
    """Return a page as it stood at the root; whoever asks compares it with the manifest."""
    text = _MARKS.sub("", raw.decode("utf-8", "surrogateescape"), count=2)
    text = _LIST.sub(lambda found: found[0].replace(_LINK + _UP, _LINK), text, count=1)
    return text.encode("utf-8", "surrogateescape")


def _banner(text: str, path: str, release: Manifest) -> str:
    words = _words(text)
    kept = words.kept.format(number=release.number, day=_day(release.committed_at.date(), words))
    folder = path.rpartition("/")[0]
    up = "../" * (_depth(path) + _depth(kept_path(release.number)))
    link = f'<a href="{escape(up + folder + "/" * bool(folder))}">{words.now}</a>'
    # Named before the page's main part, and a landmark of its own for who reads by ear.
    return (
        f'<aside aria-label="{words.label}"><p class="missing kept">'
        f'<span class="wrap">{kept} {link}</span></p></aside>'
    )


def _canonical(path: str, release: Manifest) -> str:
    folder = path.rpartition("/")[0]
    address = release.url + (f"{folder}/" if folder else "")
    return f'<link rel="canonical" href="{escape(address)}">'


def fill_versions(raw: bytes, path: str, release: Manifest, earlier: Sequence[Version]) -> bytes:
    """Return a page with the list of versions, newest first, where it has a place for it."""
    if not is_page(path) or LIST_BEGINS.encode() not in raw:
        return raw
    text = raw.decode("utf-8", "surrogateescape")
    words = _words(text)
    language = path.split("/", 1)[0] if path.split("/", 1)[0] in _WORDS else ""
    up = "../" * _depth(path)
    this = Version(release.number, release.commit, release.committed_at, b"")
    ordered = sorted([this, *earlier], key=lambda v: v.number, reverse=True)
    items = "".join(_item(v, v is this, up, language, words) for v in ordered)
    filled = (
        f'{LIST_BEGINS}\n<ul class="versions" lang="{words.language}">\n{items}</ul>\n{LIST_ENDS}'
    )
    return _LIST.sub(lambda _: filled, text, count=1).encode("utf-8", "surrogateescape")


def _item(version: Version, is_this: bool, up: str, language: str, words: _Words) -> str:
    return "".join(_item_parts(version, is_this, up, language, words))


def _item_parts(
    version: Version, is_this: bool, up: str, language: str, words: _Words
) -> Iterator[str]:
    folder = up + kept_path(version.number)
    day = version.committed_at.date()
    page = folder + (f"{language}/" if language else "")
    yield f'<li><a href="{page}">{words.version.format(number=version.number)}</a>, '
    yield f'<time datetime="{day.isoformat()}">{_day(day, words)}</time>'
    yield f", <code>{version.commit[:12]}</code>"
    if is_this:
        yield f" (<strong>{words.this}</strong>)"
    else:
        yield f', <a href="{folder}{MANIFEST}">{MANIFEST}</a>'
        yield f', <a href="{folder}{SIGNATURE}">{words.signature}</a>'
    yield "</li>\n"


def _words(text: str) -> _Words:
    match = _LANGUAGE.search(text)
    return _WORDS.get(match[1], _FRENCH) if match else _FRENCH


def _day(day: date, words: _Words) -> str:
    return day.strftime(words.day)


def _depth(path: str) -> int:
    return path.count("/")
