"""Lighthouse on the voting pages and each step of a vote, as the platform serves them.

`make bench-vote`. The pages have all four marks; the steps have those that `steps` tells of.

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
from urne_local.bench_site.steps import SNAPSHOT, Look, looks
from urne_local.configuration import Ports
from urne_local.demo import Demo
from urne_local.platform import Platform

PAGES = ("", "check/", "check-ballot/", "audit/")
LANGUAGES = {"fr": "", "nl": "nl/", "en": "en/"}
TRIES = 3
FIRST_VOTER = 900_000


def measure() -> Iterator[Figure]:
    """Yield the marks of pages and steps in three languages, and how busy the machine was."""
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
            for number, (language, path) in enumerate(LANGUAGES.items()):
                for look in _best_looks(platform.vote.origin, f"/{path}", number):
                    yield _step_figure(language, look)
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


def _best_looks(origin: str, home: str, number: int) -> list[Look]:
    """Return for each step the best of several looks; each way there is another resident's."""
    best: dict[tuple[str, str], Look] = {}
    for one in range(TRIES):
        voter = f"voter-{FIRST_VOTER + number * TRIES + one}"
        for look in looks(origin, home, voter, timed=True):
            found = best.setdefault((look.step, look.mode), look)
            if min(found.points.values()) < min(look.points.values()):
                best[look.step, look.mode] = look
        if all(look.is_full for look in best.values()):
            break
    return list(best.values())


def _step_figure(language: str, look: Look) -> Figure:
    points = "/".join(str(look.points[name]) for name in CATEGORIES if name in look.points)
    if look.mode == SNAPSHOT:
        name, measured = f"step {look.step}", points
    else:
        name = f"on the way to {look.step}"
        measured = (
            f"{points} {look.blocking_ms or 0:.0f} ms {look.interaction_ms or 0:.0f} ms "
            f"{look.shift or 0:.2g}"
        )
    return Figure(f"Lighthouse, {name} in {language}", measured, "100 each", look.is_full)


def main() -> int:
    """Print every figure as it is measured, and return the exit status."""
    absent = missing()
    if absent:
        print(f"{absent}: nothing was measured. make setup says how.", file=sys.stderr)
        return 1
    return report(measure())


if __name__ == "__main__":
    sys.exit(main())
