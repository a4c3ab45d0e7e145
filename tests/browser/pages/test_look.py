"""How the pages look and weigh: axe finds nothing, nothing overflows, scripts are small, quick."""

from __future__ import annotations

import re
import sys
from gzip import compress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.pages.conftest import Arrive
from tests.browser.pages.resident import Resident
from tests.browser.pages.voting_town import VotingTown

pytestmark = [pytest.mark.browser, pytest.mark.aws, pytest.mark.xdist_group("voting-pages")]

AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
MOST_SCRIPT_BYTES = 45_000
SLOWER, CRYPTO_SECONDS, FROZEN_MS = 4, 1.5, 100
VIOLATIONS = """async () => (await axe.run({ resultTypes: ["violations"] })).violations.map(
  (v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`)"""
OPENED = "() => document.querySelectorAll('main details').forEach((e) => { e.open = true; })"
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll("a, button, input, summary")].filter((e) => {
  const r = e.getBoundingClientRect();
  const inText = e.closest("p, li, dd, td") && getComputedStyle(e).display === "inline";
  return r.width && !e.closest(".sr") && !inText && (r.height < 23.5 || r.width < 23.5);
}).map((e) => e.outerHTML.slice(0, 80))"""
THUMB = """() => [...document.querySelectorAll("main button, main .button")].filter((e) => {
  const r = e.getBoundingClientRect();
  return r.width && (r.height < 43.5 || r.width < 43.5);
}).map((e) => e.outerHTML.slice(0, 80))"""
FOCUSED = "() => document.activeElement.closest('h1') !== null"


class Looker:
    """Looks at a page at each step: light and dark, at 320 and 1280 pixels."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: dict[str, tuple[int, list[str]]] = {}

    def look(self, step: str) -> None:
        self.page.evaluate(OPENED)
        for width, scheme in ((320, "light"), (1280, "dark")):
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            said: Any = self.page.evaluate(VIOLATIONS) + self.page.evaluate(SMALL)
            said += self.page.evaluate(THUMB)
            wider = self.page.evaluate(WIDER)
            if said or wider > 0:
                self.found[f"{step} {width} {scheme}"] = (wider, said)


@pytest.fixture
def looker(arrive: Arrive) -> tuple[Resident, Looker]:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; npm ci installs it")
    # The pages' own policy forbids scripts that are not theirs; that nothing breaks it is seen
    # elsewhere.
    resident = arrive(bypass_csp=True)
    resident.context.add_init_script(path=AXE)
    return resident, Looker(resident.page)


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_each_step(looker: tuple[Resident, Looker], language: str) -> None:
    """axe-core finds nothing on any step; 320 pixels are enough; targets fit a thumb."""
    resident, eye = looker
    home = "/" if language == "fr" else f"/{language}/"
    resident.open(home)
    eye.look("intro")
    resident.press("restore")
    eye.look("restore")
    resident.press("intro")
    resident.press("choose")
    assert resident.page.evaluate(FOCUSED)
    for number in ("012", "019", "034"):
        resident.page.click(f'[data-add="{number}"]')
    eye.look("choose")
    resident.press("review")
    assert resident.page.evaluate(FOCUSED)
    eye.look("review")
    resident.sign_in("minor")
    resident.stopped()
    eye.look("stop")
    resident.take()
    resident.page.goto(resident.origin + home)
    resident.press("choose")
    resident.press("review")
    resident.sign_in()
    resident.at("sealed")
    eye.look("sealed")
    resident.press("open")
    text = resident.page.input_value("[data-opened]")
    eye.look("opened")
    resident.press("seal")
    resident.at("sealed")
    resident.cast()
    assert resident.page.evaluate(FOCUSED)
    resident.wait_for_log()
    resident.press("code")
    eye.look("receipt")
    receipt = resident.receipt
    for path, field, value in (("check", "#receipt", receipt), ("check-ballot", "#opened", text)):
        resident.page.goto(f"{resident.origin}{home}{path}/")
        resident.page.fill(field, value)
        resident.page.click("form .button")
        resident.page.wait_for_selector("#h-result:focus")
        eye.look(path)
    resident.page.goto(f"{resident.origin}{home}audit/")
    resident.page.click("[data-start]")
    resident.page.wait_for_selector("[data-verdict]")
    eye.look("audit")
    assert eye.found == {}


def test_scripts_are_small(town: VotingTown) -> None:
    """All scripts that the voting page loads come to at most 45 KB, gzipped."""
    page = (town.pages / "index.html").read_text()
    scripts = re.findall(r'<script[^>]* src="/([^"]+)"', page)
    assert len(scripts) == 1
    size = sum(len(compress((town.pages / name).read_bytes(), 9)) for name in scripts)
    sys.stdout.write(f"scripts on the voting page: {size} bytes gzip\n")
    assert size <= MOST_SCRIPT_BYTES
    assert "<style" not in page
    assert not re.search(r" (style|on[a-z]+)=", page)


def test_a_slow_telephone(arrive: Arrive) -> None:
    """With a processor four times slower: all cryptography under 1.5 s, never frozen for 100 ms."""
    # Other programs on this machine may hold a run up: the best of three is the page's own time.
    runs: list[dict[str, float]] = []
    while len(runs) < 3 and not (runs and max(runs[-1].values()) < FROZEN_MS):
        runs.append(cryptography(arrive()))
    best = min(runs, key=lambda run: max(run.values()))
    sys.stdout.write(f"cryptography, processor {SLOWER} times slower, in ms: {best}\n")
    assert {name.rstrip("0123456789") for name in best} == {"blind", "unblind", "seal", "sign"}
    assert sum(best.values()) < CRYPTO_SECONDS * 1000
    assert max(best.values()) < FROZEN_MS


def cryptography(resident: Resident) -> dict[str, float]:
    """Return how many milliseconds each part of a slow telephone's vote took, without a pause."""
    slow = resident.context.new_cdp_session(resident.page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    resident.open()
    resident.choose()
    resident.sign_in()
    resident.at("sealed")
    resident.cast()
    spent = resident.page.evaluate(
        "performance.getEntriesByType('measure').map((m, at) => [m.name + at, m.duration])"
    )
    return {name: round(milliseconds, 1) for name, milliseconds in spent}
