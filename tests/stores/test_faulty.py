"""Whoever reads again and repeats, as the contract says, loses nothing and does nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.stores.faulty import Fault, Faults, each_write_twice, faulty, in_order, one_write
from tests.stores.houses import House, memory_street
from tests.stores.made import ballot, control, hash_of, person

from urne.errors import Conflict, OutcomeUnknown
from urne.store.base import Head, Session

KEY, COMMITMENT, CODE = hash_of("key"), hash_of("commitment"), hash_of("code")
SESSION = Session("vote", b"notes", datetime(2030, 1, 1, tzinfo=UTC))
TRIES = 10


@pytest.fixture
def house() -> House:
    """Return stores in memory."""
    with memory_street() as street:
        return street()


def faulty_house(house: House, faults: Faults) -> House:
    """Return a house whose stores share these faults."""
    return House(*(faulty(getattr(house, name), faults) for name in House.__dataclass_fields__))


def until_there(write: Callable[[], object], there: Callable[[], bool]) -> None:
    """Write, read again if the outcome is unknown, and repeat if it is not there."""
    for _ in range(TRIES):
        try:
            write()
        except OutcomeUnknown:
            if not there():
                continue
        except Conflict:
            assert there(), "a conflict, and what was to be written is not there"
        return
    pytest.fail("it was never written")


def vote(h: House) -> None:
    """Do one of everything, as a careful caller does."""
    b, close, p = ballot(1), control("close"), person(1)
    until_there(lambda: h.sessions.put(KEY, SESSION), lambda: h.sessions.get(KEY) == SESSION)
    until_there(
        lambda: h.sign_offs.sign_off(p, COMMITMENT), lambda: h.sign_offs.get(p.person_key) == p
    )
    until_there(
        lambda: h.box.put_once(b.vk, 0, b.raw, b.leaf_hash), lambda: h.box.get(b.vk, 0) == b.raw
    )
    until_there(
        lambda: h.inbox.put_entry(close.name, close.raw, close.leaf_hash),
        lambda: h.inbox.get_entry(close.name) == close.raw,
    )
    until_there(h.box.put_closed, h.box.is_closed)
    until_there(h.sign_offs.put_closed, h.sign_offs.is_closed)
    refs = (b.ref, close.ref)
    until_there(lambda: h.log.assign(0, refs), lambda: h.log.batch(0) == refs)
    head = Head(2, 2, hash_of("root"), b"note")
    old = h.log.head()
    until_there(lambda: h.log.advance(old, head), lambda: h.log.head() == head)
    path = "log/checkpoint"
    until_there(
        lambda: h.files.put_new(path, b"1"),
        lambda: h.files.read_version(path) is not None and h.files.read(path) == b"1",
    )
    _, version = h.files.read_version(path) or (b"", "")
    until_there(lambda: h.files.replace(path, b"2", version), lambda: h.files.read(path) == b"2")


def assert_voted(house: House) -> None:
    """Assert that everything was done, and once."""
    b, close = ballot(1), control("close")
    assert house.sessions.get(KEY) == SESSION
    assert list(house.commitments.commitments()) == [("internet", COMMITMENT)]
    assert [(line.ref, line.index) for line in house.log.lines("ballots")] == [(b.ref, 0)]
    assert [(line.ref, line.index) for line in house.log.lines("inbox")] == [(close.ref, 1)]
    assert house.log.head() == Head(2, 2, hash_of("root"), b"note")
    assert house.files.read("log/checkpoint") == b"2"


def test_each_write_may_fail_twice(house: House) -> None:
    """Unsaved once, saved and unanswered once: the careful caller gets there."""
    faults = each_write_twice()
    vote(faulty_house(house, faults))
    assert_voted(house)
    failed = [name for name, fault in faults.happened if fault is Fault.UNSAVED]
    assert len(failed) == 10
    assert {fault for _, fault in faults.happened} == set(Fault)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("number", range(10))
def test_any_one_write_may_fail(house: House, number: int, fault: Fault) -> None:
    """Whichever of the ten writes fails, and however, the end is the same."""
    faults = one_write(number, fault)
    vote(faulty_house(house, faults))
    assert_voted(house)
    assert [found for _, found in faults.happened] == [fault]


def test_a_fault_is_what_it_says(house: House) -> None:
    """Unsaved leaves nothing, lost leaves it all; both say that the outcome is unknown."""
    faults = in_order([Fault.UNSAVED, Fault.LOST])
    box = faulty(house.box, faults)
    b, c, d = ballot(1), ballot(2), ballot(3)
    with pytest.raises(OutcomeUnknown):
        box.put_once(b.vk, 0, b.raw, b.leaf_hash)
    assert box.get(b.vk, 0) is None
    with pytest.raises(OutcomeUnknown):
        box.put_once(c.vk, 0, c.raw, c.leaf_hash)
    assert box.get(c.vk, 0) == c.raw
    assert box.put_once(d.vk, 0, d.raw, d.leaf_hash) == d.raw
    assert faults.writes == 3
    assert faults.happened == [("put_once", Fault.UNSAVED), ("put_once", Fault.LOST)]


def test_a_lost_refusal_is_unknown_too(house: House) -> None:
    """A conflict whose answer is lost leaves its caller as unknowing, and changes nothing."""
    house.sign_offs.sign_off(person(1), COMMITMENT)
    sign_offs = faulty(house.sign_offs, one_write(0, Fault.LOST))
    with pytest.raises(OutcomeUnknown):
        sign_offs.sign_off(replace(person(1), channel="paper"), hash_of("other"))
    assert list(house.commitments.commitments()) == [("internet", COMMITMENT)]


def test_a_desk_code_serves_once_though_the_answer_is_lost(house: House) -> None:
    """The code is used up with the sign-off, and a repeated sign-off is a conflict."""
    house.sign_offs.put_desk_code(CODE)
    sign_offs = faulty(house.sign_offs, one_write(0, Fault.LOST))
    with pytest.raises(OutcomeUnknown):
        sign_offs.sign_off(person(1), COMMITMENT, CODE)
    assert sign_offs.get(person(1).person_key) == person(1)
    with pytest.raises(Conflict):
        sign_offs.sign_off(person(1), COMMITMENT, CODE)


def test_mistakes_stay_mistakes(house: House) -> None:
    """What is the caller's own mistake is no fault of the store's."""
    box = faulty(house.box, each_write_twice())
    with pytest.raises(OutcomeUnknown):
        box.put_once(b"short", 0, b"", b"")
    with pytest.raises(ValueError, match="a voting key has 32 bytes"):
        box.put_once(b"short", 0, b"", b"")
