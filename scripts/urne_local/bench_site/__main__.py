"""Run every measurement and print it beside the figure to reach; exit 1 if one is missed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

from urne_local.bench.figures import Figure, report
from urne_local.bench_site import building, lighthouse, speed, weights
from urne_local.bench_site.house import FOLDER, build, write_house
from urne_local.bench_site.town import SIZE


def measure() -> Iterator[Figure]:
    """Yield every figure: what pages weigh and how fast they show, then what builds cost."""
    small = write_house(SIZE)
    yield building.drawn(build(small, pictures=False), build(small))
    yield from weights.measure_pages(small / "site.out")
    yield from speed.measure(small / "site.out")
    yield from building.measure()
    yield from weights.measure_search(FOLDER / str(building.TOWN) / "site.out")


def main() -> int:
    """Print every figure as it is measured, and return the exit status."""
    absent = lighthouse.missing()
    if absent:
        print(f"{absent}: nothing was measured. make setup says how.", file=sys.stderr)
        return 1
    try:
        return report(measure())
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
