"""Blind signatures: RFC 9474, RSABSSA-SHA384-PSS-Deterministic, with 2048-bit keys.

A credential is an ordinary RSASSA-PSS signature (SHA-384, MGF1 with SHA-384, a salt of exactly 48
bytes) that its issuer made without seeing it. The voter's side is `blind` and `finalize`, the
issuer's `blind_sign`, everyone's `is_credential`. Numbers travel as 256 big-endian bytes. (The
RFC's own figures use 4096 bits; the arithmetic takes any size, the manifest only 2048 bits.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from math import gcd

import gmpy2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from urne.errors import BadKey, BlindedMessageInvalid, BlindSignatureInvalid, SigningFailed

EXPONENT = 65537
MODULUS_BYTES = 256
SALT_BYTES = 48
FACTOR_BYTES = 272

_HASH_BYTES = 48
_PSS = padding.PSS(padding.MGF1(hashes.SHA384()), SALT_BYTES)
_SHA384 = hashes.SHA384()
_PRIME_BYTES = MODULUS_BYTES // 2


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """An issuer's secret key: two primes, 1024 bits each in an election. `modulus` is 256 bytes."""

    p: int = field(repr=False)
    q: int = field(repr=False)

    def __post_init__(self) -> None:
        phi = (self.p - 1) * (self.q - 1)
        if self.p == self.q or (self.p * self.q).bit_length() % 2048 or gcd(phi, EXPONENT) != 1:
            raise BadKey("issuer key", "its primes do not make a key of 2048 bits")

    @property
    def modulus(self) -> bytes:
        """Return n, big-endian."""
        n = self.p * self.q
        return n.to_bytes(n.bit_length() // 8, "big")

    def encode(self) -> bytes:
        """Return the key as p || q, 128 bytes each."""
        return self.p.to_bytes(_PRIME_BYTES, "big") + self.q.to_bytes(_PRIME_BYTES, "big")

    @classmethod
    def decode(cls, raw: bytes) -> IssuerKey:
        """Return the key of p || q. Raises BadKey."""
        if len(raw) != MODULUS_BYTES:
            raise BadKey("issuer key", f"it has {len(raw)} bytes, not {MODULUS_BYTES}")
        return cls(*(int.from_bytes(half, "big") for half in (raw[:128], raw[128:])))


def generate_key(draw: Callable[[int], bytes]) -> IssuerKey:
    """Return a new issuer key; `draw(n)` gives n random bytes.

    Random odd candidates of 1024 bits with their two top bits set, tested by GMP (40 rounds).
    """
    return IssuerKey(_prime(draw), _prime(draw))


def _prime(draw: Callable[[int], bytes]) -> int:
    while True:
        candidate = int.from_bytes(draw(_PRIME_BYTES), "big") | 3 << 1022 | 1
        if candidate % EXPONENT != 1 and gmpy2.is_prime(candidate, 40):
            return candidate


def blind(modulus: bytes, message: bytes, salt: bytes, factor: bytes) -> bytes:
    """Return the 256-byte blinded message (RFC 9474 section 4.2).

    `salt` is 48 random bytes; `factor` is 16 random bytes more than n has (272), reduced to
    1 <= r < n here.
    """
    n = int.from_bytes(modulus, "big")
    encoded = int.from_bytes(_pss_encode(message, n.bit_length() - 1, salt), "big")
    if gcd(encoded, n) != 1:
        raise BlindedMessageInvalid("the message shares a factor with the modulus")
    r = _factor(factor, n)
    blinded = encoded * int(gmpy2.powmod(r, EXPONENT, n)) % n
    return blinded.to_bytes(len(modulus), "big")


def blind_sign(key: IssuerKey, blinded: bytes, mask: bytes) -> bytes:
    """Return the 256-byte blind signature (RFC 9474 section 4.3).

    `mask` is 272 fresh random bytes: the exponentiation runs on blinded * mask^e, so its time
    tells nothing of the key even where arithmetic around `powmod_sec` is not constant-time.
    Raises BlindedMessageInvalid, or SigningFailed if the check s^e = m fails: a faulty signature
    would give the key away.
    """
    size = len(key.modulus)
    if len(blinded) != size:
        raise BlindedMessageInvalid(f"it has {len(blinded)} bytes, not {size}")
    n = key.p * key.q
    m = int.from_bytes(blinded, "big")
    if m >= n:
        raise BlindedMessageInvalid("it is not below the modulus")
    r = _factor(mask, n)
    masked = m * int(gmpy2.powmod(r, EXPONENT, n)) % n
    signature = _private_power(key, masked) * int(gmpy2.invert(r, n)) % n
    if int(gmpy2.powmod(signature, EXPONENT, n)) != m:
        raise SigningFailed
    return signature.to_bytes(size, "big")


def finalize(modulus: bytes, message: bytes, blind_signature: bytes, factor: bytes) -> bytes:
    """Return the 256-byte credential signature (RFC 9474 section 4.4).

    Raises BlindSignatureInvalid: ask again with the same message, publish nothing.
    """
    n = int.from_bytes(modulus, "big")
    if len(blind_signature) != len(modulus) or int.from_bytes(blind_signature, "big") >= n:
        raise BlindSignatureInvalid
    inverse = int(gmpy2.invert(_factor(factor, n), n))
    signature = int.from_bytes(blind_signature, "big") * inverse % n
    raw = signature.to_bytes(len(modulus), "big")
    if not is_credential(modulus, message, raw):
        raise BlindSignatureInvalid
    return raw


def is_credential(modulus: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a signature is a valid credential: PSS, salt of 48 bytes, s < n."""
    if len(signature) != len(modulus) or signature >= modulus:
        return False
    try:
        _public_key(modulus).verify(signature, message, _PSS, _SHA384)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=64)
def _public_key(modulus: bytes) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(EXPONENT, int.from_bytes(modulus, "big")).public_key()


def _private_power(key: IssuerKey, value: int) -> int:
    """Return value^d mod n by the Chinese remainder theorem, exponents in constant time."""
    p, q = key.p, key.q
    d = int(gmpy2.invert(EXPONENT, (p - 1) * (q - 1)))
    mod_p = int(gmpy2.powmod_sec(value % p, d % (p - 1), p))
    mod_q = int(gmpy2.powmod_sec(value % q, d % (q - 1), q))
    return mod_q + q * ((mod_p - mod_q) * int(gmpy2.invert(q, p)) % p)


def _factor(raw: bytes, n: int) -> int:
    if len(raw) != n.bit_length() // 8 + FACTOR_BYTES - MODULUS_BYTES:
        raise BlindedMessageInvalid(f"its blinding factor has {len(raw)} bytes")
    factor = int.from_bytes(raw, "big") % (n - 1) + 1
    if gcd(factor, n) != 1:
        raise BlindedMessageInvalid("the blinding factor shares a factor with the modulus")
    return factor


def _pss_encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """Return EMSA-PSS-ENCODE of a message (RFC 8017 section 9.1.1), SHA-384 throughout."""
    if len(salt) != SALT_BYTES:
        raise BlindedMessageInvalid(f"its salt has {len(salt)} bytes, not {SALT_BYTES}")
    size = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(size - SALT_BYTES - _HASH_BYTES - 2) + b"\x01" + salt
    mask = _mgf1(digest, len(block))
    masked = bytearray(a ^ b for a, b in zip(block, mask, strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + digest + b"\xbc"


def _mgf1(seed: bytes, length: int) -> bytes:
    """Return MGF1 with SHA-384 (RFC 8017 appendix B.2.1)."""
    blocks = -(-length // _HASH_BYTES)
    stream = b"".join(
        hashlib.sha384(seed + counter.to_bytes(4, "big")).digest() for counter in range(blocks)
    )
    return stream[:length]
