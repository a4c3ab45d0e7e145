"""Blind signatures meet the figures of RFC 9474 and refuse what is not one of ours."""

import json
import secrets
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from urne.crypto.blind import (
    IssuerKey,
    blind,
    blind_sign,
    finalize,
    generate_key,
    is_credential,
)
from urne.errors import BadKey, BlindedMessageInvalid, BlindSignatureInvalid

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "rfc9474.json").read_text())


@cache
def key() -> IssuerKey:
    return generate_key(secrets.token_bytes)


def number(text: str) -> bytes:
    raw = text.removeprefix("0x")
    return bytes.fromhex(raw.rjust(len(raw) + len(raw) % 2, "0"))


def test_the_figures_of_rfc_9474_come_out() -> None:
    """Our variant's example of Appendix A: blinded message, blind signature, signature."""
    v = next(v for v in VECTORS["vectors"] if v["name"] == "RSABSSA-SHA384-PSS-Deterministic")
    n = int(v["n"], 16)
    modulus, message, salt = number(v["n"]), number(v["msg"]), number(v["salt"])
    factor = pow(int(v["inv"], 16), -1, n)
    raw_factor = (factor - 1).to_bytes(len(modulus) + 16, "big")
    secret = IssuerKey(int(v["p"], 16), int(v["q"], 16))

    blinded = blind(modulus, message, salt, raw_factor)
    assert blinded == number(v["blinded_msg"])
    blind_signature = blind_sign(secret, blinded, secrets.token_bytes(len(modulus) + 16))
    assert blind_signature == number(v["blind_sig"])
    assert finalize(modulus, message, blind_signature, raw_factor) == number(v["sig"])


def test_a_credential_verifies_and_an_altered_one_does_not() -> None:
    modulus, message = key().modulus, b"a voting key"
    factor = secrets.token_bytes(272)
    blinded = blind(modulus, message, secrets.token_bytes(48), factor)
    signature = finalize(
        modulus, message, blind_sign(key(), blinded, secrets.token_bytes(272)), factor
    )
    assert is_credential(modulus, message, signature)
    assert not is_credential(modulus, b"another key", signature)
    for at in (0, 100, 255):
        altered = bytearray(signature)
        altered[at] ^= 1
        assert not is_credential(modulus, message, bytes(altered))


def test_signature_plus_modulus_is_refused() -> None:
    """s + n verifies in lax verifiers; it would be a second encoding of one credential."""
    n = int.from_bytes(key().modulus, "big")
    for _ in range(200):
        factor, salt = secrets.token_bytes(272), secrets.token_bytes(48)
        blinded = blind(key().modulus, b"m", salt, factor)
        answer = blind_sign(key(), blinded, secrets.token_bytes(272))
        s = int.from_bytes(finalize(key().modulus, b"m", answer, factor), "big")
        if s + n < 1 << 2048:
            assert not is_credential(key().modulus, b"m", (s + n).to_bytes(256, "big"))
            return
    pytest.fail("no signature small enough was found in 200 tries")


@pytest.mark.parametrize("salt_bytes", [0, 32, 47, 49])
def test_another_salt_length_is_refused(salt_bytes: int) -> None:
    """RFC 8017 verifiers that detect the salt's length would take these."""
    numbers = key()
    d = pow(65537, -1, (numbers.p - 1) * (numbers.q - 1))
    private = rsa.RSAPrivateNumbers(
        numbers.p,
        numbers.q,
        d,
        d % (numbers.p - 1),
        d % (numbers.q - 1),
        pow(numbers.q, -1, numbers.p),
        rsa.RSAPublicNumbers(65537, numbers.p * numbers.q),
    ).private_key()
    pss = padding.PSS(padding.MGF1(hashes.SHA384()), salt_bytes)
    signature = private.sign(b"m", pss, hashes.SHA384())
    assert not is_credential(numbers.modulus, b"m", signature)


def test_an_answer_of_another_key_is_refused_and_nothing_comes_back() -> None:
    other = generate_key(secrets.token_bytes)
    factor = secrets.token_bytes(272)
    blinded = blind(other.modulus, b"m", secrets.token_bytes(48), factor)
    answer = blind_sign(other, blinded, secrets.token_bytes(272))
    with pytest.raises(BlindSignatureInvalid):
        finalize(key().modulus, b"m", answer, factor)


@pytest.mark.parametrize("blinded", [b"", bytes(255), bytes(257), b"\xff" * 256])
def test_the_issuer_signs_only_numbers_below_its_modulus(blinded: bytes) -> None:
    with pytest.raises(BlindedMessageInvalid):
        blind_sign(key(), blinded, secrets.token_bytes(272))


def test_primes_that_make_no_key_are_refused() -> None:
    with pytest.raises(BadKey):
        IssuerKey(key().p, key().p)


def test_a_key_is_read_back_as_written() -> None:
    assert IssuerKey.decode(key().encode()) == key()
