"""Entering paper: two clerks each sign a batch of one box's sheets, and it is posted once.

Batches are numbered from 0 without a gap, over all places. That keeps each place's sheets at or
below its sign-offs, two clerks at once included: a batch is posted only when all before it are
there, which never change, so its own sheets and theirs are all there are; of two batches of one
number, the store takes one. Sign-offs only grow until they are listed, so what fitted fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from urne.crypto.sign import SigningKey, is_signed
from urne.errors import BadEncoding, BadField, MoreSheetsThanSignOffs, PaperBatchRefused
from urne.flows.boxes import published_places
from urne.flows.sequence import CLOSE, PAPER, put_control
from urne.flows.sign_off_counts import signed_off
from urne.model.election import PAPER as PAPER_KIND
from urne.model.election import Election
from urne.model.entry import (
    MAX_CROSSES,
    MAX_SHEETS,
    Kind,
    PaperBatch,
    decode_paper,
    encode_paper,
    entry,
    paper_message,
)
from urne.store.base import Commitments, Inbox

CLERKS_PER_BATCH = 2
MAX_BATCHES = 1_000_000


def make_batch(number: int, place: str, sheets: Sequence[Sequence[int]]) -> PaperBatch:
    """Return a batch with its sheets sorted, so that their order tells nothing."""
    return PaperBatch(number, place, tuple(sorted(tuple(sheet) for sheet in sheets)))


def sign_batch(election: Election, batch: PaperBatch, key: SigningKey) -> bytes:
    """Return one clerk's 64-byte signature of a batch."""
    return key.sign(paper_message(election.election_id, batch))


def enter_batch(
    election: Election,
    batch: PaperBatch,
    signatures: Mapping[str, bytes],
    *,
    inbox: Inbox,
    commitments: Sequence[Commitments],
) -> None:
    """Post a batch signed by two clerks.

    `commitments` are those of each issuer, in the manifest's order. The same batch may be posted
    again; a batch number with other sheets is refused, and so is a new batch once the close is
    written: it would never be counted. Raises PaperBatchRefused, its child MoreSheetsThanSignOffs,
    or BoxesNotCounted.
    """
    require_batch(election, batch, tuple(signatures.items()))
    new = _entry_of(election, batch, tuple(signatures.items()))
    name = _name(batch.batch)
    if inbox.get_entry(name) is None:
        _require_room(election, batch, inbox, commitments)
    if put_control(inbox, name, new) != new:
        raise PaperBatchRefused(f"batch number {batch.batch} was already entered")


def entered(election: Election, inbox: Inbox) -> tuple[PaperBatch, ...]:
    """Return the batches entered so far; the next one's number is how many they are."""
    found: list[PaperBatch] = []
    while (raw := inbox.get_entry(_name(len(found)))) is not None:
        found.append(decode_paper(raw[1:], election.election_id)[0])
    return tuple(found)


def _require_room(
    election: Election, batch: PaperBatch, inbox: Inbox, commitments: Sequence[Commitments]
) -> None:
    """Raise unless a new batch is the next one, and its place has people for all its sheets."""
    if inbox.get_entry(CLOSE) is not None:
        raise PaperBatchRefused("the close of the vote is already written")
    before = entered(election, inbox)[: batch.batch]
    if len(before) < batch.batch:
        raise PaperBatchRefused(f"the next batch has the number {len(before)}")
    places = published_places(election, inbox)
    if places[batch.place] != batch.place:
        raise PaperBatchRefused(
            f"the box of {batch.place!r} is too small to stand alone; its sheets go under"
            f" {places[batch.place]!r}"
        )
    # Read after the batches before it: a count that is a moment old could only be too low.
    people = signed_off(election, commitments, places)[batch.place]
    sheets = sum(len(one.sheets) for one in before if one.place == batch.place)
    if sheets + len(batch.sheets) > people:
        raise MoreSheetsThanSignOffs(batch.place, sheets + len(batch.sheets), people)


def _name(number: int) -> str:
    return f"{PAPER}{number:06d}"


def _entry_of(
    election: Election, batch: PaperBatch, signatures: Sequence[tuple[str, bytes]]
) -> bytes:
    """Return a batch as a log entry that everyone can read. Raises PaperBatchRefused.

    What stands in the inbox must go into the log, so what nobody could decode never enters it.
    """
    body = encode_paper(election.election_id, batch, signatures)
    try:
        decode_paper(body, election.election_id)
        return entry(Kind.PAPER, body)
    except (BadEncoding, BadField) as e:
        raise PaperBatchRefused(f"it cannot be written down ({e})") from e


def require_batch(
    election: Election, batch: PaperBatch, signatures: Sequence[tuple[str, bytes]]
) -> None:
    """Raise PaperBatchRefused unless a batch is signed by two clerks, for a paper channel."""
    channel = election.channel(batch.place)
    if channel is None or channel.kind != PAPER_KIND:
        raise PaperBatchRefused(f"{batch.place!r} is no place with paper")
    if not 0 <= batch.batch < MAX_BATCHES:
        raise PaperBatchRefused(f"its number is not 0 to {MAX_BATCHES - 1}")
    if not 0 < len(batch.sheets) <= MAX_SHEETS:
        raise PaperBatchRefused(f"it has {len(batch.sheets)} sheets, not 1 to {MAX_SHEETS}")
    if any(len(sheet) > MAX_CROSSES for sheet in batch.sheets):
        raise PaperBatchRefused(f"a sheet has more than {MAX_CROSSES} choices written down")
    keys = {clerk.id: clerk.key for clerk in election.clerks}
    message = paper_message(election.election_id, batch)
    signers = {clerk for clerk, _ in signatures}
    if len(signatures) != CLERKS_PER_BATCH or len(signers) != CLERKS_PER_BATCH:
        raise PaperBatchRefused("it is not signed by two clerks")
    for clerk, signature in signatures:
        if clerk not in keys or not is_signed(keys[clerk], message, signature):
            raise PaperBatchRefused(f"the signature of clerk {clerk!r} is not valid")
