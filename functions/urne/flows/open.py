"""Opening an election: the manifest, the cards and the keys are published, entry 0 waits."""

from __future__ import annotations

from urne.crypto.minisign import public_key_file
from urne.errors import BadField
from urne.flows.paths import LOG_KEY, TALLY_KEY, election_path
from urne.flows.publish_log import LogWriter, put_certainly, put_immutable
from urne.flows.sequence import ELECTION, put_control, sequence
from urne.model.card import Card, encode_cards
from urne.model.election import Election, encode_election
from urne.model.entry import Kind, entry
from urne.store.base import Head, Inbox


def open_election(cards: tuple[Card, ...], writer: LogWriter, inbox: Inbox) -> Head:
    """Return the head of the election's new log, entry 0 published.

    Raises BadField if the cards are not those of the manifest, LogForked if another election
    was opened under this edition.
    """
    election = writer.election
    require_cards(election, cards)
    for name, raw in (
        ("election.json", encode_election(election)),
        ("cards.json", encode_cards(cards)),
    ):
        put_immutable(writer.files, election_path(election.edition, name), raw)
    put_certainly(writer.files, LOG_KEY, f"{election.log_key}\n".encode())
    put_certainly(writer.files, TALLY_KEY, public_key_file(election.tally_key))
    put_control(inbox, ELECTION, entry(Kind.ELECTION, election.election_id))
    return sequence(writer)


def require_cards(election: Election, cards: tuple[Card, ...]) -> None:
    """Raise BadField unless the cards are exactly those the manifest has frozen."""
    if len(cards) != len(election.projects):
        raise BadField("cards.json", "(all)", "has another number of cards than the ballot")
    for card, project in zip(cards, election.projects, strict=True):
        if (card.id, card.cost_cents) != (project.id, project.cost_cents):
            raise BadField("cards.json", card.id, "is not the project at this place of the ballot")
        if card.sha256 != project.card_sha256:
            raise BadField("cards.json", card.id, "is not the card that was frozen")
