"""The site built cold, by programs of its own: MkDocs in every language, then Pagefind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from urne.errors import ReleaseRefused

# What would make the pages speak of another day, or of one language only.
_NOT_OURS = ("URNE_NOW", "URNE_LANGUAGE")
_STEADY = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "NO_MKDOCS_2_WARNING": "1"}


def build_site(root: Path, out: Path, *, url: str, public: Path, at: datetime) -> None:
    """Build the site of a work tree into a folder, with its search index.

    Raises ReleaseRefused with what the program said.
    """
    settings = {
        "SOURCE_DATE_EPOCH": str(int(at.timestamp())),
        "URNE_SITE_URL": url,
        "URNE_PUBLIC": str(public.resolve()),
    }
    _run(root, settings, "-m", "urne_site", str(out))
    _run(root, settings, "-m", "pagefind", "--site", str(out), "--quiet")


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below a folder, by path, one at a time."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _run(root: Path, settings: Mapping[str, str], *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env={**environment, **_STEADY, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).split("\n")[-12:]
        raise ReleaseRefused("the site could not be built:\n" + "\n".join(said))
