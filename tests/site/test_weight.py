"""Pages are light: what a telephone loads for each, gzipped, cold; no script on a project's page.

`make bench-site` measures the same, the index with 156 projects and a search among 2,000.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.site.templates import EDITION, INDEX

from urne_local.bench_site.serving import served
from urne_local.bench_site.weights import loaded

pytestmark = pytest.mark.browser

# Kilobytes and requests at most.
LIMITS = {
    "": (80, 8),
    INDEX: (150, 8),
    INDEX + "012-led/": (40, 5),
    INDEX + "014-telepherique/": (40, 5),
    EDITION + "results/": (80, 8),
}


@pytest.fixture(scope="module")
def compressed(counted: Path) -> Iterator[str]:
    """The address of the counted site, served as CloudFront would."""
    with served(counted) as address:
        yield address


@pytest.mark.parametrize("language", ["", "nl/", "en/"])
@pytest.mark.parametrize("page", LIMITS)
def test_a_page_is_light(browser: Browser, compressed: str, language: str, page: str) -> None:
    kilobytes, requests = LIMITS[page]
    load = loaded(browser, compressed, language + page)
    sys.stdout.write(f"/{language}{page}: {load.kilobytes:.1f} KB, {load.requests} requests\n")
    assert load.kilobytes <= kilobytes
    assert load.requests <= requests
    assert load.elsewhere == 0


def test_a_projects_page_has_no_script(counted: Path) -> None:
    """At most 2 KB are allowed; none are needed, in any language."""
    pages = list(counted.rglob("projects/*/index.html"))
    assert len(pages) > 90
    assert [path for path in pages if b"<script" in path.read_bytes()] == []
