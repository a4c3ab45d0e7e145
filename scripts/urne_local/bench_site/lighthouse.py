"""Lighthouse's marks for one page, as a phone on a slow network sees it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
_SECONDS = 300
_TRIES = 3


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
        "Chromium": shutil.which("chromium") is not None,
    }
    absent = [name for name, there in needed.items() if not there]
    return f"{' and '.join(absent)} not installed" if absent else ""


def marks(address: str, categories: Sequence[str] = CATEGORIES) -> Marks:
    """Return Lighthouse's marks for a page. Raises RuntimeError if it fails.

    Where an audit broke off, as on a machine too busy to answer, its category has no mark at all:
    then it is asked again. Without the category of performance, its figures are not waited for,
    and only the shift is told of them.
    """
    whole = "performance" in categories
    words = [
        shutil.which("node") or "node",
        str(PROGRAM),
        address,
        "--quiet",
        "--no-enable-error-reporting",
        "--output=json",
        f"--chrome-flags={_CHROMIUM}",
        f"--only-categories={','.join(categories)}",
        *([] if whole else [f"--only-audits={_SHIFT}"]),
    ]
    report = _report(address, words)
    for _ in range(_TRIES - 1):
        if all(category["score"] is not None for category in report["categories"].values()):
            break
        report = _report(address, words)
    return _read(report)


def _report(address: str, words: Sequence[str]) -> Any:
    """Return what Lighthouse reports of a page. Raises RuntimeError if it fails."""
    chromium = {"CHROME_PATH": shutil.which("chromium") or "chromium"}
    done = subprocess.run(
        words,
        env={**os.environ, **chromium},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"Lighthouse failed on {address}: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def _read(report: Any) -> Marks:
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


def _faults(report: Any) -> list[str]:
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
