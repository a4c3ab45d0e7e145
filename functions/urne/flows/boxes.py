"""Boxes with too few sheets are published under another place, sheets and sign-offs alike.

Whoever saw three people put a sheet into a box would read three rankings off a place with three
sheets. So once the vote has closed and before anything is entered, the sheets of each box are
counted, unread. A box with fewer than `MINIMUM_SHEETS` is poured into the fullest one; it has no
batch of its own, and the people signed off for it stand in the list of the place it went to. So
per place the sheets still never exceed the sign-offs. If all the paper of a vote is fewer sheets
than that, it stays together in one place: there is nothing larger to hide it in.

The count is put into the inbox once, for clerks and issuers to find the same, and is not
published. A vote with one paper place needs none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from urne.canonical import Fields, decode, encode, to_base64
from urne.errors import BadField, BoxesNotCounted, Conflict, MoreSheetsThanSignOffs, OtherElection
from urne.flows.sequence import put_control
from urne.flows.sign_off_counts import signed_off
from urne.model.election import PAPER, Election
from urne.store.base import Commitments, Inbox

MINIMUM_SHEETS = 10
BOXES = "boxes"

Places = Mapping[str, str]
"""Under which place each paper place is published: itself, or the one its sheets went to."""


def count_boxes(
    election: Election,
    sheets: Mapping[str, int],
    *,
    inbox: Inbox,
    commitments: Sequence[Commitments],
    now: datetime,
) -> Places:
    """Record how many sheets each paper place's box held; return where each is published.

    The same count may be given again. Raises NotClosedYet, BadField unless every paper place has
    its number, MoreSheetsThanSignOffs, or Conflict if another count was recorded.
    """
    election.require_closed(now)
    raw = _encode(election, sheets)
    people = signed_off(election, commitments)
    for place, number in sheets.items():
        if number > people[place]:
            raise MoreSheetsThanSignOffs(place, number, people[place])
    if put_control(inbox, BOXES, raw) != raw:
        raise Conflict("The count of the boxes")
    return merged(election, sheets)


def published_places(election: Election, inbox: Inbox) -> Places:
    """Return where each paper place is published. Raises BoxesNotCounted where that is open."""
    places = paper_places(election)
    if len(places) < 2:
        return {place: place for place in places}
    raw = inbox.get_entry(BOXES)
    if raw is None:
        raise BoxesNotCounted
    return merged(election, _decode(election, raw))


def merged(election: Election, sheets: Mapping[str, int]) -> Places:
    """Return where boxes with so many sheets are published: the tiny ones with the fullest.

    Of two equally full boxes the first in the manifest takes them. An empty box reveals nothing
    and stays where it is.
    """
    places = paper_places(election)
    fullest = max(places, key=lambda place: sheets[place])
    return {place: fullest if 0 < sheets[place] < MINIMUM_SHEETS else place for place in places}


def paper_places(election: Election) -> tuple[str, ...]:
    """Return the ids of the paper channels, in the manifest's order."""
    return tuple(channel.id for channel in election.channels if channel.kind == PAPER)


def _encode(election: Election, sheets: Mapping[str, int]) -> bytes:
    if sheets.keys() != set(paper_places(election)):
        raise BadField("boxes", "sheets", "does not give every paper place its number")
    return encode({"election_id": to_base64(election.election_id), "sheets": dict(sheets)})


def _decode(election: Election, raw: bytes) -> Mapping[str, int]:
    f = Fields(decode(raw), "boxes", ("election_id", "sheets"))
    if f.base64("election_id", 32) != election.election_id:
        raise OtherElection
    places = paper_places(election)
    counts = Fields(f.raw("sheets"), "boxes, sheets", places)
    return {place: counts.integer(place) for place in places}
