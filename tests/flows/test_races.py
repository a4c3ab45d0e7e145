"""However the calls of two processes fall between each other, log and promises hold."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.flows.hooked import HookedFiles, HookedLog, HookedPeople
from tests.flows.test_crashes import require_same_tree
from tests.flows.test_sequence import put
from tests.flows.town import AFTER, CLOSES_AT, DURING, Town
from tests.flows.turns import Worker, take_turns
from tests.flows.watched import WatchedFiles

from urne.crypto.derive import commitment
from urne.errors import Closed, UrneError
from urne.flows.cast import Promise
from urne.flows.close import close, list_sign_offs, stop_taking
from urne.flows.enrol import Enrolled
from urne.flows.sequence import sequence
from urne.model.entry import Kind, decode_sign_offs
from urne.store.memory import MemoryLog, MemorySignOffs

Run = Callable[[Town], object]
ORDER = st.lists(st.integers(0, 1), max_size=60)


def workers_town(town: Town, log: HookedLog, files: HookedFiles) -> Town:
    """Return the same town as another process sees it, through stores of its own."""
    return Town(
        election=town.election,
        cards=town.cards,
        keys=town.keys,
        log=log,
        people=town.people,
        files=files,
        witnesses=town.witnesses,
    )


def pair(town: Town, inner: MemoryLog, files: WatchedFiles, *runs: Run) -> tuple[Worker, ...]:
    """Return workers that each run a function of a town through hooked stores."""
    made = []
    for run in runs:
        log, public = HookedLog(inner), HookedFiles(files)
        worker = Worker(partial(run, workers_town(town, log, public)))
        log.hook = public.hook = worker.hook
        made.append(worker)
    return tuple(made)


# --- Two sequencers ------------------------------------------------------------------------------


def waiting_town() -> tuple[Town, MemoryLog, WatchedFiles]:
    """Return a town whose log ends near the width of a tile, 120 ballots waiting."""
    inner, files = MemoryLog(), WatchedFiles()
    town = Town.new(log=inner, files=files)
    town.open()
    put(inner, [(voter, 0) for voter in range(150)])
    town.sequence()
    put(inner, [(voter, 0) for voter in range(150, 270)])
    return town, inner, files


def expected_tree() -> dict[str, bytes]:
    town, _, _ = waiting_town()
    town.sequence()
    return town.tree()


EXPECTED = expected_tree()


def race(order: list[int]) -> None:
    town, inner, files = waiting_town()
    workers = pair(town, inner, files, Town.sequence, Town.sequence)
    take_turns(workers, order)
    for worker in workers:
        assert worker.refusal is None or worker.refusal.code == "conflict"
    town.sequence()
    require_same_tree(town, EXPECTED)


@pytest.mark.parametrize("first, second", [*product(range(0, 40, 3), range(0, 40, 4))])
def test_two_sequencers_that_cut_in_once_each_write_one_log(first: int, second: int) -> None:
    """The first goes so many calls, the second so many, then both to the end in turn."""
    race([0] * first + [1] * second)


@given(order=ORDER)
@settings(max_examples=60)
def test_two_sequencers_in_any_turns_write_one_log(order: list[int]) -> None:
    race(order)


@given(order=st.lists(st.integers(0, 2), max_size=60), more=st.integers(1, 99))
@settings(max_examples=40)
def test_two_sequencers_and_ballots_that_come_in_meanwhile_write_one_log(
    order: list[int], more: int
) -> None:
    """Now the two see different ballots waiting: one of them has to stand back."""
    town, inner, files = waiting_town()

    def vote(own: Town) -> None:
        for voter in range(1_000, 1_000 + more):
            own.log.head()
            put(inner, [(voter, 0)])

    take_turns(pair(town, inner, files, Town.sequence, Town.sequence, vote), order)
    head = town.sequence()
    assert head.size == 271 + more == town.reader().checkpoint.size
    bodies = [raw for raw in town.entries() if raw[0] == Kind.BALLOT]
    assert len(set(bodies)) == len(bodies) == 270 + more


# --- The closer and everybody else ---------------------------------------------------------------


def close_box(own: Town) -> None:
    """Close as a closer does: mark first, then lists, then what waits."""
    stop_taking(own.election, own.log, own.people, AFTER)
    for keys, people in zip(own.keys.issuers, own.people, strict=True):
        list_sign_offs(
            own.election,
            keys.id,
            keys.sign_off_key,
            sign_offs=people,
            commitments=people,
            inbox=own.log,
        )
    close(own.writer, own.log, own.log, AFTER)


@given(order=ORDER)
@settings(max_examples=80)
def test_a_ballot_that_was_promised_is_in_the_log_however_late_it_came(order: list[int]) -> None:
    """The clock of `cast` may be behind the closer's: the mark decides, not the clock."""
    inner, files = MemoryLog(), WatchedFiles()
    town = Town.new(log=inner, files=files)
    town.open()
    town.vote("ada", (0,))
    ballot = town.enrol("bob").ballot((1,))
    voter, closer = pair(
        town, inner, files, lambda own: own.cast(ballot, CLOSES_AT.replace(hour=5)), close_box
    )
    take_turns((voter, closer), order)
    assert closer.refusal is None
    logged = any(raw[1:] == ballot for raw in town.entries())
    if isinstance(voter.result, Promise):
        assert logged, "a promised ballot is not in the log"
    else:
        assert isinstance(voter.refusal, Closed)
    assert Kind(town.entries()[-1][0]) is Kind.CLOSE
    before = town.entries()
    town.sequence()
    assert town.entries() == before, "the log went on after the close"


