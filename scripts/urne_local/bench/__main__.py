"""Run every measurement and print it beside the figure to reach; exit 1 if one is missed."""

from __future__ import annotations

import sys
from itertools import chain

from urne_local.bench import imports, speed, whole
from urne_local.bench.figures import report


def main() -> int:
    """Print every figure as it is measured, and return the exit status."""
    measured = (part.measure() for part in (speed, whole, imports))
    return report(chain.from_iterable(measured))


if __name__ == "__main__":
    sys.exit(main())
