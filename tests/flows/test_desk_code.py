"""Desk codes are hard to guess, hard to mistype unnoticed, and kept as hashes only."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flows.town import draw_of

from urne.errors import Conflict, DeskCodeMistyped, DeskCodeRefused
from urne.flows.desk_code import ALPHABET, desk_code_hash, give_desk_code, new_desk_code
from urne.store.base import SignOff
from urne.store.memory import MemorySignOffs

CODES = [new_desk_code(draw_of(f"code {number}")) for number in range(500)]
CODE = st.sampled_from(CODES)


def test_a_code_is_four_groups_of_characters_that_look_like_no_other() -> None:
    for code in CODES:
        assert re.fullmatch(f"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", code)
    assert not set("0OQ1IL2Z5S8BU") & set(ALPHABET)
    assert len(set(CODES)) == len(CODES)


def test_every_character_is_as_likely() -> None:
    """8,000 characters: each near 348 times."""
    text = "".join(CODES).replace("-", "")
    assert all(250 < text.count(character) < 450 for character in ALPHABET)


@given(CODE, st.sampled_from([" ", "-", ""]), st.booleans())
def test_however_it_is_typed(code: str, between: str, small: bool) -> None:
    """Spaces, hyphens and case do not matter; the hash is that of the bare characters."""
    typed = between.join(code.replace("-", ""))
    typed = typed.lower() if small else typed
    assert desk_code_hash(typed) == hashlib.sha256(code.replace("-", "").encode()).digest()


def test_every_wrong_character_is_noticed() -> None:
    """Each place, each other character."""
    for code in CODES[:20]:
        bare = code.replace("-", "")
        for place, right in enumerate(bare):
            for wrong in set(ALPHABET) - {right}:
                with pytest.raises(DeskCodeMistyped):
                    desk_code_hash(bare[:place] + wrong + bare[place + 1 :])


def test_two_characters_that_changed_places_are_noticed() -> None:
    for code in CODES[:50]:
        bare = code.replace("-", "")
        for place, (one, other) in enumerate(pairwise(bare)):
            if one != other:
                with pytest.raises(DeskCodeMistyped):
                    desk_code_hash(bare[:place] + other + one + bare[place + 2 :])


@given(st.text(max_size=40))
def test_anything_else_is_no_code(text: str) -> None:
    with pytest.raises(DeskCodeMistyped):
        desk_code_hash(text)


@pytest.mark.parametrize("typed", ["", CODES[0][:-1], CODES[0] + "A", CODES[0][:-1] + "0"])
def test_half_a_code_and_more_than_one_are_mistyped(typed: str) -> None:
    """A refusal of its own, and a kind of the one for codes that are unknown."""
    with pytest.raises(DeskCodeMistyped) as caught:
        desk_code_hash(typed)
    assert isinstance(caught.value, DeskCodeRefused)
    assert caught.value.code == "desk-code-mistyped"


def test_a_code_that_was_given_serves_once() -> None:
    store = MemorySignOffs()
    code = give_desk_code(store, draw_of("given"))
    ada, bob = (SignOff(bytes([n]) * 32, "internet", bytes(32), b"x") for n in (1, 2))
    store.sign_off(ada, b"a" * 32, desk_code_hash(code))
    with pytest.raises(DeskCodeRefused):
        store.sign_off(bob, b"b" * 32, desk_code_hash(code))


def test_chance_that_repeats_itself_gives_out_nothing() -> None:
    store = MemorySignOffs()
    give_desk_code(store, draw_of("stuck"))
    with pytest.raises(Conflict):
        give_desk_code(store, draw_of("stuck"))
