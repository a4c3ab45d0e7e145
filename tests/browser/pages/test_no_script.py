"""How the pages look where no script runs: axe finds nothing, 320 pixels are enough.

axe is a script itself. It looks at the same page with what stands in `<noscript>` put in place, and
every box of that page, but for what moves inside drawings, is held to where the browser without
script draws it.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route
from tests.browser.pages.conftest import Arrive
from tests.browser.pages.test_look import AXE, Looker

pytestmark = [pytest.mark.browser, pytest.mark.aws]

PAGES = ("/", "/check/", "/check-ballot/", "/audit/", "/nl/", "/en/")
NOTICE = '[aria-labelledby="h-no-script"]'
SIZES = (320, 390, 1280)
# What the style sheet says by `scripting: none`, which cannot be said of a browser with scripts.
UNREADY = "<style>[data-unready] { display: none !important; }</style>"
BOXES = """() => [...document.querySelectorAll("body *:not(noscript, svg *)")].map((e) => {
  const { x, y, width, height } = e.getBoundingClientRect();
  return [e.localName, x, y, width, height];
}).filter(([, , , width, height]) => width && height)"""


def in_place(html: str) -> str:
    """Return a page as it is without script, for a browser with scripts."""
    html, scripts = re.subn(r"<script [^>]*></script>", "", html)
    html, tags = re.subn(r"</?noscript>", "", html)
    assert (scripts, tags) == (1, 4)
    return html.replace("</head>", f"{UNREADY}</head>")


def boxes(page: Page) -> dict[int, list[object]]:
    """Return where a page draws what, by its width."""
    found = {}
    for width in SIZES:
        page.set_viewport_size({"width": width, "height": 800})
        found[width] = page.evaluate(BOXES)
    return found


def put_in_place(route: Route) -> None:
    """Answer with a page as it is without script."""
    answer = route.fetch()
    route.fulfill(response=answer, body=in_place(answer.text()))


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed; npm ci installs it")
def test_without_script(arrive: Arrive) -> None:
    bare, looked = arrive(java_script_enabled=False), arrive(bypass_csp=True)
    looked.context.add_init_script(path=AXE)
    eye = Looker(looked.page)
    for path in PAGES:
        address = looked.origin + path
        looked.page.route(address, put_in_place)
        for resident in (bare, looked):
            resident.page.goto(address)
            assert resident.page.is_visible(NOTICE)
        drawn = boxes(bare.page)
        assert len(drawn[320]) > 20
        assert boxes(looked.page) == drawn, path
        eye.look(path)
    assert eye.found == {}


def test_a_fault_without_script_is_seen(arrive: Arrive) -> None:
    """Were the notice pale, axe would say so, and of nothing else."""
    resident = arrive(bypass_csp=True)
    resident.context.add_init_script(path=AXE)
    resident.page.route(resident.origin + "/", put_in_place)
    resident.page.goto(resident.origin + "/")
    resident.page.add_style_tag(content=f"{NOTICE} p {{ color: #bbb; background: #fff; }}")
    eye = Looker(resident.page)
    eye.look("pale")
    assert eye.found
    for _, said in eye.found.values():
        assert [fault.partition(":")[0] for fault in said] == ["color-contrast"]
