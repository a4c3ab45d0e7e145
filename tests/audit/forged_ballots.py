"""Forged ballots: credentials and signatures that other verifiers might have taken."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from tests.audit import edwards
from tests.audit.forger import Draft
from tests.audit.forgeries import forgery
from tests.audit.small_town import small, with_two_issuers
from tests.flows.town import Town, draw_of

from urne.crypto.blind import blind, blind_sign, finalize
from urne.crypto.derive import blinding_secrets
from urne.crypto.seal import seal
from urne.crypto.sign import is_signed
from urne.flows.audit.checks import BALLOT_SIGNATURES, CREDENTIALS
from urne.flows.keys import IssuerKeys
from urne.model.ballot import (
    SIGNATURE_LABEL,
    ballot_message,
    binding,
    credential_message,
    encode_ranking,
)

CHOICES = (0, 1, 2)

# A credential of an issuer on a message; a signature on a message.
Credential = Callable[[IssuerKeys, bytes], bytes]
Sign = Callable[[bytes], bytes]


def ballot_of(
    town: Town, vk: bytes, sign: Sign, credential: Credential | None = None, revision: int = 0
) -> bytes:
    """Return the body of a ballot by any key, however it signs."""
    eid = town.election.election_id
    make = credential or credential_of(town)
    credentials = [make(issuer, credential_message(eid, vk)) for issuer in town.keys.issuers]
    plain = encode_ranking(CHOICES, town.election.max_choices, binding(eid, vk))
    draw = draw_of(f"ballot of {vk.hex()}")
    keys = [trustee.key for trustee in town.election.trustees]
    sealed = seal(plain, keys, [draw(32) for _ in keys])
    message = ballot_message(town.election, vk, revision, credentials, sealed)
    return message + sign(SIGNATURE_LABEL + message)


def credential_of(town: Town) -> Credential:
    """Return how an issuer that mints credentials makes a good one."""

    def make(issuer: IssuerKeys, message: bytes) -> bytes:
        modulus = issuer.secrets.key.modulus
        secrets = blinding_secrets(message[-16:], town.election.election_id, modulus)
        asked = blind(modulus, message, secrets.salt, secrets.factor)
        answer = blind_sign(issuer.secrets.key, asked, draw_of("mask")(272))
        return finalize(modulus, message, answer, secrets.factor)

    return make


def with_credential(
    words: str, make: Credential, says: str = "issuer-1", town: Callable[[], Town] = small
) -> None:
    """Register a ballot of gus, once more, that carries another credential."""

    def changed(draft: Draft) -> None:
        gus = draft.town.enrol("gus").voter.key
        draft.append_ballot(ballot_of(draft.town, gus.public, gus.sign, make, revision=3))

    forgery(CREDENTIALS, says, name=words, town=town)(changed)


# Credentials ------------------------------------------------------------------------------------


@cache
def private_key(issuer: IssuerKeys) -> rsa.RSAPrivateKey:
    """Return an issuer's key as the library's own, which signs whatever it is told to."""
    p, q, e = issuer.secrets.key.p, issuer.secrets.key.q, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    crt = d % (p - 1), d % (q - 1), pow(q, -1, p)
    return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


def pss(salt: int, digest: hashes.HashAlgorithm, mask: hashes.HashAlgorithm) -> Credential:
    """Return a credential by PSS with another length of salt, or other hashes."""

    def make(issuer: IssuerKeys, message: bytes) -> bytes:
        scheme = padding.PSS(padding.MGF1(mask), salt)
        return private_key(issuer).sign(message, scheme, digest)

    return make


sha384, sha256 = hashes.SHA384(), hashes.SHA256()
for length in (0, 32, 47, 49, 158):
    with_credential(f"salt-of-{length}-bytes", pss(length, sha384, sha384))
with_credential("hashed-by-sha-256", pss(48, sha256, sha256))
with_credential("masked-by-sha-256", pss(48, sha384, sha256))


def _pkcs1(issuer: IssuerKeys, message: bytes) -> bytes:
    return private_key(issuer).sign(message, padding.PKCS1v15(), sha384)


def _above_modulus(issuer: IssuerKeys, message: bytes) -> bytes:
    """Return s + n, which some verifiers reduce; another salt until it fits into 256 bytes."""
    n = issuer.secrets.key.p * issuer.secrets.key.q
    while True:
        s = int.from_bytes(pss(48, sha384, sha384)(issuer, message), "big")
        if s + n < 1 << 2048:
            return (s + n).to_bytes(256, "big")


def _of_other_message(issuer: IssuerKeys, message: bytes) -> bytes:
    return credential_of(small())(issuer, message[:-1] + bytes([message[-1] ^ 1]))


def _without_label(issuer: IssuerKeys, message: bytes) -> bytes:
    return pss(48, sha384, sha384)(issuer, message.partition(b"\0")[2])


def _by_a_stranger(issuer: IssuerKeys, message: bytes) -> bytes:
    other = with_two_issuers().keys.issuers[1]
    return pss(48, sha384, sha384)(other, message)


with_credential("pkcs-1", _pkcs1)
with_credential("above-the-modulus", _above_modulus)
with_credential("of-another-voting-key", _of_other_message)
with_credential("without-its-label", _without_label)
with_credential("by-another-issuer", _by_a_stranger)
with_credential("zero", lambda issuer, message: bytes(256))
with_credential("one", lambda issuer, message: bytes(255) + b"\1")
with_credential("the-modulus", lambda issuer, message: issuer.secrets.key.modulus)
with_credential("all-ones", lambda issuer, message: b"\xff" * 256)


def good_from(present: str, missing: str) -> None:
    """Register a ballot with a good credential of one issuer, and none of the other."""

    def make(issuer: IssuerKeys, message: bytes) -> bytes:
        good = credential_of(with_two_issuers())(issuer, message)
        return good if issuer.id == present else b"\1" + good[1:]

    with_credential(f"good-from-{present}-only", make, f"issuer {missing!r}", with_two_issuers)


good_from("issuer-1", missing="issuer-2")
good_from("issuer-2", missing="issuer-1")


def _swapped(issuer: IssuerKeys, message: bytes) -> bytes:
    first, second = with_two_issuers().keys.issuers
    other = second if issuer.id == first.id else first
    return credential_of(with_two_issuers())(other, message)


with_credential("of-two-issuers-swapped", _swapped, "issuer 'issuer-2'", with_two_issuers)


# Signatures -------------------------------------------------------------------------------------


def signed_by(words: str, make: Callable[[int], tuple[bytes, Sign]]) -> None:
    """Register a ballot of a key made for it; `make` gets a secret number and gives key and hand.

    Nobody signed this key off but kim, who stayed at home.
    """

    def changed(draft: Draft) -> None:
        public, sign = make(0x5EC2E7)
        draft.append_ballot(ballot_of(draft.town, public, sign))

    forgery(BALLOT_SIGNATURES, "the signature is not valid", name=words)(changed)


def by_gus(words: str, change: Callable[[bytes], bytes]) -> None:
    """Register a ballot of gus, once more, whose good signature was changed."""

    def changed(draft: Draft) -> None:
        gus = draft.town.enrol("gus").voter.key
        body = ballot_of(
            draft.town, gus.public, lambda message: change(gus.sign(message)), revision=3
        )
        draft.append_ballot(body)

    forgery(BALLOT_SIGNATURES, "the signature is not valid", name=words)(changed)


def s_plus_order(signature: bytes) -> bytes:
    """Return a signature with S + L for S: the same number to whoever does not look."""
    s = int.from_bytes(signature[32:], "little") + edwards.L
    return signature[:32] + s.to_bytes(32, "little")


by_gus("first-byte", lambda signature: bytes([signature[0] ^ 1]) + signature[1:])
by_gus("last-byte", lambda signature: signature[:-1] + bytes([signature[-1] ^ 1]))
by_gus("high-bit-of-s", lambda signature: signature[:-1] + bytes([signature[-1] | 0x80]))
by_gus("s-plus-the-order", s_plus_order)
by_gus("zero", lambda signature: bytes(64))


@forgery(BALLOT_SIGNATURES, "the signature is not valid")
def of_another_ballot(draft: Draft) -> None:
    gus = draft.town.enrol("gus")
    other = gus.ballot((0, 1), revision=4)
    body = ballot_of(draft.town, gus.voter.key.public, lambda message: other[-64:], revision=3)
    draft.append_ballot(body)


@forgery(BALLOT_SIGNATURES, "the signature is not valid")
def without_its_label(draft: Draft) -> None:
    gus = draft.town.enrol("gus").voter.key
    unlabelled = lambda message: gus.sign(message.removeprefix(SIGNATURE_LABEL))  # noqa: E731
    draft.append_ballot(ballot_of(draft.town, gus.public, unlabelled, revision=3))


@forgery(BALLOT_SIGNATURES, "the signature is not valid")
def by_another_voter(draft: Draft) -> None:
    gus, fay = (draft.town.enrol(name).voter.key for name in ("gus", "fay"))
    draft.append_ballot(ballot_of(draft.town, gus.public, fay.sign, revision=3))


# Where verifiers of Ed25519 part. All of these satisfy 8·S·B = 8·R + 8·k·A, the looser rule.

_T8 = edwards.order_eight()


def _answer(secret: int, nonce: int, r: bytes, public: bytes, message: bytes) -> bytes:
    k = edwards.challenge(r, public, message)
    return r + ((nonce + k * secret) % edwards.L).to_bytes(32, "little")


def mixed_key(divisible: bool) -> Callable[[int], tuple[bytes, Sign]]:
    """Return a key with a share of small order, and a hand whose k is divisible by 8, or is not.

    Only where it is does the strict rule hold as well.
    """

    def make(secret: int) -> tuple[bytes, Sign]:
        point = edwards.add(edwards.multiply(secret, edwards.BASE), _T8)
        public = edwards.encode(point)

        def sign(message: bytes) -> bytes:
            for nonce in range(1, 1000):
                r = edwards.encode(edwards.multiply(nonce, edwards.BASE))
                if (edwards.challenge(r, public, message) % 8 == 0) is divisible:
                    return _answer(secret, nonce, r, public, message)
            raise AssertionError

        return public, sign

    return make


def mixed_nonce(secret: int) -> tuple[bytes, Sign]:
    """Return an honest key, and a hand whose R has a share of small order."""
    public = edwards.encode(edwards.multiply(secret, edwards.BASE))
    r = edwards.encode(edwards.add(edwards.multiply(77, edwards.BASE), _T8))
    return public, lambda message: _answer(secret, 77, r, public, message)


def small_nonce(point: edwards.Point) -> Callable[[int], tuple[bytes, Sign]]:
    """Return an honest key, and a hand whose R is of small order."""

    def make(secret: int) -> tuple[bytes, Sign]:
        public = edwards.encode(edwards.multiply(secret, edwards.BASE))
        return public, lambda message: _answer(secret, 0, edwards.encode(point), public, message)

    return make


def small_key(public: bytes) -> Callable[[int], tuple[bytes, Sign]]:
    """Return a key of small order: anybody can sign for it."""
    r = edwards.encode(edwards.multiply(77, edwards.BASE))
    return lambda secret: (public, lambda message: _answer(0, 77, r, public, message))


signed_by("key-of-mixed-order", mixed_key(divisible=False))
signed_by("nonce-of-mixed-order", mixed_nonce)
signed_by("nonce-of-order-eight", small_nonce(_T8))
signed_by("nonce-zero", small_nonce(edwards.IDENTITY))
signed_by("key-zero", small_key(edwards.encode(edwards.IDENTITY)))
signed_by("key-of-order-eight", small_key(edwards.encode(_T8)))
signed_by("key-zero-written-otherwise", small_key((edwards.P + 1).to_bytes(32, "little")))
signed_by("key-off-the-curve", small_key(struct.pack("<Q24x", 2)))


def honest_mixed_key(draft: Draft) -> None:
    """Add a ballot that is good, though its key is odd: other verifiers may refuse it."""
    public, sign = mixed_key(divisible=True)(0x5EC2E7)
    body = ballot_of(draft.town, public, sign)
    assert is_signed(public, SIGNATURE_LABEL + body[:-64], body[-64:])
    draft.append_ballot(body)
