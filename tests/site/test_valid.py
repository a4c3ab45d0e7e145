"""Every page is valid HTML by html-validate's rules."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.site.tree import ROOT

RULES = ROOT / "tests/site/html-validate.mjs"
PROGRAM = ROOT / "node_modules/html-validate/bin/html-validate.mjs"


@pytest.fixture(scope="module")
def node() -> str:
    """The path of Node.js, where html-validate is installed too."""
    found = shutil.which("node")
    if found is None or not PROGRAM.is_file():
        pytest.skip("Node.js or html-validate is not installed; npm ci installs the second")
    return found


def complaints(node: str, site: Path) -> list[str]:
    """Return what html-validate says of the pages of a folder, each with its place."""
    pages = sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))
    done = subprocess.run(
        [node, str(PROGRAM), "--config", str(RULES), "--formatter", "json", *pages],
        cwd=site,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return [
        f"{Path(page['filePath']).relative_to(site)}:{m['line']} {m['ruleId']}: {m['message']}"
        for page in json.loads(done.stdout)
        for m in page["messages"]
    ]


@pytest.mark.parametrize("state", ["counted", "voting", "odd"])
def test_every_page_is_valid(node: str, state: str, request: pytest.FixtureRequest) -> None:
    assert complaints(node, request.getfixturevalue(state)) == []


def test_the_checker_sees_what_it_is_there_to_see(node: str, tmp_path: Path) -> None:
    page = "<!DOCTYPE html>\n<html lang='fr'><head><title>x</title></head><body><p>"
    page += "<div id='a b'>x</div></p><img src='x'></body></html>\n"
    (tmp_path / "bad.html").write_text(page)
    said = " ".join(complaints(node, tmp_path))
    for rule in ("valid-id", "close-order", "wcag/h37"):
        assert rule in said
