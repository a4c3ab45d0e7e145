"""The invented town's elections, counted by our own rule from invented rankings."""

from __future__ import annotations

import random
from collections import Counter

from urne.crypto.minisign import public_key_file, sign_file
from urne.flows.chance import SeededDraw
from urne.flows.content import EditionContent
from urne.flows.freeze import Terms, freeze
from urne.flows.keys import ElectionKeys, generate_keys
from urne.flows.paths import TALLY_KEY, election_path
from urne.model.card import encode_cards
from urne.model.election import INTERNET, PAPER, Election, encode_election
from urne.model.tally import ChannelTally, encode_tally
from urne.tally import count

VOTES, ON_PAPER = 2_440, 240


def keys() -> ElectionKeys:
    """Return the town's keys; one set serves all its elections here."""
    return generate_keys(SeededDraw("the keys of an invented town"))


def held(content: EditionContent, own: ElectionKeys) -> tuple[dict[str, bytes], dict[str, int]]:
    """Return the public files of an edition's election, log aside, and its winners with costs."""
    edition = content.edition
    calendar = edition.calendar
    origin = f"vote.example.org/elections/{edition.id}/log"
    terms = Terms(origin, edition.id, calendar.ballot_opens, calendar.ballot_closes, ())
    election, cards = freeze(content, own.public(origin), terms)
    tally = count(
        election, _rankings(election), channels=_channels(), invalid_reasons={}, lot_seed=bytes(128)
    )
    raw = encode_tally(tally)
    files = {
        "election.json": encode_election(election),
        "cards.json": encode_cards(cards),
        "tally.json": raw,
        "tally.json.minisig": sign_file(own.tally, raw, f"tally of {edition.id}"),
    }
    public = {election_path(edition.id, name): file for name, file in files.items()}
    winners = {p.id: p.cost_cents for p in tally.projects if p.winner}
    return public | {TALLY_KEY: public_key_file(election.tally_key)}, winners


def _rankings(election: Election) -> Counter[tuple[int, ...]]:
    chance = random.Random(election.edition)  # noqa: S311 - figures to measure with
    numbers = range(len(election.projects))
    return Counter(tuple(chance.sample(numbers, election.max_choices)) for _ in range(VOTES))


def _channels() -> tuple[ChannelTally, ...]:
    online = VOTES - ON_PAPER
    return (
        ChannelTally(INTERNET, INTERNET, online, online, online, 0, 0, online),
        ChannelTally(PAPER, PAPER, ON_PAPER, ON_PAPER, 0, 0, 0, ON_PAPER),
    )
