"""The voter's side in Python: what the voting page does, for rehearsals, tests and anyone.

From a 16-byte seed come the voting key and the blinding secrets; from the issuers' answers the
credentials; from a ranking and fresh randomness a ballot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from urne.crypto.blind import blind, finalize
from urne.crypto.derive import blinding_secrets, voting_key
from urne.crypto.seal import KEY_BYTES, seal
from urne.crypto.sign import SigningKey, is_signed
from urne.errors import NoteUnverified
from urne.flows.cast import Promise
from urne.log.merkle import leaf_hash
from urne.model.ballot import (
    SIGNATURE_LABEL,
    ballot_message,
    binding,
    credential_message,
    encode_ranking,
    promise_message,
)
from urne.model.election import Election, Issuer
from urne.model.entry import Kind, entry


@dataclass(frozen=True, slots=True)
class Request:
    """What a voter sends an issuer: blinded message (256 bytes) and nonce (32 bytes)."""

    blinded: bytes
    nonce: bytes


@dataclass(frozen=True, slots=True)
class Voter:
    """A voter in one election; everything follows from the seed."""

    election: Election
    seed: bytes = field(repr=False)
    key: SigningKey

    @classmethod
    def from_seed(cls, election: Election, seed: bytes) -> Voter:
        """Return the voter of a 16-byte seed."""
        return cls(election, seed, voting_key(seed, election.election_id))

    def request(self, issuer: Issuer) -> Request:
        """Return what to send this issuer; the same each time it is asked for."""
        eid = self.election.election_id
        secrets = blinding_secrets(self.seed, eid, issuer.modulus)
        message = credential_message(eid, self.key.public)
        return Request(blind(issuer.modulus, message, secrets.salt, secrets.factor), secrets.nonce)

    def credential(self, issuer: Issuer, blind_signature: bytes) -> bytes:
        """Return the credential in an issuer's answer. Raises BlindSignatureInvalid."""
        eid = self.election.election_id
        secrets = blinding_secrets(self.seed, eid, issuer.modulus)
        message = credential_message(eid, self.key.public)
        return finalize(issuer.modulus, message, blind_signature, secrets.factor)

    def ballot(
        self,
        choices: Sequence[int],
        credentials: Sequence[bytes],
        draw: Callable[[int], bytes],
        revision: int = 0,
    ) -> bytes:
        """Return a ballot body for project numbers in order of preference."""
        e = self.election
        plain = encode_ranking(choices, e.max_choices, binding(e.election_id, self.key.public))
        return self.ballot_of_plaintext(plain, credentials, draw, revision)

    def ballot_of_plaintext(
        self,
        plain: bytes,
        credentials: Sequence[bytes],
        draw: Callable[[int], bytes],
        revision: int = 0,
    ) -> bytes:
        """Return a ballot body around any 32-byte plaintext, valid or not."""
        e = self.election
        ephemerals = [draw(KEY_BYTES) for _ in e.trustees]
        sealed = seal(plain, [trustee.key for trustee in e.trustees], ephemerals)
        message = ballot_message(e, self.key.public, revision, credentials, sealed)
        return message + self.key.sign(SIGNATURE_LABEL + message)


def require_promise(promise: Promise, raw: bytes, election: Election) -> None:
    """Raise NoteUnverified unless the promise is the town's, for this ballot body."""
    leaf = leaf_hash(entry(Kind.BALLOT, raw))
    message = promise_message(election.election_id, leaf)
    if promise.leaf_hash != leaf or not is_signed(election.promise_key, message, promise.signature):
        raise NoteUnverified("promise key")
