"""The whole build, as `python -m urne_site` runs it, refuses bad content and says where it is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.site.tree import EDITION, ROOT, demonstration, public_tree, write


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of what the site is made of, to be spoilt."""
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copytree(ROOT / "site/theme", tmp_path / "site/theme")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    return tmp_path


def build(house: Path, public: str = "public") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "urne_site", "out"],
        cwd=house,
        env={"PATH": "/usr/bin:/bin", "URNE_PUBLIC": public, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_bad_content_is_refused_with_file_line_and_mend(house: Path) -> None:
    page = house / f"content/editions/{EDITION}/projects/012-led.md"
    page.write_text(page.read_text("utf-8").replace("domain: cadre", "domain: art"), "utf-8")
    done = build(house)
    assert done.returncode == 1
    assert f"editions/{EDITION}/projects/012-led.md:5 [domain]: There is no domain" in done.stderr
    assert "Use one of: nature, cadre" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (house / "out").exists()


def test_a_forged_tally_is_refused(house: Path) -> None:
    tree = public_tree(demonstration())
    name = f"elections/{EDITION}/tally.json"
    write(tree | {name: tree[name].replace(b'"counted":2440', b'"counted":2441')}, house / "public")
    done = build(house)
    assert done.returncode == 1
    assert f"{name}: The note carries no valid signature" in done.stderr
    assert not (house / "out").exists()


def test_a_link_to_nothing_is_refused(house: Path) -> None:
    page = house / "content/how-to-vote.md"
    page.write_text(page.read_text("utf-8") + "\n[x](nowhere.md)\n", "utf-8")
    done = build(house)
    assert done.returncode == 1
    assert "leads to nothing" in done.stderr


def test_a_good_house_is_built_without_a_word(house: Path) -> None:
    done = build(house)
    assert (done.returncode, done.stderr) == (0, "")
    assert (house / "out/nl/index.html").is_file()
