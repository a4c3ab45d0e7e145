"""Opening an election: the manifest, the cards and the keys are published, entry 0 waits.

What is opened is frozen for ever, so it is first read back as everyone else will read it.
"""

from __future__ import annotations

from urne.crypto.minisign import parse_public_key_line, public_key_file
from urne.crypto.seal import KEY_BYTES, clamp, seal
from urne.errors import BadField, LogForked
from urne.flows.paths import LOG_KEY, TALLY_KEY, election_path
from urne.flows.publish_log import LogWriter, put_immutable
from urne.flows.sequence import ELECTION, put_control, sequence
from urne.log.note import ED25519, VerifierKey
from urne.log.policy import parse_policy
from urne.model.card import Card, decode_cards, encode_cards
from urne.model.election import Election, decode_election, encode_election
from urne.model.entry import Kind, entry
from urne.store.base import Head, Inbox, PublicFiles


def open_election(cards: tuple[Card, ...], writer: LogWriter, inbox: Inbox) -> Head:
    """Return the head of the election's new log, entry 0 published.

    Raises BadField if the cards are not those of the manifest, BadField, BadEncoding or BadKey if
    the manifest cannot be used, LogForked if another election was opened under this edition.
    """
    election = writer.election
    require_cards(election, cards)
    _require_usable(writer, cards)
    for name, raw in (
        ("election.json", encode_election(election)),
        ("cards.json", encode_cards(cards)),
    ):
        put_immutable(writer.files, election_path(election.edition, name), raw)
    _publish_keys(writer.files, election)
    first = entry(Kind.ELECTION, election.election_id)
    if put_control(inbox, ELECTION, first) != first:
        raise LogForked("the election in the inbox")
    return sequence(writer)


def _publish_keys(files: PublicFiles, election: Election) -> None:
    """Add the log's key to the list of the town's logs, and publish the town's tally key.

    A town keeps one tally key: with another, nobody could tell its older results from forged
    ones. Raises BadField if another is published.
    """
    try:
        put_immutable(files, TALLY_KEY, public_key_file(election.tally_key))
    except LogForked as e:
        raise BadField("election.json", "tally_key", "is not the tally key of this town") from e
    found = files.read_version(LOG_KEY)
    lines = found[0].decode().splitlines() if found else []
    if election.log_key not in lines:
        text = "".join(f"{line}\n" for line in [*lines, election.log_key])
        files.replace(LOG_KEY, text.encode(), found[1] if found else None)


def _require_usable(writer: LogWriter, cards: tuple[Card, ...]) -> None:
    """Raise unless an election can be held to its end with this manifest."""
    election = writer.election
    decode_election(encode_election(election))
    decode_cards(encode_cards(cards))
    if election.log_key != str(VerifierKey(election.origin, ED25519, writer.key.public)):
        raise BadField("election.json", "log_key", "is not the key that this log is signed with")
    parse_public_key_line(election.tally_key)
    parse_policy(election.witness_policy)
    seal(
        b"", [t.key for t in election.trustees], [clamp(bytes(KEY_BYTES))] * len(election.trustees)
    )


def require_cards(election: Election, cards: tuple[Card, ...]) -> None:
    """Raise BadField unless the cards are exactly those the manifest has frozen."""
    if len(cards) != len(election.projects):
        raise BadField("cards.json", "(all)", "has another number of cards than the ballot")
    for card, project in zip(cards, election.projects, strict=True):
        if (card.id, card.cost_cents) != (project.id, project.cost_cents):
            raise BadField("cards.json", card.id, "is not the project at this place of the ballot")
        if card.sha256 != project.card_sha256:
            raise BadField("cards.json", card.id, "is not the card that was frozen")
