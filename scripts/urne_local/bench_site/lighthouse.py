"""Lighthouse's marks for one page, as a phone on a slow network sees it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from urne_local.chromium import SUGGESTIONS, find_chromium

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
STABLE = ("accessibility", "best-practices", "seo")
"""What does not depend on how busy the machine is."""

_PAINT, _BLOCKING = "largest-contentful-paint", "total-blocking-time"
_SHIFT = "cumulative-layout-shift"
_CHROMIUM = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
_SCRIPT = Path(__file__).with_name("lighthouse.mjs")
_SECONDS = 300
_TRIES = 3
# Where the browser or its trace broke off: the page is not to blame. Lighthouse says of most of
# these that it is to be run again.
_AGAIN = frozenset(
    """
    NO_NAVSTART NO_TRACING_STARTED NO_RESOURCE_REQUEST NO_DCL NO_FCP
    NO_SCREENSHOTS NO_SPEEDLINE_FRAMES SPEEDINDEX_OF_ZERO INVALID_SPEEDLINE
    TRACING_ALREADY_STARTED PARSING_PROBLEM READ_FAILED
    PROTOCOL_TIMEOUT CRI_TIMEOUT TARGET_CRASHED
    """.split()
)


@dataclass(frozen=True, slots=True)
class Marks:
    """Points of 100 by category, milliseconds, the shift, and what cost points, in words."""

    points: Mapping[str, int]
    paint_ms: float | None
    blocking_ms: float | None
    shift: float
    faults: tuple[str, ...]


def missing() -> str:
    """Return what is not installed here, or nothing."""
    needed = {
        "Node.js": shutil.which("node") is not None,
        "Lighthouse": PROGRAM.is_file(),
        "Chromium": find_chromium() is not None,
    }
    absent = [name for name, there in needed.items() if not there]
    return f"{' and '.join(absent)} not installed" if absent else ""


Report = Mapping[str, Any]
"""Lighthouse's result for one page; `runtimeError` is there if the run failed."""
Run = Callable[[Sequence[str], Sequence[str]], Sequence[Report]]
"""What asks Lighthouse about addresses, in these categories, and returns a report of each."""


def marks(address: str, categories: Sequence[str] = CATEGORIES) -> Marks:
    """Return Lighthouse's marks for a page, as `marks_of` does."""
    return marks_of((address,), categories)[0]


def marks_of(
    addresses: Sequence[str], categories: Sequence[str] = CATEGORIES, run: Run | None = None
) -> tuple[Marks, ...]:
    """Return Lighthouse's marks for pages, all of one browser. Raises RuntimeError if it fails.

    Where an audit broke off, as on a machine too busy to answer, its category has no mark at all:
    then it is asked again, as it is where Lighthouse itself says that the run was to blame. Without
    the category of performance, its figures are not waited for, and only the shift is told of them.
    """
    run = run or _run
    found: dict[str, Report] = {}
    for _ in range(_TRIES):
        asked = [address for address in addresses if _is_broken(found.get(address))]
        if asked:
            found |= zip(asked, run(asked, categories), strict=True)
    for address, report in found.items():
        if error := report.get("runtimeError"):
            why = f"{error['message']} ({error['code']})"
            raise RuntimeError(f"Lighthouse failed on {address}: {why}")
    return tuple(_read(found[address]) for address in addresses)


def _is_broken(report: Report | None) -> bool:
    """Return whether a page is still to be asked about: for the first time, or again."""
    if report is None:
        return True
    if error := report.get("runtimeError"):
        return error["code"] in _AGAIN
    return any(category["score"] is None for category in report["categories"].values())


def _run(addresses: Sequence[str], categories: Sequence[str]) -> Sequence[Report]:
    """Return what Lighthouse reports of pages. Raises RuntimeError if it does not even start."""
    told = {
        "chromium": {"chromePath": find_chromium(), "chromeFlags": _CHROMIUM.split()},
        "without": SUGGESTIONS,
        "settings": {
            "onlyCategories": categories,
            "onlyAudits": None if "performance" in categories else [_SHIFT],
            "disableFullPageScreenshot": True,  # for a report that people look at
        },
    }
    done = subprocess.run(
        [shutil.which("node") or "node", str(_SCRIPT), json.dumps(told), *addresses],
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS * len(addresses),
    )
    reports = [json.loads(line) for line in done.stdout.split("\n") if line]
    if len(reports) != len(addresses):
        why = done.stderr.strip()[-500:]
        raise RuntimeError(f"Lighthouse failed on {addresses[len(reports)]}: {why}")
    return reports


def _read(report: Report) -> Marks:
    audits = report["audits"]

    def number(name: str) -> float | None:
        found = audits.get(name, {}).get("numericValue")
        return None if found is None else float(found)

    return Marks(
        points={c["id"]: round(100 * (c["score"] or 0)) for c in report["categories"].values()},
        paint_ms=number(_PAINT),
        blocking_ms=number(_BLOCKING),
        shift=number(_SHIFT) or 0.0,
        faults=tuple(_faults(report)),
    )


def _faults(report: Report) -> list[str]:
    """Return the title of each audit that cost points."""
    audits = report["audits"]
    weighed = [
        audits[ref["id"]]
        for category in report["categories"].values()
        for ref in category["auditRefs"]
        if ref["weight"]
    ]
    return [
        f"{a['id']}: {a['title']}" for a in weighed if a["score"] is not None and a["score"] < 1
    ]
