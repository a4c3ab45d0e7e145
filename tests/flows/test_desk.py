"""The desk hands out one paper ballot a person: old enough, in time, and never a second one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.flows.town import AFTER, DESK, DURING, ONLINE, OPENS_AT, Town

from urne.errors import (
    AlreadySignedOff,
    BadField,
    ChannelUnknown,
    Closed,
    NotEligible,
    NotOpenYet,
    UrneError,
)
from urne.flows.desk import DeskIssuer, Slip, asked_fields, hand_out_paper, person_of
from urne.model.election import Election

MARKER = "Xanthippe"
ADA = {"birthdate": "20000101", "birth_family_name": "ADA"}
NONCE = bytes(range(32))


def desk(town: Town, number: int = 0) -> DeskIssuer:
    keys = town.keys.issuers[number]
    return DeskIssuer(keys.id, keys.secrets.pepper, town.people[number])


def hand_out(town: Town, nonce: bytes = NONCE, **changes: object) -> Slip:
    told = {
        "election": town.election,
        "channel": DESK,
        "issuer": desk(town),
        "now": DURING,
        **changes,
    }
    return hand_out_paper(person_of(town.election, ADA), nonce=nonce, **told)  # type: ignore[arg-type]


def test_a_slip_leads_to_the_line_in_the_published_list() -> None:
    town = Town.new()
    slip = hand_out(town)
    assert slip.line == hashlib.sha256(slip.person_key + NONCE).digest()
    assert list(town.people[0].commitments()) == [(DESK, slip.line)]


def test_the_same_slip_comes_again_after_a_lost_answer_and_no_second_one() -> None:
    town = Town.new()
    assert hand_out(town) == hand_out(town)
    with pytest.raises(AlreadySignedOff):
        hand_out(town, bytes(32))


def test_who_was_signed_off_online_gets_no_paper_and_the_other_way_round() -> None:
    """However the desk spells them."""
    town = Town.new()
    town.enrol("ada")  # 2000-01-01, ada
    with pytest.raises(AlreadySignedOff):
        hand_out(town)
    other = Town.new()
    hand_out(other)
    with pytest.raises(AlreadySignedOff):
        other.enrol("ada")


@pytest.mark.parametrize(
    "changes, refusal",
    [
        ({"now": OPENS_AT - timedelta(seconds=1)}, NotOpenYet),
        ({"now": AFTER}, Closed),
        ({"channel": ONLINE}, ChannelUnknown),
        ({"channel": "gare"}, ChannelUnknown),
    ],
)
def test_each_refusal_has_its_code(changes: dict[str, Any], refusal: type[UrneError]) -> None:
    town = Town.new()
    with pytest.raises(refusal):
        hand_out(town, NONCE, **changes)
    assert list(town.people[0].commitments()) == []


def test_a_desk_that_comes_after_the_mark_hands_out_nothing() -> None:
    """Its clock may be behind the closer's."""
    town = Town.new()
    town.people[0].put_closed()
    with pytest.raises(Closed):
        hand_out(town)


def election(**changes: object) -> Election:
    rules = replace(Town.new().election.eligibility, **changes)  # type: ignore[arg-type]
    return replace(Town.new().election, eligibility=rules)


@pytest.mark.parametrize(
    "birthdate, reason",
    [("2003-06-02", "too-young"), ("2003", "birthdate-unclear"), ("2004", "too-young")],
)
def test_the_birth_date_is_checked_on_the_manifests_day(birthdate: str, reason: str) -> None:
    """16 on 1 June 2019."""
    with pytest.raises(NotEligible) as caught:
        person_of(election(), {**ADA, "birthdate": birthdate})
    assert caught.value.reason == reason
    assert person_of(election(), {**ADA, "birthdate": "2003-06-01"})[0] == "2003-06-01"


def test_the_birth_date_is_asked_for_where_the_age_counts() -> None:
    """And where it does not, a person is known by the manifest's fields alone."""
    named = replace(election(), person_fields=("birth_family_name",))
    assert asked_fields(named) == ("birth_family_name", "birthdate")
    assert person_of(named, ADA) == ("ada",)
    with pytest.raises(NotEligible):
        person_of(named, {**ADA, "birthdate": "2015-01-01"})
    ageless = replace(election(minimum_age=0), person_fields=("birth_family_name",))
    assert asked_fields(ageless) == ("birth_family_name",)
    assert person_of(ageless, {"birth_family_name": "Ada"}) == ("ada",)


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"birth_family_name": ""}, "birth_family_name"),
        ({"birth_family_name": MARKER * 60}, "birth_family_name"),
        ({"birthdate": f"{MARKER} 1980"}, "birthdate"),
        ({"birthdate": "29/02/1980"}, "birthdate"),
        ({"birthdate": ""}, "birthdate"),
    ],
)
def test_what_cannot_be_read_is_named_and_never_repeated(
    changes: dict[str, str], field: str
) -> None:
    with pytest.raises(BadField) as caught:
        person_of(election(), {**ADA, **changes})
    assert caught.value.field == field
    assert MARKER not in str(caught.value)
    assert "1980 " not in str(caught.value)


def test_secrets_of_a_desk_are_in_no_traceback() -> None:
    issuer = desk(Town.new())
    assert repr(issuer.pepper) not in repr(issuer)
