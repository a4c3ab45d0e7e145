"""Ballots are published in batches that tell nothing of time or order of arrival."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.flows.hooked import WRITES, HookedFiles, HookedLog
from tests.flows.town import AFTER, DESK, ORIGIN, Town
from tests.flows.watched import WatchedFiles

from urne.errors import Conflict
from urne.flows.close import close
from urne.flows.read_log import LogReader
from urne.flows.reveal import reveal
from urne.log.append import Edge
from urne.log.merkle import leaf_hash
from urne.model.entry import Kind, entry
from urne.store.base import MAX_ASSIGNED, Head
from urne.store.memory import MemoryLog

Fake = tuple[int, int]  # voter and revision


def raw_of(ballot: Fake) -> bytes:
    """Return bytes for a ballot: the sequencer never looks inside one."""
    return b"ballot of %d, revision %d" % ballot


def put(log: MemoryLog, ballots: Sequence[Fake]) -> None:
    for voter, revision in ballots:
        raw = raw_of((voter, revision))
        vk = voter.to_bytes(32, "big")
        log.put_once(vk, revision, raw, leaf_hash(entry(Kind.BALLOT, raw)))


def town_of(minimum: int = 1) -> tuple[Town, MemoryLog]:
    log = MemoryLog()
    town = Town.new(log=log, files=WatchedFiles(), batch_minimum=minimum)
    town.open()
    return town, log


def published(town: Town) -> list[bytes]:
    """Return the bodies of the ballots in the published log."""
    return [raw[1:] for raw in town.entries() if raw[0] == Kind.BALLOT]


def in_leaf_order(ballots: Sequence[Fake]) -> list[bytes]:
    raws = [raw_of(ballot) for ballot in ballots]
    return sorted(raws, key=lambda raw: leaf_hash(entry(Kind.BALLOT, raw)))


def test_before_the_opening_there_is_nothing_to_publish() -> None:
    town = Town.new()
    assert town.sequence() == MemoryLog().head()
    assert town.tree() == {}


def test_the_first_entry_is_the_election_and_it_is_published_at_once() -> None:
    """Even if the first batch is far away: entry 0 is what everybody checks the page against."""
    town, _ = town_of(minimum=20)
    assert town.entries() == [entry(Kind.ELECTION, town.election.election_id)]


def test_a_batch_waits_for_its_number_of_voting_keys() -> None:
    town, log = town_of(minimum=3)
    put(log, [(1, 0), (2, 0)])
    assert town.sequence().size == 1
    put(log, [(3, 0)])
    assert town.sequence().size == 4
    assert published(town) == in_leaf_order([(1, 0), (2, 0), (3, 0)])


def test_revisions_do_not_make_a_batch_however_many() -> None:
    """Two voters who change their mind ten times are still two to hide among."""
    town, log = town_of(minimum=3)
    put(log, [(voter, revision) for voter in (1, 2) for revision in range(10)])
    assert town.sequence().size == 1


def test_voters_who_are_in_the_log_already_do_not_make_a_batch() -> None:
    """Or the one new ballot among old voters' revisions would be known to be the newcomer's."""
    town, log = town_of(minimum=3)
    first = [(1, 0), (2, 0), (3, 0)]
    put(log, first)
    town.sequence()
    later = [(1, 1), (2, 1), (3, 1), (4, 0), (5, 0)]
    put(log, later)
    assert town.sequence().size == 4
    put(log, [(6, 0)])
    assert town.sequence().size == 10
    assert published(town) == in_leaf_order(first) + in_leaf_order([*later, (6, 0)])


def test_what_is_left_at_the_close_is_published_whatever_the_number() -> None:
    town = Town.new(batch_minimum=3)
    town.open()
    ballot = town.vote("ada", (0,))
    assert town.sequence().size == 1
    town.close()
    assert published(town) == [ballot]


@given(
    ballots=st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 2)), min_size=1, max_size=30, unique=True
    ),
    data=st.data(),
)
@settings(max_examples=25)
def test_the_log_does_not_tell_in_which_order_ballots_came(
    ballots: list[Fake], data: st.DataObject
) -> None:
    """Two towns, the same ballots in two orders: the same public tree, byte for byte."""
    first, log = town_of()
    put(log, ballots)
    first.sequence()
    second, log = town_of()
    put(log, data.draw(st.permutations(ballots)))
    second.sequence()
    assert first.tree() == second.tree()
    assert published(first) == in_leaf_order(ballots)


def test_two_hundred_and_fifty_ballots_are_assigned_98_at_a_time_in_one_order() -> None:
    town, log = town_of()
    ballots = [(voter, 0) for voter in range(250)]
    put(log, ballots)
    assert town.sequence().size == 251
    assert published(town) == in_leaf_order(ballots)
    assert [len(log.batch(first) or ()) for first in (0, 1, 99, 197)] == [1, 98, 98, 54]
    assert MAX_ASSIGNED == 98


def test_a_log_of_many_steps_ends_in_the_files_of_one_step() -> None:
    """Six runs with 60 ballots each, over the width of a tile."""
    town, log = town_of()
    for run in range(6):
        put(log, [(voter, 0) for voter in range(60 * run, 60 * run + 60)])
        town.sequence()
    files = {town.path(f"log/{path}"): raw for path, raw in Edge().append(town.entries())}
    assert town.tree().items() >= files.items()
    assert town.reader().checkpoint.size == 361


def test_when_nothing_waits_nothing_is_written() -> None:
    """A schedule calls every few minutes for two weeks."""
    writes: list[str] = []

    def watch(name: str, call, *about):  # type: ignore[no-untyped-def]
        if name in WRITES:
            writes.append(name)
        return call()

    log, files = HookedLog(), HookedFiles()
    town = Town.new(log=log, files=files)
    town.open()
    put(log.inner, [(1, 0)])
    town.sequence()
    log.hook = files.hook = watch
    assert town.sequence().size == 2
    assert writes == []


def test_another_sequencer_at_work_is_left_the_work() -> None:
    """It has assigned other ballots since: Conflict, and nothing is assigned twice."""
    inner = MemoryLog()
    log = HookedLog(inner)
    town = Town.new(log=log)
    town.open()
    put(inner, [(1, 0)])

    def another_first(name: str, call, *about):  # type: ignore[no-untyped-def]
        if name == "assign":
            log.hook = lambda name, call, *about: call()
            put(inner, [(2, 0)])
            town.sequence()
        return call()

    log.hook = another_first
    with pytest.raises(Conflict):
        town.sequence()
    assert town.sequence().size == 3
    assert published(town) == in_leaf_order([(1, 0), (2, 0)])


# --- The end of the log -----------------------------------------------------------------------


def test_the_entries_of_a_whole_election_stand_in_the_one_order() -> None:
    """election ballot* sign-offs* paper* close reveal{t} tally."""
    town = Town.new(issuers=2, trustees=3)
    town.open()
    for name in ("ada", "bob", "eve"):
        town.vote(name, (0,))
    town.on_paper("joe", (1,))
    town.on_paper("kim", (2,))
    town.finish()
    kinds = [Kind(raw[0]) for raw in town.entries()]
    assert kinds == [
        Kind.ELECTION,
        *[Kind.BALLOT] * 3,
        *[Kind.SIGN_OFFS] * 4,
        *[Kind.PAPER] * 2,
        Kind.CLOSE,
        *[Kind.REVEAL] * 3,
        Kind.TALLY,
    ]


def test_sign_offs_and_paper_stay_out_of_the_log_until_the_close() -> None:
    town = Town.new()
    town.open()
    town.vote("ada", (0,))
    town.on_paper("joe", (1,))
    town.sequence()
    assert {raw[0] for raw in town.entries()} == {Kind.ELECTION, Kind.BALLOT}


def test_no_ballot_follows_once_the_end_has_begun() -> None:
    """A late one in the box, which was promised nothing, stays out of the log for ever."""
    town, log = town_of()
    town.vote("ada", (0,))
    town.close()
    put(log, [(1, 0)])
    town.sequence()
    town.reveal()
    assert len(published(town)) == 1


def test_a_sequencer_that_missed_the_close_does_not_add_a_late_ballot_after_it() -> None:
    """It looked and saw no close; the vote was closed, a ballot came late; then it assigns."""
    inner, files = MemoryLog(), WatchedFiles()
    log = HookedLog(inner)
    town, slow = Town.new(log=inner, files=files), Town.new(log=log, files=files)
    town.open()
    town.vote("ada", (0,))

    def close_meanwhile(name: str, call, *about):  # type: ignore[no-untyped-def]
        if (name, *about) == ("lines", "ballots"):
            log.hook = lambda name, call, *about: call()
            town.close()
            put(inner, [(7, 0)])
        return call()

    log.hook = close_meanwhile
    with pytest.raises(Conflict):
        slow.sequence()
    kinds = [raw[0] for raw in town.entries()]
    assert kinds == sorted(kinds)
    assert len(published(town)) == 1


def test_reveals_go_in_in_trustee_order_whoever_comes_first() -> None:
    town = Town.new(trustees=3)
    town.open()
    town.sign_off("ada", DESK)
    town.close()
    key, size = town.keys.log_key(ORIGIN), town.reader().checkpoint.size
    for place, expected in ((1, 0), (2, 0), (0, 3)):
        trustee = town.keys.trustees[place]
        reader = LogReader.open(key, town.writer.read)
        reveal(
            trustee.id,
            trustee.scalar,
            election=town.election,
            reader=reader,
            inbox=town.log,
            now=AFTER,
        )
        assert town.sequence().size == size + expected
    assert [raw[0] for raw in town.entries()[-3:]] == [Kind.REVEAL] * 3


def test_a_close_that_has_no_place_yet_is_followed_by_nothing() -> None:
    """Between writing the close and assigning it, a sequencer leaves the log alone."""
    town = Town.new()
    town.open()
    town.sign_off("ada")
    town.close()
    size = town.reader().checkpoint.size

    inner = MemoryLog()
    other = Town.new(log=HookedLog(inner))
    other.open()
    other.sign_off("ada")
    heads: list[Head] = []

    def sequence_in_between(name: str, call, *about):  # type: ignore[no-untyped-def]
        found = call()
        if (name, *about) == ("put_entry", "close"):
            heads.append(Town.new(log=inner, files=other.files).sequence())
        return found

    log = HookedLog(inner, sequence_in_between)
    other.log = log
    other.close()
    assert [head.size for head in heads] == [size - 1]
    assert close(other.writer, log, log, AFTER).size == size
