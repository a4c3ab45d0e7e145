"""What a store promises the sequencer, sentence by sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.stores.houses import House, Street
from tests.stores.made import ballot, control, hash_of, put_ballots, put_entry

from urne.errors import Conflict, LogCorrupt
from urne.log.merkle import EMPTY_ROOT, leaf_hash
from urne.store.base import MAX_ASSIGNED, Head, Line, Ref

EMPTY = Head(0, 0, EMPTY_ROOT, b"")
FIRST = Head(0, 2, hash_of("root", 2), b"note 2\n")


def state(house: House) -> tuple[object, ...]:
    """Return all that the sequencer sees."""
    table = house.log
    lines = {line for name in ("ballots", "inbox") for line in table.lines(name)}
    return table.head(), lines, [table.batch(first) for first in range(8)]


def test_a_new_log_is_empty(house: House) -> None:
    """Its head is at 0, 0, the empty root, no note; nothing waits, nothing is assigned."""
    assert state(house) == (EMPTY, set(), [None] * 8)


def test_every_entry_is_a_line(street: Street) -> None:
    """Each is there once, with its hash, and with its index as soon as it has one."""
    refs = put_ballots(street(), [ballot(1), ballot(1, 1), ballot(2)])
    election = put_entry(street(), control("election"))
    street().log.assign(0, [election, refs[1]])
    house = street()
    assert sorted(house.log.lines("ballots"), key=lambda line: refs.index(line.ref)) == [
        Line(refs[0], None),
        Line(refs[1], 1),
        Line(refs[2], None),
    ]
    assert list(house.log.lines("inbox")) == [Line(election, 0)]


def test_the_order_of_lines_tells_nothing(house: House) -> None:
    """Lines come by key, whoever came first."""
    ballots = [ballot(voter) for voter in range(8)]
    put_ballots(house, ballots)
    keys = [line.ref.key for line in house.log.lines("ballots")]
    assert keys == sorted(b.key for b in ballots)


def test_a_batch_is_assigned_whole(street: Street) -> None:
    """The head moves, the batch is found under its first place, each entry has its index."""
    refs = put_ballots(street(), [ballot(voter) for voter in range(3)])
    election = put_entry(street(), control("election"))
    street().log.assign(0, [election])
    street().log.assign(1, [refs[2], refs[0]])
    table = street().log
    assert table.head() == replace(EMPTY, next=3)
    assert table.batch(0) == (election,)
    assert table.batch(1) == (refs[2], refs[0])
    assert table.batch(2) is None
    assert table.batch(3) is None
    assert {line.ref: line.index for line in table.lines("ballots")} == {
        refs[2]: 1,
        refs[0]: 2,
        refs[1]: None,
    }


def test_98_entries_are_one_batch(house: House) -> None:
    """With the head and the batch they make the 100 actions of a transaction."""
    refs = put_ballots(house, [ballot(voter) for voter in range(MAX_ASSIGNED - 1)])
    refs.append(put_entry(house, control("close")))
    house.log.assign(0, refs)
    assert house.log.batch(0) == tuple(refs)
    assert house.log.head().next == 98
    assert house.log.read(refs)[-1] == control("close").raw


WAITING, ASSIGNED = ballot(1), ballot(2)
REFUSED: dict[str, tuple[int, list[Ref], str]] = {
    "a place already given": (0, [WAITING.ref], "The log's head"),
    "a place after a gap": (2, [WAITING.ref], "The log's head"),
    "the same again": (0, [ASSIGNED.ref], "The log's head"),
    "an entry that is not there": (1, [WAITING.ref, ballot(3).ref], "A waiting entry"),
    "no entry of the inbox": (1, [WAITING.ref, control("close").ref], "A waiting entry"),
    "an entry with its place": (1, [WAITING.ref, ASSIGNED.ref], "A waiting entry"),
    "other bytes under its key": (1, [ballot(1, text="other").ref], "A waiting entry"),
    "a key of the other table": (1, [replace(WAITING.ref, table="inbox")], "A waiting entry"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_batch_that_does_not_hold_changes_nothing(house: House, why: str) -> None:
    """A conflict of the head or of one entry leaves the head, the batches and all places."""
    put_ballots(house, [WAITING, ASSIGNED])
    house.log.assign(0, [ASSIGNED.ref])
    before = state(house)
    first, refs, what = REFUSED[why]
    with pytest.raises(Conflict, match=what):
        house.log.assign(first, refs)
    assert state(house) == before


def test_a_new_log_begins_at_0(house: House) -> None:
    """No batch may leave a gap before the first."""
    refs = put_ballots(house, [ballot(1)])
    with pytest.raises(Conflict, match="The log's head"):
        house.log.assign(1, refs)
    assert house.log.head() == EMPTY


def test_a_batch_that_is_none_is_a_mistake(house: House) -> None:
    """1 to 98 different entries of the two tables, from a place on: or nothing changes."""
    refs = put_ballots(house, [ballot(1), ballot(2)])
    before = state(house)
    too_many = [Ref("ballots", hash_of(n) + bytes(4), hash_of(n)) for n in range(99)]
    for batch in ([], too_many):
        with pytest.raises(ValueError, match="a batch has 1 to 98 entries"):
            house.log.assign(0, batch)
    with pytest.raises(ValueError, match="an entry stands twice"):
        house.log.assign(0, [*refs, refs[0]])
    with pytest.raises(ValueError, match="no entries wait in 'sessions'"):
        house.log.assign(0, [replace(refs[0], table="sessions")])
    with pytest.raises(ValueError, match="a leaf hash has 32 bytes, not 0"):
        house.log.assign(0, [replace(refs[0], leaf_hash=b"")])
    with pytest.raises(ValueError, match="a log has no place -1"):
        house.log.assign(-1, refs)
    assert state(house) == before


def test_lines_of_another_table_are_a_mistake(house: House) -> None:
    """Entries wait in ballots and inbox only."""
    with pytest.raises(ValueError, match="no entries wait in 'sign-offs'"):
        list(house.log.lines("sign-offs"))
    with pytest.raises(ValueError, match="no entries wait in 'sign-offs'"):
        house.log.read([Ref("sign-offs", b"k", hash_of(1))])


def test_entries_are_read_in_the_order_asked(street: Street) -> None:
    """Whole entries come back, a ballot with its type byte, from both tables, over 100 of them."""
    ballots = [ballot(voter) for voter in range(104)]
    close = control("close")
    refs = [*put_ballots(street(), ballots), put_entry(street(), close)]
    expected = [*(b.entry for b in ballots), close.raw]
    table = street().log
    assert table.read(refs) == expected
    assert table.read(refs[::-1]) == expected[::-1]
    assert table.read([]) == []


def test_an_entry_that_is_not_the_one_meant_stops_the_log(house: House) -> None:
    """A missing entry, or another under its key, is corruption: it is never skipped."""
    refs = put_ballots(house, [ballot(1), ballot(2)])
    with pytest.raises(LogCorrupt, match="an assigned entry is missing"):
        house.log.read([refs[0], ballot(3).ref, refs[1]])
    with pytest.raises(LogCorrupt, match="an assigned entry has changed"):
        house.log.read([refs[0], ballot(2, text="other").ref])
    inbox_key = Ref("inbox", refs[0].key, refs[0].leaf_hash)
    with pytest.raises(LogCorrupt, match="an assigned entry is missing"):
        house.log.read([inbox_key])


def assigned(house: House) -> None:
    """Give three entries their place."""
    house.log.assign(0, put_ballots(house, [ballot(voter) for voter in range(3)]))


def test_the_head_advances(street: Street) -> None:
    """Size, root and note are replaced; `next` stays, whatever the caller believes of it."""
    assigned(street())
    street().log.advance(EMPTY, replace(FIRST, next=77))
    assert street().log.head() == replace(FIRST, next=3)
    second = Head(3, 3, hash_of("root", 3), b"note 3\n")
    street().log.advance(FIRST, second)
    assert street().log.head() == second


def test_more_may_be_assigned_meanwhile(house: House) -> None:
    """An advance does not wait for `next`, and does not undo it."""
    assigned(house)
    old = house.log.head()
    house.log.assign(3, put_ballots(house, [ballot(9)]))
    house.log.advance(old, FIRST)
    assert house.log.head() == replace(FIRST, next=4)


THIRD = Head(3, 3, hash_of("root", 3), b"note 3\n")
STALE: dict[str, tuple[Head, Head]] = {
    "the same again": (EMPTY, FIRST),
    "from the empty head": (EMPTY, THIRD),
    "from another size": (replace(FIRST, size=1), THIRD),
    "from another root": (replace(FIRST, root=hash_of("other")), THIRD),
    "from another note": (replace(FIRST, note=b"other"), THIRD),
    "beyond what is assigned": (FIRST, replace(THIRD, size=4)),
}


@pytest.mark.parametrize("why", STALE)
def test_a_head_that_was_replaced_meanwhile_is_a_conflict(house: House, why: str) -> None:
    """Size, root and note must all be the old ones, and each entry must have its place."""
    assigned(house)
    house.log.advance(EMPTY, FIRST)
    with pytest.raises(Conflict, match="The log's head"):
        house.log.advance(*STALE[why])
    assert house.log.head() == replace(FIRST, next=3)


@pytest.mark.parametrize("old", [replace(EMPTY, note=b"x"), replace(EMPTY, root=hash_of(1))])
def test_a_new_log_has_the_empty_head_only(house: House, old: Head) -> None:
    """The first head replaces the empty one, and no other of size 0."""
    assigned(house)
    with pytest.raises(Conflict):
        house.log.advance(old, FIRST)
    assert house.log.head() == replace(EMPTY, next=3)


def test_nothing_is_signed_before_it_is_assigned(house: House) -> None:
    """A new log has no place for a signed size."""
    with pytest.raises(Conflict):
        house.log.advance(EMPTY, FIRST)
    assert house.log.head() == EMPTY


MISTAKES: dict[str, Callable[[], tuple[Head, Head]]] = {
    "a head may only grow": lambda: (FIRST, replace(THIRD, size=2)),
    "a root has 32 bytes": lambda: (FIRST, replace(THIRD, root=b"root")),
    "without a signed note": lambda: (FIRST, replace(THIRD, note=b"")),
}


@pytest.mark.parametrize("why", MISTAKES)
def test_a_head_that_is_none_is_a_mistake(house: House, why: str) -> None:
    """The size grows, the root is a hash, the note is signed."""
    assigned(house)
    house.log.advance(EMPTY, FIRST)
    with pytest.raises(ValueError, match=why):
        house.log.advance(*MISTAKES[why]())
    assert house.log.head() == replace(FIRST, next=3)


def test_many_batches_follow_each_other(house: House) -> None:
    """The batches lead through the whole log without a gap."""
    ballots = sorted((ballot(voter) for voter in range(23)), key=lambda b: b.leaf_hash)
    refs = put_ballots(house, ballots)
    for first in range(0, 23, 5):
        house.log.assign(first, refs[first : first + 5])
    found: list[Ref] = []
    while batch := house.log.batch(len(found)):
        found += batch
    assert found == refs
    assert house.log.head().next == 23
    assert [leaf_hash(entry) for entry in house.log.read(found)] == [r.leaf_hash for r in refs]
