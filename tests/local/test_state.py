"""The folder of local state: one run at a time, and nobody else's folder is emptied."""

from pathlib import Path

import pytest

from urne_local.errors import NotOurState, StateInUse
from urne_local.files import write_whole
from urne_local.state import State


def test_what_is_kept_is_there_for_the_next_run(tmp_path: Path) -> None:
    first = State(tmp_path / "demo")
    first.clock.write_text("5\n")
    first.release()
    second = State(tmp_path / "demo")
    assert second.clock.read_text() == "5\n"
    second.release()


def test_a_fresh_start_empties_our_own_folder(tmp_path: Path) -> None:
    first = State(tmp_path)
    first.logs.mkdir()
    (first.logs / "cast.log").touch()
    first.clock.touch()
    first.release()
    second = State(tmp_path, fresh=True)
    assert [path.name for path in tmp_path.iterdir()] == [".urne-state"]
    second.release()


def test_a_fresh_start_never_empties_anything_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(NotOurState):
        State(tmp_path, fresh=True)
    assert (tmp_path / "thesis.txt").exists()


def test_a_link_in_the_folder_is_removed_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    State(tmp_path / "demo").release()
    (tmp_path / "demo" / "logs").symlink_to(outside)
    State(tmp_path / "demo", fresh=True).release()
    assert (outside / "kept").exists()
    assert not (tmp_path / "demo" / "logs").exists()


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    first = State(tmp_path)
    with pytest.raises(StateInUse, match="--state"):
        State(tmp_path)
    first.release()
    State(tmp_path).release()


def test_a_file_is_replaced_whole_and_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "file"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o077 == 0
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"one")
    with pytest.raises(TypeError):
        write_whole(path, "not bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
