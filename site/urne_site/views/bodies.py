"""The text of an update as HTML, fit for where it is shown: its project's page, or a feed.

An update is written in a folder of its own, `updates/<project>/`, and shown elsewhere, so every
link and picture in it is led from there to its address: relative on the page, whole in a feed.
Its headings go below the update's own, and their names begin with the update's, so that two
updates may use the same words.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from html import escape, unescape

from urne.flows.content import LANGUAGES, EditionContent, Written
from urne.model.update import Update
from urne_site.views.site import Site, url_of

Place = Callable[[str], str]
"""Returns the link to a target that counts from the root of the page's language."""

_TAG = re.compile(r"<[A-Za-z](?:\"[^\"]*\"|'[^']*'|[^\"'>])*>")
_ATTRIBUTE = re.compile(r"""(\s[\w:-]+\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)""")
_CLOSED = re.compile(r"\s*/>$")  # Markdown writes XHTML, the pages are HTML
_HEADING = re.compile(r"(</?h)([1-6])\b")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")
_TRANSLATED = re.compile(rf"\.(?:{'|'.join(LANGUAGES[1:])})\.md$")
_FIRST = 4  # an update's own heading is of the third level on its project's page


def beside(url: str) -> Place:
    """Return links from the page at a url, so that a copy of the site anywhere works."""
    up = "../" * url.count("/")

    def place(target: str) -> str:
        page, mark, anchor = target.partition("#")
        return mark + anchor if page == url and mark else (up + target) or "./"

    return place


def whole(site: Site) -> Place:
    """Return whole addresses, for readers that take a text away from the site.

    Each language has its own pages; files are there once.
    """

    def place(target: str) -> str:
        is_file = "." in posixpath.basename(target.partition("#")[0])
        return (site.whole_address if is_file else site.site_url) + target

    return place


def anchor_of(update: Update) -> str:
    """Return the anchor of an update on its project's page."""
    again = f"-{update.number}" if update.number > 1 else ""
    return f"update-{update.date.isoformat()}{again}"


def update_url(edition: EditionContent, update: Update) -> str:
    """Return the address of an update: its place on its project's page."""
    return f"{url_of(edition.projects[update.project].path)}#{anchor_of(update)}"


def html_of(
    site: Site, edition: EditionContent, update: Written[Update], markdown: str, place: Place
) -> str:
    """Return an update's Markdown, in whichever language, as HTML with its links led."""
    own = update_url(edition, update.model)

    def attribute(match: re.Match[str]) -> str:
        name, value = match[1], unescape(match[2].strip("\"'"))
        kind = name.strip(" \t\n=").lower()
        if kind == "id":
            value = f"{anchor_of(update.model)}-{value}"
        elif kind in ("href", "src") and value and not _ELSEWHERE.match(value):
            value = place(_target(site, edition, update.path, own, value))
        else:
            return match[0]
        return f'{name}"{escape(value)}"'

    def tag(match: re.Match[str]) -> str:
        return _CLOSED.sub(">", _ATTRIBUTE.sub(attribute, match[0]))

    html = _TAG.sub(tag, site.render(markdown))
    # Pages begin with the second level, and so do those who write updates.
    return _HEADING.sub(lambda m: m[1] + str(min(6, max(_FIRST, int(m[2]) + _FIRST - 2))), html)


def _target(site: Site, edition: EditionContent, path: str, own: str, link: str) -> str:
    """Return what a link in an update's file leads to, from the root of the page's language."""
    name, mark, anchor = link.partition("#")
    if not name:
        return f"{own}-{anchor}"
    found = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    original = _TRANSLATED.sub(".md", found)
    if not original.endswith(".md"):
        return found + mark + anchor
    updates = [u for group in edition.updates.values() for u in group if u.path == original]
    if updates:
        return update_url(edition, updates[0].model) + (f"-{anchor}" if anchor else "")
    return url_of(original) + mark + anchor
