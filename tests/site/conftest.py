"""The demonstration site, built once with a counted election and once while the vote is open."""

from __future__ import annotations

import fcntl
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.site.odd import odd_house, odd_tree
from tests.site.tree import EDITION, ROOT, demonstration, public_tree, write

from urne_local.policy import SITE_PAGES, page_headers

COUNTED_AT = "1601545000"  # 2020-10-01, when every project is delivered
OPEN_AT = "2019-06-10T08:00:00Z"


CORRECTED = f"content/editions/{EDITION}/projects/012-led.md"
WHY = "projects: say <b>what</b> is measured & how"


def commit(house: Path, day: str, subject: str) -> None:
    """Commit everything in a folder as nobody in particular, at noon of a day."""
    at = f"{day}T12:00:00Z"
    who = {f"GIT_{role}_{what}": "town" for role in ("AUTHOR", "COMMITTER") for what in _WHO}
    environment = {**os.environ, **who, "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
    environment |= {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", subject]):
        subprocess.run(["git", *command], cwd=house, env=environment, check=True)


_WHO = ("NAME", "EMAIL")


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that is made once for all workers of a run. Nobody changes it."""
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    folder, unfinished = run / name, run / f"{name}.unfinished"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the site is made of, in a repository whose commits are always the same."""
    return once(tmp_path_factory, "house", _house)


def _house(house: Path) -> None:
    shutil.copytree(ROOT / "content", house / "content")
    shutil.copytree(ROOT / "site/theme", house / "site/theme")
    shutil.copy(ROOT / "mkdocs.yml", house)
    page = house / CORRECTED
    text = page.read_text("utf-8")
    page.write_text(text.replace("publier les deux chiffres", "publier"), "utf-8")
    commit(house, "2019-05-24", "the pages of the edition")
    page.write_text(text, "utf-8")
    commit(house, "2019-06-01", WHY)


def build(house: Path, site: Path, public: Path, *, now: str = "", cards: bool = True) -> Path:
    """Build a house's site in all languages and return its folder."""
    environment = os.environ | {
        "SOURCE_DATE_EPOCH": COUNTED_AT,
        "URNE_PUBLIC": str(public),
        "URNE_NOW": now,
        "URNE_CARDS": str(cards).lower(),
        "NO_MKDOCS_2_WARNING": "1",
    }
    command = [sys.executable, "-m", "urne_site", str(site)]
    done = subprocess.run(
        command, cwd=house, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return site


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A public tree with a tally."""
    return write(public_tree(demonstration()), tmp_path_factory.mktemp("public"))


@pytest.fixture(scope="session")
def counted(house: Path, tmp_path_factory: pytest.TempPathFactory, public: Path) -> Path:
    """The site after the count."""
    return once(tmp_path_factory, "counted", lambda site: build(house, site, public))


@pytest.fixture(scope="session")
def voting(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site while the vote is open."""

    def make(site: Path) -> None:
        tree = write(public_tree(demonstration(), counted=False), tmp_path_factory.mktemp("open"))
        build(house, site, tree, now=OPEN_AT, cards=False)

    return once(tmp_path_factory, "voting", make)


@pytest.fixture(scope="session")
def odd(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a town where all that is rare has happened."""

    def make(site: Path) -> None:
        spoilt = odd_house(house, tmp_path_factory.mktemp("odd") / "house")
        tree = write(dict(odd_tree()), tmp_path_factory.mktemp("drawn"))
        build(spoilt, site, tree, cards=False)

    return once(tmp_path_factory, "odd-site", make)


class _Plain(http.server.SimpleHTTPRequestHandler):
    """Any static server."""

    def log_message(self, *_: object) -> None:
        return


class _Strict(_Plain):
    """One that says what pages may do, as the platform's front does."""

    def end_headers(self) -> None:
        path = self.path.lstrip("/").partition("?")[0]
        for name, value in page_headers(path, SITE_PAGES):
            self.send_header(name, value)
        super().end_headers()


@contextmanager
def serve(site: Path, *, policies: bool = False) -> Iterator[str]:
    """Serve a folder and yield its address."""
    handler = functools.partial(_Strict if policies else _Plain, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def address(counted: Path) -> Iterator[str]:
    """Where the counted site is served as any server would."""
    with serve(counted) as address:
        yield address
