"""In a real browser: nothing is refused by the policy, nothing overflows, the keyboard leads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.site.templates import INDEX, ONCE, PAGES

pytestmark = pytest.mark.browser

# Every template in every language, and a page that is not translated.
OTHERS = tuple(f"{code}/{path}" for code in ("nl", "en") for path in PAGES if path not in ONCE)
LOOKED_AT = (*PAGES, *OTHERS, "nl/privacy/")
FOCUSED = """() => {
  const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
  return e === document.body ? null : {
    what: e.outerHTML.slice(0, 80), skip: e.className === "skip",
    seen: r.width > 0 && r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth,
    ring: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
  };
}"""
SMALL = """() => [...document.querySelectorAll(
  "a, button, input, select, summary")].filter((e) => {
  const r = e.getBoundingClientRect();
  const inText = e.closest("p, li, dd, td") && getComputedStyle(e).display === "inline";
  return r.width && !inText && (r.height < 23.5 || r.width < 23.5);
}).map((e) => e.outerHTML.slice(0, 80))"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 700})
    yield context.new_page()
    context.close()


def test_pages_load_little_from_here_alone_and_fit_320_pixels(page: Page, address: str) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    for path in LOOKED_AT:
        asked.clear()
        page.goto(address + path, wait_until="load")
        assert all(url.startswith(address) for url in asked), path
        assert len(asked) <= 5, (path, asked)
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(width) <= 0, path
        assert page.evaluate(SMALL) == [], path
    assert complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_the_keyboard_meets_the_skip_link_first_and_never_loses_the_focus(
    page: Page, address: str, path: str
) -> None:
    page.goto(address + path)
    stops = 0
    while stops < 250:
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        assert focused["skip"] == (stops == 0), focused
        assert focused["seen"], focused
        assert focused["ring"], focused
        stops += 1
    assert 10 < stops < 250


def test_the_index_filters_by_its_address_and_writes_the_address(page: Page, address: str) -> None:
    page.goto(f"{address}{INDEX}?domain=nature&cost=2000000")
    shown = page.locator("li[data-cost]:visible")
    assert {card.get_attribute("data-domain") for card in shown.all()} == {"nature"}
    assert page.locator("#filter-count").inner_text() == f"{shown.count()} projets"
    page.select_option("#f-status", "winner")
    assert page.url.endswith("?domain=nature&status=winner&cost=2000000")
    assert shown.count() == 1
    page.click("button[type=reset]")
    page.wait_for_url(f"{address}{INDEX}")
    assert shown.count() == 31


def test_an_unknown_filter_shows_everything(page: Page, address: str) -> None:
    page.goto(f"{address}{INDEX}?domain=nothing")
    assert page.locator("li[data-cost]:visible").count() == 31


def test_without_script_the_list_is_whole_and_the_form_hidden(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{INDEX}?domain=nature")
    assert page.locator("li[data-cost]:visible").count() == 31
    assert not page.locator("#filters").is_visible()
    context.close()
