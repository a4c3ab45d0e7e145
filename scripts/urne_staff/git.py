"""What git says of the work tree: its commit, when that was made, and what differs from it."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from urne.errors import ReleaseRefused
from urne.flows.history import is_shallow

BUILT_FROM = ("content", "site", "functions", "mkdocs.yml", "requirements.lock")
"""What decides how the site looks."""


def head(root: Path) -> tuple[str, datetime]:
    """Return the commit that is checked out, and when it was made.

    Raises ReleaseRefused, in a shallow clone too: pages tell their history, so the same commit
    would give other bytes there.
    """
    if is_shallow(root):
        raise ReleaseRefused(
            "this clone has no older commits, which the pages tell of; bring them with"
            " `git fetch --unshallow`"
        )
    found = _git(root, "show", "--no-patch", "--format=%H %ct", "HEAD").split()
    return found[0], datetime.fromtimestamp(int(found[1]), UTC)


def changes(root: Path) -> list[str]:
    """Return the files that make the site and are not as in the commit."""
    status = _git(root, "status", "--porcelain", "-z", "--untracked-files=all", "--", *BUILT_FROM)
    return [line[3:] for line in status.split("\0") if len(line) > 3]


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
        )
    except FileNotFoundError as e:
        raise ReleaseRefused("git is not installed, and says which commit this is") from e
    except subprocess.CalledProcessError as e:
        why = e.stderr.strip().rpartition("\n")[2]
        raise ReleaseRefused(f"git cannot say which commit this is ({why})") from e
    return done.stdout
