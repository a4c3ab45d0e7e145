"""Of several callers at once exactly one wins, on every store; and moto without its lock fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from tests.stores.houses import Street, aws_street
from tests.stores.races import RACES, Violated

from urne.errors import UrneError
from urne_local.aws import PAUSE_SECONDS, Aws

ROUNDS = 6
MOST_ROUNDS = 100

# moto takes an item out in one step of the interpreter, and changes one almost in one.
ATOMIC_BY_ITSELF = ("take_session", "advance")


@pytest.fixture(autouse=True)
def hurry() -> Iterator[None]:
    """Let threads change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """Give an AWS that rests between looking and writing, as the one below, but has its lock."""
    with Aws(pause=PAUSE_SECONDS) as aws:
        yield aws


@pytest.mark.parametrize("race", RACES)
def test_a_race_has_one_winner(street: Street, race: str) -> None:
    """One caller wins, the others are refused, and what is stored is the winner's."""
    for salt in range(ROUNDS):
        RACES[race](street, salt)


@pytest.fixture(scope="module")
def unlocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    """Give an AWS that answers several requests at once, as moto does by itself."""
    log = tmp_path_factory.mktemp("aws") / "log.txt"
    with Aws(locked=False, pause=PAUSE_SECONDS, log=log) as aws:
        yield aws


def run_until_violated(race: str, street: Street) -> None:
    """Run a race again and again. Raises Violated as soon as a promise is broken."""
    for salt in range(MOST_ROUNDS):
        try:
            RACES[race](street, salt)
        except UrneError:
            continue  # moto failed inside and answered by an error: that is no broken promise


@pytest.mark.aws
@pytest.mark.parametrize("race", [race for race in RACES if race not in ATOMIC_BY_ITSELF])
def test_the_races_find_out_a_store_that_lets_two_win(unlocked: Aws, race: str) -> None:
    """Without the lock the promise is broken within some rounds: so the suite can fail."""
    with aws_street(unlocked) as street, pytest.raises(Violated):
        run_until_violated(race, street)
