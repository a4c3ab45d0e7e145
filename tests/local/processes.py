"""Whether processes are still there, once we said they should not be."""

import time
from collections.abc import Iterable
from pathlib import Path


def alive(pids: Iterable[int]) -> set[int]:
    """Return those that run; one that has ended and waits to be collected does not."""
    return {pid for pid in pids if _state(pid) not in ("", "Z")}


def _state(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return stat.rpartition(")")[2].split()[0]


def all_end(pids: Iterable[int], seconds: float = 10) -> bool:
    """Return whether all of them have ended within some seconds."""
    pids = set(pids)
    until = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pids)


def children() -> set[int]:
    """Return the processes that this one has started and that still run."""
    threads = Path("/proc/self/task").iterdir()
    return alive(int(pid) for at in threads for pid in (at / "children").read_text().split())
