"""Each project has a picture for who shares its address: 1200 by 630, the same bytes each time."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
import resvg_py
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from tests.site.tree import EDITION, ROOT, demonstration

from urne_site.exports.cards import Artist, blocks_of, cards_of, wrapped
from urne_site.exports.picture import Block, Letters
from urne_site.files import read_drawings, read_kerning
from urne_site.views.cards import card_of
from urne_site.views.site import Site
from urne_site.words import Words

THEME = ROOT / "site/theme"
URL = f"editions/{EDITION}/projects/012-led/"


def artist() -> Artist:
    css = (THEME / "assets/urne.css").read_text("utf-8")
    font = THEME / "cards/DejaVuSerif-Bold-latin.ttf"
    return Artist(read_drawings(THEME), css, font, read_kerning(THEME / "cards/kerning.tsv"))


@pytest.fixture(scope="module")
def letters() -> Letters:
    return Letters(artist().font, artist().kerning)


def a_site() -> Site:
    edition = demonstration().editions[EDITION].edition
    return Site(demonstration(), {}, Words("fr"), edition.calendar.ballot_opens, str)


def opened(raw: bytes) -> Image.Image:
    return Image.open(io.BytesIO(raw)).convert("RGB")


def test_every_project_has_one_and_its_pages_name_it(counted: Path) -> None:
    content = demonstration().editions[EDITION]
    assert len(list(counted.rglob("card.png"))) == len(content.projects)
    for url in (URL, f"editions/{EDITION}/projects/112-parking-prive/"):  # which is not feasible
        for language in ("", "nl/", "en/"):
            text = (counted / language / url / "index.html").read_text("utf-8")
            address = f'<meta property="og:image" content="http://127.0.0.1:8000/{url}card.png">'
            assert address in text


def test_a_picture_is_png_of_the_size_that_is_told(counted: Path) -> None:
    raw = (counted / URL / "card.png").read_bytes()
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", raw[16:24]) == (1200, 630)
    assert len(raw) < 30_000


def test_a_picture_is_whole_for_whoever_checks(letters: Letters) -> None:
    backdrop = artist().backdrop("cadre", "cadre", "Rueil-Malmaison", "")
    number, title = Block(("012",), 64, 100, 26, 0, 1), Block(("Des mots",), 64, 335, 46, 60, 0)
    for blocks in ((), (number,), (number, title)):
        raw = backdrop.png(blocks, letters)
        chunks, at = {}, 8
        while at < len(raw):
            size, name = struct.unpack(">I4s", raw[at : at + 8])
            body, crc = raw[at + 8 : at + 8 + size], raw[at + 8 + size : at + 12 + size]
            assert zlib.crc32(name + body).to_bytes(4) == crc
            chunks[name], at = body, at + 12 + size
        assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
        rows = zlib.decompress(chunks[b"IDAT"])  # which compares the Adler-32
        assert len(rows) == 630 * 1201
        assert set(rows[::1201]) == {0}


def test_drawn_again_they_are_the_same_and_no_two_projects_share_one() -> None:
    one, two = (
        {picture.path: picture.draw() for picture in cards_of(a_site(), artist())} for _ in "12"
    )
    assert one == two
    assert len(set(one.values())) == len(one)


def test_a_picture_says_of_all_it_is_made_of_whether_it_has_changed() -> None:
    def made_of(with_artist: Artist) -> dict[str, str]:
        return {picture.path: picture.made_of for picture in cards_of(replace(site), with_artist)}

    site, path = a_site(), f"{URL}card.png"
    fresh = made_of(artist())
    assert made_of(artist()) == fresh
    project = site.content.editions[EDITION].projects["012"]
    object.__setattr__(project.model, "title", "Un autre titre")
    again = made_of(artist())
    assert again.pop(path) != fresh.pop(path)
    assert again == fresh
    changed = {
        "css": artist().css.replace("--sky: #dfe7f3", "--sky: #dfe7f4"),
        "kerning": {},
        "drawings": {**artist().drawings, "logo": ""},
    }
    for name, value in changed.items():
        other = made_of(replace(artist(), **{name: value}))  # type: ignore[arg-type]
        assert not set(other.values()) & set(fresh.values()), name


def test_a_backdrop_is_what_resvg_draws_and_words_are_written_on_it(letters: Letters) -> None:
    svg = artist().svg("cadre", "cadre", "Rueil-Malmaison", "Budget participatif")
    assert "var(" not in svg
    backdrop = artist().backdrop("cadre", "cadre", "Rueil-Malmaison", "Budget participatif")
    font = [str(artist().font)]
    drawn = resvg_py.svg_to_bytes(svg_string=svg, font_files=font, skip_system_fonts=True)
    bare = opened(backdrop.png((), letters))
    difference = ImageChops.difference(bare, opened(bytes(drawn)))
    assert max(difference.tobytes()) < 24
    assert bare.getpixel((500, 300)) == bare.getpixel((1199, 629)) == (223, 231, 243)
    block = Block(("Un titre", "en quête"), x=64, y=305, size=46, leading=60, ink=0)
    changed = ImageChops.difference(opened(backdrop.png((block,), letters)), bare).getbbox()
    assert changed is not None
    left, top, right, bottom = changed
    assert left == pytest.approx(64, abs=4)
    assert right < 684
    first, end = block.rows()
    assert first <= top < 305
    assert 365 < bottom <= end


def test_words_have_the_colour_of_their_ink(letters: Letters) -> None:
    backdrop = artist().backdrop("cadre", "cadre", "", "")
    number = opened(backdrop.png((Block(("I",), 64, 100, 26, 0, 1),), letters))
    colours = number.crop((64, 70, 90, 105)).getcolors() or []
    assert (43, 70, 116) in {colour for _, colour in colours}


def test_pairs_of_letters_are_drawn_together(letters: Letters) -> None:
    together, apart = Image.new("L", (300, 60)), Image.new("L", (300, 60))
    letters.set("L’eau", 46, together, 50)
    Letters(artist().font, {}).set("L’eau", 46, apart, 50)
    one, other = together.getbbox(), apart.getbbox()
    assert one is not None
    assert other is not None
    assert other[2] - one[2] == pytest.approx(491 * 46 / 2048, abs=1)


def test_a_title_is_words_in_the_picture_too() -> None:
    project = demonstration().editions[EDITION].projects["012"]
    object.__setattr__(project.model, "title", "<script>&</script>")
    (_, title) = blocks_of(card_of(a_site(), a_site().content.editions[EDITION], project))
    assert title.lines == ("<script>&</script>",)
    assert "&lt;i&gt;" in artist().svg("cadre", "cadre", "<i>", "")


@given(st.lists(st.text("abcdefghij", min_size=1, max_size=18), min_size=1, max_size=30))
def test_titles_fit(words: list[str]) -> None:
    lines = wrapped(" ".join(words))
    assert len(lines) <= 6
    assert all(len(line) <= 22 for line in lines)


@pytest.mark.parametrize("title", ["Un jardin familial partagé à Rueil-sur-Seine"])
def test_a_title_that_fits_is_whole(title: str) -> None:
    assert " ".join(wrapped(title)) == title
