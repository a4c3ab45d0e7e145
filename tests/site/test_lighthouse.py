"""Lighthouse gives full marks for what does not depend on the machine: `make bench-site` has speed.

Accessibility, best practices and what search engines need; nothing on the page moves as it loads.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.site.templates import EDITION, INDEX

from urne_local.bench_site.lighthouse import STABLE, Marks, marks_of, missing
from urne_local.bench_site.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


PAGES = ("", INDEX, INDEX + "012-led/", EDITION + "results/")
POOR = "a poor page"


@pytest.fixture(scope="module")
def found(counted: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Marks]:
    """The marks of pages of the counted site, served as CloudFront would, and of a poor page."""
    if missing():
        pytest.skip(f"{missing()}; make setup and npm ci say how")
    poor = tmp_path_factory.mktemp("poor")
    (poor / "index.html").write_text("<html><body><img src='a.png'><a href='/b'>x</a></body>")
    (poor / "404.html").write_text("<html>")
    with served(counted) as address, served(poor) as elsewhere:
        addresses = [*(address + page for page in PAGES), elsewhere]
        return dict(zip((*PAGES, POOR), marks_of(addresses, STABLE), strict=True))


@pytest.mark.parametrize("page", PAGES)
def test_full_marks_and_no_shift(found: Mapping[str, Marks], page: str) -> None:
    assert found[page].points == dict.fromkeys(STABLE, 100), found[page].faults
    assert found[page].shift == 0


def test_a_poor_page_gets_poor_marks(found: Mapping[str, Marks]) -> None:
    assert all(points < 100 for points in found[POOR].points.values())
    assert any(fault.startswith("image-alt") for fault in found[POOR].faults)
