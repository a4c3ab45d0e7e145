"""Each project has a picture for who shares its address: 1200 by 630, the same bytes each time."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.site.tree import EDITION, ROOT, demonstration

from urne_site.exports.cards import Artist, svg_of, wrapped
from urne_site.files import keeper, read_drawings
from urne_site.views.cards import card_of
from urne_site.views.site import Site
from urne_site.words import Words

THEME = ROOT / "site/theme"
URL = f"editions/{EDITION}/projects/012-led/"


def artist(folder: Path) -> Artist:
    css = (THEME / "assets/urne.css").read_text("utf-8")
    font = THEME / "cards/DejaVuSerif-Bold-latin.ttf"
    return Artist(read_drawings(THEME), css, font, keeper(folder))


def test_every_project_of_the_ballot_has_one_and_its_pages_name_it(counted: Path) -> None:
    content = demonstration().editions[EDITION]
    assert len(list(counted.rglob("card.png"))) == len(content.on_ballot())
    for language in ("", "nl/", "en/"):
        text = (counted / language / URL / "index.html").read_text("utf-8")
        address = f'<meta property="og:image" content="http://127.0.0.1:8000/{URL}card.png">'
        assert address in text
    refused = counted / f"editions/{EDITION}/projects/112-parking-prive/index.html"
    assert "og:image" not in refused.read_text("utf-8")


def test_a_picture_is_png_of_the_size_that_is_told(counted: Path) -> None:
    raw = (counted / URL / "card.png").read_bytes()
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", raw[16:24]) == (1200, 630)
    assert len(raw) < 100_000


def test_drawn_again_it_is_the_same_and_a_kept_one_is_not_drawn(tmp_path: Path) -> None:
    content = demonstration()
    edition = content.editions[EDITION]
    site = Site(content, {}, Words("fr"), edition.edition.calendar.ballot_opens, str)
    card = card_of(site, edition, edition.projects["012"])
    one, two = artist(tmp_path / "1"), artist(tmp_path / "2")
    svg = svg_of(card, edition, site, one)
    assert one.png(svg) == two.png(svg)
    (kept,) = (tmp_path / "1").iterdir()
    kept.write_bytes(b"kept")
    assert one.png(svg) == b"kept"
    assert one.png(svg.replace("012", "013")) != two.png(svg)
    assert "var(" not in svg


def test_a_title_is_words_in_the_picture_too(tmp_path: Path) -> None:
    content = demonstration()
    edition = content.editions[EDITION]
    site = Site(content, {}, Words("fr"), edition.edition.calendar.ballot_opens, str)
    project = edition.projects["012"]
    object.__setattr__(project.model, "title", "<script>&</script>")
    svg = svg_of(card_of(site, edition, project), edition, site, artist(tmp_path))
    assert "<script" not in svg
    assert "&lt;script&gt;&amp;&lt;/script&gt;" in svg


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=18), min_size=1, max_size=30))
def test_titles_fit(words: list[str]) -> None:
    lines = wrapped(" ".join(words))
    assert len(lines) <= 6
    assert all(len(line) <= 22 for line in lines)


@pytest.mark.parametrize("title", ["Un jardin familial partagé à Rueil-sur-Seine"])
def test_a_title_that_fits_is_whole(title: str) -> None:
    assert " ".join(wrapped(title)) == title
