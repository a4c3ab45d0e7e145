"""Every page of the built site: well formed, self-contained, without script, its links whole."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pytest
from tests.site.conftest import build
from tests.site.html import PageRead, main_of, read_page, target_of

from urne.flows.content import LANGUAGES, ORIGINAL

GOLDEN = Path(__file__).parent / "golden"
SITE_URL = "http://127.0.0.1:8000/"
# Served beside the site by whoever publishes the log; not part of a release.
ELSEWHERE = re.compile(r"/elections/[^/]+/log/checkpoint|/keys/log\.vkey")


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


@pytest.fixture(params=["counted", "voting", "odd"])
def site(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def test_every_page_is_well_formed_and_holds_no_inline_script_or_style(site: Path) -> None:
    faults = {str(p.relative_to(site)): read_page(p).faults for p in pages(site)}
    assert len(faults) > 30
    assert {page: found for page, found in faults.items() if found} == {}


def test_the_checker_sees_what_it_is_there_to_see(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<p style="x"><b onclick="y">z</p><script>1</script><a href="javascript:1">')
    faults = " ".join(read_page(page).faults)
    for sign in ("style", "onclick", "</p> closes", "<script> stands", "script in href", "never"):
        assert sign in faults


def test_ids_are_unique_and_every_page_has_one_first_heading(site: Path) -> None:
    for path in pages(site):
        page = read_page(path)
        assert len(set(page.ids)) == len(page.ids), path
        assert page.headings.count(1) == 1, path
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(after <= before + 1 for before, after in steps), (path, page.headings)


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    for path in pages(site):
        for source in read_page(path).sources:
            assert not re.match(r"(?:[a-z]+:)?//", source), (path, source)
    for path in [*site.rglob("*.css"), *site.rglob("*.svg"), *site.rglob("*.js")]:
        text = path.read_text("utf-8").replace('"http://www.w3.org/2000/svg"', "")
        assert "//" not in re.sub(
            r"/\*.*?\*/|^ *// .*?$", "", text, flags=re.DOTALL | re.MULTILINE
        ), path


def test_every_link_leads_to_a_page_and_to_a_place_on_it(site: Path) -> None:
    read: dict[Path, PageRead] = {path: read_page(path) for path in pages(site)}
    for path, page in read.items():
        if path.name == "404.html":
            continue
        for link in [*page.links, *page.sources]:
            if link.startswith(("https://", "mailto:")):
                continue
            target, anchor = target_of(site, path, link)
            if ELSEWHERE.fullmatch("/" + target.relative_to(site).as_posix()):
                continue
            assert target.is_file(), (path, link)
            if anchor and target.suffix == ".html":
                assert anchor in read[target].ids, (path, link)


def test_the_skip_link_comes_first_and_the_page_says_its_language(site: Path) -> None:
    for path in pages(site):
        page = read_page(path)
        assert page.links[0] == "#main"
        folder = path.relative_to(site).parts[0]
        language = folder if folder in LANGUAGES else ORIGINAL
        assert f'<html lang="{language}">' in path.read_text("utf-8")


def test_navigation_has_at_most_eight_entries_and_says_where_one_is(counted: Path) -> None:
    text = (counted / "editions/rueil-2019/projects/012-led/index.html").read_text("utf-8")
    begin = text.index('class="nav-wide"')
    wide = text[begin : text.index("</nav>", begin)]
    assert 1 <= wide.count("<li>") <= 8
    assert 'aria-current="page">Projets<' in wide
    assert wide.count("aria-current") == 1


def test_material_serves_nothing_of_its_own(counted: Path) -> None:
    assets = sorted(p.name for p in (counted / "assets").rglob("*") if p.is_file())
    assert all(name.startswith(("urne", "favicon")) for name in assets), assets


def test_two_builds_of_the_same_commit_are_equal_byte_for_byte(
    house: Path, counted: Path, public: Path, tmp_path: Path
) -> None:
    again = build(house, tmp_path / "again", public)
    assert _hashes(again) == _hashes(counted)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    "state,page,golden",
    [
        ("counted", "editions/rueil-2019/results/index.html", "results-counted.html"),
        ("voting", "editions/rueil-2019/results/index.html", "results-voting.html"),
        ("counted", "index.html", "home-counted.html"),
        ("voting", "index.html", "home-voting.html"),
        ("counted", "editions/rueil-2019/projects/012-led/index.html", "project-winner.html"),
        ("counted", "en/editions/rueil-2019/projects/012-led/index.html", "project-english.html"),
        ("counted", "nl/index.html", "home-dutch.html"),
        ("counted", "editions/rueil-2019/projects/112-parking-prive/index.html", "project-no.html"),
    ],
)
def test_pages_look_as_agreed(
    state: str, page: str, golden: str, request: pytest.FixtureRequest
) -> None:
    """`URNE_GOLDEN=write` writes the golden files anew; read the difference before committing."""
    found = main_of(request.getfixturevalue(state) / page)
    # A commit's name hangs on every file there is, so it is not agreed.
    found = re.sub(r"<code>[0-9a-f]{10}</code>", "<code>commit</code>", found)
    if os.environ.get("URNE_GOLDEN") == "write":
        (GOLDEN / golden).write_text(found, "utf-8")
    assert found == (GOLDEN / golden).read_text("utf-8")


def test_a_page_without_translation_says_so_and_marks_its_language(counted: Path) -> None:
    text = (counted / "nl/privacy/index.html").read_text("utf-8")
    assert "alleen in het Frans" in text
    assert '<h1 lang="fr">Vos données</h1>\n<p class="lead" lang="fr">' in text
    assert '<article class="wrap prose prose-page" lang="fr">' in text
    translated = (counted / "nl/how-to-vote/index.html").read_text("utf-8")
    assert "alleen in het Frans" not in translated
    assert "<h1>Stemmen, stap voor stap</h1>" in translated


def test_every_page_links_to_itself_in_the_other_languages(counted: Path) -> None:
    for path in pages(counted):
        if path.name == "404.html":
            continue
        own = path.relative_to(counted)
        if own.parts[0] in LANGUAGES:
            own = Path(*own.parts[1:])
        targets = {target_of(counted, path, link)[0] for link in read_page(path).links}
        for folder in (counted, counted / "nl", counted / "en"):
            assert folder / own in targets, path


def test_what_the_demonstration_promises_in_three_languages_is_there(counted: Path) -> None:
    winners = [
        p.parent.name for p in counted.glob("nl/editions/*/projects/*/index.html")
        if "Gekozen" in p.read_text("utf-8") and "alleen in het Frans" not in p.read_text("utf-8")
    ]  # fmt: skip
    assert len(winners) == 8
    for page in ("", "how-to-vote/", "how-to-check/", "editions/rueil-2019/rules/"):
        for language, missing in (("nl", "alleen in het Frans"), ("en", "in French only")):
            text = (counted / language / page / "index.html").read_text("utf-8")
            assert missing not in text, (language, page)
