"""From assigned entries to published files: integrate, sign, cosign, publish, in that order.

A crash, a race or a late writer anywhere repeats identical bytes: indices never change once
assigned, files are written only where none is, and the checkpoint never goes back. A table put
back from a backup would grow another log: nothing is signed that does not agree with the
checkpoint in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from urne.crypto.sign import SigningKey
from urne.errors import (
    BadEncoding,
    Conflict,
    LogForked,
    NoteUnverified,
    NotFound,
    OutcomeUnknown,
    ProofInvalid,
    WitnessBehind,
)
from urne.flows.certain import TRIES
from urne.flows.paths import log_path
from urne.flows.witness import Witness
from urne.log.append import load_edge
from urne.log.checkpoint import Checkpoint, is_cosigned, sign_checkpoint, verify_checkpoint
from urne.log.merkle import consistency_proof, range_root
from urne.log.nodes import node_reader
from urne.log.note import ED25519, Note, Signature, VerifierKey, decode_note
from urne.log.policy import parse_policy
from urne.model.election import Election
from urne.store.base import Head, LogTable, PublicFiles


class AnyLogWriter(Protocol):
    """A log and everything needed to write it: an election's, or the site's."""

    @property
    def origin(self) -> str: ...
    @property
    def witness_policy(self) -> str: ...
    @property
    def log(self) -> LogTable: ...
    @property
    def files(self) -> PublicFiles: ...
    @property
    def key(self) -> SigningKey: ...
    @property
    def witnesses(self) -> Sequence[Witness]: ...
    def path(self, name: str) -> str: ...
    def read(self, name: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class LogWriter:
    """One election's log and everything needed to write it."""

    election: Election
    log: LogTable
    files: PublicFiles
    key: SigningKey
    witnesses: Sequence[Witness] = ()

    @property
    def origin(self) -> str:
        """Return the log's origin, which is also the name of its key."""
        return self.election.origin

    @property
    def witness_policy(self) -> str:
        """Return the policy that names the witnesses."""
        return self.election.witness_policy

    def path(self, name: str) -> str:
        """Return the public path of one of the log's files."""
        return log_path(self.election.edition, name)

    def read(self, name: str) -> bytes:
        """Return one of the log's published files."""
        return self.files.read(self.path(name))


def publish_log(writer: AnyLogWriter) -> Head:
    """Return the head once all that is assigned is published under a signed checkpoint.

    Raises LogCorrupt or LogForked: then stop and call the administrator. OutcomeUnknown or
    Conflict: what is left will be done by whoever publishes next.
    """
    head = _integrate(writer)
    if head.size:
        _publish_checkpoint(writer, head)
    return head


def _integrate(writer: AnyLogWriter) -> Head:
    """Write the files of all assigned batches, sign, and move the head; return it."""
    for _ in range(TRIES):
        head = writer.log.head()
        if head.size == head.next:
            return head
        edge = load_edge(head.size, head.root, writer.read)
        for name, raw in edge.append(_assigned(writer.log, head)):
            put_immutable(writer.files, writer.path(name), raw)
        if edge.size == head.size:
            return head
        grown = Checkpoint(writer.origin, edge.size, edge.root)
        _published(writer, grown)
        new = Head(head.next, edge.size, edge.root, sign_checkpoint(grown, writer.key).encode())
        try:
            writer.log.advance(head, new)
        except (Conflict, OutcomeUnknown):
            continue
    head = writer.log.head()
    if head.size != head.next:
        raise OutcomeUnknown("the log's head")
    return head


def _assigned(log: LogTable, head: Head) -> Iterator[bytes]:
    """Yield the entries from the published size on; stop at a gap."""
    first = head.size
    while first < head.next and (batch := log.batch(first)):
        yield from log.read(batch)
        first += len(batch)


def put_immutable(files: PublicFiles, path: str, raw: bytes) -> None:
    """Write a file that never changes. Raises LogForked if other bytes are there."""
    for _ in range(TRIES):
        try:
            files.put_new(path, raw)
        except (Conflict, OutcomeUnknown):
            if _stands(files, path, raw):
                return
        else:
            return
    raise OutcomeUnknown(path)


def _stands(files: PublicFiles, path: str, raw: bytes) -> bool:
    """Return whether a file is there; raises LogForked if it is, with other bytes."""
    try:
        found = files.read(path)
    except NotFound:
        return False
    if found != raw:
        raise LogForked(path)
    return True


def _publish_checkpoint(writer: AnyLogWriter, head: Head) -> None:
    """Put the cosigned checkpoint in place unless a larger one, or as good a one, is there."""
    path = writer.path("checkpoint")
    ours = Checkpoint(writer.origin, head.size, head.root)
    for _ in range(TRIES):
        found = _published(writer, ours)
        if found and found.size > head.size:
            return
        # What witnesses have already said of this size stays, whoever answers today.
        note = found.note if found and found.size == head.size else decode_note(head.note)
        note = _cosigned(writer, note, found.size if found else 0, head.size)
        if found and note == found.note:
            return
        try:
            writer.files.replace(path, note.encode(), found.version if found else None)
        except (Conflict, OutcomeUnknown):
            continue
        return
    raise OutcomeUnknown(path)


@dataclass(frozen=True, slots=True)
class _Published:
    """The checkpoint in place: its note, its size, and the version of the file."""

    note: Note
    size: int
    version: str


def _published(writer: AnyLogWriter, ours: Checkpoint) -> _Published | None:
    """Return the checkpoint in place, if any, after comparing it with ours.

    Raises LogForked unless one of the two logs begins with the other.
    """
    path = writer.path("checkpoint")
    found = writer.files.read_version(path)
    if found is None:
        return None
    key = VerifierKey(writer.origin, ED25519, writer.key.public)
    try:
        theirs = verify_checkpoint(found[0], key)
    except (BadEncoding, NoteUnverified) as e:
        raise LogForked(path) from e
    old, new = sorted((ours, theirs), key=lambda checkpoint: checkpoint.size)
    node = node_reader(new.size, writer.read)
    if old.root != (new.root if old.size == new.size else range_root(0, old.size, node)):
        raise LogForked(path)
    return _Published(decode_note(found[0]), theirs.size, found[1])


def _cosigned(writer: AnyLogWriter, note: Note, old_size: int, size: int) -> Note:
    """Return the note with one cosignature of each witness that the manifest's policy names.

    Nobody is asked once all have cosigned. What else a witness answers is dropped: it could make
    the checkpoint longer than anyone reads, or take another witness's place.
    """
    if not writer.witnesses:
        return note
    keys = [witness.key for witness in parse_policy(writer.witness_policy).witnesses]
    for witness in writer.witnesses:
        missing = [key for key in keys if not note.signatures_of(key)]
        if not missing:
            break
        for line in _ask(writer, witness, note, old_size, size):
            one = Note(note.text, (line,))
            missing = [key for key in missing if not note.signatures_of(key)]
            if any(is_cosigned(one, key) for key in missing):
                note = note.with_signatures([line])
    return note


def _ask(
    writer: AnyLogWriter, witness: Witness, note: Note, old_size: int, size: int
) -> Sequence[Signature]:
    """Return what a witness answers; a silent or refusing one does not block the log."""
    node = node_reader(size, writer.read)
    for _ in range(TRIES):
        proof = consistency_proof(old_size, size, node)
        try:
            return witness.add_checkpoint(old_size, proof, note.encode())
        except WitnessBehind as e:
            if e.size > size or e.size == old_size:
                break
            old_size = e.size
        except (BadEncoding, OutcomeUnknown, NoteUnverified, ProofInvalid):
            break
    return ()
