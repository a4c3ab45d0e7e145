"""Lighthouse gives full marks for what does not depend on the machine: `make bench-site` has speed.

Accessibility, best practices and what search engines need; nothing on the page moves as it loads.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.site.templates import EDITION, INDEX

from urne_local.bench_site.lighthouse import STABLE, marks, missing
from urne_local.bench_site.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("site-lighthouse"),
]


@pytest.fixture(scope="module")
def compressed(counted: Path) -> Iterator[str]:
    """The address of the counted site, served as CloudFront would."""
    if missing():
        pytest.skip(f"{missing()}; make setup and npm ci say how")
    with served(counted) as address:
        yield address


@pytest.mark.parametrize("page", ["", INDEX, INDEX + "012-led/", EDITION + "results/"])
def test_full_marks_and_no_shift(compressed: str, page: str) -> None:
    found = marks(compressed + page, STABLE)
    assert found.points == dict.fromkeys(STABLE, 100), found.faults
    assert found.shift == 0


def test_a_poor_page_gets_poor_marks(tmp_path: Path) -> None:
    if missing():
        pytest.skip(f"{missing()}; make setup and npm ci say how")
    (tmp_path / "index.html").write_text("<html><body><img src='a.png'><a href='/b'>x</a></body>")
    (tmp_path / "404.html").write_text("<html>")
    with served(tmp_path) as address:
        found = marks(address, STABLE)
    assert all(points < 100 for points in found.points.values())
    assert any(fault.startswith("image-alt") for fault in found.faults)
