"""A whole election of 51,229 voters through the command line: seconds and memory of the process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from urne_local.bench.example import election
from urne_local.bench.figures import Figure

VOTERS = 51_229  # the largest of Pabulib's Kraków elections of this shape
MINUTES, AUDIT_SECONDS, MEGABYTES = 10, 60, 1_000


@dataclass(frozen=True, slots=True)
class Run:
    """One command: wall seconds, exit status, and the peak of its own memory in megabytes."""

    seconds: float
    status: int
    megabytes: float


def measure() -> Iterator[Figure]:
    """Yield the figures of a rehearsal and of its audit."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "example.pb", Path(folder) / "out"
        file.write_text(election(VOTERS))
        held = _run("rehearse", str(file), "--out", str(out))
        audited = _run("audit", str(out))
    yield _figure(f"rehearsal of {VOTERS:,} voters, audit included", held, MINUTES * 60)
    yield _figure("the audit of it, on two cores", audited, AUDIT_SECONDS)


def _figure(name: str, run: Run, seconds: float) -> Figure:
    good = run.status == 0 and run.seconds <= seconds and run.megabytes <= MEGABYTES
    measured = f"{run.seconds:.0f} s, {run.megabytes:.0f} MB"
    return Figure(name, measured, f"at most {seconds:.0f} s and {MEGABYTES} MB", good)


def _run(*words: str) -> Run:
    command: Sequence[str] = [sys.executable, "-m", "urne_staff.cli", *words]
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(time.monotonic() - begin, process.returncode, usage.ru_maxrss / 1024)
