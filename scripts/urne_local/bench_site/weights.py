"""What a phone loads for a page, cold, and for a search: bytes as sent, requests, other hosts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Request, ViewportSize, sync_playwright

from urne_local.bench.figures import Figure
from urne_local.bench_site.serving import served
from urne_local.bench_site.town import EDITION
from urne_local.chromium import ARGUMENTS, find_chromium

INDEX = f"editions/{EDITION}/projects/"
PAGES = {
    "project page": (INDEX + "012-projet-invente/", 40, 5),
    "home": ("", 80, None),
    "index with map, 156 projects": (INDEX, 150, None),
}
ANSWER_KILOBYTES = 250
_CHROMIUM = [*ARGUMENTS, "--disable-background-networking"]
_PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass(frozen=True, slots=True)
class Load:
    """What one page asked for: kilobytes of bodies as sent, requests, those to other hosts."""

    kilobytes: float
    requests: int
    elsewhere: int


def measure_pages(site: Path) -> Iterator[Figure]:
    """Yield the weight of each page of a town with 156 projects."""
    with served(site) as address, _chromium() as browser:
        for name, (path, kilobytes, requests) in PAGES.items():
            load = loaded(browser, address, path)
            at_most = f"at most {kilobytes} KB" + (f", {requests} requests" if requests else "")
            yield Figure(
                f"{name}, gzip",
                f"{load.kilobytes:.1f} KB, {load.requests} requests",
                f"{at_most}, none elsewhere",
                load.kilobytes <= kilobytes
                and load.elsewhere == 0
                and (requests is None or load.requests <= requests),
            )


def measure_search(site: Path) -> Iterator[Figure]:
    """Yield what the search page loads before it is used, and for its first answer."""
    with served(site) as address, _chromium() as browser:
        before = loaded(browser, address, "recherche/")
        after = loaded(browser, address, "recherche/?q=fontaines", "#search-results li")
    answer = after.kilobytes - before.kilobytes
    yield Figure(
        "search, first answer, 2,000 projects",
        f"{answer:.0f} KB, {after.requests - before.requests} requests",
        f"at most {ANSWER_KILOBYTES} KB",
        answer <= ANSWER_KILOBYTES and after.elsewhere == 0,
    )


def loaded(browser: Browser, address: str, path: str, awaited: str = "main") -> Load:
    """Return what a page loads until it is quiet and what is awaited stands on it."""
    context = browser.new_context(viewport=_PHONE, device_scale_factor=3, is_mobile=True)
    page, done = context.new_page(), list[Request]()

    def note(request: Request) -> None:
        done.append(request)

    page.on("requestfinished", note)
    page.goto(address + path, wait_until="networkidle")
    page.wait_for_selector(awaited)
    size = sum(request.sizes()["responseBodySize"] for request in done)
    elsewhere = sum(not request.url.startswith(address) for request in done)
    context.close()
    return Load(size / 1000, len(done), elsewhere)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=_CHROMIUM)
        yield browser
        browser.close()
