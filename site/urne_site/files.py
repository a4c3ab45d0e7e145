"""Folders read into mappings of path to bytes: the site's only contact with the disk."""

from __future__ import annotations

from pathlib import Path

_PUBLIC = ("election.json", "cards.json", "tally.json", "tally.json.minisig", "result.pb")


def read_pages(folder: Path) -> dict[str, bytes]:
    """Return every page, `.meta.yml` and file name under a folder; other files come empty."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        if path.suffix == ".md" or path.name == ".meta.yml"
        else b""
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read_public(folder: Path) -> dict[str, bytes]:
    """Return the published files of a public tree, its logs left out."""
    found = [path for name in _PUBLIC for path in folder.glob(f"elections/*/{name}")]
    found += folder.glob("keys/*")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(found)
        if path.is_file()
    }
