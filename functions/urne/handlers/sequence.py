"""On a schedule: give waiting ballots their place in the log and publish it."""

from __future__ import annotations

from functools import cache

from aws_lambda_powertools.logging import Logger

from urne.errors import Conflict
from urne.flows.publish_log import LogWriter
from urne.flows.sequence import sequence
from urne.flows.witness import web_witnesses
from urne.handlers import wiring
from urne.handlers.http import Event
from urne.store.web import WebFetch

_logger = Logger(service="sequence")


def handler(event: Event, context: object) -> dict[str, int]:
    """Return the log's size; another sequencer at work is no failure."""
    del event, context
    writer = _log_writer()
    try:
        head = sequence(writer)
    except Conflict:
        _logger.info("sequence: another writer is at work")
        head = writer.log.head()
    _logger.info("sequence: size %s, assigned %s", head.size, head.next)
    return {"size": head.size, "assigned": head.next}


@cache
def _log_writer() -> LogWriter:
    """Return the election's log with its key and its witnesses."""
    election = wiring.election()
    return LogWriter(
        election,
        wiring.log_table(),
        wiring.files(),
        wiring.signing_key("log"),
        web_witnesses(election.witness_policy, WebFetch()),
    )
