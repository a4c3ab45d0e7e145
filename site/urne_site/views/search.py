"""The search page: words for its script, and where else one may look."""

from __future__ import annotations

from dataclasses import dataclass

from urne.flows.content import ORIGINAL, EditionContent
from urne_site.views.site import Site, url_of

PAGE = "recherche.md"


@dataclass(frozen=True, slots=True)
class SearchView:
    """What the search page shows; `#` stands for a number that only the script knows."""

    count_one: str
    count_many: str
    links: tuple[tuple[str, str], ...]


def search_of(site: Site, edition: EditionContent) -> SearchView:
    """Return the search page."""
    w = site.words
    return SearchView(
        count_one=w("search.count_one", n="#"),
        count_many=w("search.count_many", n="#"),
        links=tuple(_links(site, edition)),
    )


def _links(site: Site, edition: EditionContent) -> list[tuple[str, str]]:
    """Return labels and addresses; other languages first send to all that is in the original."""
    folder, w = url_of(edition.written.path), site.words
    links = [
        (w("home.all_projects"), folder + "projects/"),
        (w("search.news"), folder + "updates/"),
    ]
    if site.language != ORIGINAL and ORIGINAL in site.languages:
        links.append((w("search.original"), site.root + url_of(PAGE)))
    return links
