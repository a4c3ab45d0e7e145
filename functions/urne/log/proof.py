"""Proof files: C2SP tlog-proof, one entry's place in a log as a file to keep.

c2sp.org/tlog-proof@v1
[extra <base64>]
index <number>
<base64 hash>...

<the checkpoint, verbatim>
"""

from __future__ import annotations

from dataclasses import dataclass

from urne.canonical import from_base64, parse_decimal, to_base64
from urne.errors import BadEncoding
from urne.log.checkpoint import Checkpoint, verify_checkpoint
from urne.log.merkle import verify_inclusion
from urne.log.note import VerifierKey

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry's index, inclusion proof and checkpoint; `extra` is untrusted."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Return the `.tlog-proof` file's bytes."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {to_base64(self.extra)}")
        lines += [f"index {self.index}", *(to_base64(h) for h in self.hashes), "", ""]
        return "\n".join(lines).encode() + self.checkpoint


def decode_proof(raw: bytes) -> Proof:
    """Return the proof of a `.tlog-proof` file. Raises BadEncoding."""
    head, blank, checkpoint = raw.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as e:
        raise BadEncoding("log proof", "its head is not ASCII") from e
    if not blank or lines.pop(0) != HEADER:
        raise BadEncoding("log proof", f"it does not begin with {HEADER}")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index ") or len(lines) > 1 + MAX_HASHES:
        raise BadEncoding("log proof", "it has no index or too many hashes")
    index = parse_decimal(lines.pop(0).removeprefix("index "))
    proof = Proof(index, tuple(from_base64(line, 32) for line in lines), checkpoint, extra)
    if proof.encode() != raw:
        raise BadEncoding("log proof", "it is not written in the one way")
    return proof


def verify_proof(proof: Proof, leaf: bytes, key: VerifierKey) -> Checkpoint:
    """Return the checkpoint that a leaf hash is proven under.

    Raises BadEncoding, NoteUnverified or ProofInvalid.
    """
    checkpoint = verify_checkpoint(proof.checkpoint, key)
    verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)
    return checkpoint
