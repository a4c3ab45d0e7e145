"""Every project page leads to the voting page with the project already chosen.

Cards in a list lead to the project's page, at whose top the button stands: the whole card is that
one link, and a second one on each would double the stops of whoever goes through by keyboard. The
voting page has the whole list too.
"""

from __future__ import annotations

import re
from gzip import compress
from pathlib import Path

import pytest
from tests.site.conftest import OPEN_AT, build
from tests.site.html import read_page
from tests.site.tree import EDITION, demonstration, public_tree, write

from urne.flows.content import LANGUAGES, ORIGINAL

VOTE = "https://vote.example.org/"
MOST_SCRIPT_BYTES = 2_000
SCRIPT = re.compile(r'<script[^>]*\bsrc="([^"]+)"')


@pytest.fixture(scope="module")
def linked(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site while the vote is open, built by a town that has a voting page."""
    tree = write(public_tree(demonstration(), counted=False), tmp_path_factory.mktemp("open"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("URNE_VOTE_URL", VOTE)
        return build(house, tmp_path_factory.mktemp("linked"), tree, now=OPEN_AT, cards=False)


def folder(language: str) -> str:
    return "" if language == ORIGINAL else f"{language}/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_project_on_the_ballot_can_be_added_from_its_page(
    linked: Path, language: str
) -> None:
    """By one link, in the page's language, to the project's own number; no other page has it."""
    projects = demonstration().editions[EDITION].projects
    assert sum(p.model.on_ballot for p in projects.values()) > 20
    assert not all(p.model.on_ballot for p in projects.values())
    for number, project in projects.items():
        name = Path(project.path).name.partition(".")[0]
        page = linked / folder(language) / f"editions/{EDITION}/projects/{name}/index.html"
        found = [link for link in read_page(page).links if "#add=" in link]
        wanted = [f"{VOTE}{folder(language)}#add={number}"]
        assert found == (wanted if project.model.on_ballot else []), page


def test_it_takes_at_most_two_kilobytes_of_script(linked: Path) -> None:
    """On a project's page and on the list of them, gzipped."""
    pages = list((linked / f"editions/{EDITION}/projects").rglob("index.html"))
    assert len(pages) > 20
    for page in pages:
        scripts = [(page.parent / src).resolve() for src in SCRIPT.findall(page.read_text("utf-8"))]
        size = sum(len(compress(script.read_bytes(), 9)) for script in scripts)
        assert size <= MOST_SCRIPT_BYTES, (page, size)


def test_a_site_without_a_voting_page_leads_to_none(voting: Path) -> None:
    """Nobody is sent to an address that is not there."""
    pages = list((voting / f"editions/{EDITION}/projects").rglob("*.html"))
    assert pages
    assert not [page for page in pages if "#add=" in page.read_text("utf-8")]
