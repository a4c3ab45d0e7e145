"""What a store promises of sign-offs, desk codes and commitments, sentence by sentence."""

from __future__ import annotations

import pytest
from tests.stores.houses import House, Street
from tests.stores.made import hash_of, person

from urne.errors import Conflict, DeskCodeRefused
from urne.store.base import SignOff

COMMITMENT, OTHER = hash_of("commitment"), hash_of("other commitment")
CODE = hash_of("code")
ANN, BEA = person(1), person(2)


def listed(house: House) -> set[tuple[str, bytes]]:
    """Return the commitments, each of which is there once."""
    found = list(house.commitments.commitments())
    assert len(set(found)) == len(found)
    return set(found)


def test_a_sign_off_comes_back_as_it_was(street: Street) -> None:
    """The sign-off and its commitment are there, by whoever asks; nobody else is."""
    street().sign_offs.sign_off(ANN, COMMITMENT)
    house = street()
    assert house.sign_offs.get(ANN.person_key) == ANN
    assert house.sign_offs.get(BEA.person_key) is None
    assert listed(house) == {("internet", COMMITMENT)}


def test_a_sign_off_on_paper_has_no_answer(house: House) -> None:
    """The blinded message and the signature are empty on paper."""
    paper = SignOff(ANN.person_key, "paper", b"", b"")
    house.sign_offs.sign_off(paper, COMMITMENT)
    assert house.sign_offs.get(ANN.person_key) == paper
    assert listed(house) == {("paper", COMMITMENT)}


def test_nobody_is_signed_off_before(house: House) -> None:
    """A new store is empty and open."""
    assert house.sign_offs.get(ANN.person_key) is None
    assert listed(house) == set()
    assert not house.sign_offs.is_closed()


@pytest.mark.parametrize("again", [ANN, person(1, "other answer")])
def test_a_person_is_signed_off_once(house: House, again: SignOff) -> None:
    """A second time is a conflict, whatever is asked; the first answer stays, as its commitment."""
    house.sign_offs.sign_off(ANN, COMMITMENT)
    for commitment in (COMMITMENT, OTHER):
        with pytest.raises(Conflict):
            house.sign_offs.sign_off(again, commitment)
    assert house.sign_offs.get(ANN.person_key) == ANN
    assert listed(house) == {("internet", COMMITMENT)}


def test_a_commitment_stands_for_one_person(house: House) -> None:
    """A commitment that is there already is a conflict: the list may not lose a line."""
    house.sign_offs.sign_off(ANN, COMMITMENT)
    with pytest.raises(Conflict):
        house.sign_offs.sign_off(BEA, COMMITMENT)
    assert house.sign_offs.get(BEA.person_key) is None


def test_a_desk_code_is_used_up_with_the_sign_off(house: House) -> None:
    """A code serves one person; the next is refused, and nothing of theirs is stored."""
    house.sign_offs.put_desk_code(CODE)
    house.sign_offs.sign_off(ANN, COMMITMENT, CODE)
    with pytest.raises(DeskCodeRefused):
        house.sign_offs.sign_off(BEA, OTHER, CODE)
    assert house.sign_offs.get(BEA.person_key) is None
    assert listed(house) == {("internet", COMMITMENT)}


def test_an_unknown_desk_code_is_refused(house: House) -> None:
    """A code that was never stored is refused, and the person may come back with a good one."""
    house.sign_offs.put_desk_code(CODE)
    with pytest.raises(DeskCodeRefused):
        house.sign_offs.sign_off(ANN, COMMITMENT, hash_of("invented"))
    assert house.sign_offs.get(ANN.person_key) is None
    assert listed(house) == set()
    house.sign_offs.sign_off(ANN, COMMITMENT, CODE)


def test_a_conflict_leaves_the_desk_code(house: House) -> None:
    """Who is signed off already does not use up a code, and hears of no code, good or bad."""
    house.sign_offs.put_desk_code(CODE)
    house.sign_offs.sign_off(ANN, COMMITMENT)
    for code in (CODE, hash_of("invented")):
        with pytest.raises(Conflict):
            house.sign_offs.sign_off(ANN, OTHER, code)
    with pytest.raises(Conflict):
        house.sign_offs.sign_off(BEA, COMMITMENT, CODE)
    house.sign_offs.sign_off(BEA, OTHER, CODE)
    assert house.sign_offs.get(BEA.person_key) == BEA


def test_a_desk_code_is_stored_once_for_ever(house: House) -> None:
    """Storing it again is a conflict, used or not: or a used one would serve twice."""
    house.sign_offs.put_desk_code(CODE)
    with pytest.raises(Conflict):
        house.sign_offs.put_desk_code(CODE)
    house.sign_offs.sign_off(ANN, COMMITMENT, CODE)
    with pytest.raises(Conflict):
        house.sign_offs.put_desk_code(CODE)
    with pytest.raises(DeskCodeRefused):
        house.sign_offs.sign_off(BEA, OTHER, CODE)


def test_commitments_tell_their_channel_and_no_order(house: House) -> None:
    """Each is listed with its channel, in an order that is the same whoever came first."""
    people = [person(number) for number in range(8)]
    for number in (3, 7, 0, 1, 6, 2, 5, 4):
        house.sign_offs.sign_off(people[number], hash_of("c", number))
    found = [commitment for _, commitment in house.commitments.commitments()]
    assert found == sorted(hash_of("c", number) for number in range(8))


def test_the_mark_of_the_close_stays(street: Street) -> None:
    """It is there once it is put, however often; the ballot box has its own."""
    street().sign_offs.put_closed()
    house = street()
    house.sign_offs.put_closed()
    assert house.sign_offs.is_closed()
    assert not house.box.is_closed()


def test_the_mark_forbids_nothing_by_itself(house: House) -> None:
    """Whether to answer after the close is decided by the flow that reads the mark."""
    house.sign_offs.put_closed()
    house.sign_offs.sign_off(ANN, COMMITMENT)
    assert listed(house) == {("internet", COMMITMENT)}


def test_what_is_no_hash_is_a_mistake(house: House) -> None:
    """Person keys, commitments and codes have 32 bytes; nothing is stored otherwise."""
    stores = house.sign_offs
    with pytest.raises(ValueError, match="a commitment has 32 bytes, not 4"):
        stores.sign_off(ANN, b"four")
    with pytest.raises(ValueError, match="a desk code's hash has 32 bytes, not 0"):
        stores.sign_off(ANN, COMMITMENT, b"")
    with pytest.raises(ValueError, match="a desk code's hash has 32 bytes, not 6"):
        stores.put_desk_code(b"123456")
    with pytest.raises(ValueError, match="a person key has 32 bytes, not 3"):
        stores.sign_off(SignOff(b"ann", "internet", b"", b""), COMMITMENT)
    assert stores.get(ANN.person_key) is None
    assert listed(house) == set()
