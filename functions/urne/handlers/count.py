"""Invoked once all trustees' keys are in the log: count, sign and publish."""

from __future__ import annotations

from aws_lambda_powertools.logging import Logger

from urne.flows.count import count
from urne.flows.paths import election_path, log_path
from urne.flows.read_log import LogReader
from urne.handlers import wiring
from urne.handlers.http import Event
from urne.log.note import parse_vkey
from urne.model.card import decode_cards

_logger = Logger(service="count")


def handler(event: Event, context: object) -> dict[str, int]:
    """Return how many ballots and sheets were counted. Raises CountRefused if it is too early."""
    del event, context
    election, files = wiring.election(), wiring.files()
    reader = LogReader.open(
        parse_vkey(election.log_key), lambda name: files.read(log_path(election.edition, name))
    )
    tally = count(
        election,
        decode_cards(files.read(election_path(election.edition, "cards.json"))),
        reader,
        files=files,
        inbox=wiring.inbox(),
        key=wiring.signing_key("tally"),
    )
    _logger.info("count: %s counted", tally.counted)
    return {"counted": tally.counted}
