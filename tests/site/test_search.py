"""The search page: nothing before it is used, little when it is, and words where it cannot be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.site.conftest import serve

from urne_local.policy import SITE_PAGES, page_headers

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def indexed(counted: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    site = shutil.copytree(counted, tmp_path_factory.mktemp("indexed") / "site")
    command = [sys.executable, "-m", "pagefind", "--site", str(site), "--quiet"]
    subprocess.run(command, check=True, capture_output=True)
    with serve(site, policies=True) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 800})
    yield context.new_page()
    context.close()


def test_nothing_is_loaded_before_the_field_is_used(page: Page, indexed: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(indexed + "recherche/", wait_until="networkidle")
    assert not [url for url in asked if "pagefind" in url]
    page.focus("#q")
    page.wait_for_event("requestfinished", lambda request: "pagefind.js" in request.url)
    page.fill("#q", "lampadaires")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li")
    assert "1 page trouvée" in page.inner_text("#search-status")
    assert page.url.endswith("?q=lampadaires")
    page.click("#search-results a")
    assert page.url == f"{indexed}editions/rueil-2019/projects/012-led/"
    assert complaints == []


def test_each_language_has_its_own_index_and_an_address_may_ask(page: Page, indexed: str) -> None:
    page.goto(indexed + "nl/recherche/?q=ledlampen")
    page.wait_for_selector("#search-results li")
    link = page.locator("#search-results a").first
    assert link.get_attribute("href") == "/nl/editions/rueil-2019/projects/012-led/"
    assert page.locator("#search-results mark").count() >= 1


def test_the_first_answer_is_small(page: Page, indexed: str) -> None:
    page.goto(indexed + "recherche/", wait_until="networkidle")
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.fill("#q", "jardin")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li")
    assert 0 < sum(sizes) <= 250_000


def test_words_that_look_like_a_page_stay_words(page: Page, indexed: str) -> None:
    page.goto(indexed + "recherche/?q=<img src=x onerror=alert(1)>jardin")
    expect(page.locator("#search-status")).to_contain_text(re.compile("trouvée|sur ce site"))
    assert page.locator("#search-results img").count() == 0


def test_without_an_index_the_page_says_so(page: Page, address: str) -> None:
    page.goto(address + "recherche/?q=lampadaires")
    expect(page.locator("#search-status")).to_contain_text("n’est pas à cette adresse")


def test_without_script_the_page_leads_to_the_projects(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "recherche/")
    assert not page.locator("#search").is_visible()
    assert page.locator("#search-without").is_visible()
    assert page.locator("main a").first.is_visible()
    context.close()


def test_only_the_search_page_may_compile_its_program() -> None:
    def policy(path: str) -> str:
        return dict(page_headers(path, SITE_PAGES))["Content-Security-Policy"]

    assert "wasm-unsafe-eval" in policy("recherche/")
    assert "wasm-unsafe-eval" in policy("nl/recherche/index.html")
    assert "wasm-unsafe-eval" not in policy("") + policy("recherche/x/") + policy("a/recherche/")
    assert policy("v/1/recherche/") == "sandbox"


def test_an_index_holds_the_words_of_its_own_language(page: Page, indexed: str) -> None:
    """French updates and ideas stand on Dutch pages too, and are found on the French ones."""
    page.goto(indexed + "nl/recherche/?q=lanternes")
    expect(page.locator("#search-status")).to_contain_text(re.compile("gevonden|Niets daarvan"))
    expect(page.locator("#search-results")).not_to_contain_text(re.compile("lanterne", re.I))
    page.goto(indexed + "recherche/?q=lanternes")
    expect(page.locator("#search-results li").first).to_contain_text("lampadaires")
