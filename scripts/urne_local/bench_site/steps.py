"""Lighthouse's marks for each step of a vote, from the first choice to the audit of everything.

A step is no address: `steps.mjs` leads a resident there. Lighthouse looks at the step as it stands
(a snapshot: accessibility, best practices, search engines) and, if asked, at what leads there (a
timespan: how long the page was held up, what moved, how soon it answered a touch). No look has all
four marks: a snapshot has none for speed, for nothing happens in it, and a timespan has those of
its metrics that need no new page. The start itself is a page: `marks` gives it all four.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from urne_local.chromium import find_chromium

SNAPSHOT, TIMESPAN = "snapshot", "timespan"
STEPS = (
    "restore",
    "choose",
    "review",
    "stop",
    "sealed",
    "opened",
    "receipt",
    "check",
    "check-ballot",
    "audit",
)

_PROGRAM = Path(__file__).with_name("steps.mjs")
_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Look:
    """Points of 100 by category and what cost points, in words; times in a timespan only."""

    step: str
    mode: str
    points: Mapping[str, int]
    faults: tuple[str, ...]
    blocking_ms: float | None
    interaction_ms: float | None
    shift: float | None

    @property
    def is_full(self) -> bool:
        """Whether it has full marks in all that it has marks for."""
        return set(self.points.values()) == {100}


def looks(
    origin: str, home: str, voter: str, *, last: str = STEPS[-1], timed: bool = False
) -> tuple[Look, ...]:
    """Return what Lighthouse says of each step, and, if timed, of what leads to it.

    `home` is where the voting page stands, as `/nl/`; `voter` an invented resident who has not
    voted. Raises RuntimeError if a step is not reached.
    """
    words = {"origin": origin, "home": home, "voter": voter, "last": last}
    done = subprocess.run(
        [
            shutil.which("node") or "node",
            str(_PROGRAM),
            *(f"--{name}={value}" for name, value in words.items()),
            f"--chromium={find_chromium()}",
            *(["--timed"] if timed else []),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"A step was not reached: {done.stderr.strip()[-500:]}")
    return tuple(_look(line) for line in done.stdout.splitlines())


def _look(line: str) -> Look:
    told = json.loads(line)
    return Look(**{**told, "faults": tuple(told["faults"])})
