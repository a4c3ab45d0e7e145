"""What a store promises of ballots and of the inbox, sentence by sentence."""

from __future__ import annotations

import pytest
from tests.stores.houses import House, Street
from tests.stores.made import ballot, control, hash_of

from urne.log.merkle import leaf_hash


def test_a_ballot_comes_back_as_it_was(street: Street) -> None:
    """What was put is what is there, by whoever asks."""
    b = ballot(1)
    assert street().box.put_once(b.vk, 0, b.raw, b.leaf_hash) == b.raw
    assert street().box.get(b.vk, 0) == b.raw


def test_a_ballot_is_put_once(house: House) -> None:
    """The same bytes and other bytes are both answered by the bytes that were first."""
    b, other = ballot(1), ballot(1, text="other")
    house.box.put_once(b.vk, 0, b.raw, b.leaf_hash)
    assert house.box.put_once(b.vk, 0, b.raw, b.leaf_hash) == b.raw
    assert house.box.put_once(b.vk, 0, other.raw, other.leaf_hash) == b.raw
    assert house.box.get(b.vk, 0) == b.raw
    assert [line.ref for line in house.log.lines("ballots")] == [b.ref]


def test_revisions_stand_beside_each_other(house: House) -> None:
    """Any revision of a uint32 may come, in any order, with gaps."""
    for revision in (3, 0, 2**32 - 1, 256):
        b = ballot(1, revision)
        house.box.put_once(b.vk, revision, b.raw, b.leaf_hash)
    assert house.box.get(ballot(1).vk, 1) is None
    assert house.box.get(ballot(2).vk, 0) is None
    for revision in (3, 0, 2**32 - 1, 256):
        assert house.box.get(ballot(1).vk, revision) == ballot(1, revision).raw


def test_a_place_keeps_the_bytes(house: House) -> None:
    """A ballot that has its place in the log is still answered by its bytes."""
    b, other = ballot(1), ballot(1, text="other")
    house.box.put_once(b.vk, 0, b.raw, b.leaf_hash)
    house.log.assign(0, [b.ref])
    assert house.box.put_once(b.vk, 0, other.raw, other.leaf_hash) == b.raw
    assert [line.index for line in house.log.lines("ballots")] == [0]


def test_the_mark_of_the_close_stays(street: Street) -> None:
    """It is there once it is put, however often; the sign-offs have their own."""
    assert not street().box.is_closed()
    street().box.put_closed()
    house = street()
    house.box.put_closed()
    assert house.box.is_closed()
    assert not house.sign_offs.is_closed()


def test_what_comes_after_the_mark_is_there_too(house: House) -> None:
    """A late ballot is stored and found, but not promised: the flow reads the mark after it."""
    house.box.put_closed()
    b = ballot(1)
    house.box.put_once(b.vk, 0, b.raw, b.leaf_hash)
    assert [line.ref for line in house.log.lines("ballots")] == [b.ref]


def test_a_ballot_under_a_wrong_name_is_a_mistake(house: House) -> None:
    """The key is a voting key and a uint32, the hash the ballot's own; nothing is stored else."""
    b = ballot(1)
    with pytest.raises(ValueError, match="a voting key has 32 bytes, not 31"):
        house.box.put_once(b.vk[1:], 0, b.raw, b.leaf_hash)
    for revision in (-1, 2**32):
        with pytest.raises(ValueError, match="a revision is a uint32"):
            house.box.put_once(b.vk, revision, b.raw, b.leaf_hash)
    for leaf in (leaf_hash(b.raw), ballot(2).leaf_hash, b""):
        with pytest.raises(ValueError, match="under the hash of another"):
            house.box.put_once(b.vk, 0, b.raw, leaf)
    assert list(house.log.lines("ballots")) == []


def test_an_entry_comes_back_as_it_was(street: Street) -> None:
    """Names may hold anything; each entry is found under its own."""
    names = ("election", "sign-offs/town/paper/0001", "reveal/Hôtel de ville")
    for name in names:
        e = control(name)
        assert street().inbox.put_entry(name, e.raw, e.leaf_hash) == e.raw
    house = street()
    for name in names:
        assert house.inbox.get_entry(name) == control(name).raw
    assert house.inbox.get_entry("tally") is None
    assert {line.ref for line in house.log.lines("inbox")} == {control(n).ref for n in names}
    assert list(house.log.lines("ballots")) == []


def test_an_entry_is_put_once(house: House) -> None:
    """The same bytes and other bytes are both answered by the bytes that were first."""
    e, other = control("close"), control("close", "other")
    house.inbox.put_entry("close", e.raw, e.leaf_hash)
    assert house.inbox.put_entry("close", e.raw, e.leaf_hash) == e.raw
    assert house.inbox.put_entry("close", other.raw, other.leaf_hash) == e.raw
    assert house.inbox.get_entry("close") == e.raw


def test_the_largest_entry_fits(house: House) -> None:
    """An entry may have 65,535 bytes; a ballot's body one fewer, for its type byte."""
    raw = b"\x04" + bytes(65_534)
    house.inbox.put_entry("paper/1", raw, leaf_hash(raw))
    house.box.put_once(hash_of("vk"), 0, raw[1:], leaf_hash(b"\x02" + raw[1:]))
    assert house.inbox.get_entry("paper/1") == raw
    assert house.box.get(hash_of("vk"), 0) == raw[1:]


def test_an_entry_under_a_wrong_name_is_a_mistake(house: House) -> None:
    """A name has 1 to 1,024 bytes, the hash is the entry's own; nothing is stored otherwise."""
    e = control("close")
    for name in ("", "é" * 513):
        with pytest.raises(ValueError, match="an entry's name has 1 to 1024 bytes"):
            house.inbox.put_entry(name, e.raw, e.leaf_hash)
    with pytest.raises(ValueError, match="under the hash of another"):
        house.inbox.put_entry("close", e.raw, leaf_hash(b"\x02" + e.raw))
    assert list(house.log.lines("inbox")) == []
