"""The folder that staff write in, read for checking, and what it is checked against."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from urne.errors import BadInput, Problem
from urne.flows.check_theme import Theme
from urne.flows.content import is_read
from urne.flows.folder import Folder

PUBLIC = ".build/demo/public"
"""Where the site looks for the public tree of elections, unless URNE_PUBLIC says otherwise."""

THEME = "site/theme"
"""Where the site's templates and drawings are, from the folder that `mkdocs.yml` stands in."""

PLACEHOLDER = "(à compléter)"
"""What `urne new` writes where only a person knows the words. A release refuses it."""

_PUBLISHED = ("election.json", "cards.json", "tally.json", "tally.json.minisig", "result.pb")


def read_content(folder: str) -> Mapping[str, bytes]:
    """Return every file under a folder, each read when it is asked for.

    Raises BadInput if there is no such folder.
    """
    root = Path(folder)
    if not root.is_dir():
        what, mend = "There is no such folder.", "Name the folder with the site's pages."
        raise BadInput([Problem(folder, None, None, what, mend, "no-folder")])
    return Folder(root)


def read_theme(folder: str | Path) -> Theme | None:
    """Return what a theme has, or None if there is no such folder."""
    return Theme.of(Folder(Path(folder))) if Path(folder).is_dir() else None


def public_folder(given: str | None) -> Path:
    """Return the public tree to check and show: as given, else as the site's own setting says.

    Raises BadInput for one that was given and is not there; that of the setting may be missing.
    """
    if given and not Path(given).is_dir():
        what, mend = "There is no such folder.", "Name the folder with the published elections."
        raise BadInput([Problem(given, None, None, what, mend, "no-folder")])
    return Path(given or os.environ.get("URNE_PUBLIC") or PUBLIC)


def what_was_published(folder: Path, public: Mapping[str, bytes]) -> str:
    """Return a sentence that says which elections the pages were held to."""
    manifests = [path for path in public if path.endswith("/election.json")]
    if not manifests:
        return f"No election is published in {folder}: the pages were held to none."
    counted = {path.removesuffix("tally.json") for path in public if path.endswith("/tally.json")}
    elections = ", ".join(
        f"{folder_.split('/')[-2]} ({'counted' if folder_ in counted else 'not counted'})"
        for folder_ in (path.removesuffix("election.json") for path in sorted(manifests))
    )
    return f"The pages were held to the elections in {folder}: {elections}."


def read_public(folder: Path) -> dict[str, bytes]:
    """Return the published files of elections and the keys, logs left out; none if not there."""
    paths = [path for name in _PUBLISHED for path in folder.glob(f"elections/*/{name}")]
    paths += folder.glob("keys/*")
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(paths) if p.is_file()}


def placeholders(files: Mapping[str, bytes]) -> list[Problem]:
    """Return every line that still waits for a person's words."""
    what, mend = "This still waits for your words.", "Write them in place of it."
    return [
        Problem(path, number, None, what, mend, "placeholder")
        for path in sorted(files)
        if is_read(path) and PLACEHOLDER.encode() in files[path]
        for number, line in enumerate(files[path].decode("utf-8", "replace").split("\n"), 1)
        if PLACEHOLDER in line
    ]
