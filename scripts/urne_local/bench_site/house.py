"""The folder an invented town's site is built from, as a checkout would be, and its builds.

Each build is a process of its own, so that its CPU and memory are its own. The only program that
it starts is git, for the history: its CPU is counted too, and it is gone before a page is made.
What it writes goes to a file system in memory, if there is room: twelve thousand new files took a
disk's driver between two and nine seconds of the processor, for the same build.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from urne.flows.content import read_content
from urne_local.bench_site import election, town

ROOT = Path(__file__).parents[3]
_MEMORY, _ROOM = Path("/dev/shm"), 4_000_000_000  # noqa: S108, our own folder within it


def _folder() -> Path:
    """Return where everything is written: in memory, or below `.build` where there is no room."""
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        return _MEMORY / f"urne-bench-site-{os.getpid()}"
    return ROOT / ".build" / "bench-site"


FOLDER = _folder()
BUILT_AT = "1601545000"  # 1 October 2020, when the newest edition is finished
_GIT = {
    f"GIT_{role}_{name}": value
    for role in ("AUTHOR", "COMMITTER")
    for name, value in {"NAME": "town", "EMAIL": "town", "DATE": f"{BUILT_AT} +0000"}.items()
}


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process took: CPU seconds, and the megabytes of memory at its peak."""

    seconds: float
    megabytes: float


def write_house(projects: int) -> Path:
    """Write the content, theme, settings and public tree of a town; return its folder."""
    house = FOLDER / str(projects)
    shutil.rmtree(house, ignore_errors=True)
    pages = town.pages(projects, town.read(ROOT / "content"))
    content, keys = read_content(pages), election.keys()
    for year in town.years(projects):
        public, winners = election.held(content.editions[year.id], keys)
        pages.update(town.news(year, winners))
        _write(house / "public", public)
    _write(house / "content", pages)
    shutil.copytree(ROOT / "site" / "theme", house / "site" / "theme")
    shutil.copy(ROOT / "mkdocs.yml", house)
    for words in (["init", "-q"], ["add", "content"], ["commit", "-q", "-m", "the pages"]):
        environment = {**os.environ, **_GIT, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *words], cwd=house, env=environment, check=True)
    return house


def build(house: Path, *, pictures: bool = True, over: bool = False) -> Usage:
    """Build a house's site in every language into its folder `site.out`.

    Cold, as a release is, or `over` what the last such build left, as while somebody writes.
    """
    out = house / "site.out"
    if not over:
        shutil.rmtree(out, ignore_errors=True)
    settings = {"URNE_PUBLIC": str(house / "public"), "NO_MKDOCS_2_WARNING": "1"}
    settings |= {"URNE_CARDS": "true" if pictures else "false", "SOURCE_DATE_EPOCH": BUILT_AT}
    return run(house, ["-m", "urne_site", str(out), *(["--over"] if over else [])], settings)


def index(house: Path) -> Usage:
    """Make the search index of a house's site."""
    return run(house, ["-m", "pagefind", "--site", str(house / "site.out"), "--quiet"], {})


def run(folder: Path, words: Sequence[str], settings: Mapping[str, str]) -> Usage:
    """Run Python with these words and return what it took. Raises RuntimeError if it fails."""
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} failed with {process.returncode}")
    return Usage(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, raw in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
