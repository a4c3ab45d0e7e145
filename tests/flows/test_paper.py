"""Paper enters the log in batches that two clerks have signed, once, and before the close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from tests.flows.town import DESK, ONLINE, Town

from urne.crypto.sign import SigningKey
from urne.errors import PaperBatchRefused
from urne.flows.paper import enter_batch, make_batch, sign_batch
from urne.model.entry import Kind, PaperBatch, decode_paper

TOWN = Town.new()
FIRST, SECOND = TOWN.keys.clerks
STRANGER = SigningKey.from_seed(b"s" * 32)


def signed(batch: PaperBatch, town: Town = TOWN) -> dict[str, bytes]:
    return {clerk.id: sign_batch(town.election, batch, clerk.key) for clerk in town.keys.clerks}


def refused(batch: PaperBatch, why: str, signatures: Mapping[str, bytes] | None = None) -> None:
    town = Town.new()
    with pytest.raises(PaperBatchRefused, match=why):
        enter_batch(town.election, batch, signatures or signed(batch), town.log)
    assert list(town.log.lines("inbox")) == []


def test_a_batch_is_sorted_so_that_it_tells_nothing_of_the_order_of_sheets() -> None:
    sheets: Sequence[Sequence[int]] = [(2,), (0, 1), [], (0, 1), (0,)]
    assert make_batch(0, DESK, sheets) == make_batch(0, DESK, sheets[::-1])
    assert make_batch(0, DESK, sheets).sheets == ((), (0,), (0, 1), (0, 1), (2,))


def test_a_batch_goes_into_the_log_with_both_signatures() -> None:
    town = Town.new()
    town.open()
    town.sign_off("ada")
    town.sign_off("bob")
    town.enter([(1,), (0, 3)])
    town.close()
    (raw,) = [raw for raw in town.entries() if raw[0] == Kind.PAPER]
    batch, signatures = decode_paper(raw[1:], town.election.election_id)
    assert batch == PaperBatch(0, DESK, ((0, 3), (1,)))
    assert [clerk for clerk, _ in signatures] == ["clerk-1", "clerk-2"]


def test_the_same_batch_may_be_posted_again_and_another_under_its_number_may_not() -> None:
    town = Town.new()
    batch, other = make_batch(0, DESK, [(1,)]), make_batch(0, DESK, [(2,)])
    enter_batch(town.election, batch, signed(batch), town.log)
    enter_batch(town.election, batch, signed(batch), town.log)
    with pytest.raises(PaperBatchRefused, match="number 0 was already entered"):
        enter_batch(town.election, other, signed(other), town.log)
    assert len(list(town.log.lines("inbox"))) == 1


@pytest.mark.parametrize("place", ["", "gare", ONLINE])
def test_a_place_without_paper_is_refused(place: str) -> None:
    refused(make_batch(0, place, [(1,)]), "no place with paper")


def test_two_different_clerks_of_the_manifest_must_have_signed_this_batch() -> None:
    batch = make_batch(0, DESK, [(1,)])
    good = signed(batch)
    one = {FIRST.id: good[FIRST.id]}
    third = {**good, "clerk-3": sign_batch(TOWN.election, batch, STRANGER)}
    for signatures, why in (
        (one, "not signed by two clerks"),
        (third, "not signed by two clerks"),
        ({**one, "clerk-3": sign_batch(TOWN.election, batch, STRANGER)}, "'clerk-3' is not valid"),
        ({**one, SECOND.id: good[FIRST.id]}, "'clerk-2' is not valid"),
        ({**one, SECOND.id: sign_batch(TOWN.election, batch, STRANGER)}, "'clerk-2' is not valid"),
        ({**one, SECOND.id: b""}, "'clerk-2' is not valid"),
        (signed(make_batch(1, DESK, [(1,)])), "'clerk-1' is not valid"),
        (signed(make_batch(0, DESK, [(2,)])), "'clerk-1' is not valid"),
        (signed(batch, Town.new(title="Another")), "'clerk-1' is not valid"),
    ):
        refused(batch, why, signatures)


@pytest.mark.parametrize("sheets", [[], [(0,)] * 1_001], ids=len)
def test_a_batch_has_one_to_a_thousand_sheets(sheets: list[tuple[int, ...]]) -> None:
    refused(make_batch(0, DESK, sheets), f"it has {len(sheets)} sheets")


def test_a_sheet_has_at_most_sixteen_crosses_written_down() -> None:
    refused(make_batch(0, DESK, [(0,) * 17]), "more than 16 choices")
    town = Town.new()
    batch = make_batch(0, DESK, [(0,) * 16])
    enter_batch(town.election, batch, signed(batch), town.log)


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_batch_number_has_six_digits(number: int) -> None:
    """Its name in the inbox decides its place in the log."""
    refused(make_batch(number, DESK, [(0,)]), "its number is not 0 to 999999")


@pytest.mark.parametrize(
    "batch, why",
    [
        (PaperBatch(0, DESK, ((1,), (0,))), "are not sorted"),
        (PaperBatch(0, DESK, ((65_536,),)), "no integer of 0 to 65535"),
        (PaperBatch(0, DESK, ((-1,),)), "no integer of 0 to 65535"),
        (PaperBatch(0, DESK, ((100,) * 16,) * 1_000), "over 65535"),
    ],
    ids=["unsorted", "too high", "negative", "too long"],
)
def test_a_batch_that_nobody_could_read_never_enters_the_inbox(batch: PaperBatch, why: str) -> None:
    """It would have to go into the log, and neither close nor count could get past it."""
    refused(batch, why)


def test_void_sheets_are_entered_as_they_are_and_counted_as_invalid() -> None:
    """Nothing, too many, the same twice, no such project: the clerks do not judge."""
    town = Town.new()
    town.open()
    for name in ("ada", "bob", "eve", "joe", "kim"):
        town.sign_off(name)
    town.enter([(), (0, 1, 2, 3), (0, 0), (9,), (4, 0)])
    found = town.finish()
    assert dict(found.invalid_reasons) == {
        "too-few": 1, "too-many": 1, "repeated": 1, "out-of-range": 1
    }  # fmt: skip
    assert found.counted == 1


def test_a_batch_that_comes_after_the_close_is_refused_and_not_lost_silently() -> None:
    """The same batch again is still no error: it is in the log."""
    town = Town.new()
    town.open()
    town.sign_off("ada")
    batch, late = make_batch(0, DESK, [(1,)]), make_batch(1, DESK, [(2,)])
    enter_batch(town.election, batch, signed(batch), town.log)
    town.close()
    with pytest.raises(PaperBatchRefused, match="close of the vote is already written"):
        enter_batch(town.election, late, signed(late), town.log)
    enter_batch(town.election, batch, signed(batch), town.log)
    assert town.log.get_entry("paper/000001") is None
