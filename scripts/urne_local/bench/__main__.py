"""Run every measurement and print it beside the figure to reach; exit 1 if one is missed."""

from __future__ import annotations

import sys

from urne_local.bench import imports, speed, whole


def main() -> int:
    """Print every figure as it is measured, and return the exit status."""
    missed = 0
    for measurement in (speed, whole, imports):
        for figure in measurement.measure():
            print(figure, flush=True)
            missed += figure.good is False
    print(f"{missed} missed" if missed else "All figures reached.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
