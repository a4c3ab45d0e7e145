"""Ed25519 by libsodium's rules: a signature is valid there or nowhere.

Valid iff A and R are canonical and not of small order, S < L, and encode(S*B - k*A) equals R's
bytes. Other verifiers differ on crafted keys (tests/vectors/ed25519-edge.json), and an auditor
who counts one ballot more than we do would be right to complain; so only PyNaCl verifies here.
"""

from __future__ import annotations

from dataclasses import dataclass

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import CryptoError

from urne.errors import BadKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair from its 32-byte seed; `public` is 32 bytes."""

    public: bytes
    _secret: bytes

    @classmethod
    def from_seed(cls, seed: bytes) -> SigningKey:
        """Return the key pair of a 32-byte seed. Raises BadKey."""
        if len(seed) != KEY_BYTES:
            raise BadKey("signing key", f"its seed has {len(seed)} bytes, not {KEY_BYTES}")
        return cls(*crypto_sign_seed_keypair(seed))

    @property
    def seed(self) -> bytes:
        """Return the 32-byte seed: the secret itself, for whoever stores it."""
        return self._secret[:KEY_BYTES]

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of a message, deterministic (RFC 8032)."""
        return bytes(crypto_sign(message, self._secret)[:SIGNATURE_BYTES])

    def __repr__(self) -> str:
        return f"SigningKey({self.public.hex()})"


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a 64-byte signature of a message verifies under a 32-byte key."""
    if len(public) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except CryptoError:
        return False
    return True
