"""The whole build, as `python -m urne_site` runs it, refuses bad content and says where it is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.site.test_check_text import GOOD
from tests.site.tree import EDITION, demonstration, public_tree, write


@pytest.fixture
def spoilt(house: Path, tmp_path: Path) -> Path:
    """A copy of the house, to be spoilt."""
    return Path(shutil.copytree(house, tmp_path / "spoilt"))


_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "NO_MKDOCS_2_WARNING": "1", "URNE_CARDS": "false"}


def build(house: Path, public: str = "public", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "urne_site", "out"],
        cwd=house,
        env=_ENVIRONMENT | {"URNE_PUBLIC": public} | more,
        capture_output=True,
        text=True,
        check=False,
    )


def test_bad_content_is_refused_with_file_line_and_mend(spoilt: Path) -> None:
    page = spoilt / f"content/editions/{EDITION}/projects/012-led.md"
    page.write_text(page.read_text("utf-8").replace("domain: cadre", "domain: art"), "utf-8")
    done = build(spoilt)
    assert done.returncode == 1
    assert f"editions/{EDITION}/projects/012-led.md:5 [domain]: There is no domain" in done.stderr
    assert "Use one of: nature, cadre" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (spoilt / "out").exists()


def test_every_text_that_the_check_lets_through_is_built(spoilt: Path) -> None:
    """MkDocs is strict too: what it warned of would end the build, without a line or a mend."""
    for number, body in enumerate(GOOD):
        own = body.replace("index.md#", f"essai-{number}.md#")
        page = f"---\ntitle: Essai\nsummary: Un essai.\n---\n\n{own}\n"
        (spoilt / f"content/essai-{number}.md").write_text(page, "utf-8")
    done = build(spoilt)
    assert done.returncode == 0, done.stderr
    assert (spoilt / "out/essai-0/index.html").is_file()


def test_a_forged_tally_is_refused(spoilt: Path) -> None:
    tree = public_tree(demonstration())
    name = f"elections/{EDITION}/tally.json"
    write(
        tree | {name: tree[name].replace(b'"counted":2440', b'"counted":2441')}, spoilt / "public"
    )
    done = build(spoilt)
    assert done.returncode == 1
    assert f"{name}:1 [signature]: The note carries no valid signature" in done.stderr
    assert not (spoilt / "out").exists()


def test_a_link_to_nothing_is_refused(spoilt: Path) -> None:
    page = spoilt / "content/how-to-vote.md"
    page.write_text(page.read_text("utf-8") + "\n[x](nowhere.md)\n", "utf-8")
    done = build(spoilt)
    assert done.returncode == 1
    assert "leads to nothing" in done.stderr


def test_a_good_house_is_built_without_a_word(spoilt: Path) -> None:
    done = build(spoilt)
    assert (done.returncode, done.stderr) == (0, "")
    assert (spoilt / "out/nl/index.html").is_file()


def test_an_update_that_changed_after_its_commit_is_refused(spoilt: Path) -> None:
    update = spoilt / f"content/editions/{EDITION}/updates/012/2019-09-30.md"
    update.write_text(update.read_text("utf-8").replace("36500 EUR", "36400 EUR"), "utf-8")
    done = build(spoilt)
    assert done.returncode == 1
    path = f"editions/{EDITION}/updates/012/2019-09-30.md"
    assert f"{path}:1 [path]: This update is not as" in done.stderr
    assert "kind correction. (update-changed)" in done.stderr


def test_without_git_the_site_is_built_and_tells_no_changes(spoilt: Path) -> None:
    shutil.rmtree(spoilt / ".git")
    done = build(spoilt)
    assert (done.returncode, done.stderr) == (0, "")
    page = spoilt / f"out/editions/{EDITION}/projects/012-led/index.html"
    assert "h-changes" not in page.read_text("utf-8")


def test_a_comparison_that_cannot_be_made_is_refused_with_what_to_install(spoilt: Path) -> None:
    if find_spec("pabutools") is not None:
        pytest.skip("the extra is installed here")
    write(public_tree(demonstration(), result=True), spoilt / "public")
    done = build(spoilt, URNE_COMPARISON="true")
    assert done.returncode == 1
    assert "pip install '.[comparison]'" in done.stderr
    assert "Traceback" not in done.stderr