@given(order=ORDER)
@settings(max_examples=80)
def test_who_holds_a_signature_is_in_the_list_however_late_they_came(order: list[int]) -> None:
    people, files, inner = MemorySignOffs(), WatchedFiles(), MemoryLog()
    town = Town.new(log=inner, files=files, people=[people])
    town.open()
    town.enrol("ada")
    issuer = town.election.issuers[0]
    hooked = HookedPeople(people)
    resident = Worker(lambda: town.ask("bob", issuer, sign_offs=hooked, now=DURING))
    hooked.hook = resident.hook
    closing = HookedPeople(people)
    log, public = HookedLog(inner), HookedFiles(files)
    own = workers_town(town, log, public)
    own.people = [closing]
    closer = Worker(lambda: close_box(own))
    log.hook = public.hook = closing.hook = closer.hook
    take_turns((resident, closer), order)
    assert closer.refusal is None
    if isinstance(resident.result, Enrolled):
        nonce = town.voter("bob").request(issuer).nonce
        assert commitment(resident.result.person_key, nonce) in listed(town)
    else:
        assert isinstance(resident.refusal, Closed)


def listed(town: Town) -> list[bytes]:
    lines: list[bytes] = []
    for raw in town.entries():
        if raw[0] == Kind.SIGN_OFFS:
            lines += decode_sign_offs(raw[1:], town.election.election_id)[0].commitments
    assert len(lines) == len(set(lines))
    return lines


@given(order=ORDER)
@settings(max_examples=60)
def test_a_closer_and_a_sequencer_end_in_one_log_in_the_one_order(order: list[int]) -> None:
    inner, files = MemoryLog(), WatchedFiles()
    town = Town.new(log=inner, files=files)
    town.open()
    for number, name in enumerate(("ada", "bob", "eve")):
        town.vote(name, (number,))
    town.on_paper("joe", (1,))
    stop_taking(town.election, town.log, town.people, AFTER)
    for keys, people in zip(town.keys.issuers, town.people, strict=True):
        list_sign_offs(
            town.election,
            keys.id,
            keys.sign_off_key,
            sign_offs=people,
            commitments=people,
            inbox=town.log,
        )
    workers = pair(
        town, inner, files, lambda own: close(own.writer, own.log, own.log, AFTER), Town.sequence
    )
    take_turns(workers, order)
    for worker in workers:
        assert worker.refusal is None or worker.refusal.code == "conflict"
    close(town.writer, town.log, town.log, AFTER)
    kinds = [raw[0] for raw in town.entries()]
    assert kinds == sorted(kinds)
    assert kinds.count(Kind.CLOSE) == 1
    assert kinds.count(Kind.BALLOT) == 3
    assert kinds[-1] == Kind.CLOSE


@given(order=ORDER)
@settings(max_examples=60)
def test_two_closers_write_one_close(order: list[int]) -> None:
    inner, files = MemoryLog(), WatchedFiles()
    town = Town.new(log=inner, files=files)
    town.open()
    town.vote("ada", (0,))
    workers = pair(town, inner, files, close_box, close_box)
    take_turns(workers, order)
    for worker in workers:
        assert worker.refusal is None or worker.refusal.code == "conflict"
    close(town.writer, town.log, town.log, AFTER)
    kinds = [raw[0] for raw in town.entries()]
    assert kinds == [
        Kind.ELECTION, Kind.BALLOT, Kind.SIGN_OFFS, Kind.SIGN_OFFS, Kind.CLOSE
    ]  # fmt: skip


@given(order=ORDER)
@settings(max_examples=40)
def test_two_ballots_under_one_number_get_one_promise_between_them(order: list[int]) -> None:
    """Both are good; one is stored, the other refused, whoever is faster."""
    inner, files = MemoryLog(), WatchedFiles()
    town = Town.new(log=inner, files=files)
    town.open()
    resident = town.enrol("ada")
    ballots = [resident.ballot((0,)), resident.ballot((1,))]
    workers = pair(
        town, inner, files, lambda own: own.cast(ballots[0]), lambda own: own.cast(ballots[1])
    )
    take_turns(workers, order)
    kept = inner.get(resident.voter.key.public, 0)
    for worker, ballot in zip(workers, ballots, strict=True):
        assert isinstance(worker.result, Promise) is (ballot == kept)
        refusal: UrneError | None = worker.refusal
        assert (refusal.code if refusal else None) == (None if ballot == kept else "revision-taken")


def test_a_sequencer_that_wakes_up_after_hours_changes_nothing() -> None:
    """It stopped before its very last write, the checkpoint; others have gone on since."""
    town, inner, files = waiting_town()
    log, public = HookedLog(inner), HookedFiles(files)
    own = workers_town(town, log, public)
    sleeper = Worker(lambda: sequence(own.writer))
    stopped_at: list[str] = []

    def hook(name: str, call, *about):  # type: ignore[no-untyped-def]
        stopped_at.append(name)
        return sleeper.hook(name, call, *about)

    log.hook = public.hook = hook
    while not sleeper.done and (not stopped_at or stopped_at[-1] != "replace"):
        sleeper.step()
    assert stopped_at[-1] == "replace"
    town.sequence()
    put(inner, [(voter, 0) for voter in range(2_000, 2_050)])
    town.sequence()
    tree = town.tree()
    take_turns((sleeper,), [])
    assert sleeper.refusal is None
    assert town.tree() == tree
