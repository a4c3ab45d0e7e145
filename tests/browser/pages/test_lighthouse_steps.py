"""Lighthouse gives full marks to each step of a vote; `make bench-vote` has all languages, speed.

A snapshot has marks for accessibility, best practices and search engines; none for speed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from tests.browser.pages.voting_town import VotingTown

from urne_local.bench_site.lighthouse import STABLE, missing
from urne_local.bench_site.steps import SNAPSHOT, STEPS, looks

pytestmark = [
    pytest.mark.browser,
    pytest.mark.aws,
    pytest.mark.slow,
]

FULL = dict.fromkeys(STABLE, 100)
_numbers = count(800_000)


@pytest.fixture
def voter() -> str:
    if missing():
        pytest.skip(f"{missing()}; make setup and npm ci say how")
    return f"voter-{next(_numbers)}"


@pytest.fixture
def faulty(town: VotingTown) -> Iterator[str]:
    """Where the voting page stands again, with a field on one step that nobody can name."""
    page = (town.pages / "nl/index.html").read_text()
    named = '<label class="field" for="restore-code">'
    assert page.count(named) == 1
    copy = town.pages / "faulty" / "index.html"
    copy.parent.mkdir()
    copy.write_text(page.replace(named, '<label class="field">'))
    yield "/faulty/"
    copy.unlink()
    copy.parent.rmdir()


def test_full_marks_on_every_step(town: VotingTown, voter: str) -> None:
    found = looks(town.origin, "/", voter)
    assert [(look.step, look.mode) for look in found] == [(step, SNAPSHOT) for step in STEPS]
    for look in found:
        assert look.points == FULL, (look.step, look.faults)
        assert look.faults == (), look.step


def test_a_fault_that_only_a_step_shows_is_seen(town: VotingTown, voter: str, faulty: str) -> None:
    """A field without a name, hidden when the page begins, costs its step points."""
    (restore,) = looks(town.origin, faulty, voter, last="restore")
    assert restore.points["accessibility"] < 100
    assert [fault.partition(":")[0] for fault in restore.faults] == ["label"]
