"""From assigned entries to published files: integrate, sign, cosign, publish, in that order.

A crash, a race or a late writer anywhere repeats identical bytes: indices never change once
assigned, files are written only where none is, and the checkpoint never goes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from urne.crypto.sign import SigningKey
from urne.errors import (
    Conflict,
    LogForked,
    NoteUnverified,
    NotFound,
    OutcomeUnknown,
    ProofInvalid,
    WitnessBehind,
)
from urne.flows.certain import TRIES, certainly
from urne.flows.paths import log_path
from urne.flows.witness import Witness
from urne.log.append import load_edge
from urne.log.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from urne.log.merkle import consistency_proof
from urne.log.nodes import node_reader
from urne.log.note import Note, Signature, decode_note
from urne.model.election import Election
from urne.store.base import Head, LogTable, PublicFiles


@dataclass(frozen=True, slots=True)
class LogWriter:
    """One election's log and everything needed to write it."""

    election: Election
    log: LogTable
    files: PublicFiles
    key: SigningKey
    witnesses: Sequence[Witness] = ()

    def path(self, name: str) -> str:
        """Return the public path of one of the log's files."""
        return log_path(self.election.edition, name)

    def read(self, name: str) -> bytes:
        """Return one of the log's published files."""
        return self.files.read(self.path(name))


def publish_log(writer: LogWriter) -> Head:
    """Return the head once all that is assigned is published under a signed checkpoint.

    Raises LogCorrupt or LogForked: then stop and call the administrator.
    """
    head = _integrate(writer)
    if head.size:
        _publish_checkpoint(writer, head)
    return head


def _integrate(writer: LogWriter) -> Head:
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
        note = sign_checkpoint(Checkpoint(writer.election.origin, edge.size, edge.root), writer.key)
        new = Head(head.next, edge.size, edge.root, note.encode())
        try:
            writer.log.advance(head, new)
        except (Conflict, OutcomeUnknown):
            continue
    return writer.log.head()


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


def _publish_checkpoint(writer: LogWriter, head: Head) -> None:
    """Put the cosigned checkpoint in place unless a larger one, or as good a one, is there."""
    path = writer.path("checkpoint")
    for _ in range(TRIES):
        found = writer.files.read_version(path)
        published = decode_note(found[0]) if found else None
        size = parse_checkpoint(published.text).size if published else 0
        if size > head.size or (published and size == head.size and _is_whole(writer, published)):
            return
        note = decode_note(head.note)
        note = note.with_signatures(_cosignatures(writer, size, note, head.size))
        if published and note.encode() == published.encode():
            return
        try:
            writer.files.replace(path, note.encode(), found[1] if found else None)
        except (Conflict, OutcomeUnknown):
            continue
        return
    raise OutcomeUnknown(path)


def _is_whole(writer: LogWriter, note: Note) -> bool:
    return len(note.signatures) > len(writer.witnesses)


def _cosignatures(
    writer: LogWriter, published_size: int, note: Note, size: int
) -> Iterator[Signature]:
    """Yield what the witnesses answer; a silent or refusing one does not block the log."""
    node = node_reader(size, writer.read)
    for witness in writer.witnesses:
        old_size = published_size
        for _ in range(TRIES):
            try:
                proof = consistency_proof(old_size, size, node)
                yield from witness.add_checkpoint(old_size, proof, note.encode())
                break
            except WitnessBehind as e:
                if e.size > size or e.size == old_size:
                    break
                old_size = e.size
            except (OutcomeUnknown, NoteUnverified, ProofInvalid):
                break


def put_certainly(files: PublicFiles, path: str, raw: bytes) -> None:
    """Write a file that may change, whatever was there; the last writer wins."""
    for _ in range(TRIES):
        found = certainly(lambda: files.read_version(path))
        if found and found[0] == raw:
            return
        try:
            files.replace(path, raw, found[1] if found else None)
        except (Conflict, OutcomeUnknown):
            continue
        return
    raise OutcomeUnknown(path)
