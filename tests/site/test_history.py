"""Changes are told from git's log, in one call, and updates may only be added."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from tests.site.conftest import CORRECTED, WHY, commit
from tests.site.html import main_of

from urne.flows.check_history import blob_id, history_problems
from urne.flows.history import History, parse_log, read_history

UPDATE = "editions/rueil-2019/updates/012/2019-09-30.md"
PAGE = "editions/rueil-2019/projects/012-led/index.html"
ZERO, OLD, NEW = "0" * 40, "a" * 40, "b" * 40
LOG = (
    f"\x01{NEW} 1559390400 second\0\n:100644 100644 {OLD} {NEW} M\0a b.md\0"
    f"\x01{OLD} 1558699200 first: x\0\n:000000 100644 {ZERO} {OLD} A\0a b.md\0"
    f":000000 100644 {ZERO} {NEW} A\0é\n.md\0"
)


def test_a_log_tells_changes_newest_first_and_what_files_were_at_first() -> None:
    found = parse_log(LOG)
    assert [c.subject for c in found.changes["a b.md"]] == ["second", "first: x"]
    assert found.changes["a b.md"][0].at == datetime(2019, 6, 1, 12, tzinfo=UTC)
    assert found.first == {"a b.md": OLD, "é\n.md": NEW}


def test_git_itself_is_read_the_same_way(house: Path) -> None:
    found = read_history(house / "content")
    path = CORRECTED.removeprefix("content/")
    assert [c.subject for c in found.changes[path]] == [WHY, "the pages of the edition"]
    assert [c.subject for c in found.changes["index.md"]] == ["the pages of the edition"]
    assert found.first[UPDATE] == blob_id((house / "content" / UPDATE).read_bytes(), OLD)


def test_without_a_repository_or_in_a_shallow_clone_there_is_no_history(
    house: Path, tmp_path: Path
) -> None:
    assert read_history(tmp_path) == History()
    clone = ["git", "clone", "-q", "--depth", "1", house.as_uri(), "shallow"]
    subprocess.run(clone, cwd=tmp_path, check=True)
    assert (tmp_path / "shallow/content/index.md").is_file()
    assert read_history(tmp_path / "shallow/content") == History()


@pytest.mark.parametrize("reverted", [False, True])
def test_an_update_may_neither_change_nor_vanish_though_it_may_be_put_back(
    tmp_path: Path, reverted: bool
) -> None:
    file = tmp_path / UPDATE
    file.parent.mkdir(parents=True)
    file.write_bytes(b"as it was\n")
    commit(tmp_path, "2019-09-30", "news")
    file.write_bytes(b"otherwise\n")
    commit(tmp_path, "2019-10-01", "not news")
    first = read_history(tmp_path).first
    now = {UPDATE: b"as it was\n" if reverted else b"otherwise\n"}
    codes = [problem.code for problem in history_problems(now, first)]
    assert codes == ([] if reverted else ["update-changed"])
    assert [problem.code for problem in history_problems({}, first)] == ["update-gone"]
    assert list(history_problems({UPDATE: b"as it was\r\n"}, first)) == []


PROJECT = "editions/rueil-2019/projects/012-led.md"


def test_what_lies_beside_an_update_is_kept_as_it_was_too() -> None:
    picture = UPDATE.replace("2019-09-30.md", "plan.svg")
    first = {picture: blob_id(b"a plan", OLD)}
    assert list(history_problems({picture: b"a plan"}, first)) == []
    (changed,) = history_problems({picture: b"another"}, first)
    assert (changed.path, changed.code) == (picture, "update-changed")
    (gone,) = history_problems({}, first)
    assert (gone.path, gone.code) == (picture, "update-gone")


def test_a_translation_of_an_update_may_be_mended() -> None:
    path = UPDATE.replace(".md", ".nl.md")
    assert list(history_problems({path: b"beter"}, {path: blob_id(b"goed", OLD)})) == []


@pytest.mark.parametrize(
    "path", [PROJECT, "editions/rueil-2019/index.md", "editions/rueil-2019/comments/012.yml"]
)
def test_a_page_may_change_and_may_not_go(path: str) -> None:
    assert list(history_problems({path: b"new"}, {path: OLD})) == []
    (problem,) = history_problems({}, {path: OLD})
    assert (problem.path, problem.line, problem.code) == (path, 1, "page-gone")


def test_a_project_keeps_its_address() -> None:
    new = PROJECT.replace("led", "lampes")
    (problem,) = history_problems({new: b"as before"}, {PROJECT: OLD})
    assert (problem.path, problem.code) == (new, "page-moved")
    assert problem.mend == "Give it its old name back: 012-led.md."
    both = {new: b"as before", PROJECT: b"as before"}
    assert list(history_problems(both, {PROJECT: OLD, new: OLD})) == []


def test_other_pages_may_change_and_go() -> None:
    assert list(history_problems({"index.md": b"new"}, {"index.md": OLD, "gone.md": OLD})) == []


def test_a_page_tells_when_and_why_it_changed_and_never_more_than_words(counted: Path) -> None:
    text = main_of(counted / PAGE)
    assert '<time datetime="2019-06-01">1er juin 2019</time>' in text
    assert escape(WHY) in text
    assert "<b>what</b>" not in text
    rules = main_of(counted / "editions/rueil-2019/rules/index.html")
    assert "the pages of the edition" in rules
    assert "is measured" not in rules
    assert "24 mei 2019" in main_of(counted / "nl" / PAGE)
