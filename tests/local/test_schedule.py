"""What is done again and again, and what is done when files change."""

import threading
from pathlib import Path

import pytest

from urne_local.errors import FunctionFailed
from urne_local.schedule import Schedule
from urne_local.watch import Watch, fingerprint


def test_it_runs_again_and_again_and_then_no_more() -> None:
    runs: list[int] = []
    enough = threading.Event()

    def action() -> None:
        runs.append(1)
        if len(runs) == 5:
            enough.set()

    schedule = Schedule("count", action, 0.001)
    schedule.start()
    assert enough.wait(5)
    schedule.stop()
    after = len(runs)
    threading.Event().wait(0.05)
    assert len(runs) == after


def test_a_run_under_way_ends_before_the_stop_returns() -> None:
    began, ended = threading.Event(), threading.Event()

    def action() -> None:
        began.set()
        threading.Event().wait(0.2)
        ended.set()

    schedule = Schedule("slow", action, 60)
    schedule.start()
    assert began.wait(5)
    schedule.stop()
    assert ended.is_set()


def test_a_failure_is_told_once_and_the_next_run_comes(capsys: pytest.CaptureFixture[str]) -> None:
    runs: list[int] = []
    enough = threading.Event()

    def action() -> None:
        runs.append(1)
        if len(runs) > 5:
            enough.set()
        raise FunctionFailed("sequence", "KeyError")

    schedule = Schedule("sequence", action, 0.001)
    schedule.start()
    assert enough.wait(5)
    schedule.stop()
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "sequence: The function sequence failed (KeyError). Its log says more.",
    ]


def test_a_schedule_may_be_stopped_without_a_start() -> None:
    Schedule("never", lambda: None, 1).stop()


def test_a_change_of_a_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    page = tmp_path / "a" / "page.md"
    page.write_text("one")
    seen = threading.Event()
    watch = Watch([tmp_path], seen.set, 0.01)
    watch.start()
    threading.Event().wait(0.05)
    assert not seen.is_set()
    page.write_text("other")
    assert seen.wait(5)
    watch.stop()


def test_new_and_removed_files_are_changes(tmp_path: Path) -> None:
    before = fingerprint([tmp_path])
    (tmp_path / "new").touch()
    with_it = fingerprint([tmp_path])
    (tmp_path / "new").unlink()
    assert before != with_it
    assert fingerprint([tmp_path]) == before
