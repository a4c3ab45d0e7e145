"""The local clock: what the file holds, and that it does not go back."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from urne_local.clock import Clock
from urne_local.errors import ClockGoesBack, StateUnreadable

OPENING = datetime(2019, 6, 1, 8, 0, 0, tzinfo=UTC)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "clock")


def test_without_a_file_it_is_the_machines_time(clock: Clock) -> None:
    assert clock.offset() == 0
    assert abs(clock.now().timestamp() - time.time()) < 2


def test_it_can_stand_at_an_elections_own_dates(clock: Clock) -> None:
    clock.set_to(OPENING)
    assert OPENING <= clock.now() <= OPENING + timedelta(seconds=2)


def test_the_file_is_one_number_that_functions_can_add(clock: Clock) -> None:
    clock.set_to(OPENING)
    assert clock.path.read_bytes() == b"%d\n" % clock.offset()
    assert time.time() + int(clock.path.read_text()) >= OPENING.timestamp()


def test_it_advances_and_does_not_go_back(clock: Clock) -> None:
    clock.set_to(OPENING)
    clock.advance_to(OPENING + timedelta(days=14))
    assert clock.now() >= OPENING + timedelta(days=14)
    with pytest.raises(ClockGoesBack, match="does not go back to 2019-06-02T08:00:00Z"):
        clock.advance_to(OPENING + timedelta(days=1))
    assert clock.now() >= OPENING + timedelta(days=14)


@pytest.mark.parametrize(
    "content", ["", "5", "05\n", "+5\n", "1_0\n", "-0\n", "5\n\n", "x\n", "٣\n"]
)
def test_anything_else_in_the_file_is_refused(clock: Clock, content: str) -> None:
    clock.path.write_text(content)
    with pytest.raises(StateUnreadable, match="one number of seconds"):
        clock.offset()
