"""Cards and tallies are read back as written, and from nothing else."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flows.town import Town

from urne.canonical import decode, encode
from urne.errors import BadField, NotCanonical, UrneError
from urne.model.card import Card, decode_cards, encode_cards
from urne.model.tally import (
    ChannelTally,
    ProjectTally,
    Skip,
    Tally,
    Tie,
    decode_tally,
    encode_tally,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
COUNT = st.integers(0, 2**53 - 1)
HASH = st.binary(min_size=32, max_size=32)
CARD = st.builds(Card, TEXT, TEXT, TEXT, COUNT)

TALLY = st.builds(
    Tally,
    election_id=HASH,
    edition=TEXT,
    currency=TEXT,
    budget_cents=COUNT,
    spent_cents=COUNT,
    channels=st.lists(
        st.builds(
            ChannelTally, TEXT, st.sampled_from(["internet", "paper"]), *[COUNT] * 6
        ),
        max_size=2,
    ).map(tuple),
    counted=COUNT,
    invalid_reasons=st.dictionaries(TEXT, COUNT, max_size=2),
    projects=st.lists(
        st.builds(
            ProjectTally,
            TEXT,
            COUNT,
            COUNT,
            st.lists(COUNT, max_size=3).map(tuple),
            st.integers(1, 2**53 - 1),
            st.booleans(),
            st.sampled_from(["funded", "over-budget", "stopped"]),
        ),
        max_size=2,
    ).map(tuple),
    ties=st.lists(
        st.builds(
            Tie,
            st.lists(TEXT, min_size=2, max_size=3).map(tuple),
            st.sampled_from(["choices", "lot"]),
            st.dictionaries(TEXT, HASH, max_size=2),
        ),
        max_size=2,
    ).map(tuple),
    skips=st.lists(st.builds(Skip, TEXT, COUNT, COUNT), max_size=2).map(tuple),
)  # fmt: skip


@given(cards=st.lists(CARD, max_size=4).map(tuple))
def test_cards_are_read_back(cards: tuple[Card, ...]) -> None:
    assert decode_cards(encode_cards(cards)) == cards


@given(card=CARD)
def test_a_cards_hash_is_that_of_its_own_bytes_in_the_file(card: Card) -> None:
    """Anyone with cards.json and SHA-256 can check a card; no other card has its hash."""
    (value,) = json.loads(encode_cards([card]))
    assert card.sha256 == hashlib.sha256(encode(value)).digest()


@given(tally=TALLY)
def test_tallies_are_read_back(tally: Tally) -> None:
    assert decode_tally(encode_tally(tally)) == tally


def real_tally() -> Tally:
    town = Town.new(projects=(100, 200, 300), budget_cents=250)
    town.open()
    town.vote("ada", (0, 1))
    town.vote("bob", (2,))
    return town.finish()


REAL = real_tally()
RAW = encode_tally(REAL)
JSON: dict[str, Any] = json.loads(RAW)


def test_a_real_tally_is_read_back() -> None:
    assert decode_tally(RAW) == REAL
    assert REAL.ties
    assert REAL.skips


PLACES = [
    *[((), name) for name in JSON],
    *[(("counts",), name) for name in JSON["counts"]],
    *[(("counts", "channels", 0), name) for name in JSON["counts"]["channels"][0]],
    *[(("projects", 0), name) for name in JSON["projects"][0]],
    *[(("ties", 0), name) for name in JSON["ties"][0]],
    *[(("skips", 0), name) for name in JSON["skips"][0]],
]


@pytest.mark.parametrize("path, name", PLACES, ids=str)
def test_a_missing_an_unknown_or_a_wrong_field_is_refused_by_name(
    path: tuple[Any, ...], name: str
) -> None:
    for change, why in (("pop", "is missing"), ("more", "is not known"), ("none", "")):
        value = json.loads(RAW)
        inner = value
        for step in path:
            inner = inner[step]
        if change == "pop":
            del inner[name]
        elif change == "more":
            inner[f"{name}2"] = 1
        else:
            inner[name] = None
        with pytest.raises(BadField) as refusal:
            decode_tally(encode(value))
        assert why in str(refusal.value)


@pytest.mark.parametrize(
    "path, wrong",
    [
        (("version",), 2),
        (("counts", "channels", 0, "kind"), "post"),
        (("projects", 0, "reason"), "luck"),
        (("projects", 0, "rank"), 0),
        (("projects", 0, "points"), -1),
        (("projects", 0, "winner"), 1),
        (("projects", 0, "choices"), [1.0]),
        (("ties", 0, "broken_by"), "age"),
        (("ties", 0, "projects"), ["001"]),
        (("ties", 0, "lots"), {"001": "AAAA"}),
        (("ties", 0, "lots"), {"001": None}),
        (("ties", 0, "lots"), []),
        (("counts", "invalid_reasons"), {"too-few": -1}),
        (("counts", "invalid_reasons"), []),
        (("election_id",), "AAAA"),
    ],
    ids=str,
)
def test_what_no_tally_says_is_refused(path: tuple[Any, ...], wrong: Any) -> None:
    value = json.loads(RAW)
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = wrong
    with pytest.raises(UrneError) as refusal:
        decode_tally(json.dumps(value).encode() if wrong == [1.0] else encode(value))
    assert refusal.value.code == ("not-canonical" if wrong == [1.0] else "bad-field")


@given(data=st.data())
def test_a_tally_with_a_byte_changed_is_never_another_way_to_write_one(
    data: st.DataObject,
) -> None:
    at = data.draw(st.integers(0, len(RAW) - 1))
    changed = RAW[:at] + data.draw(st.sampled_from([b"", b" ", b"0", b'"'])) + RAW[at + 1 :]
    try:
        assert encode_tally(decode_tally(changed)) == changed
    except UrneError:
        return


def test_cards_that_are_no_list_of_cards_are_refused() -> None:
    card = json.loads(encode_cards([Card("1", "t", "s", 5)]))[0]
    for value, error in (
        ({}, BadField),
        ([1], BadField),
        ([{**card, "more": 1}], BadField),
        ([{k: v for k, v in card.items() if k != "id"}], BadField),
        ([{**card, "cost_cents": -1}], BadField),
        ([{**card, "title": "t" * 10_001}], BadField),
    ):
        with pytest.raises(error):
            decode_cards(encode(value))
    with pytest.raises(NotCanonical):
        decode_cards(json.dumps([card]).encode())
    assert decode(encode_cards([])) == []
