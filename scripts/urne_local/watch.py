"""Which files changed: the local site is built again when what it is made of does.

Looked at by their times and sizes, once a second: it needs no package, works on every file
system, and a town's content is a few thousand files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from urne_local.schedule import Schedule

Fingerprint = frozenset[tuple[str, int, int]]


def fingerprint(roots: Sequence[Path]) -> Fingerprint:
    """Return what tells whether any file below these folders, or these files, has changed."""
    return frozenset(_marks(roots))


def _marks(roots: Sequence[Path]) -> Iterator[tuple[str, int, int]]:
    for root in roots:
        for path in [root, *root.rglob("*")]:
            try:
                stat = path.stat()
            except FileNotFoundError:  # it went while we looked
                continue
            if not path.is_dir():
                yield str(path), stat.st_mtime_ns, stat.st_size


class Watch:
    """Does something each time that files have changed."""

    def __init__(
        self, roots: Sequence[Path], action: Callable[[], object], seconds: float = 1
    ) -> None:
        self._roots, self._action = roots, action
        self._seen = fingerprint(roots)
        self._schedule = Schedule("rebuild", self._look, seconds)
        self.start, self.stop = self._schedule.start, self._schedule.stop

    def _look(self) -> None:
        # Taken before the action: what changes during it is seen at the next look.
        now = fingerprint(self._roots)
        if now != self._seen:
            self._seen = now
            self._action()
