"""Paper enters the log in batches that two clerks have signed, once, and before the close.

Whatever the order in which batches come, no place has more sheets than people signed off for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.flows.hooked import HookedLog
from tests.flows.town import AFTER, DESK, ONLINE, Town, fields_of
from tests.flows.turns import Worker, take_turns

from urne.crypto.sign import SigningKey
from urne.errors import MoreSheetsThanSignOffs, PaperBatchRefused
from urne.flows.close import stop_taking
from urne.flows.enrol import sign_off_on_paper
from urne.flows.paper import enter_batch, entered, make_batch, sign_batch
from urne.model.entry import Kind, PaperBatch, decode_paper
from urne.store.base import Inbox
from urne.store.memory import MemoryLog

TOWN = Town.new()
FIRST, SECOND = TOWN.keys.clerks
STRANGER = SigningKey.from_seed(b"s" * 32)


def signed(batch: PaperBatch, town: Town = TOWN) -> dict[str, bytes]:
    return {clerk.id: sign_batch(town.election, batch, clerk.key) for clerk in town.keys.clerks}


def enter(
    town: Town,
    batch: PaperBatch,
    signatures: Mapping[str, bytes] | None = None,
    inbox: Inbox | None = None,
) -> None:
    enter_batch(
        town.election,
        batch,
        signatures or signed(batch),
        inbox=inbox or town.log,
        commitments=town.people,
    )


def with_people(number: int) -> Town:
    """Return a town in which so many people were signed off for paper."""
    town = Town.new()
    for person in range(number):
        town.sign_off(f"person {person}")
    return town


def refused(batch: PaperBatch, why: str, signatures: Mapping[str, bytes] | None = None) -> None:
    town = with_people(3)
    with pytest.raises(PaperBatchRefused, match=why):
        enter(town, batch, signatures)
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
    town = with_people(1)
    batch, other = make_batch(0, DESK, [(1,)]), make_batch(0, DESK, [(2,)])
    enter(town, batch)
    enter(town, batch)
    with pytest.raises(PaperBatchRefused, match="number 0 was already entered"):
        enter(town, other)
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
    town = with_people(1)
    enter(town, make_batch(0, DESK, [(0,) * 16]))
    assert entered(town.election, town.log)[0].sheets == ((0,) * 16,)


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
    for name in ("ada", "bob"):
        town.sign_off(name)
    batch, late = make_batch(0, DESK, [(1,)]), make_batch(1, DESK, [(2,)])
    enter(town, batch)
    town.close()
    with pytest.raises(PaperBatchRefused, match="close of the vote is already written"):
        enter(town, late)
    enter(town, batch)
    assert town.log.get_entry("paper/000001") is None


# --- Sheets and sign-offs ---------------------------------------------------------------------


def test_a_place_never_has_more_sheets_than_people_signed_off_for_it() -> None:
    """One batch too large, and several that are too large together; what fits still goes in."""
    town = with_people(5)
    with pytest.raises(MoreSheetsThanSignOffs, match="would have 6 sheets, and 5 people"):
        enter(town, make_batch(0, DESK, [(0,)] * 6))
    enter(town, make_batch(0, DESK, [(0,)] * 2))
    enter(town, make_batch(1, DESK, [(1,)] * 2))
    with pytest.raises(MoreSheetsThanSignOffs, match="would have 6 sheets, and 5 people") as caught:
        enter(town, make_batch(2, DESK, [(2,)] * 2))
    assert caught.value.code == "more-sheets-than-sign-offs"
    enter(town, make_batch(2, DESK, [(2,)]))
    assert [len(batch.sheets) for batch in entered(town.election, town.log)] == [2, 2, 1]


def test_people_signed_off_online_do_not_make_room_for_paper() -> None:
    town = with_people(1)
    town.enrol("ada")
    with pytest.raises(MoreSheetsThanSignOffs, match="would have 2 sheets, and 1 people"):
        enter(town, make_batch(0, DESK, [(0,), (1,)]))


def test_of_several_issuers_the_one_with_the_fewest_people_counts() -> None:
    """As in the audit: all must have signed a person off."""
    town = Town.new(issuers=2)
    town.sign_off("ada")
    sign_off_on_paper(
        bytes(32),
        election=town.election,
        pepper=town.keys.issuers[0].secrets.pepper,
        fields=fields_of("bob"),
        channel=DESK,
        sign_offs=town.people[0],
        now=town.election.opens_at,
    )
    batch = make_batch(0, DESK, [(0,), (1,)])
    with pytest.raises(MoreSheetsThanSignOffs, match="would have 2 sheets, and 1 people"):
        enter(town, batch, signed(batch, town))


def test_a_number_is_not_skipped() -> None:
    """Otherwise a batch that comes later could stand before one that was weighed without it."""
    town = with_people(2)
    with pytest.raises(PaperBatchRefused, match="the next batch has the number 0"):
        enter(town, make_batch(1, DESK, [(0,)]))
    enter(town, make_batch(0, DESK, [(0,)]))
    with pytest.raises(PaperBatchRefused, match="the next batch has the number 1"):
        enter(town, make_batch(2, DESK, [(0,)]))
    assert len(entered(town.election, town.log)) == 1


@given(order=st.lists(st.integers(0, 2), max_size=30), numbers=st.permutations([0, 0, 1]))
@settings(max_examples=150, deadline=None)
def test_clerks_at_once_never_enter_more_sheets_than_sign_offs(
    order: list[int], numbers: list[int]
) -> None:
    """Three teams, two sheets each, five people: at most two batches, whoever comes first."""
    town, inner = with_people(5), MemoryLog()
    workers = []
    for team, number in enumerate(numbers):
        log = HookedLog(inner)
        batch = make_batch(number, DESK, [(team,)] * 2)
        worker = Worker(lambda batch=batch, log=log: enter(town, batch, inbox=log))  # type: ignore[misc]
        log.hook = worker.hook
        workers.append(worker)
    take_turns(tuple(workers), order)
    assert sum(len(batch.sheets) for batch in entered(town.election, inner)) in (2, 4)
    for worker in workers:
        assert worker.refusal is None or isinstance(worker.refusal, PaperBatchRefused)


def test_a_full_count_of_the_log_never_meets_the_refusal() -> None:
    """What was entered within its sign-offs stays within them to the end."""
    town = with_people(3)
    town.open()
    town.enter([(0,), (1,)])
    stop_taking(town.election, town.log, town.people, AFTER)
    town.enter([(2,)])
    assert town.finish().counted == 3
