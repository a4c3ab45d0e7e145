"""Checkpoints: what a log commits to, signed by it and cosigned by witnesses.

C2SP tlog-checkpoint: the note text is three lines, origin, size and base64(root), without
extension lines.
C2SP tlog-cosignature, type 0x04: 8-byte POSIX time || Ed25519 signature of
the lines `cosignature/v1` and `time <seconds>` and the note text.
"""

from __future__ import annotations

from dataclasses import dataclass

from urne.canonical import from_base64, parse_decimal, to_base64
from urne.crypto.sign import SIGNATURE_BYTES, SigningKey, is_signed
from urne.errors import BadEncoding, NoteUnverified
from urne.log.note import (
    COSIGNATURE,
    Note,
    Signature,
    VerifierKey,
    decode_note,
    sign_note,
    verify_note,
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's state: origin, number of entries, 32-byte root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the note text."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint of a note text. Raises BadEncoding."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise BadEncoding("checkpoint", "it is not three lines")
    origin, size, root = lines[:3]
    if not origin:
        raise BadEncoding("checkpoint", "it has no origin")
    return Checkpoint(origin, parse_decimal(size), from_base64(root, 32))


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """Return the checkpoint as a note signed by its log; the key's name is the origin."""
    return sign_note(checkpoint.text, checkpoint.origin, key)


def verify_checkpoint(raw: bytes, key: VerifierKey) -> Checkpoint:
    """Return the checkpoint of a note signed by this log key, whose name is the origin.

    Raises BadEncoding or NoteUnverified.
    """
    note = decode_note(raw)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != key.name:
        raise NoteUnverified(key.name)
    verify_note(note, key)
    return checkpoint


def cosign(text: str, name: str, key: SigningKey, posix_time: int) -> Signature:
    """Return a witness's cosignature of a checkpoint's text at a POSIX time in seconds."""
    signature = key.sign(_cosigned(text, posix_time))
    signer = VerifierKey(name, COSIGNATURE, key.public)
    return Signature(name, signer.id, posix_time.to_bytes(8, "big") + signature)


def is_cosigned(note: Note, key: VerifierKey) -> bool:
    """Return whether a note carries a valid cosignature of this witness."""
    return key.type == COSIGNATURE and any(
        len(raw) == 8 + SIGNATURE_BYTES
        and is_signed(key.key, _cosigned(note.text, int.from_bytes(raw[:8], "big")), raw[8:])
        for raw in note.signatures_of(key)
    )


def _cosigned(text: str, posix_time: int) -> bytes:
    return f"cosignature/v1\ntime {posix_time}\n{text}".encode()
