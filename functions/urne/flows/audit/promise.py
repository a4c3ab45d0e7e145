"""A voter's promise as a file: proof that a ballot was answered for, to be held to the log.

{"election_id": base64, "leaf_hash": base64, "promise": base64}   canonical JSON
"""

from __future__ import annotations

from urne.canonical import Fields, decode, encode, to_base64
from urne.crypto.sign import is_signed
from urne.errors import NoteUnverified, OtherElection
from urne.flows.cast import Promise
from urne.model.ballot import promise_message
from urne.model.election import Election


def encode_promise(election: Election, promise: Promise) -> bytes:
    """Return a promise file's bytes."""
    return encode(
        {
            "election_id": to_base64(election.election_id),
            "leaf_hash": to_base64(promise.leaf_hash),
            "promise": to_base64(promise.signature),
        }
    )


def decode_promise(raw: bytes, election: Election) -> Promise:
    """Return the promise of a file, its signature verified.

    Raises NotCanonical, BadField, OtherElection, or NoteUnverified: then it proves nothing.
    """
    f = Fields(decode(raw), "promise", ("election_id", "leaf_hash", "promise"))
    if f.base64("election_id", 32) != election.election_id:
        raise OtherElection
    promise = Promise(f.base64("leaf_hash", 32), f.base64("promise", 64))
    message = promise_message(election.election_id, promise.leaf_hash)
    if not is_signed(election.promise_key, message, promise.signature):
        raise NoteUnverified("promise key")
    return promise
