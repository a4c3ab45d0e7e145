"""Who may vote: birth dates at the edge, residence in each of its ways, one spelling a person."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sign_in.world import ELECTION, POSTAL_CODE, World, forge, saying, without

from urne.canonical import encode
from urne.errors import BadField, BadKey, NotCanonical, NotEligible
from urne.flows.eligibility import (
    HashedRegister,
    age_on,
    register_line,
    require_age,
    standing,
)
from urne.flows.session import VOTE, require_session, required_code
from urne.model.identity import Identity, Standing, decode_identity, encode_identity
from urne.model.person import normalise, normalise_name, read_birthdate
from urne.store.memory import MemoryRegister

VECTORS = Path(__file__).parent.parent / "vectors"
RULES = ELECTION.eligibility
SALT = bytes(range(16))
ALICE = ("1980-02-29", "exemple a", "residente")

Vector = Mapping[str, Any]


def vectors(name: str) -> list[Vector]:
    found: list[Vector] = json.loads((VECTORS / name).read_text())["vectors"]
    return found


def reason_of(error: BaseException) -> str:
    assert isinstance(error, NotEligible)
    return error.reason


@pytest.mark.parametrize("vector", vectors("person-fields.json"), ids=lambda v: v["about"])
def test_one_spelling(vector: Vector) -> None:
    """Each person field has one normal form, or is refused with its reason."""
    if "refusal" not in vector:
        assert normalise(vector["field"], vector["text"]) == vector["normal"]
        return
    with pytest.raises(NotEligible) as caught:
        normalise(vector["field"], vector["text"])
    assert caught.value.reason == vector["refusal"]


@given(st.text())
def test_normal_forms_are_normal(text: str) -> None:
    """What is normal stays as it is, and capitals make no difference."""
    normal = normalise_name(text)
    assert normalise_name(normal) == normal
    assert normal == normal.strip()
    assert "  " not in normal


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèàçœ -'"))
def test_capitals_make_no_difference(text: str) -> None:
    """A provider that writes in capitals states the same person."""
    assert normalise_name(text.upper()) == normalise_name(text)


@pytest.mark.parametrize("vector", vectors("age.json"), ids=lambda v: v["about"])
def test_age_at_the_edge(vector: Vector) -> None:
    """Old enough, too young, or refused because what is not stated decides."""
    rules = replace(
        RULES, minimum_age=vector["minimum_age"], age_on=date.fromisoformat(vector["age_on"])
    )
    try:
        require_age(rules, read_birthdate(vector["birthdate"]))
        reason = None
    except NotEligible as e:
        reason = e.reason
    assert reason == vector["refusal"]


@given(st.dates(), st.dates())
def test_age_grows_once_a_year(born: date, day: date) -> None:
    """A day's age is the years between, less one before the birthday."""
    age = age_on(day, born)
    years = day.year - born.year
    assert age in (years - 1, years)
    assert (age == years) == ((day.month, day.day) >= (born.month, born.day))


@pytest.mark.parametrize(
    "ways, postal_code, registered, expected",
    [
        (("address",), POSTAL_CODE, False, Standing("address")),
        (("address",), "92 500", False, Standing("address")),
        (("address",), "75001", False, "not-resident"),
        (("address",), None, False, "no-address"),
        (("address", "register"), "75001", True, Standing("register")),
        (("address", "register"), None, True, Standing("register")),
        (("address", "register"), None, False, "no-address"),
        (("address", "register"), "75001", False, "not-resident"),
        (("register",), POSTAL_CODE, False, "not-resident"),
        (("register",), POSTAL_CODE, True, Standing("register")),
        (("address", "code"), None, False, Standing("code", "no-address")),
        (("address", "code"), "75001", False, Standing("code", "not-resident")),
        (("code",), POSTAL_CODE, False, Standing("code", "no-address")),
        (("address", "register", "code"), POSTAL_CODE, True, Standing("address")),
        (("address", "register", "code"), None, True, Standing("register")),
        (("register",), None, False, "no-address"),
        (("address", "register", "code"), None, False, Standing("code", "no-address")),
        (("address", "register", "code"), "75001", False, Standing("code", "not-resident")),
    ],
)
def test_residence(
    ways: tuple[str, ...], postal_code: str | None, registered: bool, expected: Standing | str
) -> None:
    """The address first, then the register, then the desk; only the ways of the manifest."""
    rules = replace(RULES, residence=ways)
    register = HashedRegister(
        SALT, MemoryRegister([register_line(SALT, ALICE)] if registered else [])
    )
    try:
        found: Standing | str = standing(rules, ALICE, postal_code, register)
    except NotEligible as e:
        found = e.reason
    assert found == expected


