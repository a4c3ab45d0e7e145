"""A repository with the site in it, and one release built from it twice."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.staff.terminal import urne

SITE = ("content", "site", "mkdocs.yml", ".gitignore")
MADE_AT = "2020-10-01T09:00:00Z"


def commit(root: Path, message: str) -> None:
    """Commit everything, in the name of nobody, at a set time."""
    for arguments in (["add", "--all"], ["commit", "--quiet", "--message", message]):
        subprocess.run(
            ["git", "-c", "user.name=Town", "-c", "user.email=town@example.org", *arguments],
            cwd=root,
            env=os.environ | {"GIT_COMMITTER_DATE": MADE_AT, "GIT_AUTHOR_DATE": MADE_AT},
            check=True,
            capture_output=True,
        )


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds the demonstration's site, all of it committed."""
    root = tmp_path_factory.mktemp("repository")
    for name in SITE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, root / name)
    for cache in root.rglob("__pycache__"):
        shutil.rmtree(cache)
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    commit(root, "site: as it is")
    return root


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Release keys of a town."""
    folder = tmp_path_factory.mktemp("keys") / "keys"
    made = urne("release", "keys", "--url", "https://budget.example.org", "--out", str(folder))
    assert made.status == 0
    return folder


@pytest.fixture(scope="session")
def built(repository: Path, keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the repository's commit. Not to be changed."""
    return build(repository, keys, tmp_path_factory.mktemp("built") / "r1")


def build(root: Path, keys: Path, out: Path, *more: str) -> Path:
    """Build a release and return its folder."""
    command = ("release", "build", "--out", str(out), "--url", "https://budget.example.org")
    done = urne(*command, "--keys", str(keys), *more, folder=root)
    assert done.status == 0, done.err
    return out


@pytest.fixture
def changed(repository: Path) -> Iterator[Path]:
    """The repository, to be changed; it is put back afterwards, commits too."""
    head = ["git", "rev-parse", "HEAD"]
    before = subprocess.run(head, cwd=repository, check=True, capture_output=True, text=True).stdout
    yield repository
    subprocess.run(
        ["git", "reset", "--hard", "--quiet", before.strip()], cwd=repository, check=True
    )
    subprocess.run(["git", "clean", "-dfq"], cwd=repository, check=True)
