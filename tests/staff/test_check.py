"""`urne check`: every problem with file, line, field and mend; or how many files are good."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.site.tree import demonstration, public_tree, write
from tests.staff.terminal import Said, urne

from urne_staff.content import read_content

AUTHOR = ("-c", "user.name=Town", "-c", "user.email=town@example.org")
PROJECT = "editions/rueil-2019/projects/012-led.md"


def check(content: Path, *more: str) -> Said:
    """Check pages, without a public tree."""
    return urne("check", str(content), *more, URNE_PUBLIC="nowhere")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The demonstration's pages, to be changed."""
    return shutil.copytree(ROOT / "content", tmp_path / "content")


def test_what_is_good_is_counted(content: Path) -> None:
    """One line, and status 0."""
    said = check(content)
    pages = len(list(content.rglob("*.md")))
    assert (said.status, said.out) == (0, f"{pages} files good.\n")
    assert urne("check", folder=content.parent, URNE_PUBLIC="nowhere").out == said.out


def test_what_the_pages_were_held_to_is_said(content: Path, tmp_path: Path) -> None:
    """Which elections, and whether they are counted; a tree that is named must be there."""
    assert "No election is published in nowhere" in check(content).err
    tree = write(public_tree(demonstration()), tmp_path / "public")
    assert f"{tree}: rueil-2019 (counted)." in check(content, "--public", str(tree)).err
    open_ = write(public_tree(demonstration(), counted=False), tmp_path / "open")
    assert "rueil-2019 (not counted)." in check(content, "--public", str(open_)).err
    absent = check(content, "--public", str(tmp_path / "absent"))
    assert absent.status == 2
    assert "There is no such folder." in absent.err


def test_a_clone_without_its_past_is_told_of(tmp_path: Path) -> None:
    """What updates first said cannot be known there."""
    source, clone = tmp_path / "source", tmp_path / "clone"
    shutil.copytree(ROOT / "content", source / "content")
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run(["git", *AUTHOR, *words], cwd=source, check=True)
    subprocess.run(
        ["git", *AUTHOR, "commit", "-qm", "two", "--allow-empty"], cwd=source, check=True
    )
    address = source.resolve().as_uri()
    subprocess.run(["git", "clone", "-q", "--depth", "1", address, str(clone)], check=True)
    assert "git fetch --unshallow" in check(clone / "content").err
    assert "git fetch --unshallow" not in check(source / "content").err


def test_every_problem_is_named_with_its_place_and_mend(content: Path) -> None:
    """Three mistakes in two files are three problems."""
    path = content / PROJECT
    path.write_text(path.read_text().replace("cost: 38000 EUR", "cost: 48000 EUR\ncolour: red"))
    home = content / "index.md"
    home.write_text(home.read_text() + "\n[Rien](rien.md)\n")
    said = check(content)
    assert said.status == 1
    assert f"{path}:7: colour: There is no field colour." in said.out
    assert "Remove it, or use one of: " in said.out
    assert "The link to 'rien.md' leads to nothing." in said.out
    assert re.search(r"\n\d+ problems in \d+ files\.\n$", said.out)
    path.write_text(path.read_text().replace("\ncolour: red", ""))
    problems = check(content, "--json").json["problems"]
    assert [(p["path"], p["line"], p["field"], p["code"]) for p in problems] == [
        (PROJECT, 6, "cost", "over-cap"),
        ("index.md", 8, "text", "link"),
    ]


def test_the_tally_is_looked_at_where_it_is(content: Path, tmp_path: Path) -> None:
    """An update of a project that did not win is refused once there is a tally."""
    public = write(public_tree(demonstration()), tmp_path / "public")
    updates = content / "editions/rueil-2019/updates"
    shutil.copytree(updates / "088", updates / "009")
    assert check(content).status == 1  # over the budget
    said = urne("check", str(content), "--public", str(public))
    assert "The tally does not know 009 as a winner, yet it has updates." in said.out


def test_two_thousand_projects_take_less_than_three_seconds(content: Path) -> None:
    """Of CPU, from the folder to the answer."""
    projects = content / "editions/rueil-2019/projects"
    text = (content / PROJECT).read_text().replace("{number: 28,", "{number: 0,")
    for number in range(1000, 3000):
        project = text.replace('"012"', f'"{number}"').replace("number: 12", f"number: {number}")
        (projects / f"{number}-led.md").write_text(
            project.replace("number: 0,", f"number: {number + 5000},")
        )
    began = time.process_time()
    said = check(content)
    assert time.process_time() - began < 3
    assert said.status == 0, said.out
    assert len(read_content(str(content))) > 2000


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Status 2: nothing was checked."""
    said = urne("check", str(tmp_path / "contents"))
    assert said.status == 2
    assert "There is no such folder." in said.err


def test_an_election_that_no_page_belongs_to_is_remarked_on(content: Path, tmp_path: Path) -> None:
    """It may be one that is not written about yet: no problem, but not passed over either."""
    tree = public_tree(demonstration())
    other = {path.replace("rueil-2019", "rueil-2030"): raw for path, raw in tree.items()}
    public = write({**tree, **other}, tmp_path / "public")
    said = urne("check", str(content), "--public", str(public))
    assert said.status == 0, said.out
    assert "An election of 'rueil-2030' is published, and has no page" in said.err
    told = urne("check", str(content), "--public", str(public), "--json").json
    assert (told["good"], told["unknown_editions"]) == (True, ["rueil-2030"])


def test_drawings_and_templates_are_looked_up_in_the_theme(content: Path) -> None:
    """Where there is a theme; else it is said that they were not."""
    index = content / "editions/rueil-2019/index.md"
    index.write_text(index.read_text().replace("drawing: cadre", "drawing: unicorn"))
    said = check(content, "--theme", str(ROOT / "site/theme"))
    assert (said.status, "There is no drawing 'unicorn'" in said.out) == (1, True)
    without = check(content, "--theme", "nowhere")
    assert without.status == 0
    assert "No theme in nowhere: drawings and templates were not looked up." in without.err
