"""What is opened is frozen for ever, so what could not be held to its end is not opened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.flows.town import ORIGIN, Town, make_cards
from tests.flows.watched import WatchedFiles
from tests.stores.faulty import Fault, each_write_twice, faulty, in_order

from urne.crypto.minisign import public_key_line
from urne.crypto.sign import SigningKey
from urne.errors import BadField, LogForked, UrneError
from urne.flows.open import open_election
from urne.log.note import COSIGNATURE, ED25519, VerifierKey
from urne.model.card import decode_cards
from urne.model.election import Election, KeyHolder, decode_election
from urne.store.memory import MemoryLog

OTHER = SigningKey.from_seed(b"o" * 32)


def test_manifest_cards_and_keys_are_published_and_entry_0_names_the_manifest() -> None:
    town = Town.new()
    town.open()
    assert decode_election(town.files.read(town.path("election.json"))) == town.election
    assert decode_cards(town.files.read(town.path("cards.json"))) == town.cards
    assert town.files.read("keys/log.vkey").decode() == f"{town.election.log_key}\n"
    assert town.files.read("keys/tally.pub").decode().split("\n")[1] == town.election.tally_key
    assert town.entries() == [b"\x01" + town.election.election_id]


def test_opening_again_changes_nothing() -> None:
    town = Town.new()
    town.open()
    tree = town.tree()
    town.open()
    assert town.tree() == tree


def test_another_election_cannot_be_opened_under_the_same_edition() -> None:
    town = Town.new()
    town.open()
    for log in (MemoryLog(), town.log):
        other = Town.new(title="Another", files=town.files, log=log)
        with pytest.raises(LogForked):
            other.open()


def test_a_table_that_another_elections_entry_waits_in_is_not_used() -> None:
    """Its log would begin with the other one."""
    town = Town.new()
    town.open()
    other = Town.new(title="Another", log=town.log)
    with pytest.raises(LogForked, match="inbox"):
        other.open()


def test_the_list_of_logs_keys_grows_with_each_edition_whatever_happens_meanwhile() -> None:
    """Two editions opened at once, one of them with lost answers: both keys are on the list."""
    for faults in (each_write_twice(), in_order([Fault.LOST] * 6), in_order([Fault.UNSAVED] * 3)):
        files = WatchedFiles()
        Town.new(files=files).open()
        origin = "vote.example.org/elections/other-2020/log"
        log_key = str(VerifierKey(origin, ED25519, Town.new().keys.log.public))
        town = Town.new(
            edition="other-2020", origin=origin, log_key=log_key, files=faulty(files, faults)
        )
        town.witnesses = []
        town.open()
        assert files.read("keys/log.vkey").decode().split("\n") == [
            Town.new().election.log_key,
            log_key,
            "",
        ]


def test_a_second_town_cannot_exchange_the_tally_key() -> None:
    """Older results would then verify nowhere."""
    town = Town.new()
    town.open()
    key = public_key_line(OTHER.public)
    origin = "vote.example.org/elections/other-2020/log"
    other = Town.new(
        edition="other-2020",
        origin=origin,
        log_key=str(VerifierKey(origin, ED25519, town.keys.log.public)),
        tally_key=key,
        files=town.files,
    )
    before = town.tree()
    with pytest.raises(BadField, match="tally key of this town"):
        other.open()
    assert town.tree() == before
    assert town.election.tally_key in town.files.read("keys/tally.pub").decode()


def cards_changed(town: Town, **changes: Any) -> tuple[Any, ...]:
    first, *rest = town.cards
    return (replace(first, **changes), *rest)


@pytest.mark.parametrize(
    "change, why",
    [
        (lambda town: town.cards[:-1], "another number"),
        (lambda town: town.cards[::-1], "not the project at this place"),
        (lambda town: cards_changed(town, title="Another"), "not the card that was frozen"),
        (lambda town: cards_changed(town, summary="Another"), "not the card that was frozen"),
        (lambda town: cards_changed(town, cost_cents=1), "not the project at this place"),
    ],
    ids=["one missing", "another order", "title", "summary", "cost"],
)
def test_the_cards_must_be_those_that_the_manifest_has_frozen(change: Any, why: str) -> None:
    town = Town.new()
    with pytest.raises(UrneError, match=why):
        open_election(change(town), town.writer, town.log)
    assert town.tree() == {}


def unusable() -> dict[str, tuple[dict[str, Any], str]]:
    """Return changes to a manifest that Election lets through, and the code that refuses each."""
    e: Election = Town.new().election
    return {
        "another log key": (
            {"log_key": str(VerifierKey(ORIGIN, ED25519, OTHER.public))},
            "bad-field",
        ),
        "a log key of another name": (
            {"log_key": e.log_key.replace("vote", "note")},
            "bad-field",
        ),
        "no log key": ({"log_key": ""}, "bad-field"),
        "no tally key": ({"tally_key": ""}, "bad-encoding"),
        "a tally key of another kind": (
            {"tally_key": "AA" + public_key_line(OTHER.public)[2:]},
            "bad-encoding",
        ),
        "no policy": ({"witness_policy": ""}, "bad-encoding"),
        "a policy without its witness": ({"witness_policy": "quorum neighbour\n"}, "bad-encoding"),
        "a log as its own witness": (
            {
                "witness_policy": "witness a "
                + str(VerifierKey("a", ED25519, OTHER.public))
                + "\nquorum a\n"
            },
            "bad-encoding",
        ),
        "a trustee nobody can seal for": (
            {"trustees": (KeyHolder("one", bytes(32)),)},
            "bad-key",
        ),
        "a title too long to be read": ({"title": "t" * 10_001}, "bad-field"),
        "a short promise key": ({"promise_key": b"p" * 31}, "bad-field"),
        "an even modulus": (
            {"issuers": (replace(e.issuers[0], modulus=b"\xff" * 255 + b"\xfe"),)},
            "bad-field",
        ),
        "an interval below zero": ({"interval_seconds": -1}, "bad-field"),
        "a long currency": ({"currency": "EURO"}, "bad-field"),
        # What the result file could not say after the count.
        "a rank worth nothing": ({"points": (3, 2, 0)}, "bad-field"),
        "unusual points that nobody may use": (
            {"points": (5, 3, 1), "min_choices": 1},
            "bad-field",
        ),
        "no title": ({"title": ""}, "bad-input"),
        "no country": ({"pabulib": {}}, "bad-input"),
        "a currency in small letters": ({"currency": "eur"}, "bad-input"),
        "an impossible age": (
            {"eligibility": replace(e.eligibility, minimum_age=200)},
            "bad-field",
        ),
    }


@pytest.mark.parametrize("changes, code", unusable().values(), ids=unusable())
def test_a_manifest_that_nobody_could_use_is_not_opened(changes: dict[str, Any], code: str) -> None:
    """Nothing is published and nothing waits: it can be mended and opened then."""
    town = Town.new()
    town.election = replace(town.election, **changes)
    with pytest.raises(UrneError) as refusal:
        town.open()
    assert refusal.value.code == code
    assert town.tree() == {}
    assert list(town.log.lines("inbox")) == []


def test_cards_too_long_to_be_read_are_not_opened() -> None:
    cards = tuple(replace(card, summary="s" * 10_001) for card in make_cards([100]))
    town = Town.new(projects=1)
    town.cards = cards
    projects = tuple(
        replace(project, card_sha256=card.sha256)
        for project, card in zip(town.election.projects, cards, strict=True)
    )
    town.election = replace(town.election, projects=projects)
    with pytest.raises(UrneError, match="longer than 10000"):
        town.open()
    assert town.tree() == {}


def test_a_policy_with_a_real_witness_is_opened() -> None:
    key = VerifierKey("neighbour.example", COSIGNATURE, OTHER.public)
    town = Town.new(witness_policy=f"witness n {key}\nquorum n\n")
    assert town.open().size == 1
