"""A ballot, byte for byte: what a voter casts, and the ranking inside its seal.

The body, for k issuers and t trustees (DESIGN: integers are big-endian):

    1        version = 1
    32       election_id
    32       vk, Ed25519 public key
    4        revision, from 0
    256*k    credential signatures, in issuer order
    32+48*t  sealed ranking
    64       Ed25519 signature over "urne/v1/ballot" 0x00 and all the bytes before it

The ranking inside, 32 bytes: c uint16 project numbers in order of preference (position on the
ballot, from 0), 0xFFFF for each choice not used, last; the first 16 bytes of
SHA-256(election_id || vk), which bind it to this voter; zeros.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from urne.errors import BallotMalformed, OtherElection
from urne.model.election import MODULUS_BYTES, Election

VERSION = 1
SIGNATURE_LABEL = b"urne/v1/ballot\x00"
CREDENTIAL_LABEL = b"urne/v1/credential\x00"
PROMISE_LABEL = b"urne/v1/promise\x00"
PLAINTEXT_BYTES = 32
UNUSED = 0xFFFF

_BINDING_BYTES = 16
_HEAD = 1 + 32 + 32 + 4
_SIGNATURE_BYTES = 64

# Why a ranking does not count, each a stable word.
TOO_FEW, REPEATED, OUT_OF_RANGE = "too-few", "repeated", "out-of-range"
GAP, OTHER_BINDING, PADDING, UNREADABLE = "gap", "other-binding", "padding", "unreadable"
TOO_MANY = "too-many"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One cast ballot as its fields; `signed` is what the signature covers, label excluded."""

    raw: bytes
    vk: bytes
    revision: int
    credentials: tuple[bytes, ...]
    sealed: bytes
    signature: bytes

    @property
    def signed_message(self) -> bytes:
        """Return the bytes the voting key signs."""
        return SIGNATURE_LABEL + self.raw[:-_SIGNATURE_BYTES]


def ballot_message(
    election: Election, vk: bytes, revision: int, credentials: Sequence[bytes], sealed: bytes
) -> bytes:
    """Return a ballot body without its signature: what, after its label, is to be signed."""
    head = struct.pack(">B32s32sI", VERSION, election.election_id, vk, revision)
    return head + b"".join(credentials) + sealed


def decode_ballot(raw: bytes, election: Election) -> Ballot:
    """Return the ballot of a body. Raises BallotMalformed or OtherElection.

    Checks the shape only; signatures are checked by `flows.verify`.
    """
    if len(raw) != election.ballot_size:
        raise BallotMalformed(f"it is {len(raw)} bytes long, not {election.ballot_size}")
    if raw[0] != VERSION:
        raise BallotMalformed(f"version {raw[0]} is not known")
    if raw[1:33] != election.election_id:
        raise OtherElection
    sealed_at = _HEAD + MODULUS_BYTES * len(election.issuers)
    credentials = tuple(
        raw[at : at + MODULUS_BYTES] for at in range(_HEAD, sealed_at, MODULUS_BYTES)
    )
    return Ballot(
        raw=raw,
        vk=raw[33:65],
        revision=int.from_bytes(raw[65:69], "big"),
        credentials=credentials,
        sealed=raw[sealed_at:-_SIGNATURE_BYTES],
        signature=raw[-_SIGNATURE_BYTES:],
    )


def credential_message(election_id: bytes, vk: bytes) -> bytes:
    """Return what an issuer blind-signs: that this voting key may vote in this election."""
    return CREDENTIAL_LABEL + election_id + vk


def promise_message(election_id: bytes, leaf_hash: bytes) -> bytes:
    """Return what the promise key signs: that this leaf will be in the log by the close."""
    return PROMISE_LABEL + election_id + leaf_hash


def binding(election_id: bytes, vk: bytes) -> bytes:
    """Return the 16 bytes that tie a ranking to one voting key in one election."""
    return hashlib.sha256(election_id + vk).digest()[:_BINDING_BYTES]


def encode_ranking(choices: Sequence[int], max_choices: int, bound: bytes) -> bytes:
    """Return the 32-byte plaintext of a ranking: project numbers in order of preference."""
    if len(choices) > max_choices or len(bound) != _BINDING_BYTES:
        raise BallotMalformed("the ranking has too many choices or a binding of other length")
    numbers = [*choices, *[UNUSED] * (max_choices - len(choices))]
    plain = struct.pack(f">{max_choices}H", *numbers) + bound
    return plain.ljust(PLAINTEXT_BYTES, b"\0")


def decode_ranking(plain: bytes, election: Election, vk: bytes) -> tuple[int, ...] | str:
    """Return the choices of an opened ranking, or the word that says why it is invalid."""
    c = election.max_choices
    if len(plain) != PLAINTEXT_BYTES:
        return UNREADABLE
    if plain[2 * c : 2 * c + _BINDING_BYTES] != binding(election.election_id, vk):
        return OTHER_BINDING
    if any(plain[2 * c + _BINDING_BYTES :]):
        return PADDING
    numbers = struct.unpack_from(f">{c}H", plain)
    used = [number for number in numbers if number != UNUSED]
    if numbers[: len(used)] != tuple(used):
        return GAP
    return check_choices(used, election)


def check_choices(choices: Sequence[int], election: Election) -> tuple[int, ...] | str:
    """Return the choices if they are a valid ranking, or the word that says why not."""
    if len(choices) > election.max_choices:
        return TOO_MANY
    if any(not 0 <= choice < len(election.projects) for choice in choices):
        return OUT_OF_RANGE
    if len(set(choices)) != len(choices):
        return REPEATED
    if len(choices) < election.min_choices:
        return TOO_FEW
    return tuple(choices)
