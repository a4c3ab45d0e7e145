"""One measured figure beside the one to reach."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured; `good` is None where there is nothing to reach."""

    name: str
    measured: str
    target: str
    good: bool | None

    def __str__(self) -> str:
        verdict = {None: "      ", True: "good  ", False: "MISSED"}[self.good]
        return f"{verdict} {self.name:<52} {self.measured:>24}   {self.target}"


def report(figures: Iterable[Figure]) -> int:
    """Print every figure as it is measured; return the exit status, 1 if one is missed."""
    missed = 0
    for figure in figures:
        print(figure, flush=True)
        missed += figure.good is False
    print(f"{missed} missed" if missed else "All figures reached.")
    return 1 if missed else 0


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds this process spends on some work."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def microseconds_each(work: Callable[[], object], times: int) -> float:
    """Return the CPU microseconds of one call, over many."""
    return cpu_seconds(lambda: [work() for _ in range(times)]) / times * 1e6
