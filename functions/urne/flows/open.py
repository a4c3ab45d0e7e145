"""Opening an election: the manifest, the cards and the keys are published, entry 0 waits.

What is opened is frozen for ever, so it is first read back as everyone else will read it.
"""

from __future__ import annotations

from urne.crypto.minisign import parse_public_key_line, public_key_file
from urne.crypto.seal import KEY_BYTES, clamp, seal
from urne.errors import BadField, Conflict, LogForked, OutcomeUnknown
from urne.flows.certain import TRIES
from urne.flows.paths import LOG_KEY, TALLY_KEY, election_path
from urne.flows.publish_log import LogWriter, put_immutable
from urne.flows.recount import Recount
from urne.flows.result_file import result_file
from urne.flows.sequence import ELECTION, put_control, sequence
from urne.log.note import ED25519, VerifierKey
from urne.log.policy import parse_policy
from urne.model.card import Card, decode_cards, encode_cards
from urne.model.election import Election, decode_election, encode_election
from urne.model.entry import Kind, entry
from urne.store.base import Head, Inbox, PublicFiles


def open_election(cards: tuple[Card, ...], writer: LogWriter, inbox: Inbox) -> Head:
    """Return the head of the election's new log, entry 0 published.

    Raises BadField if the cards are not those of the manifest, BadField, BadEncoding, BadInput
    or BadKey if the manifest cannot be used, LogForked if another election was opened under this
    edition.
    """
    election = writer.election
    require_cards(election, cards)
    _require_usable(writer, cards)
    _publish_tally_key(writer.files, election)
    for name, raw in (
        ("election.json", encode_election(election)),
        ("cards.json", encode_cards(cards)),
    ):
        put_immutable(writer.files, election_path(election.edition, name), raw)
    _add_log_key(writer.files, election)
    first = entry(Kind.ELECTION, election.election_id)
    if put_control(inbox, ELECTION, first) != first:
        raise LogForked("the election in the inbox")
    return sequence(writer)


def _publish_tally_key(files: PublicFiles, election: Election) -> None:
    """Publish the town's tally key. Raises BadField if another is published.

    A town keeps one tally key: with another, nobody could tell its older results from forged
    ones.
    """
    try:
        put_immutable(files, TALLY_KEY, public_key_file(election.tally_key))
    except LogForked as e:
        raise BadField("election.json", "tally_key", "is not the tally key of this town") from e


def _add_log_key(files: PublicFiles, election: Election) -> None:
    """Add the log's key to the list of the town's logs, whoever else adds to it meanwhile."""
    for _ in range(TRIES):
        found = files.read_version(LOG_KEY)
        lines = found[0].decode().splitlines() if found else []
        if election.log_key in lines:
            return
        text = "".join(f"{line}\n" for line in [*lines, election.log_key])
        try:
            files.replace(LOG_KEY, text.encode(), found[1] if found else None)
        except (Conflict, OutcomeUnknown):
            continue
        return
    raise OutcomeUnknown(LOG_KEY)


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
    _require_countable(election, cards)


def _require_countable(election: Election, cards: tuple[Card, ...]) -> None:
    """Raise BadInput unless the result of this election can be written as a Pabulib file.

    A count of one ballot is tried: title, currency, country and ids all have to suit the format,
    and after the close it would be too late to change them. The format also tells the points of
    a rank by the ballots that use it, unless they are n to 1.
    """
    usual = tuple(range(election.max_choices, 0, -1))
    if min(election.points) < 1:
        raise BadField("election.json", "points", "has a rank that is worth nothing")
    if election.points != usual and election.min_choices < election.max_choices:
        raise BadField("election.json", "points", "must fall by one where choices may be left out")
    recount = Recount(election)
    recount.add_ballot(bytes(KEY_BYTES), 0, tuple(range(election.min_choices)))
    tally = recount.tally({}, bytes(KEY_BYTES), [bytes(KEY_BYTES)] * len(election.trustees))
    result_file(election, cards, tally, recount.rankings())


def require_cards(election: Election, cards: tuple[Card, ...]) -> None:
    """Raise BadField unless the cards are exactly those the manifest has frozen."""
    if len(cards) != len(election.projects):
        raise BadField("cards.json", "(all)", "has another number of cards than the ballot")
    for card, project in zip(cards, election.projects, strict=True):
        if (card.id, card.cost_cents) != (project.id, project.cost_cents):
            raise BadField("cards.json", card.id, "is not the project at this place of the ballot")
        if card.sha256 != project.card_sha256:
            raise BadField("cards.json", card.id, "is not the card that was frozen")
