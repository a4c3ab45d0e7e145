"""A person is signed off once: the same question gets the same answer, any other is refused."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from tests.flows.hooked import Crash, CrashAt, HookedPeople
from tests.flows.town import AFTER, CLOSES_AT, DESK, DURING, ONLINE, OPENS_AT, Town, fields_of

from urne.crypto.derive import commitment, person_key
from urne.errors import (
    AlreadySignedOff,
    BadEncoding,
    BlindedMessageInvalid,
    ChannelUnknown,
    Closed,
    Conflict,
    DeskCodeRefused,
    NotOpenYet,
    OutcomeUnknown,
    UrneError,
)
from urne.flows.enrol import Enrolled
from urne.store.base import SignOff
from urne.store.memory import MemorySignOffs

CODE = hashlib.sha256(b"ABCD-1234").digest()


def town_with(people: HookedPeople | MemorySignOffs | None = None) -> Town:
    return Town.new(people=[people or MemorySignOffs()])


def ask(town: Town, name: str = "ada", **changes: object) -> Enrolled:
    return town.ask(name, town.election.issuers[0], **changes)


def listed(town: Town) -> list[tuple[str, bytes]]:
    return list(town.people[0].commitments())


def test_who_is_signed_off_gets_a_credential_and_stands_in_the_list_once() -> None:
    town = town_with()
    answer = ask(town)
    town.voter("ada").credential(town.election.issuers[0], answer.blind_signature)
    nonce = town.voter("ada").request(town.election.issuers[0]).nonce
    assert listed(town) == [(ONLINE, commitment(answer.person_key, nonce))]


def test_the_voter_can_compute_their_own_line_of_the_list() -> None:
    """SHA-256(person key || nonce), the person key being an HMAC of the fields under the pepper."""
    town = town_with()
    answer = ask(town)
    pepper = town.keys.issuers[0].secrets.pepper
    assert answer.person_key == person_key(pepper, town.election.election_id, fields_of("ada"))


def test_the_same_question_gets_the_same_answer_and_nothing_more_is_stored() -> None:
    """A lost answer is asked for again; the mask of the exponentiation does not show in it."""
    town = town_with()
    first = ask(town)
    before = listed(town)
    assert ask(town, draw=lambda n: b"\7" * n) == first
    assert listed(town) == before


def test_another_nonce_with_the_same_question_does_not_change_the_list() -> None:
    """The first nonce stays: a list entered twice would hand out two lines for one person."""
    town = town_with()
    first, before = ask(town), listed(town)
    assert ask(town, nonce=b"n" * 32) == first
    assert listed(town) == before


def test_the_same_person_with_another_key_to_sign_is_refused() -> None:
    """Or one person would have as many voting keys as they like."""
    town = town_with()
    ask(town)
    other = town.voter("another seed").request(town.election.issuers[0])
    with pytest.raises(AlreadySignedOff):
        ask(town, blinded=other.blinded, nonce=other.nonce)
    assert len(listed(town)) == 1


def test_two_people_are_signed_off_apart() -> None:
    town = town_with()
    assert ask(town, "ada").person_key != ask(town, "bob").person_key
    assert len(listed(town)) == 2


def test_the_same_person_is_another_one_in_another_election() -> None:
    """Lists of two elections cannot be laid side by side."""
    first, second = town_with(), Town.new(title="Another")
    assert ask(first).person_key != ask(second).person_key


def test_who_voted_at_the_desk_is_refused_online_and_the_other_way_round() -> None:
    town = town_with()
    town.sign_off("ada")
    with pytest.raises(AlreadySignedOff):
        ask(town, "ada")
    ask(town, "bob")
    with pytest.raises(AlreadySignedOff):
        town.sign_off("bob")
    assert sorted(channel for channel, _ in listed(town)) == [ONLINE, DESK]


def test_nobody_is_signed_off_before_the_opening_or_after_the_close() -> None:
    town = town_with()
    for now, error in ((OPENS_AT - timedelta(seconds=1), NotOpenYet), (CLOSES_AT, Closed)):
        with pytest.raises(error):
            ask(town, now=now)
    assert listed(town) == []


def test_once_the_mark_is_there_no_signature_leaves_not_even_an_old_one() -> None:
    """The list is about to be read: whoever is not in it must hold nothing."""
    town = town_with()
    ask(town, "ada")
    town.people[0].put_closed()
    for name in ("ada", "bob"):
        with pytest.raises(Closed):
            ask(town, name)
    with pytest.raises(Closed):
        town.sign_off("eve")


def test_a_mark_put_between_write_and_answer_lets_nothing_leave() -> None:
    """The closer may already have read the list when the sign-off was written."""
    inner = MemorySignOffs()
    people = HookedPeople(inner)

    def close_after_writing(name: str, call, *about):  # type: ignore[no-untyped-def]
        found = call()
        if name == "sign_off":
            inner.put_closed()
        return found

    people.hook = close_after_writing
    with pytest.raises(Closed):
        ask(town_with(people))
    assert len(list(inner.commitments())) == 1


def test_a_crash_after_the_write_loses_nobody_their_vote() -> None:
    """They ask again with the same question and get the answer that is stored."""
    inner = MemorySignOffs()
    with pytest.raises(Crash):
        ask(town_with(HookedPeople(inner, CrashAt(0, after=True))))
    answer = ask(town_with(inner))
    assert len(answer.blind_signature) == 256
    assert len(list(inner.commitments())) == 1


@pytest.mark.parametrize(
    "blinded, error",
    [(b"", BlindedMessageInvalid), (b"\xff" * 256, BlindedMessageInvalid)]
    + [(bytes(n), BlindedMessageInvalid) for n in (255, 257)],
    ids=["nothing", "not below the modulus", "255 bytes", "257 bytes"],
)
def test_what_cannot_be_signed_stores_nothing(blinded: bytes, error: type[UrneError]) -> None:
    town = town_with()
    with pytest.raises(error):
        ask(town, blinded=blinded)
    assert listed(town) == []
    ask(town)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_nonce_of_another_length_stores_nothing(length: int) -> None:
    town = town_with()
    with pytest.raises(BadEncoding, match="nonce"):
        ask(town, nonce=bytes(length))
    assert listed(town) == []


@pytest.mark.parametrize("channel", ["", "web", DESK])
def test_a_channel_that_is_not_for_the_internet_stores_nothing(channel: str) -> None:
    """A sign-off in an unknown channel could never be published, and the vote never be closed."""
    town = town_with()
    with pytest.raises(ChannelUnknown):
        ask(town, channel=channel)
    assert listed(town) == []


# --- Desk codes ----------------------------------------------------------------------------------


def test_a_desk_code_is_used_up_once_and_not_by_who_is_signed_off_already() -> None:
    town = town_with()
    town.people[0].put_desk_code(CODE)
    with pytest.raises(DeskCodeRefused):
        ask(town, "ada", desk_code=b"x" * 32)
    assert listed(town) == []
    first = ask(town, "ada", desk_code=CODE)
    assert ask(town, "ada", desk_code=CODE) == first
    with pytest.raises(DeskCodeRefused):
        ask(town, "bob", desk_code=CODE)
    assert len(listed(town)) == 1


# --- The desk ------------------------------------------------------------------------------------


def test_the_desk_hands_out_one_paper_ballot_a_person() -> None:
    """The same slip may be printed again; with another one the person has had theirs."""
    town = town_with()
    town.sign_off("ada")
    town.sign_off("ada")
    with pytest.raises(AlreadySignedOff):
        town.sign_off("ada", slip="another")
    assert [channel for channel, _ in listed(town)] == [DESK]


def test_a_slips_nonce_does_not_open_the_online_door() -> None:
    """It is what the desk's record is matched by; sent as a blinded message it is refused."""
    town = town_with()
    town.sign_off("ada")
    with pytest.raises(AlreadySignedOff):
        ask(town, "ada", blinded=hashlib.sha256(b"slip of ada").digest())


