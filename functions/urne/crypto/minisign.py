"""Minisign's files, so that Debian's `minisign -V` verifies our tally without our code.

    public key   untrusted comment: …
                 base64("Ed" || key id, 8 bytes || Ed25519 key, 32 bytes)
    signature    untrusted comment: …
                 base64("ED" || key id || Ed25519 signature of BLAKE2b-512(file))
                 trusted comment: …
                 base64(Ed25519 signature of the signature above || trusted comment)

https://jedisct1.github.io/minisign/ (section "Signature format"); the prehashed form only.
The key id is the first 8 bytes of SHA-256(key): minisign draws it at random, but verifies any.
"""

from __future__ import annotations

import hashlib

from urne.canonical import from_base64, to_base64
from urne.crypto.sign import SigningKey, is_signed
from urne.errors import BadEncoding, NoteUnverified

_UNTRUSTED, _TRUSTED = "untrusted comment: ", "trusted comment: "
_KEY_ALGORITHM, _PREHASHED = b"Ed", b"ED"


def public_key_line(public: bytes) -> str:
    """Return the base64 line of a public key: what the manifest carries as `tally_key`."""
    return to_base64(_KEY_ALGORITHM + _key_id(public) + public)


def public_key_file(line: str) -> bytes:
    """Return the two-line file that `minisign -p` reads."""
    key_id = from_base64(line, 42)[2:10][::-1].hex().upper()
    return f"{_UNTRUSTED}minisign public key {key_id}\n{line}\n".encode()


def read_public_key_file(raw: bytes) -> str:
    """Return the base64 line of a public key file. Raises BadEncoding."""
    lines = _lines(raw, "minisign public key", 2)
    parse_public_key_line(lines[1])
    return lines[1]


def parse_public_key_line(line: str) -> bytes:
    """Return the 32-byte key of a base64 line. Raises BadEncoding."""
    raw = from_base64(line, 42)
    public = raw[10:]
    if raw[:2] != _KEY_ALGORITHM:
        raise BadEncoding("minisign public key", "its algorithm is not Ed")
    return public


def sign_file(
    key: SigningKey, content: bytes, trusted_comment: str, *, signer: str = "tally key"
) -> bytes:
    """Return the four-line signature file of a content; `signer` is what the key is called."""
    if "\n" in trusted_comment or "\r" in trusted_comment:
        raise BadEncoding("trusted comment", "it has a line break")
    signature = key.sign(hashlib.blake2b(content).digest())
    over_all = key.sign(signature + trusted_comment.encode())
    first = to_base64(_PREHASHED + _key_id(key.public) + signature)
    return (
        f"{_UNTRUSTED}signature of the {signer}\n{first}\n"
        f"{_TRUSTED}{trusted_comment}\n{to_base64(over_all)}\n"
    ).encode()


def verify_file(key_line: str, content: bytes, signature_file: bytes) -> str:
    """Return the trusted comment of a verified content. Raises BadEncoding, NoteUnverified."""
    key = from_base64(key_line, 42)
    public = parse_public_key_line(key_line)
    lines = _lines(signature_file, "minisign signature", 4)
    if not lines[2].startswith(_TRUSTED):
        raise BadEncoding("minisign signature", "its third line is no trusted comment")
    comment = lines[2].removeprefix(_TRUSTED)
    first, over_all = from_base64(lines[1], 74), from_base64(lines[3], 64)
    signature = first[10:]
    if first[:2] != _PREHASHED or first[2:10] != key[2:10]:
        raise NoteUnverified("minisign key")
    if not is_signed(public, hashlib.blake2b(content).digest(), signature):
        raise NoteUnverified("minisign key")
    if not is_signed(public, signature + comment.encode(), over_all):
        raise NoteUnverified("minisign key")
    return comment


def _key_id(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:8]


def _lines(raw: bytes, what: str, number: int) -> list[str]:
    try:
        lines = raw.decode("utf-8").split("\n")
    except UnicodeDecodeError as e:
        raise BadEncoding(what, "it is not UTF-8") from e
    if len(lines) != number + 1 or lines[-1] or not lines[0].startswith(_UNTRUSTED):
        raise BadEncoding(what, f"it is not {number} lines beginning with a comment")
    return lines[:-1]
