"""The demonstration site, built once with a counted election and once while the vote is open."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.site.tree import ROOT, demonstration, public_tree, write

COUNTED_AT = "1601545000"  # 2020-10-01, when every project is delivered
OPEN_AT = "2019-06-10T08:00:00Z"


def build(site: Path, public: Path, *, now: str = "") -> Path:
    """Build the repository's site in all languages and return its folder."""
    environment = os.environ | {
        "SOURCE_DATE_EPOCH": COUNTED_AT,
        "URNE_PUBLIC": str(public),
        "URNE_NOW": now,
        "NO_MKDOCS_2_WARNING": "1",
    }
    command = [sys.executable, "-m", "urne_site", str(site)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return site


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A public tree with a tally."""
    return write(public_tree(demonstration()), tmp_path_factory.mktemp("public"))


@pytest.fixture(scope="session")
def counted(tmp_path_factory: pytest.TempPathFactory, public: Path) -> Path:
    """The site after the count."""
    return build(tmp_path_factory.mktemp("counted"), public)


@pytest.fixture(scope="session")
def voting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site while the vote is open."""
    tree = write(public_tree(demonstration(), counted=False), tmp_path_factory.mktemp("open"))
    return build(tmp_path_factory.mktemp("voting"), tree, now=OPEN_AT)
