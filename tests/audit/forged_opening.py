"""Forged manifests, cards and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.audit.forger import Draft, Files
from tests.audit.forgeries import Brought, forgery
from tests.audit.small_town import hold, with_two_issuers
from tests.flows.town import ORIGIN

from urne.canonical import decode, encode
from urne.crypto.minisign import public_key_file, public_key_line
from urne.crypto.sign import SigningKey
from urne.flows.audit import GivenKeys
from urne.flows.audit.checks import (
    CARDS,
    KEYS,
    MANIFEST,
)
from urne.log.note import ED25519, VerifierKey
from urne.model.card import encode_cards
from urne.model.election import encode_election
from urne.model.entry import Kind, entry

STRANGER = SigningKey.from_seed(b"somebody else's key of 32 bytes.")


def json_change(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    """Return a change of a file's JSON as a change of its canonical bytes."""

    def changed(raw: bytes) -> bytes:
        value: Any = decode(raw)
        change(value)
        return encode(value)

    return changed


# election.json ----------------------------------------------------------------------------------


@forgery(MANIFEST, "is not this election.json's")
def altered_title(draft: Draft) -> None:
    draft.edit("election.json", json_change(lambda value: value.update(title="Another vote")))


@forgery(MANIFEST, "is not this election.json's")
def altered_cost(draft: Draft) -> None:
    draft.edit(
        "election.json", json_change(lambda value: value["projects"][0].update(cost_cents=1))
    )


@forgery(MANIFEST, "is not this election.json's")
def altered_log_key(draft: Draft) -> None:
    key = str(VerifierKey(ORIGIN, ED25519, STRANGER.public))
    draft.edit("election.json", json_change(lambda value: value.update(log_key=key)))


@forgery(MANIFEST, "is not this election.json's")
def of_the_same_town_with_another_issuer(draft: Draft) -> None:
    draft.edit("election.json", lambda raw: encode_election(with_two_issuers().election))


@forgery(MANIFEST, "canonical")
def with_a_space(draft: Draft) -> None:
    draft.edit("election.json", lambda raw: raw.replace(b":", b": ", 1))


@forgery(MANIFEST, "canonical")
def with_a_newline_behind(draft: Draft) -> None:
    draft.edit("election.json", lambda raw: raw + b"\n")


@forgery(MANIFEST, "is not known")
def with_a_field_more(draft: Draft) -> None:
    draft.edit("election.json", json_change(lambda value: value.update(mayor="me")))


@forgery(MANIFEST, "is missing")
def without_a_field(draft: Draft) -> None:
    draft.edit("election.json", json_change(lambda value: value.pop("max_revisions")))


@forgery(MANIFEST, "canonical")
def cut_short(draft: Draft) -> None:
    draft.edit("election.json", lambda raw: raw[:-1])


@forgery(MANIFEST, "There is no")
def missing(draft: Draft) -> None:
    draft.remove("election.json")


@forgery(MANIFEST, "is not this election.json's")
def log_of_another_election(draft: Draft) -> None:
    draft.replace(0, entry(Kind.ELECTION, with_two_issuers().election.election_id))


@forgery(MANIFEST, "is not this election.json's")
def first_entry_with_a_byte_more(draft: Draft) -> None:
    draft.replace(0, draft.raw(Kind.ELECTION) + b"\x00")


@forgery(MANIFEST, "is not this election.json's")
def log_without_its_first_entry(draft: Draft) -> None:
    del draft.log[0]


@forgery(MANIFEST, "the log is empty")
def empty_log(draft: Draft) -> None:
    draft.log.clear()


@forgery(MANIFEST, "it is of")
def another_edition_s_tree(draft: Draft) -> None:
    election = hold(edition="grandeville-2019", origin="x.example/elections/grandeville-2019/log")
    draft.edit("election.json", lambda raw: encode_election(election.election))


# cards.json -------------------------------------------------------------------------------------


@forgery(CARDS, "is not the card that was frozen")
def another_title(draft: Draft) -> None:
    draft.edit("cards.json", json_change(lambda value: value[2].update(title="Something else")))


@forgery(CARDS, "is not the card that was frozen")
def another_summary(draft: Draft) -> None:
    draft.edit("cards.json", json_change(lambda value: value[0].update(summary="")))


@forgery(CARDS, "is not the project at this place")
def another_cost(draft: Draft) -> None:
    draft.edit("cards.json", json_change(lambda value: value[0].update(cost_cents=1)))


@forgery(CARDS, "another number of cards")
def one_dropped(draft: Draft) -> None:
    draft.edit("cards.json", json_change(list.pop))


@forgery(CARDS, "is not the project at this place")
def two_swapped(draft: Draft) -> None:
    draft.edit("cards.json", lambda raw: encode_cards(draft.town.cards[::-1]))


@forgery(CARDS, "canonical")
def not_canonical(draft: Draft) -> None:
    draft.edit("cards.json", lambda raw: raw.replace(b",", b", ", 1))


@forgery(CARDS, "There is no", name="missing")
def cards_missing(draft: Draft) -> None:
    draft.remove("cards.json")


# keys -------------------------------------------------------------------------------------------


def put(path: str, raw: bytes) -> Callable[[Files], None]:
    """Return a change that puts a file in place."""
    return lambda files: files.update({path: raw})


@forgery(KEYS, "the published log key is not the manifest's")
def another_log_key(draft: Draft) -> None:
    key = VerifierKey(ORIGIN, ED25519, STRANGER.public)
    draft.files.append(put("keys/log.vkey", f"{key}\n".encode()))


@forgery(KEYS, "the published tally key is not the manifest's")
def another_tally_key(draft: Draft) -> None:
    raw = public_key_file(public_key_line(STRANGER.public))
    draft.files.append(put("keys/tally.pub", raw))


@forgery(KEYS, "the published tally key: This is no valid")
def no_tally_key(draft: Draft) -> None:
    draft.files.append(put("keys/tally.pub", b"untrusted comment: none\nRWQ\n"))


@forgery(KEYS, "its last line does not end")
def list_of_log_keys_cut_short(draft: Draft) -> None:
    draft.files.append(put("keys/log.vkey", draft.town.election.log_key.encode()))


@forgery(KEYS, "its id is not that of its name and key")
def another_log_s_key_altered(draft: Draft) -> None:
    other = str(VerifierKey(f"other.{ORIGIN}", ED25519, STRANGER.public)).replace("+", "+0", 1)
    draft.files.append(put("keys/log.vkey", f"{draft.town.election.log_key}\n{other}\n".encode()))


@forgery(KEYS, "the published log key: There is no")
def log_key_missing(draft: Draft) -> None:
    draft.files.append(lambda files: files.__delitem__("keys/log.vkey"))


@forgery(KEYS, "the manifest's log key is not the one given")
def not_the_log_key_given(draft: Draft) -> Brought:
    return Brought(given=GivenKeys(log_key=str(VerifierKey(ORIGIN, ED25519, STRANGER.public))))


@forgery(KEYS, "the manifest's tally key is not the one given")
def not_the_tally_key_given(draft: Draft) -> Brought:
    return Brought(given=GivenKeys(tally_key=public_key_line(STRANGER.public)))
