"""What each function costs to start: its imports, and the five dearest of them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

from urne_local.bench.figures import Figure
from urne_local.configuration import FUNCTIONS

DEAREST = 5
_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|(\s+)(\S+)")


def measure() -> Iterator[Figure]:
    """Yield the import time of every handler; where it goes is told in the last column."""
    for function in FUNCTIONS:
        module = function.handler.rpartition(".")[0]
        total, dearest = _times(module)
        where = ", ".join(f"{name} {spent / 1000:.0f}" for name, spent in dearest)
        name = f"import of {module.removeprefix('urne.')}"
        yield Figure(name, f"{total / 1000:.0f} ms", f"ms: {where}", None)


def _times(module: str) -> tuple[int, list[tuple[str, int]]]:
    """Return the microseconds of an import and its dearest packages, what they import included.

    A package counts at its outermost import below our own code.
    """
    command = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    lines = [
        (int(own), int(whole), len(space), name) for own, whole, space, name in _LINE.findall(shown)
    ]
    total = next(whole for _, whole, _, name in reversed(lines) if name == module)
    dearest: dict[str, int] = {}
    for _, whole, name in _outermost(lines):
        dearest[name] = dearest.get(name, 0) + whole
    ranked = sorted(dearest.items(), key=lambda item: -item[1])
    return total, ranked[:DEAREST]


def _outermost(lines: list[tuple[int, int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield (depth, microseconds, package) of imports made by our own modules.

    The list names a module after those it imports, so it is read from the end.
    """
    stack: list[tuple[int, str]] = []
    for _, whole, depth, name in reversed(lines):
        while stack and stack[-1][0] >= depth:
            stack.pop()
        by_us = all(parent.partition(".")[0] == "urne" for _, parent in stack)
        if stack and by_us and name.partition(".")[0] != "urne":
            yield depth, whole, name.partition(".")[0]
        stack.append((depth, name))
