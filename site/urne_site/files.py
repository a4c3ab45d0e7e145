"""Folders read into mappings of path to bytes: the site's only contact with the disk."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import urne
import urne_site
from urne.flows.check_theme import Theme
from urne.flows.folder import Folder
from urne_site.output import digest

_PUBLIC = ("election.json", "cards.json", "tally.json", "tally.json.minisig", "result.pb")


def read_pages(folder: Path) -> Mapping[str, bytes]:
    """Return every file under a folder, each read when it is asked for."""
    return Folder(folder)


def read_public(folder: Path) -> dict[str, bytes]:
    """Return the published files of a public tree, its logs left out."""
    found = [path for name in _PUBLIC for path in folder.glob(f"elections/*/{name}")]
    found += folder.glob("keys/*")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(found)
        if path.is_file()
    }


def read_theme(folder: Path) -> Theme:
    """Return the names of a theme's drawings, maps and templates."""
    return Theme.of(Folder(folder))


def read_drawings(theme: Path) -> dict[str, str]:
    """Return the theme's drawings by name, and the inside of its logo."""
    found = {p.stem: p.read_text("utf-8") for p in sorted(theme.glob("drawings/shapes/*.svg"))}
    logo = (theme / "drawings/logo.svg").read_text("utf-8")
    return found | {"logo": logo[logo.index(">") + 1 : logo.rindex("<")]}


def read_programs(theme: Path) -> str:
    """Return the digest of all that makes pages of content: programs, words, theme, libraries."""
    packages = [Path(package.__file__ or "").parent for package in (urne, urne_site)]
    digests = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in (*packages, theme)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }
    versions = [version(name) for name in ("Jinja2", "Markdown", "MarkupSafe", "mkdocs")]
    return digest(sys.version, versions, digests)


def read_kerning(path: Path) -> dict[str, int]:
    """Return how far pairs of letters are moved apart, in units of the font: a pair a line."""
    pairs = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return {pair: int(units) for pair, units in pairs}
