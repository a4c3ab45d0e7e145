"""A voter's secrets, all drawn from one 16-byte seed per election.

Each secret = HKDF-SHA-256(seed, salt = election_id, info = label || SHA-256(issuer's modulus) ||
length as uint16). The voting key belongs to no issuer: its info is label || length. Sealing
randomness is never drawn from the seed: it is fresh for each ballot.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from urne.crypto.blind import FACTOR_BYTES, SALT_BYTES
from urne.crypto.sign import SigningKey
from urne.errors import BadKey

SEED_BYTES = 16
NONCE_BYTES = 32
PERSON_LABEL = b"urne/v1/person\x00"


@dataclass(frozen=True, slots=True)
class BlindingSecrets:
    """What a voter needs towards one issuer: factor (272 bytes), PSS salt (48), nonce (32)."""

    factor: bytes
    salt: bytes
    nonce: bytes


def voting_key(seed: bytes, election_id: bytes) -> SigningKey:
    """Return the voter's Ed25519 key pair in one election."""
    return SigningKey.from_seed(_secret(seed, election_id, b"urne/v1/voting-key\x00", b"", 32))


def blinding_secrets(seed: bytes, election_id: bytes, modulus: bytes) -> BlindingSecrets:
    """Return the voter's secrets towards the issuer of this modulus."""
    issuer = hashlib.sha256(modulus).digest()
    return BlindingSecrets(
        factor=_secret(seed, election_id, b"urne/v1/blinding\x00", issuer, FACTOR_BYTES),
        salt=_secret(seed, election_id, b"urne/v1/pss-salt\x00", issuer, SALT_BYTES),
        nonce=_secret(seed, election_id, b"urne/v1/nonce\x00", issuer, NONCE_BYTES),
    )


def person_key(pepper: bytes, election_id: bytes, fields: tuple[str, ...]) -> bytes:
    """Return the 32-byte pseudonym of a person in one election.

    HMAC-SHA-256(pepper, "urne/v1/person" 0x00 || election_id || each normalised field as UTF-8
    after its uint16 length).
    """
    if len(pepper) < 32:
        raise BadKey("pepper", "it is shorter than 32 bytes")
    message = PERSON_LABEL + election_id
    for text in fields:
        raw = text.encode()
        message += len(raw).to_bytes(2, "big") + raw
    return hmac.digest(pepper, message, "sha256")


def commitment(person: bytes, nonce: bytes) -> bytes:
    """Return the published line of one sign-off: SHA-256(person key || nonce)."""
    return hashlib.sha256(person + nonce).digest()


def _secret(seed: bytes, election_id: bytes, label: bytes, issuer: bytes, length: int) -> bytes:
    if len(seed) != SEED_BYTES:
        raise BadKey("seed", f"it has {len(seed)} bytes, not {SEED_BYTES}")
    info = label + issuer + length.to_bytes(2, "big")
    return HKDF(hashes.SHA256(), length, salt=election_id, info=info).derive(seed)
