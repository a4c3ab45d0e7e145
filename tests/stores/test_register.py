"""What a store promises of the town's register, sentence by sentence."""

from __future__ import annotations

import pytest
from tests.stores.houses import House, Street
from tests.stores.made import hash_of

LINES = [hash_of("line", number) for number in range(60)]


def test_a_line_that_was_added_is_there_by_whoever_asks(street: Street) -> None:
    """And no other is."""
    street().register.add(LINES[:2])
    register = street().register
    assert [register.has(line) for line in LINES[:3]] == [True, True, False]


def test_a_new_register_knows_nobody(house: House) -> None:
    assert not house.register.has(LINES[0])
    assert list(house.register.lines()) == []
    house.register.add([])
    house.register.remove([])
    assert list(house.register.lines()) == []


def test_lines_are_given_sorted_and_each_once(house: House) -> None:
    """However many there are, and however often each was added."""
    house.register.add(LINES)
    house.register.add(LINES[::-1])
    assert list(house.register.lines()) == sorted(LINES)


def test_lines_are_removed_and_may_come_back(house: House) -> None:
    """Removing what is not there changes nothing."""
    house.register.add(LINES)
    house.register.remove(LINES[5:])
    house.register.remove(LINES[5:])
    assert list(house.register.lines()) == sorted(LINES[:5])
    assert not house.register.has(LINES[5])
    house.register.add([LINES[5]])
    assert house.register.has(LINES[5])


def test_a_register_keeps_to_itself(house: House) -> None:
    """A line is no desk code and no sign-off, whatever its bytes."""
    house.register.add(LINES[:1])
    assert house.sign_offs.get(LINES[0]) is None
    house.sign_offs.put_desk_code(LINES[0])
    house.register.remove(LINES[:1])
    assert not house.register.has(LINES[0])


@pytest.mark.parametrize("line", [b"", bytes(31), bytes(33)], ids=len)
def test_a_line_has_32_bytes(house: House, line: bytes) -> None:
    """Nothing is written if one has not."""
    for ask in (
        house.register.has,
        lambda line: house.register.add([LINES[0], line]),
        lambda line: house.register.remove([LINES[0], line]),
    ):
        with pytest.raises(ValueError, match="32 bytes"):
            ask(line)
    assert list(house.register.lines()) == []
