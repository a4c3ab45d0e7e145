"""The close takes in everything that was promised, lists everybody, and then is final."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.flows.hooked import Crash, CrashAt, HookedLog, HookedPeople
from tests.flows.town import AFTER, CLOSES_AT, DESK, ONLINE, Town

from urne.crypto.sign import SigningKey, is_signed
from urne.errors import (
    BadKey,
    Closed,
    Conflict,
    CountRefused,
    NotClosedYet,
    OutcomeUnknown,
)
from urne.flows.close import close, list_sign_offs, stop_taking
from urne.model.entry import (
    MAX_COMMITMENTS,
    ChannelCount,
    Kind,
    SignOffs,
    decode_close,
    decode_sign_offs,
    sign_offs_message,
)
from urne.store.base import Head, SignOff
from urne.store.memory import MemoryLog, MemorySignOffs


def fill(people: MemorySignOffs, number: int, channel: str = ONLINE, first: int = 0) -> None:
    """Sign off so many invented people."""
    for n in range(first, first + number):
        person = bytes([1 if channel == ONLINE else 2]) + n.to_bytes(31, "big")
        people.sign_off(SignOff(person, channel, b"", b""), line_of(person))


def line_of(person: bytes) -> bytes:
    return bytes(reversed(person))


def stop(town: Town) -> None:
    stop_taking(town.election, town.log, town.people, AFTER)


def post(town: Town, place: int = 0) -> int:
    keys = town.keys.issuers[place]
    return list_sign_offs(
        town.election,
        keys.id,
        keys.sign_off_key,
        sign_offs=town.people[place],
        commitments=town.people[place],
        inbox=town.log,
    )


def lists(town: Town) -> list[SignOffs]:
    eid = town.election.election_id
    return [decode_sign_offs(raw[1:], eid)[0] for raw in town.entries() if raw[0] == Kind.SIGN_OFFS]


def counts(town: Town) -> dict[str, ChannelCount]:
    (found,) = [raw for raw in town.entries() if raw[0] == Kind.CLOSE]
    return dict(decode_close(found[1:], town.election.election_id).counts)


# --- Marks ---------------------------------------------------------------------------------------


def test_nothing_is_listed_or_closed_before_the_marks_are_put() -> None:
    """A ballot promised, or a person signed off, after the snapshot would otherwise be lost."""
    town = Town.new()
    town.open()
    with pytest.raises(CountRefused, match="not stopped first"):
        post(town)
    stop(town)
    post(town)
    other = Town.new()
    other.open()
    with pytest.raises(CountRefused, match="not stopped first"):
        close(town.writer, town.log, other.log, AFTER)
    assert all(raw[0] == Kind.ELECTION for raw in town.entries())


def test_nothing_is_closed_before_the_closing_instant() -> None:
    town = Town.new()
    town.open()
    early = CLOSES_AT - timedelta(seconds=1)
    with pytest.raises(NotClosedYet):
        stop_taking(town.election, town.log, town.people, early)
    with pytest.raises(NotClosedYet):
        close(town.writer, town.log, town.log, early)
    assert not town.log.is_closed()
    assert not town.people[0].is_closed()


def test_after_the_mark_a_ballot_gets_no_promise_but_counts_if_it_was_in_time() -> None:
    """It is in the box, found by the closer, and counted, though its voter was told nothing."""
    town = Town.new()
    town.open()
    late = town.enrol("ada").ballot((0,))
    stop(town)
    with pytest.raises(Closed):
        town.cast(late)
    town.close()
    assert [raw[1:] for raw in town.entries() if raw[0] == Kind.BALLOT] == [late]


def test_a_ballot_after_the_count_of_the_box_stays_out() -> None:
    town = Town.new()
    town.open()
    town.vote("ada", (0,))
    ballot = town.enrol("bob").ballot((1,))
    town.close()
    with pytest.raises(Closed):
        town.cast(ballot)
    before = town.entries()
    close(town.writer, town.log, town.log, AFTER)
    town.sequence()
    assert town.entries() == before


def test_after_the_mark_nobody_is_given_a_signature() -> None:
    town = Town.new()
    town.open()
    stop(town)
    with pytest.raises(Closed):
        town.enrol("ada")


# --- Lists ---------------------------------------------------------------------------------------


def test_lists_are_sorted_and_signed_by_their_issuer_a_thousand_at_a_time() -> None:
    people = [MemorySignOffs(), MemorySignOffs()]
    town = Town.new(issuers=2, people=people)
    town.open()
    for store in people:
        fill(store, 2_500)
        fill(store, 30, DESK)
    stop(town)
    assert [post(town, place) for place in (0, 1)] == [2_530, 2_530]
    close(town.writer, town.log, town.log, AFTER)
    found = lists(town)
    assert [(part.issuer, part.channel, len(part.commitments)) for part in found] == [
        (issuer, channel, length)
        for issuer in ("issuer-1", "issuer-2")
        for channel, length in ((ONLINE, 1_000), (ONLINE, 1_000), (ONLINE, 500), (DESK, 30))
    ]
    for parts in (found[:3], found[4:7]):
        lines = [line for part in parts for line in part.commitments]
        assert lines == sorted(set(lines))
        assert len(lines) == 2_500
    for raw in town.entries():
        if raw[0] == Kind.SIGN_OFFS:
            part, signature = decode_sign_offs(raw[1:], town.election.election_id)
            key = next(i.sign_off_key for i in town.election.issuers if i.id == part.issuer)
            message = sign_offs_message(town.election.election_id, part)
            assert is_signed(key, message, signature)


def test_posting_a_list_again_posts_nothing_new() -> None:
    town = Town.new()
    town.open()
    town.enrol("ada")
    stop(town)
    assert post(town) == post(town) == 1
    assert len(list(town.log.lines("inbox"))) == 1 + len(town.election.channels)


def test_a_list_broken_off_and_gone_on_with_stays_sorted_and_nobody_stands_twice() -> None:
    """A crash after the first thousand, then 40 late sign-offs, then the rest of the list."""
    people, inner = MemorySignOffs(), MemoryLog()
    town = Town.new(people=[people], log=inner)
    town.open()
    fill(people, 1_500)
    in_time = {line for _, line in people.commitments()}
    stop(town)
    town.log = HookedLog(inner, CrashAt(0, after=True))
    with pytest.raises(Crash):
        post(town)
    town.log = inner
    fill(people, 40, first=5_000)
    post(town)
    close(town.writer, town.log, town.log, AFTER)
    lines = [line for part in lists(town) if part.channel == ONLINE for line in part.commitments]
    assert lines == sorted(set(lines))
    assert in_time <= set(lines)


def test_a_channel_without_a_sign_off_has_a_list_that_says_so() -> None:
    town = Town.new()
    town.open()
    town.vote("ada", (0,))
    town.close()
    assert [(p.channel, len(p.commitments)) for p in lists(town)] == [(ONLINE, 1), (DESK, 0)]


def test_an_election_in_which_nobody_voted_can_be_closed_and_counted() -> None:
    town = Town.new()
    town.open()
    found = town.finish()
    assert found.counted == 0
    assert counts(town) == {ONLINE: ChannelCount(0, 0), DESK: ChannelCount(0, 0)}


@pytest.mark.parametrize("people", [MAX_COMMITMENTS, 2 * MAX_COMMITMENTS])
def test_a_list_of_full_entries_ends_with_an_empty_one(people: int) -> None:
    """The last entry is the first that is not full: so a list cut short can be told."""
    store = MemorySignOffs()
    town = Town.new(people=[store])
    town.open()
    fill(store, people)
    town.close()
    found = [len(part.commitments) for part in lists(town) if part.channel == ONLINE]
    assert found == [*[MAX_COMMITMENTS] * (people // MAX_COMMITMENTS), 0]


@pytest.mark.parametrize("posted", range(4))
def test_no_close_is_written_while_a_list_is_missing_or_cut_short(posted: int) -> None:
    """1,500 online and 1 on paper are three entries; a crash leaves 0, 1 or 2 of them."""
    people, inner = MemorySignOffs(), MemoryLog()
    town = Town.new(people=[people], log=inner)
    town.open()
    fill(people, 1_500)
    fill(people, 1, DESK)
    stop(town)
    town.log = HookedLog(inner, CrashAt(posted, after=False))
    if posted < 3:
        with pytest.raises(Crash):
            post(town)
        with pytest.raises(CountRefused, match="whole list"):
            close(town.writer, inner, inner, AFTER)
        assert {raw[0] for raw in town.entries()} == {Kind.ELECTION}
    town.log = inner
    post(town)
    close(town.writer, inner, inner, AFTER)
    assert counts(town)[ONLINE].sign_offs == 1_500


def test_every_issuer_must_have_posted_its_list() -> None:
    town = Town.new(issuers=2)
    town.open()
    town.vote("ada", (0,))
    stop(town)
    post(town, 1)
    with pytest.raises(CountRefused, match="issuer-1"):
        close(town.writer, town.log, town.log, AFTER)


def test_a_list_is_posted_only_with_its_issuers_own_key() -> None:
    """What is in the inbox goes into the log: a list nobody can verify could not be mended."""
    town = Town.new(issuers=2)
    town.open()
    stop(town)
    first, second = town.keys.issuers
    for name, key in (
        (first.id, second.sign_off_key),
        ("issuer-3", first.sign_off_key),
        (first.id, SigningKey.from_seed(bytes(32))),
    ):
        with pytest.raises(BadKey, match="sign-off key"):
            list_sign_offs(
                town.election,
                name,
                key,
                sign_offs=town.people[0],
                commitments=town.people[0],
                inbox=town.log,
            )
    assert [line.ref.key for line in town.log.lines("inbox")] == [b"election"]


def test_sign_offs_in_a_channel_that_nobody_knows_are_said_before_anything_is_posted() -> None:
    people = MemorySignOffs()
    town = Town.new(people=[people])
    town.open()
    fill(people, 1, "gare")
    stop(town)
    with pytest.raises(CountRefused, match="gare"):
        post(town)
    assert [line.ref.key for line in town.log.lines("inbox")] == [b"election"]


# --- The close entry ------------------------------------------------------------------------------


def test_the_close_states_counts_per_channel_and_size_and_root_before_it() -> None:
    """Sign-offs are those of the issuer that lists the fewest."""
    town = Town.new(issuers=2)
    town.open()
    for name in ("ada", "bob"):
        town.vote(name, (0,))
    town.vote("ada", (1,), revision=1)
    town.ask("eve", town.election.issuers[0])
    for name in ("joe", "kim", "lea"):
        town.sign_off(name)
    town.enter([(0,), (1, 2)])
    town.close()
    entries = town.entries()
    found = decode_close(entries[-1][1:], town.election.election_id)
    assert dict(found.counts) == {ONLINE: ChannelCount(2, 3), DESK: ChannelCount(3, 2)}
    assert found.size == len(entries) - 1
    shorter = Town.new(log=MemoryLog())
    assert shorter.log.head().root != found.root


def test_closing_again_changes_nothing() -> None:
    town = Town.new()
    town.open()
    town.vote("ada", (0,))
    town.close()
    tree = town.tree()
    town.close()
    assert town.tree() == tree


def test_no_close_is_written_over_a_log_that_is_not_published_to_its_end() -> None:
    """Its size and root would be those of an earlier log, and nobody could mend it."""
    inner = MemoryLog()
    town = Town.new(log=inner)
    town.open()
    town.vote("ada", (0,))
    stop(town)
    post(town)

    def never_advance(name: str, call, *about):  # type: ignore[no-untyped-def]
        if name == "advance":
            raise Conflict("The log's head")
        return call()

    def stuck_head(name: str, call, *about):  # type: ignore[no-untyped-def]
        if name == "batch" and about == (2,):
            return None
        return call()

    for hook in (never_advance, stuck_head):
        town.log = HookedLog(inner, hook)
        with pytest.raises((Conflict, OutcomeUnknown)):
            close(town.writer, inner, inner, AFTER)
        assert inner.get_entry("close") is None
    town.log = inner
    head: Head = close(town.writer, inner, inner, AFTER)
    found = decode_close(town.entries()[-1][1:], town.election.election_id)
    assert found.size == head.size - 1


def test_a_late_sign_off_is_stored_after_the_mark_and_given_nothing() -> None:
    """Its line may or may not be in the list; no voting key stands behind it."""
    people = MemorySignOffs()
    hooked = HookedPeople(people)
    town = Town.new(people=[hooked])
    town.open()
    stop(town)
    with pytest.raises(Closed):
        town.ask("ada", town.election.issuers[0])
    assert len(list(people.commitments())) == 1
    town.close()
    assert counts(town)[ONLINE] == ChannelCount(1, 0)
