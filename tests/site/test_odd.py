"""What is rare is shown as plainly as the rest: cancelled, drawn by lot, corrected, empty."""

from __future__ import annotations

import re
from pathlib import Path

from tests.site.html import main_of
from tests.site.odd import CANCELLED, CORRECTED, IDEA, INDEX, NEXT, kept
from tests.site.tree import EDITION


def words(site: Path, path: str) -> str:
    return main_of(site / path / "index.html")


def test_nothing_looks_like_good_news_on_a_cancelled_winner(odd: Path) -> None:
    page = words(odd, CANCELLED)
    head = page[: page.index("</header>")]
    assert '<span class="chip chip-plain">Lauréat</span>' in head
    assert '<span class="chip chip-bad">Abandonné</span>' in head
    assert "chip-good" not in head
    card = re.search(r'<li class="card[^>]*id="p-063".*?</li>', words(odd, INDEX), re.DOTALL)
    assert card is not None
    assert 'data-step="cancelled"' in card[0]
    assert '<span class="chip chip-bad">Abandonné</span>' in card[0]
    assert "chip-good" not in card[0]
    assert '<option value="cancelled">Abandonné</option>' in words(odd, INDEX)
    calendar = (odd / f"editions/{EDITION}/calendar.ics").read_text("utf-8")
    assert "-063@" not in calendar
    assert "-088@" in calendar


def test_what_an_update_links_to_is_reached_from_its_project(odd: Path) -> None:
    page = words(odd, CANCELLED)
    assert f'href="../../../../{INDEX}012-led/"' in page
    assert f'src="../../../../editions/{EDITION}/updates/048/plan.svg"' in page
    assert '<h4 id="update-2020-02-03-ce-qui-se-passe-maintenant">' in page


def test_a_draw_shows_every_lot(odd: Path) -> None:
    page = words(odd, f"editions/{EDITION}/results/")
    assert "départagés par le tirage" in page
    assert page.count("<dd><code>") == 2
    assert page.index("03" * 32) < page.index("09" * 32)


def test_a_corrected_page_shows_what_the_ballot_said(odd: Path) -> None:
    page = words(odd, CORRECTED)
    assert "<h1>Des lampes LED" in page
    assert "<dd>Des lampadaires LED intelligents à détecteurs de présence</dd>" in page
    assert page.count("Sur le bulletin,") == 2
    dutch = words(odd, "nl/" + CORRECTED)
    assert '<dd><span lang="fr">Des lampadaires LED intelligents' in dutch


def test_an_idea_under_study_is_in_the_index(odd: Path) -> None:
    page = words(odd, INDEX)
    assert page.index("Les idées à l’étude") < page.index(IDEA) < page.index("n’ont pas pu être")


def test_an_announced_edition_has_pages_that_say_there_is_nothing_yet(odd: Path) -> None:
    assert "Pas encore de projet" in words(odd, f"editions/{NEXT}/projects/")
    assert "Pas encore de nouvelle" in words(odd, f"editions/{NEXT}/updates/")
    assert "Pas encore de résultat" in words(odd, f"editions/{NEXT}/results/")
    home = words(odd, "")
    assert "Les projets choisis" in home
    assert re.search(rf'Prochaine édition</strong> <a href="[^"]*editions/{NEXT}/">', home)


def test_only_pages_of_an_edition_that_is_made_up_call_themselves_a_demonstration(
    odd: Path,
) -> None:
    for path, is_example in (
        ("", True),
        (f"editions/{EDITION}/", True),
        (f"editions/{NEXT}/", False),
    ):
        assert ("strip-demo" in (odd / path / "index.html").read_text("utf-8")) == is_example


def test_an_old_version_says_so_on_every_page(odd: Path, tmp_path: Path) -> None:
    folder = kept(odd, tmp_path)
    pages = sorted((folder / "v/3").rglob("*.html"))
    assert len(pages) > 100
    for page in pages:
        text = page.read_text("utf-8")
        assert text.count('class="missing kept"') == 1
        assert text.index('class="missing kept"') < text.index("<main")
        assert '<meta name="robots" content="noindex">' in text
