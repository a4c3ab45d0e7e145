"""Taking a ballot: check the clock, verify, put once, and promise.

The promise is the town's signature that this leaf will be in the log by the close. It is given
only after the ballot is known to be stored and the `closed` mark is known to be absent: then the
closer, who puts the mark first and reads the box afterwards, must find it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from urne.canonical import format_instant
from urne.crypto.sign import SigningKey
from urne.errors import Closed, RevisionTaken
from urne.flows.certain import certainly
from urne.flows.verify import require_valid_ballot
from urne.log.merkle import leaf_hash
from urne.model.ballot import decode_ballot, promise_message
from urne.model.election import Election
from urne.model.entry import Kind, entry
from urne.store.base import BallotBox


@dataclass(frozen=True, slots=True)
class Promise:
    """What the voter keeps: the leaf's hash (32 bytes) and the promise key's signature (64)."""

    leaf_hash: bytes
    signature: bytes


def cast(
    raw: bytes, *, election: Election, box: BallotBox, promise_key: SigningKey, now: datetime
) -> Promise:
    """Return the promise for a ballot body that is now in the box.

    The same bytes get the same promise again. Raises NotOpenYet, Closed, BallotMalformed,
    OtherElection, RevisionOutOfRange, CredentialInvalid, BallotSignatureInvalid, RevisionTaken
    or OutcomeUnknown; then nothing was stored, or nothing is promised.
    """
    election.require_open(now)
    ballot = decode_ballot(raw, election)
    require_valid_ballot(ballot, election)
    leaf = leaf_hash(entry(Kind.BALLOT, raw))
    stored = certainly(lambda: box.put_once(ballot.vk, ballot.revision, raw, leaf))
    if stored != raw:
        raise RevisionTaken
    if box.is_closed():
        raise Closed(format_instant(election.closes_at))
    return Promise(leaf, promise_key.sign(promise_message(election.election_id, leaf)))
