"""Lighthouse on four pages of a town with 156 projects, its simulated phone and network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from urne_local.bench.figures import Figure
from urne_local.bench_site.lighthouse import CATEGORIES, Marks, marks
from urne_local.bench_site.serving import served
from urne_local.bench_site.town import EDITION
from urne_local.bench_site.weights import PAGES

PAINT_MS, BLOCKING_MS = 1_200, 50
_PATHS = {name: path for name, (path, _, _) in PAGES.items()}
_RESULTS = {"results": f"editions/{EDITION}/results/"}


def measure(site: Path) -> Iterator[Figure]:
    """Yield the marks of home, project, index and results."""
    with served(site) as address:
        for name, path in (_PATHS | _RESULTS).items():
            yield _figure(name, marks(address + path))


def _figure(name: str, found: Marks) -> Figure:
    points = "/".join(str(found.points[category]) for category in CATEGORIES)
    paint, blocking = found.paint_ms, found.blocking_ms
    if paint is None or blocking is None:
        raise RuntimeError("Lighthouse told no time")
    measured = f"{points} {paint / 1000:.2f} s {blocking:.0f} ms {found.shift:.2g}"
    good = (
        all(found.points[category] == 100 for category in CATEGORIES)
        and paint <= PAINT_MS
        and blocking <= BLOCKING_MS
        and found.shift == 0
    )
    return Figure(f"Lighthouse, {name}", measured, "100 four times, 1.2 s, 50 ms, shift 0", good)
