"""Lighthouse on the voting pages, through the platform's front: `make bench-vote`.

Other programs make a page seem slower, never quicker: of several tries the best is the page's own.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from urne_local.bench.figures import Figure, report
from urne_local.bench_site.lighthouse import CATEGORIES, Marks, marks, missing
from urne_local.configuration import Ports
from urne_local.demo import Demo
from urne_local.platform import Platform

PAGES = ("", "check/", "check-ballot/", "audit/")
LANGUAGES = {"fr": "", "nl": "nl/", "en": "en/"}
TRIES = 3


def measure() -> Iterator[Figure]:
    """Yield the marks of the four pages in three languages, and how busy the machine was."""
    with tempfile.TemporaryDirectory(prefix="urne-bench-vote-") as folder:
        demo = Demo(Path(folder) / "state", Ports())
        told = demo.configuration()
        steps = (demo.open_the_present, demo.build_the_voting_pages)
        for pages in (told.site_pages, told.vote_pages):
            pages.mkdir(parents=True)
        with Platform(replace(told, set_up=steps)) as platform:
            for page in PAGES:
                for language, path in LANGUAGES.items():
                    found = _best(f"{platform.vote.origin}/{path}{page}")
                    yield _figure(f"/{page} in {language}", found)
    yield Figure("load of this machine meanwhile", f"{os.getloadavg()[1]:.1f}", "", None)


def _best(address: str) -> Marks:
    tried: list[Marks] = []
    while len(tried) < TRIES and not (tried and tried[-1].points["performance"] == 100):
        tried.append(marks(address))
    return max(tried, key=lambda found: found.points["performance"])


def _figure(name: str, found: Marks) -> Figure:
    points = "/".join(str(found.points[category]) for category in CATEGORIES)
    paint, blocking = found.paint_ms, found.blocking_ms
    if paint is None or blocking is None:
        raise RuntimeError("Lighthouse told no time")
    measured = f"{points} {paint / 1000:.2f} s {blocking:.0f} ms {found.shift:.2g}"
    good = all(found.points[category] == 100 for category in CATEGORIES) and found.shift == 0
    return Figure(f"Lighthouse, vote {name}", measured, "100 four times, shift 0", good)


def main() -> int:
    """Print every figure as it is measured, and return the exit status."""
    absent = missing()
    if absent:
        print(f"{absent}: nothing was measured. make setup says how.", file=sys.stderr)
        return 1
    return report(measure())


if __name__ == "__main__":
    sys.exit(main())
