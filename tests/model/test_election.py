"""A manifest that contradicts itself, or says more or less than it must, cannot exist."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flows.town import CLOSES_AT, OPENS_AT, keys_of, make_cards, make_election

from urne.canonical import encode
from urne.errors import BadField, Closed, NotCanonical, NotOpenYet, UrneError
from urne.model.election import (
    INTERNET,
    PAPER,
    Channel,
    Election,
    Eligibility,
    KeyHolder,
    Provider,
    decode_election,
    encode_election,
)

CARDS = make_cards([100, 200, 300])
KEYS = keys_of(2, 3)
DEMO = Provider("demo", "http://127.0.0.1:8003", "eidas2")
E = make_election(CARDS, KEYS, title="Égalité \u2028 \U0001f600", providers=(DEMO,))
RAW = encode_election(E)
JSON: dict[str, Any] = json.loads(RAW)
HOLDER = KeyHolder("one", b"k" * 32)


def test_a_manifest_is_read_back_and_named_by_its_hash() -> None:
    assert decode_election(RAW) == E
    assert E.election_id == hashlib.sha256(RAW).digest() == decode_election(RAW).election_id


@given(
    title=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    budget=st.integers(0, 2**53 - 1),
    points=st.lists(st.integers(0, 1_000_000), min_size=1, max_size=8),
    seconds=st.integers(1, 10**8),
    over=st.sampled_from(["skip", "stop"]),
)
def test_every_manifest_is_read_back(
    title: str, budget: int, points: list[int], seconds: int, over: str
) -> None:
    election = make_election(
        CARDS,
        KEYS,
        points,
        title=title,
        budget_cents=budget,
        closes_at=OPENS_AT + timedelta(seconds=seconds),
        over_budget=over,
    )
    assert decode_election(encode_election(election)) == election


@pytest.mark.parametrize("name", [f.name for f in fields(Election) if f.init])
def test_every_field_is_in_the_hash(name: str) -> None:
    """Two elections that differ anywhere have two names: nothing can be changed later."""
    assert name in JSON
    changes: dict[str, Any] = {
        "edition": "other-2019",
        "closes_at": CLOSES_AT + timedelta(seconds=1),
        "opens_at": OPENS_AT + timedelta(seconds=1),
        "points": (3, 2, 2),
        "projects": E.projects[::-1],
        "over_budget": "stop",
        "person_fields": ("birthdate",),
        "eligibility": replace(E.eligibility, minimum_age=17),
        "providers": (),
        "channels": E.channels[::-1],
        "issuers": E.issuers[::-1],
        "trustees": E.trustees[::-1],
        "clerks": E.clerks[::-1],
        "promise_key": b"p" * 32,
        "pabulib": {},
        "max_choices": None,
    }
    if name == "edition":
        other = replace(E, edition="other-2019", origin="vote.example.org/elections/other-2019/log")
    elif name == "origin":
        other = replace(E, origin="other.example/elections/petiteville-2019/log")
    elif name == "max_choices":
        other = replace(E, max_choices=2, points=(3, 2))
    elif name in changes:
        other = replace(E, **{name: changes[name]})
    else:
        old: Any = getattr(E, name)
        changed: Any = old + 1 if isinstance(old, int) else f"{old}x"
        other = replace(E, **{name: changed})
    assert other.election_id != E.election_id


@pytest.mark.parametrize("name", JSON)
def test_a_missing_field_is_refused_by_name(name: str) -> None:
    with pytest.raises(BadField) as refusal:
        decode_election(encode({k: v for k, v in JSON.items() if k != name}))
    assert (refusal.value.where, refusal.value.field) == ("election.json", name)
    assert refusal.value.why == "is missing"


def test_an_unknown_field_is_refused_by_name() -> None:
    with pytest.raises(BadField, match="'colour' is not known"):
        decode_election(encode({**JSON, "colour": "blue"}))


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("wrong", [None, True, [None], {"?": [None]}, -1], ids=repr)
def test_a_field_of_another_kind_is_refused(name: str, wrong: Any) -> None:
    with pytest.raises(BadField):
        decode_election(encode({**JSON, name: wrong}))


INNER = [
    (outer, name)
    for outer in ("projects", "providers", "channels", "issuers", "trustees", "clerks")
    for name in JSON[outer][0]
]


@pytest.mark.parametrize("outer, name", INNER)
def test_inner_fields_are_checked_too(outer: str, name: str) -> None:
    first = JSON[outer][0]
    for changed, why in (
        ({k: v for k, v in first.items() if k != name}, f"{name!r} is missing"),
        ({**first, "colour": 1}, "'colour' is not known"),
        ({**first, name: None}, name),
    ):
        with pytest.raises(BadField, match=why) as refusal:
            decode_election(encode({**JSON, outer: [changed, *JSON[outer][1:]]}))
        assert refusal.value.where == f"election.json, {outer}"


@pytest.mark.parametrize(
    "field, value, why",
    [
        ("minimum_age", 151, "not between"),
        ("minimum_age", -1, "not between"),
        ("age_on", "2019-6-1", "no date"),
        ("age_on", "20190601", "no date"),
        ("age_on", "2019-06-31", "no date"),
        ("age_on", "2019-W22-6", "no date"),
        ("residence", [], "0 items"),
        ("residence", ["postcard"], "something other"),
        ("postal_codes", [92500], "not text"),
    ],
)
def test_eligibility_is_checked(field: str, value: Any, why: str) -> None:
    with pytest.raises(BadField, match=why) as refusal:
        decode_election(encode({**JSON, "eligibility": {**JSON["eligibility"], field: value}}))
    assert refusal.value.field == field


def test_other_bytes_for_the_same_manifest_are_refused() -> None:
    for raw in (RAW + b"\n", json.dumps(JSON, indent=1).encode(), RAW.replace(b":", b": ", 1)):
        with pytest.raises(NotCanonical):
            decode_election(raw)


@pytest.mark.parametrize(
    "field, value",
    [
        ("version", 2),
        ("version", 0),
        ("tie_rule", "lot"),
        ("currency", "EURO"),
        ("opens_at", "2019-06-01"),
        ("opens_at", "2019-06-01T08:00:00+02:00"),
        ("promise_key", "AAAA"),
        ("max_revisions", 2**32),
        ("batch_minimum", 0),
        ("interval_seconds", -1),
    ],
)
def test_values_out_of_range_are_refused(field: str, value: Any) -> None:
    with pytest.raises(BadField) as refusal:
        decode_election(encode({**JSON, field: value}))
    assert refusal.value.field == field


def test_a_modulus_that_is_no_odd_number_of_2048_bits_is_refused() -> None:
    for modulus in (b"\x7f" + b"\xff" * 255, b"\xff" * 255 + b"\xfe"):
        issuer = replace(E.issuers[0], modulus=modulus)
        with pytest.raises(BadField, match="2048 bits"):
            decode_election(encode_election(replace(E, issuers=(issuer,))))


NET, BOX = Channel("net", INTERNET), Channel("box", PAPER)


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"edition": ""}, "edition"),
        ({"edition": "Rueil"}, "edition"),
        ({"edition": "rueil_2019"}, "edition"),
        ({"edition": "../2019"}, "edition"),
        ({"edition": "rueil-"}, "edition"),
        ({"edition": "other-2019"}, "origin"),
        ({"origin": "vote.example.org/log"}, "origin"),
        ({"origin": f"https://{E.origin}"}, "origin"),
        ({"origin": f"vote example/{E.origin}"}, "origin"),
        ({"closes_at": OPENS_AT}, "closes_at"),
        ({"max_choices": 0, "points": ()}, "max_choices"),
        ({"max_choices": 9, "points": (1,) * 9}, "max_choices"),
        ({"min_choices": 0}, "min_choices"),
        ({"min_choices": 4}, "min_choices"),
        ({"points": (3, 2)}, "points"),
        ({"points": (3, 2, -1)}, "points"),
        ({"points": (1_000_001, 2, 1)}, "points"),
        ({"projects": ()}, "projects"),
        ({"projects": E.projects[:2], "min_choices": 3}, "projects"),
        ({"projects": E.projects[:1] * 2}, "projects"),
        ({"over_budget": "borrow"}, "over_budget"),
        ({"max_revisions": 0}, "max_revisions"),
        ({"budget_cents": -1}, "budget_cents"),
        ({"person_fields": ()}, "person_fields"),
        ({"issuers": ()}, "issuers"),
        ({"issuers": E.issuers[:1] * 2}, "issuers"),
        ({"issuers": (E.issuers[0], replace(E.issuers[0], id="two"))}, "issuers"),
        ({"issuers": (replace(E.issuers[0], id="a/b"),)}, "issuers"),
        ({"trustees": ()}, "trustees"),
        ({"trustees": (HOLDER, HOLDER)}, "trustees"),
        ({"trustees": (HOLDER, replace(HOLDER, id="two"))}, "trustees"),
        ({"trustees": tuple(KeyHolder(f"t{n}", bytes([n]) * 32) for n in range(33))}, "trustees"),
        ({"trustees": (KeyHolder("T", b"k" * 32),)}, "trustees"),
        ({"clerks": ()}, "clerks"),
        ({"clerks": E.clerks[:1]}, "clerks"),
        ({"clerks": (HOLDER, HOLDER)}, "clerks"),
        ({"clerks": (HOLDER, replace(HOLDER, id="two"))}, "clerks"),
        ({"channels": ()}, "channels"),
        ({"channels": (BOX,)}, "channels"),
        ({"channels": (NET, Channel("two", INTERNET))}, "channels"),
        ({"channels": (NET, Channel("net", PAPER))}, "channels"),
        ({"channels": (NET, Channel("a/b", PAPER))}, "channels"),
        ({"channels": (NET, Channel("", PAPER))}, "channels"),
        ({"channels": (NET, Channel("x" * 65, PAPER))}, "channels"),
        ({"channels": (NET, *[Channel(f"b{n}", PAPER) for n in range(256)])}, "channels"),
        ({"providers": (Provider("a", "b", "c"),) * 2}, "providers"),
    ],
    ids=lambda v: v if isinstance(v, str) else ",".join(v),
)
def test_a_manifest_that_contradicts_itself_cannot_be_made(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadField) as refusal:
        replace(E, **changes)
    assert (refusal.value.where, refusal.value.field) == ("election.json", field)


def test_without_paper_no_clerk_is_needed() -> None:
    assert replace(E, channels=(NET,), clerks=()).channel("net") == NET


def test_an_eligibility_of_any_legal_kind_is_read_back() -> None:
    for proofs in (("address",), ("code", "register"), ("address", "register", "code")):
        rules = Eligibility(0, date(1, 1, 1), proofs, ())
        assert decode_election(encode_election(replace(E, eligibility=rules))).eligibility == rules


# --- Open and closed ------------------------------------------------------------------------------


def test_votes_are_taken_from_the_opening_instant_to_the_second_before_the_closing() -> None:
    second = timedelta(seconds=1)
    E.require_open(OPENS_AT)
    E.require_open(CLOSES_AT - second)
    with pytest.raises(NotOpenYet, match="2019-06-01T06:00:00Z"):
        E.require_open(OPENS_AT - second)
    with pytest.raises(Closed, match="2019-06-15T06:00:00Z"):
        E.require_open(CLOSES_AT)


def test_a_ballot_has_the_length_that_follows_from_issuers_and_trustees() -> None:
    """1 + 32 + 32 + 4, 256 an issuer, 32 and 48 a trustee, 64."""
    assert E.ballot_size == 1 + 32 + 32 + 4 + 2 * 256 + (32 + 3 * 48) + 64
    assert E.sealed_size == 32 + 3 * 48


def test_the_largest_ballot_there_may_be_fits_into_an_entry() -> None:
    issuers = tuple(
        replace(E.issuers[0], id=f"i{n}", modulus=bytes([128 + n]) * 255 + b"\1") for n in range(32)
    )
    trustees = tuple(KeyHolder(f"t{n}", bytes([n]) * 32) for n in range(32))
    assert replace(E, issuers=issuers, trustees=trustees).ballot_size < 65_535


def test_no_refusal_of_a_manifest_is_anything_but_ours() -> None:
    """A hostile election.json of any JSON is refused with a sentence, never a traceback."""
    for raw in (b"", b"[]", b"{}", b"null", b'{"version":1}', RAW[:-1], b"\xff"):
        with pytest.raises(UrneError):
            decode_election(raw)
