"""Sealing a ranking for trustees: one libsodium sealed box around the other.

A sealed box (`crypto_box_seal`) is ephemeral public key || box, where the box is XSalsa20-Poly1305
under X25519(ephemeral, recipient) and the nonce BLAKE2b-24(ephemeral public || recipient). It adds
48 bytes a layer. The outermost layer is the first trustee's. The ephemeral keys come in as an
argument: fresh for each ballot, and shown by a voter who checks what their page has sealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from nacl.bindings import (
    crypto_box_beforenm,
    crypto_box_easy_afternm,
    crypto_box_seal_open,
    crypto_scalarmult_base,
)
from nacl.exceptions import CryptoError

from urne.errors import BadKey, SealBroken

KEY_BYTES = 32
LAYER_BYTES = 48


def public_of(scalar: bytes) -> bytes:
    """Return the 32-byte X25519 key of a 32-byte scalar."""
    return bytes(crypto_scalarmult_base(scalar))


def clamp(raw: bytes) -> bytes:
    """Return 32 random bytes as a clamped X25519 scalar (RFC 7748 section 5)."""
    if len(raw) != KEY_BYTES:
        raise BadKey("trustee key", f"it has {len(raw)} bytes, not {KEY_BYTES}")
    return bytes([raw[0] & 248]) + raw[1:31] + bytes([raw[31] & 127 | 64])


def is_clamped(scalar: bytes) -> bool:
    """Return whether a scalar is 32 bytes in the one encoding a reveal may carry."""
    return len(scalar) == KEY_BYTES and clamp(scalar) == scalar


def seal(plain: bytes, keys: Sequence[bytes], ephemerals: Sequence[bytes]) -> bytes:
    """Return a plaintext sealed for each key, the first outermost.

    `ephemerals` holds one secret 32-byte scalar per key, in the same order.
    """
    sealed = plain
    for key, ephemeral in reversed(list(zip(keys, ephemerals, strict=True))):
        public = public_of(ephemeral)
        nonce = hashlib.blake2b(public + key, digest_size=24).digest()
        try:
            shared = crypto_box_beforenm(key, ephemeral)
        except CryptoError as e:
            raise BadKey("trustee key", "it is of small order") from e
        sealed = public + crypto_box_easy_afternm(sealed, nonce, shared)
    return sealed


def open_seal(sealed: bytes, pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return what was sealed, given (public, scalar) of each trustee. Raises SealBroken."""
    plain = sealed
    try:
        for public, scalar in pairs:
            plain = crypto_box_seal_open(plain, public, scalar)
    except (CryptoError, ValueError, TypeError) as e:
        raise SealBroken from e
    return plain