def test_a_register_that_is_not_there() -> None:
    """Without a register nothing is concluded from it."""
    rules = replace(RULES, residence=("address", "register"))
    with pytest.raises(NotEligible) as caught:
        standing(rules, ALICE, None, None)
    assert caught.value.reason == "no-address"


def test_a_register_is_salted() -> None:
    """Another salt knows nobody, and a short one is refused."""
    lines = MemoryRegister([register_line(SALT, ALICE)])
    assert HashedRegister(SALT, lines).has(ALICE)
    assert not HashedRegister(bytes(16), lines).has(ALICE)
    assert register_line(SALT, ("ab", "c")) != register_line(SALT, ("a", "bc"))
    with pytest.raises(BadKey):
        register_line(bytes(15), ALICE)


@pytest.mark.parametrize(
    "resident, reason",
    [
        ("minor", "too-young"),
        ("elsewhere", "not-resident"),
        ("no-address", "no-address"),
        ("weak", "assurance-too-low"),
    ],
)
def test_each_invented_resident_who_may_not_vote(resident: str, reason: str) -> None:
    """Each way out of the demonstration ends with its own reason and nothing stored."""
    assert reason_of(World().refusal(resident)) == reason


@pytest.mark.parametrize("resident", ["resident-a", "resident-b", "resident-c", "voter-999999"])
def test_each_invented_resident_who_may(resident: str) -> None:
    """The others get a session."""
    assert World().sign_in(resident).cookie


def test_a_resident_of_the_register() -> None:
    """Someone without an address in the e-ID is found in the register."""
    fields = ("1969-10-01", "exemple f", "habitant")
    world = World(register=HashedRegister(SALT, MemoryRegister([register_line(SALT, fields)])))
    cookie = world.sign_in("no-address").cookie
    identity = require_session(cookie, VOTE, world.sessions, election=ELECTION, now=world.now)
    assert identity.standing == Standing("register")
    assert required_code(identity, b"code") is None


def test_a_code_from_the_desk() -> None:
    """Where the desk gives codes, someone without an address signs in and must bring one."""
    rules = replace(RULES, residence=("address", "code"))
    world = World(election=replace(ELECTION, eligibility=rules))
    cookie = world.sign_in("no-address").cookie
    identity = require_session(cookie, VOTE, world.sessions, election=world.election, now=world.now)
    assert required_code(identity, b"code") == b"code"
    with pytest.raises(NotEligible) as caught:
        required_code(identity, None)
    assert caught.value.reason == "no-address"


@pytest.mark.parametrize(
    "claim, reason",
    [
        ("birthdate", "birthdate-unclear"),
        ("family_name", "identity-incomplete"),
        ("given_name", "identity-incomplete"),
        ("address", "no-address"),
    ],
)
def test_a_claim_that_is_missing_or_odd(claim: str, reason: str) -> None:
    """A claim that is missing, empty or of another type is no claim."""
    for change in (without(claim), saying(**{claim: ""}), saying(**{claim: 7})):
        world = World()
        forge(world).change_userinfo = change
        assert reason_of(world.refusal()) == reason


def test_an_election_open_to_every_age() -> None:
    """Without a least age the birth date is still one of the person fields."""
    rules = replace(RULES, minimum_age=0)
    world = World(election=replace(ELECTION, eligibility=rules))
    assert world.sign_in("minor").cookie


def test_a_session_reads_as_it_was_written() -> None:
    """The payload decodes to the same identity, and only its own encoding does."""
    identity = Identity(bytes(32), "internet", Standing("code", "no-address"), ALICE)
    raw = encode_identity(identity)
    assert decode_identity(raw) == identity
    with pytest.raises(NotCanonical):
        decode_identity(raw + b" ")
    changes: list[dict[str, Any]] = [
        {"residence": "friend"},
        {"residence": "friend", "without": ""},
        {"without": ""},
        {"fields": []},
        {"channel": 7},
    ]
    for changed in changes:
        value = {**json.loads(raw), **changed}
        with pytest.raises(BadField):
            decode_identity(encode(value))
