"""What git knows of the files of a folder: when and why each changed, and what it was at first.

One call of git answers for the whole folder. Only commits count, so the same commit always gives
the same history, whatever lies in the work tree.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

# No setting of the user's may change what is said; a commit is told from a file by its \x01.
_GIT = ("git", "--no-replace-objects", "--no-pager", "-c", "core.quotePath=false")
_LOG = (
    *("log", "--full-history", "--no-merges", "--no-renames", "--no-show-signature", "--no-color"),
    *("--no-mailmap", "--no-ext-diff", "--encoding=UTF-8", "--date-order", "--relative", "-z"),
    *("--raw", "--no-abbrev", "--format=%x01%H %ct %s", "--", "."),
)
_COMMIT = re.compile(r"\x01([0-9a-f]{40,64}) (\d+) ([^\n]*)")
_FILE = re.compile(r":[0-7]+ [0-7]+ [0-9a-f]+ ([0-9a-f]+) ([AMDT])")


@dataclass(frozen=True, slots=True)
class Change:
    """A commit that touched a file: which, when, and the first line of why."""

    commit: str
    at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class History:
    """Changes by path, newest first, and the git id of the bytes each path first had.

    Paths count from the folder that was asked about.
    """

    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)


def read_history(folder: Path) -> History:
    """Return the history of a folder's files; an empty one where git has none to tell.

    That is so without git, outside a repository, and in a shallow clone, whose oldest commit would
    claim to have written everything.
    """
    log = None if is_shallow(folder) else _said(folder, *_LOG)
    return parse_log(log) if log else History()


def is_shallow(folder: Path) -> bool:
    """Return whether a folder's repository was cloned without its older commits."""
    return _said(folder, "rev-parse", "--is-shallow-repository") == "true\n"


def parse_log(log: str) -> History:
    """Return the history that git's log tells, newest commit first."""
    changes: dict[str, list[Change]] = defaultdict(list)
    first: dict[str, str] = {}
    for change, path, blob, letter in _files(log):
        changes[path].append(change)
        if letter == "A":
            first[path] = blob  # older ones come later: the oldest stays
    return History({path: tuple(found) for path, found in changes.items()}, first)


def _files(log: str) -> Iterator[tuple[Change, str, str, str]]:
    """Yield each file of each commit: the commit, the path, the git id, and A, M, D or T."""
    change: Change | None = None
    parts = iter(log.split("\0"))
    for part in parts:
        commit, file = _COMMIT.match(part.lstrip("\n")), _FILE.match(part.lstrip("\n"))
        if commit:
            at = datetime.fromtimestamp(int(commit[2]), UTC)
            change = Change(commit[1], at, commit[3].strip())
        elif file and change is not None:
            yield change, next(parts, ""), file[1], file[2]


def _said(folder: Path, *arguments: str) -> str | None:
    """Return what git says, or None if it is not there or refuses."""
    try:
        done = subprocess.run(  # noqa: S603
            [*_GIT, *arguments], cwd=folder, capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.decode("utf-8", "replace")
