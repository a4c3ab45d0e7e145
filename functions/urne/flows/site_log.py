"""The site's log: one entry for each time that a release became what the root serves.

Bringing back an older release is an entry too, so the last entry always states the current one.
All entries are public: a writer whose table knows fewer than are published takes those first, so
that a lost table, or another machine's, costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from urne.crypto.sign import SigningKey
from urne.errors import Conflict, LogForked, NotFound
from urne.flows.publish_log import publish_log
from urne.flows.read_log import LogReader
from urne.flows.sequence import assign_all, put_control
from urne.flows.witness import Witness
from urne.log.note import ED25519, VerifierKey
from urne.model.entry import Kind, encode_release, entry
from urne.store.base import INBOX, Head, Inbox, Line, LogTable, PublicFiles

FOLDER = "releases/log/"
VKEY = "keys/releases.vkey"


class SiteTable(LogTable, Inbox, Protocol):
    """The private side of the site's log: what waits, what has its place, how far it is signed."""


@dataclass(frozen=True, slots=True)
class SiteLog:
    """The site's log and everything needed to write it."""

    origin: str
    log: LogTable
    inbox: Inbox
    files: PublicFiles
    key: SigningKey
    witnesses: Sequence[Witness] = ()
    witness_policy: str = ""

    @property
    def vkey(self) -> VerifierKey:
        """Return the log's public key."""
        return VerifierKey(self.origin, ED25519, self.key.public)

    def path(self, name: str) -> str:
        """Return the public path of one of the log's files."""
        return FOLDER + name

    def read(self, name: str) -> bytes:
        """Return one of the log's published files."""
        return self.files.read(self.path(name))


def record(site_log: SiteLog, number: int, manifest_sha256: bytes) -> Head:
    """Return the head once the log's last entry states this release as the current one.

    May be repeated. Raises Conflict when somebody else records at the same time, and LogForked
    or LogCorrupt when what is published is not this log.
    """
    new = entry(Kind.RELEASE, encode_release(number, manifest_sha256))
    _catch_up(site_log)
    lines = _lines(site_log)
    last = site_log.inbox.get_entry(lines[-1].ref.key.decode()) if lines else None
    if last != new:
        _put(site_log, len(lines), new)
    _assign(site_log)
    return publish_log(site_log)


def open_log(vkey: VerifierKey, read: Callable[[str], bytes]) -> LogReader | None:
    """Return a reader of the published log, or None before its first entry."""
    try:
        return LogReader.open(vkey, lambda name: read(FOLDER + name))
    except NotFound:
        return None


def _catch_up(site_log: SiteLog) -> None:
    """Put entries that are published, and not in the table, into the table, in their places."""
    published = open_log(site_log.vkey, site_log.files.read)
    lines = _lines(site_log)
    if published is None or published.checkpoint.size <= len(lines):
        return
    entries = list(published.entries())
    for index, line in enumerate(lines):
        if site_log.inbox.get_entry(line.ref.key.decode()) != entries[index]:
            raise LogForked(site_log.path("checkpoint"))
    for index in range(len(lines), len(entries)):
        _put(site_log, index, entries[index])
    _assign(site_log)


def _lines(site_log: SiteLog) -> list[Line]:
    return sorted(site_log.log.lines(INBOX), key=lambda line: line.ref.key)


def _put(site_log: SiteLog, index: int, new: bytes) -> None:
    if put_control(site_log.inbox, f"publication/{index:06d}", new) != new:
        raise Conflict("The site's log")


def _assign(site_log: SiteLog) -> None:
    assign_all(site_log, [line.ref for line in _lines(site_log) if line.index is None])
