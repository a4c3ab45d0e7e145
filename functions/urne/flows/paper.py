"""Entering paper: two clerks each sign a batch of one box's sheets, and it is posted once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from urne.crypto.sign import SigningKey, is_signed
from urne.errors import BadEncoding, BadField, PaperBatchRefused
from urne.flows.sequence import CLOSE, PAPER, put_control
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
from urne.store.base import Inbox

CLERKS_PER_BATCH = 2
MAX_BATCHES = 1_000_000


def make_batch(number: int, place: str, sheets: Sequence[Sequence[int]]) -> PaperBatch:
    """Return a batch with its sheets sorted, so that their order tells nothing."""
    return PaperBatch(number, place, tuple(sorted(tuple(sheet) for sheet in sheets)))


def sign_batch(election: Election, batch: PaperBatch, key: SigningKey) -> bytes:
    """Return one clerk's 64-byte signature of a batch."""
    return key.sign(paper_message(election.election_id, batch))


def enter_batch(
    election: Election, batch: PaperBatch, signatures: Mapping[str, bytes], inbox: Inbox
) -> None:
    """Post a batch signed by two clerks. Raises PaperBatchRefused.

    The same batch may be posted again; a batch number with other sheets is refused, and so is a
    new batch once the close is written: it would never be counted.
    """
    require_batch(election, batch, tuple(signatures.items()))
    new = _entry_of(election, batch, tuple(signatures.items()))
    name = f"{PAPER}{batch.batch:06d}"
    if inbox.get_entry(CLOSE) is not None and inbox.get_entry(name) is None:
        raise PaperBatchRefused("the close of the vote is already written")
    if put_control(inbox, name, new) != new:
        raise PaperBatchRefused(f"batch number {batch.batch} was already entered")


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
