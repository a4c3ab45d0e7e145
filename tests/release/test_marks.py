"""How a page is marked where it is kept, and brought back."""

from __future__ import annotations

import re

import pytest
from tests.release.small import SITE, page, release, two_releases

from urne.errors import ReleaseRefused
from urne.flows.release_pages import mark, unmark


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_kept_page_says_so_in_its_language(language: str) -> None:
    """It carries number and date, `noindex`, and leads to the same page at the root."""
    manifest = release().manifest
    kept = mark(page("…", language), "en/projects/index.html", manifest).decode()
    says = {"fr": "version 1 de ce site, du 21/06/2019", "nl": "versie 1", "en": "21 June 2019"}
    assert says[language] in kept
    assert '<meta name="robots" content="noindex">' in kept
    assert 'href="../../../../en/projects/"' in kept  # from /v/1/en/projects/
    assert kept.index("<aside") < kept.index("<main")


def test_the_canonical_address_is_that_of_the_root() -> None:
    """The theme's own stands; a page that has none gets it."""
    manifest = release().manifest
    theirs = '<link rel="canonical" href="https://budget.example.org/a/">\n'
    kept = mark(page("…", head=theirs), "a/index.html", manifest).decode()
    assert kept.count("canonical") == 1
    kept = mark(page("…"), "a/index.html", manifest).decode()
    assert '<link rel="canonical" href="https://budget.example.org/a/">' in kept


@pytest.mark.parametrize(
    "raw",
    [
        page("…"),
        page("…", "en", head='<link rel="canonical" href="https://budget.example.org/">\n'),
        page("…", head='<meta name="robots" content="noindex">\n'),
        page("\N{SNOWMAN} <!-- versions --><a href='x'>…</a><!-- /versions -->"),
        page('<!-- versions --><a href="../v/1/">…</a><!-- /versions --> <a href="../x">'),
        page("…").replace("…".encode(), b"\xff\xfe"),
    ],
)
def test_a_mark_can_be_taken_out_again(raw: bytes) -> None:
    """So that a kept page comes back to the root as it was, to the byte."""
    manifest = release().manifest
    kept = mark(raw, "a/index.html", manifest)
    assert kept != raw
    assert unmark(kept) == raw
    reworded = kept.replace(b"Vous lisez la version", b"Voici l'ancienne version")
    assert unmark(reworded) == raw  # as an older program may have written it


def test_a_page_without_a_place_for_the_mark_is_refused() -> None:
    """A version that does not say that it is old is never kept."""
    with pytest.raises(ReleaseRefused, match="no head or no main part"):
        release({**SITE, "odd.html": b"<p>odd</p>"})
    with pytest.raises(ReleaseRefused, match="carries the comment"):
        release({**SITE, "odd.html": page("<!-- kept -->")})


def test_versions_are_listed_without_script() -> None:
    """Each with its date and commit, and links that lead there from the root and from /v/."""
    place = two_releases()
    for at in ("", "v/2/"):
        where = at + "versions/index.html"
        links = re.findall(r'<a href="([^"]+/)">Version (\d)</a>', place.read(where).decode())
        assert [number for _, number in links] == ["2", "1"]
        for link, number in links:
            assert place.read(_resolved(where, link) + "index.html"), number
    assert b"celle que vous lisez" in place.read("versions/index.html")


def _resolved(where: str, link: str) -> str:
    parts = where.split("/")[:-1]
    while link.startswith("../"):
        link = link.removeprefix("../")
        parts.pop()
    return "/".join([*parts, link])
