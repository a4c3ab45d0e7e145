"""A box with fewer than ten sheets is published under another place, sheets and sign-offs alike."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flows.town import AFTER, DURING, ONLINE, Town

from urne.errors import (
    BadField,
    BoxesNotCounted,
    Conflict,
    MoreSheetsThanSignOffs,
    NotClosedYet,
    PaperBatchRefused,
)
from urne.flows.audit import audit
from urne.flows.audit.question import Question
from urne.flows.boxes import MINIMUM_SHEETS, count_boxes, merged, published_places
from urne.flows.close import stop_taking
from urne.model.election import INTERNET, PAPER, Channel
from urne.model.entry import Kind, decode_close, decode_paper, decode_sign_offs

HALL, STATION, SCHOOL = "mairie", "gare", "ecole"
CHANNELS = (
    Channel(ONLINE, INTERNET),
    Channel(HALL, PAPER),
    Channel(STATION, PAPER),
    Channel(SCHOOL, PAPER),
)


def three_places(people: Mapping[str, int], issuers: int = 1) -> Town:
    """Return a town whose vote is over, with so many people signed off for each paper place."""
    town = Town.new(channels=CHANNELS, issuers=issuers)
    town.open()
    for place, number in people.items():
        for person in range(number):
            town.sign_off(f"{place} {person}", place)
    stop_taking(town.election, town.log, town.people, AFTER)
    return town


def count(town: Town, hall: int, station: int, school: int) -> Mapping[str, str]:
    return count_boxes(
        town.election,
        {HALL: hall, STATION: station, SCHOOL: school},
        inbox=town.log,
        commitments=town.people,
        now=AFTER,
    )


@pytest.mark.parametrize(
    "sheets, expected",
    [
        ((40, 12, 10), (HALL, STATION, SCHOOL)),
        ((40, 12, 9), (HALL, STATION, HALL)),
        ((9, 12, 40), (SCHOOL, STATION, SCHOOL)),
        ((9, 12, 1), (STATION, STATION, STATION)),
        ((40, 0, 9), (HALL, STATION, HALL)),
        ((12, 12, 3), (HALL, STATION, HALL)),
        # All the paper there is: it stays together, and nothing larger is there to hide it in.
        ((2, 3, 1), (STATION, STATION, STATION)),
        ((4, 0, 0), (HALL, STATION, SCHOOL)),
        ((0, 0, 0), (HALL, STATION, SCHOOL)),
    ],
)
def test_where_boxes_go(sheets: tuple[int, ...], expected: tuple[str, ...]) -> None:
    """Tiny ones with the fullest; an empty box reveals nothing and stays."""
    places = (HALL, STATION, SCHOOL)
    election = Town.new(channels=CHANNELS).election
    found = merged(election, dict(zip(places, sheets, strict=True)))
    assert tuple(found[place] for place in places) == expected


@given(st.lists(st.integers(0, 40), min_size=3, max_size=3))
def test_no_place_is_tiny_unless_all_paper_is(sheets: list[int]) -> None:
    election = Town.new(channels=CHANNELS).election
    counts = dict(zip((HALL, STATION, SCHOOL), sheets, strict=True))
    found = merged(election, counts)
    published = {
        place: sum(n for at, n in counts.items() if found[at] == place) for place in counts
    }
    assert sum(published.values()) == sum(sheets)
    tiny = [n for n in published.values() if 0 < n < MINIMUM_SHEETS]
    assert not tiny or tiny == [sum(sheets)]
    assert all(found[at] == at for at in found.values())


@pytest.mark.parametrize("issuers", [1, 2])
def test_a_tiny_box_is_published_with_the_fullest_and_its_people_are_listed_there(
    issuers: int,
) -> None:
    """The list of the place it came from is empty, and the whole audit is good."""
    town = three_places({HALL: 14, STATION: 3, SCHOOL: 12}, issuers)
    assert count(town, 13, 3, 11)[STATION] == HALL
    town.enter([(0,)] * 16, HALL)
    town.enter([(1,)] * 11, SCHOOL)
    tally = town.finish()
    lists = [
        decode_sign_offs(raw[1:], town.election.election_id)[0]
        for raw in town.entries()
        if raw[0] == Kind.SIGN_OFFS
    ]
    assert {(one.channel, len(one.commitments)) for one in lists} == {
        (ONLINE, 0), (HALL, 17), (STATION, 0), (SCHOOL, 12)
    }  # fmt: skip
    assert len(lists) == 4 * issuers
    paper = [raw for raw in town.entries() if raw[0] == Kind.PAPER]
    assert {decode_paper(raw[1:], town.election.election_id)[0].place for raw in paper} == {
        HALL,
        SCHOOL,
    }
    (closed,) = [raw for raw in town.entries() if raw[0] == Kind.CLOSE]
    counts = decode_close(closed[1:], town.election.election_id).counts
    assert (counts[HALL].sign_offs, counts[HALL].ballots) == (17, 16)
    assert (counts[STATION].sign_offs, counts[STATION].ballots) == (0, 0)
    assert tally.counted == 27
    assert not audit(Question(town.files.read, town.election.edition)).failed


def test_sheets_of_a_merged_place_have_room_for_the_people_of_both_and_no_more() -> None:
    town = three_places({HALL: 14, STATION: 3, SCHOOL: 12})
    count(town, 14, 3, 12)
    with pytest.raises(MoreSheetsThanSignOffs, match="would have 18 sheets, and 17 people"):
        town.enter([(0,)] * 18, HALL)
    with pytest.raises(PaperBatchRefused, match=r"too small to stand alone; .* 'mairie'"):
        town.enter([(0,)] * 3, STATION)
    town.enter([(0,)] * 17, HALL)


def test_before_the_boxes_are_counted_nothing_is_entered_or_listed() -> None:
    """A list posted by then could not take the people of a tiny box any more."""
    town = three_places({HALL: 14, STATION: 3})
    with pytest.raises(BoxesNotCounted) as caught:
        town.enter([(0,)] * 14, HALL)
    assert caught.value.code == "boxes-not-counted"
    with pytest.raises(BoxesNotCounted):
        town.close()
    assert [line.ref.key for line in town.log.lines("inbox")] == [b"election"]


def test_a_vote_with_one_paper_place_needs_no_count() -> None:
    town = Town.new()
    assert published_places(town.election, town.log) == {HALL: HALL}
    without = Town.new(channels=CHANNELS[:1])
    assert published_places(without.election, without.log) == {}


def test_boxes_are_counted_once_and_after_the_close() -> None:
    """The same count may be given again, so a lost answer does no harm; another is refused."""
    town = three_places({HALL: 14, STATION: 3, SCHOOL: 0})
    with pytest.raises(NotClosedYet):
        count_boxes(
            town.election,
            {HALL: 14, STATION: 3, SCHOOL: 0},
            inbox=town.log,
            commitments=town.people,
            now=DURING,
        )
    assert count(town, 14, 3, 0) == count(town, 14, 3, 0)
    with pytest.raises(Conflict):
        count(town, 13, 3, 0)


def test_a_box_with_more_sheets_than_people_is_refused_before_anything_is_poured() -> None:
    town = three_places({HALL: 14, STATION: 3})
    with pytest.raises(MoreSheetsThanSignOffs, match="'gare' would have 4 sheets, and 3 people"):
        count(town, 14, 4, 0)
    assert count(town, 14, 3, 0)[STATION] == HALL


@pytest.mark.parametrize(
    "sheets", [{}, {HALL: 1}, {HALL: 1, STATION: 1, SCHOOL: 1, ONLINE: 1}], ids=len
)
def test_every_paper_place_has_its_number(sheets: Mapping[str, int]) -> None:
    town = three_places({HALL: 1, STATION: 1, SCHOOL: 1})
    with pytest.raises(BadField, match="sheets"):
        count_boxes(town.election, sheets, inbox=town.log, commitments=town.people, now=AFTER)
