"""Seals are libsodium's sealed boxes, one in the other, and open only in order."""

import secrets

import pytest
from nacl.public import PrivateKey, SealedBox

from urne.crypto.seal import clamp, is_clamped, open_seal, public_of, seal
from urne.errors import BadKey, SealBroken

TRUSTEES = [clamp(secrets.token_bytes(32)) for _ in range(3)]
PAIRS = [(public_of(scalar), scalar) for scalar in TRUSTEES]


def sealed(plain: bytes) -> bytes:
    ephemerals = [secrets.token_bytes(32) for _ in PAIRS]
    return seal(plain, [public for public, _ in PAIRS], ephemerals)


def test_three_layers_open_in_order_and_in_no_other() -> None:
    box = sealed(b"p" * 32)
    assert len(box) == 32 + 48 * 3
    assert open_seal(box, PAIRS) == b"p" * 32
    for pairs in (PAIRS[::-1], PAIRS[1:] + PAIRS[:1]):
        with pytest.raises(SealBroken):
            open_seal(box, pairs)


def test_libsodiums_own_sealed_box_opens_ours_and_we_open_its() -> None:
    ours = seal(b"ranking", [PAIRS[0][0]], [secrets.token_bytes(32)])
    assert SealedBox(PrivateKey(TRUSTEES[0])).decrypt(ours) == b"ranking"
    its = SealedBox(PrivateKey(TRUSTEES[0]).public_key).encrypt(b"ranking")
    assert open_seal(its, PAIRS[:1]) == b"ranking"


def test_the_same_ephemerals_seal_to_the_same_bytes() -> None:
    """A voter who asks what was sealed recomputes it from the randomness."""
    ephemerals = [secrets.token_bytes(32) for _ in PAIRS]
    keys = [public for public, _ in PAIRS]
    assert seal(b"p", keys, ephemerals) == seal(b"p", keys, ephemerals)


def test_an_altered_seal_does_not_open() -> None:
    box = sealed(b"p" * 32)
    for at in (0, 40, 100, len(box) - 1):
        altered = bytearray(box)
        altered[at] ^= 1
        with pytest.raises(SealBroken):
            open_seal(bytes(altered), PAIRS)


def test_only_clamped_scalars_are_taken_as_reveals() -> None:
    """Scalars that differ in clamped bits share a public key: one encoding only may count."""
    assert is_clamped(TRUSTEES[0])
    lax = bytes([TRUSTEES[0][0] | 1]) + TRUSTEES[0][1:]
    assert public_of(lax) == public_of(TRUSTEES[0])
    assert not is_clamped(lax)
    assert not is_clamped(TRUSTEES[0][:31])


def test_a_small_order_key_is_refused() -> None:
    with pytest.raises(BadKey):
        seal(b"p", [bytes(32)], [secrets.token_bytes(32)])
