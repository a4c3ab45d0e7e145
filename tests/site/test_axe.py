"""axe-core finds nothing on any template: three languages, two widths, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page
from tests.site.conftest import serve
from tests.site.odd import CORRECTED, kept
from tests.site.odd import PAGES as ODD
from tests.site.templates import ONCE, PAGES, TEMPLATES, WHILE_OPEN
from tests.site.tree import ROOT

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules/axe-core/axe.min.js"
WIDTHS = (390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FOLDERS = {"fr": "", "nl": "nl/", "en": "en/"}
# Motion would be caught halfway; what is folded away is looked at too.
OPENED = "() => document.querySelectorAll('main details').forEach((e) => { e.open = true; })"
VIOLATIONS = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.map(
  (v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`)"""


@pytest.fixture(scope="module")
def axe(browser: Browser) -> Iterator[Page]:
    """A page that axe-core is put into.

    The pages' own policy forbids any script that is not a file of the site, so it is not enforced
    here; that nothing breaks it is seen elsewhere.
    """
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; npm ci installs it")
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    context.add_init_script(path=AXE)
    yield context.new_page()
    context.close()


def violations(page: Page, address: str) -> dict[str, list[str]]:
    """Return what axe-core says of a page, by width and scheme, where it says anything."""
    page.goto(address)
    page.evaluate(OPENED)
    found: dict[str, list[str]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found[f"{address} {width} {scheme}"] = page.evaluate(VIOLATIONS)
    return {where: said for where, said in found.items() if said}


def test_every_template_is_among_the_pages_looked_at() -> None:
    assert set(TEMPLATES) == {path.name for path in (ROOT / "site/theme").glob("*.html")}


@pytest.mark.slow
@pytest.mark.parametrize("language", FOLDERS)
def test_nothing_is_wrong_on_any_template(axe: Page, address: str, language: str) -> None:
    found: dict[str, list[str]] = {}
    for path in PAGES:
        if language == "fr" or path not in ONCE:
            found |= violations(axe, address + FOLDERS[language] + path)
    assert found == {}


@pytest.mark.slow
@pytest.mark.parametrize("language", FOLDERS)
def test_nothing_is_wrong_while_the_vote_is_open(axe: Page, voting: Path, language: str) -> None:
    with serve(voting) as address:
        found: dict[str, list[str]] = {}
        for path in WHILE_OPEN:
            found |= violations(axe, address + FOLDERS[language] + path)
    assert found == {}


@pytest.mark.slow
@pytest.mark.parametrize("language", FOLDERS)
def test_nothing_is_wrong_where_what_is_rare_has_happened(
    axe: Page, odd: Path, language: str
) -> None:
    with serve(odd) as address:
        found: dict[str, list[str]] = {}
        for path in ODD:
            found |= violations(axe, address + FOLDERS[language] + path)
    assert found == {}


@pytest.mark.slow
def test_nothing_is_wrong_on_an_old_version(axe: Page, odd: Path, tmp_path: Path) -> None:
    with serve(kept(odd, tmp_path)) as address:
        found: dict[str, list[str]] = {}
        for folder in FOLDERS.values():
            for path in ("", "versions/", CORRECTED):
                found |= violations(axe, f"{address}v/3/{folder}{path}")
    assert found == {}


def test_axe_sees_what_it_is_there_to_see(axe: Page, address: str) -> None:
    axe.goto(address)
    axe.set_content("<!DOCTYPE html><html><body><img src='/a.png'><p>grey</p></body></html>")
    axe.add_style_tag(content="p { color: #999; background: #fff; }")
    axe.add_script_tag(path=AXE)
    said = " ".join(axe.evaluate(VIOLATIONS))
    for rule in ("image-alt", "color-contrast", "html-has-lang"):
        assert rule in said
