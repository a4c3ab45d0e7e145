"""Giving waiting entries their place in the log, batch by batch, so that time tells nothing.

Ballots are published in batches, sorted by leaf hash, once enough voting keys that are not yet in
the log wait (the schedule that calls this keeps the interval), and what is left at the close.
Control entries follow in the one order an election's log has:

    election ballot* sign-offs* paper* close reveal{t} tally
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from urne.errors import Conflict
from urne.flows.certain import certainly
from urne.flows.publish_log import AnyLogWriter, LogWriter, publish_log
from urne.log.merkle import leaf_hash
from urne.store.base import MAX_ASSIGNED, Head, Inbox, Line, Ref

ELECTION, CLOSE, TALLY = "election", "close", "tally"
SIGN_OFFS, PAPER, REVEAL = "sign-offs/", "paper/", "reveal/"


def sequence(writer: LogWriter) -> Head:
    """Return the head after publishing what may be published now.

    Raises Conflict when another sequencer is at work: leave it the work.
    """
    head = publish_log(writer)
    lines = {line.ref.key.decode(): line for line in writer.log.lines("inbox")}
    if ELECTION not in lines:
        return head
    if head.next == 0:
        head = _assign(writer, head, [lines[ELECTION].ref])
    if not _is_closing(lines.values()):
        _assign(writer, head, ballots_due(writer, writer.election.batch_minimum))
    elif lines.get(CLOSE) and lines[CLOSE].index is not None:
        _assign(writer, head, _after_close(writer, lines))
    return publish_log(writer)


def ballots_due(writer: LogWriter, minimum: int) -> list[Ref]:
    """Return the waiting ballots sorted by leaf hash, if `minimum` new voting keys wait."""
    lines = list(writer.log.lines("ballots"))
    logged = {line.ref.key[:32] for line in lines if line.index is not None}
    waiting = [line.ref for line in lines if line.index is None]
    new_keys = {ref.key[:32] for ref in waiting} - logged
    if len(new_keys) < minimum:
        return []
    return sorted(waiting, key=lambda ref: ref.leaf_hash)


def assign_all(writer: AnyLogWriter, refs: Sequence[Ref]) -> Head:
    """Return the head after giving these entries the next places, in this order."""
    return _assign(writer, writer.log.head(), refs)


def put_control(inbox: Inbox, name: str, entry: bytes) -> bytes:
    """Return the entry that stands in the inbox under a name: this one, or an earlier one."""
    return certainly(lambda: inbox.put_entry(name, entry, leaf_hash(entry)))


def _assign(writer: AnyLogWriter, head: Head, refs: Sequence[Ref]) -> Head:
    """Assign in batches of 98 from the head that was read before the entries were.

    Had another writer been at work since, the head would have moved and nothing is assigned.
    """
    first = head.next
    for at in range(0, len(refs), MAX_ASSIGNED):
        batch = refs[at : at + MAX_ASSIGNED]
        _assign_batch(writer, first, batch)
        first += len(batch)
    return writer.log.head() if refs else head


def _assign_batch(writer: AnyLogWriter, first: int, batch: Sequence[Ref]) -> None:
    def write() -> None:
        try:
            writer.log.assign(first, batch)
        except Conflict:
            if writer.log.batch(first) != tuple(batch):
                raise

    certainly(write)


def _is_closing(lines: Iterable[Line]) -> bool:
    return any(line.index is not None and line.ref.key != ELECTION.encode() for line in lines)


def _after_close(writer: LogWriter, lines: dict[str, Line]) -> list[Ref]:
    """Return the reveals, in trustee order and only as far as they are there, then the tally."""
    names = [f"{REVEAL}{at:03d}" for at in range(len(writer.election.trustees))]
    due: list[Ref] = []
    for name in [*names, TALLY]:
        if name not in lines:
            break
        if lines[name].index is None:
            due.append(lines[name].ref)
    return due
