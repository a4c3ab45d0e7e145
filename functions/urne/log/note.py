"""Signed notes: C2SP signed-note, the envelope of every checkpoint.

A note is text ending in a newline, an empty line, then signature lines, each ended by a newline:

    — <name> <base64(key id, 4 bytes || signature)>

The dash is U+2014. A verifier key (vkey) is `<name>+<key id in hex>+<base64(type || key)>`;
key id = SHA-256(name || 0x0A || type || key)[:4]. Type 0x01 is Ed25519 over the text; type 0x04 is
a timestamped cosignature, see checkpoint.py. The specification's own example of a vkey:

    example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from urne.canonical import from_base64, to_base64
from urne.crypto.sign import KEY_BYTES, SigningKey, is_signed
from urne.errors import BadEncoding, NoteUnverified

ED25519, COSIGNATURE = 0x01, 0x04
MAX_BYTES = 1_000_000
MAX_SIGNATURES = 100

_DASH = "\u2014 "


def is_name(name: str) -> bool:
    """Return whether a key may have this name: not empty, no Unicode space, no plus."""
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named public key; `type` is one of ED25519 or COSIGNATURE, `key` is 32 bytes."""

    name: str
    type: int
    key: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise BadEncoding("verifier key", "its name is empty or has a space or a plus")
        if self.type not in (ED25519, COSIGNATURE) or len(self.key) != KEY_BYTES:
            raise BadEncoding("verifier key", "it is no Ed25519 key of a type we know")

    @property
    def id(self) -> bytes:
        """Return the 4-byte key id."""
        material = self.name.encode() + b"\n" + bytes([self.type]) + self.key
        return hashlib.sha256(material).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(bytes([self.type]) + self.key)}"


def parse_vkey(text: str) -> VerifierKey:
    """Return the key of a vkey. Raises BadEncoding."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise BadEncoding("verifier key", "it is not name+id+key")
    raw = from_base64(parts[2], 1 + KEY_BYTES)
    key = VerifierKey(parts[0], raw[0], raw[1:])
    if str(key) != text:
        raise BadEncoding("verifier key", "its id is not that of its name and key")
    return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who, under which key id, and the bytes after the id."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures, none of them verified yet."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Return the note's bytes."""
        return (self.text + "\n" + "".join(str(s) for s in self.signatures)).encode()

    def signatures_of(self, key: VerifierKey) -> list[bytes]:
        """Return the signature bytes of each line naming this key."""
        return [s.signature for s in self.signatures if (s.name, s.key_id) == (key.name, key.id)]

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """Return the note with further signatures, each at most once."""
        new = [s for s in more if s not in self.signatures]
        return Note(self.text, (*self.signatures, *new))


def decode_note(raw: bytes) -> Note:
    """Return the note of its bytes, signatures unverified. Raises BadEncoding."""
    if len(raw) > MAX_BYTES:
        raise BadEncoding("signed note", "it is too long")
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError as e:
        raise BadEncoding("signed note", "it is not UTF-8") from e
    if any(ord(c) < 0x20 and c != "\n" for c in whole):
        raise BadEncoding("signed note", "it has control characters")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise BadEncoding("signed note", "it has no signatures after an empty line")
    signatures = tuple(_signature(line) for line in lines.split("\n")[:-1])
    if len(signatures) > MAX_SIGNATURES:
        raise BadEncoding("signed note", "it has too many signatures")
    return Note(text + "\n", signatures)


def signature_lines(raw: bytes) -> tuple[Signature, ...]:
    """Return bare signature lines, as a witness answers them. Raises BadEncoding."""
    note = decode_note(b"-\n\n" + raw)
    if note.text != "-\n":
        raise BadEncoding("signed note", "there is more than signature lines")
    return note.signatures


def sign_note(text: str, name: str, key: SigningKey) -> Note:
    """Return a text signed with an Ed25519 key under a name."""
    if not text.endswith("\n"):
        raise BadEncoding("signed note", "its text does not end with a newline")
    signer = VerifierKey(name, ED25519, key.public)
    return Note(text, (Signature(name, signer.id, key.sign(text.encode())),))


def verify_note(note: Note, key: VerifierKey) -> None:
    """Raise NoteUnverified unless the note carries a valid Ed25519 signature of this key."""
    found = note.signatures_of(key)
    message = note.text.encode()
    if key.type != ED25519 or not found:
        raise NoteUnverified(key.name)
    if not all(is_signed(key.key, message, signature) for signature in found):
        raise NoteUnverified(key.name)


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not is_name(name):
        raise BadEncoding("signed note", "a line after the empty one is no signature")
    raw = from_base64(encoded)
    if len(raw) < 5:
        raise BadEncoding("signed note", "a signature is too short")
    return Signature(name, raw[:4], raw[4:])