def test_two_desks_at_once_hand_out_one_paper_ballot_between_them() -> None:
    """Both find nothing, both write: the one whose write is refused must not think it its own."""
    inner = MemorySignOffs()
    people = HookedPeople(inner)

    def the_other_desk_first(name: str, call, *about):  # type: ignore[no-untyped-def]
        if name == "sign_off":
            people.hook = plain
            Town.new(people=[inner]).sign_off("ada", slip="another")
        return call()

    def plain(name: str, call, *about):  # type: ignore[no-untyped-def]
        return call()

    people.hook = the_other_desk_first
    with pytest.raises(AlreadySignedOff):
        town_with(people).sign_off("ada")
    assert len(list(inner.commitments())) == 1


@pytest.mark.parametrize("channel", ["", "gare", ONLINE])
def test_a_desk_signs_off_only_at_a_place_with_paper(channel: str) -> None:
    town = town_with()
    with pytest.raises(ChannelUnknown):
        town.sign_off("ada", channel)
    assert listed(town) == []


# --- Writes that never succeed -------------------------------------------------------------------


class Unwilling(MemorySignOffs):
    """A store whose writes are refused though nothing is there, or never answered."""

    def __init__(self, error: UrneError) -> None:
        super().__init__()
        self.error = error

    def sign_off(
        self, sign_off: SignOff, commitment: bytes, desk_code: bytes | None = None
    ) -> None:
        raise self.error


@pytest.mark.parametrize("error", [Conflict("x"), OutcomeUnknown("x")], ids=lambda e: e.code)
def test_without_a_write_that_is_known_to_have_happened_nothing_leaves(error: UrneError) -> None:
    town = town_with(Unwilling(error))
    with pytest.raises(OutcomeUnknown):
        ask(town)
    with pytest.raises(OutcomeUnknown):
        town.sign_off("bob")


# --- What people may learn -----------------------------------------------------------------------


def test_no_refusal_repeats_anything_of_the_person() -> None:
    """Markers in every field, in key and in nonce; none of them in any message."""
    town = town_with()
    marker = "Zyxomma-Quirk-1988"
    nonce, blinded = marker.encode().ljust(32), marker.encode().ljust(256)
    fields = (f"{marker}-a", f"{marker}-b")
    ask(town, marker, fields=fields)
    for changes in (
        {"blinded": blinded, "nonce": nonce},
        {"nonce": nonce[:-1]},
        {"now": AFTER},
        {"now": OPENS_AT - timedelta(1)},
        {"channel": DESK},
        {"blinded": blinded[:-1], "fields": (marker, marker)},
        {"desk_code": nonce, "fields": (marker, "")},
    ):
        with pytest.raises(UrneError) as refusal:
            ask(town, marker, **{"fields": fields, "now": DURING, **changes})
        chain = f"{refusal.value} {refusal.value!r} {refusal.value.args}"
        assert marker not in chain
        assert "Zyx" not in chain
    key = person_key(town.keys.issuers[0].secrets.pepper, town.election.election_id, fields)
    assert key.hex() not in str(AlreadySignedOff())
