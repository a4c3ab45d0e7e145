"""Witnesses: others who cosign a log's growth, so that nobody can be shown a different one.

`Witness` is the call of C2SP tlog-witness; `WebWitness` asks one over HTTP; `KeepingWitness` is
one, as an association would run it and as rehearsals do. A request is

    old <size>
    <base64 hash of the consistency proof>...

    <the checkpoint, signed by its log>
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Protocol

from urne.canonical import from_base64, to_base64
from urne.crypto.sign import SigningKey
from urne.errors import BadEncoding, OutcomeUnknown, ProviderUnreachable, WitnessBehind
from urne.log.checkpoint import Checkpoint, cosign, verify_checkpoint
from urne.log.merkle import EMPTY_ROOT, verify_consistency
from urne.log.note import Signature, VerifierKey, decode_note, signature_lines
from urne.log.policy import parse_policy
from urne.log.proof import MAX_HASHES
from urne.store.web import Fetch

SIZE_TYPE = "text/x.tlog.size"


class Witness(Protocol):
    """Whoever cosigns checkpoints."""

    def add_checkpoint(
        self, old_size: int, proof: Sequence[bytes], note: bytes
    ) -> Sequence[Signature]:
        """Return cosignatures of a checkpoint that grows from `old_size`.

        Raises WitnessBehind with the size it last cosigned, NoteUnverified or ProofInvalid, and
        OutcomeUnknown when there is no answer.
        """


def encode_request(old_size: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """Return the body of an add-checkpoint request."""
    lines = [f"old {old_size}", *(to_base64(hash_) for hash_ in proof), "", ""]
    return "\n".join(lines).encode() + note


def decode_request(raw: bytes) -> tuple[int, tuple[bytes, ...], bytes]:
    """Return old size, proof and note of an add-checkpoint request. Raises BadEncoding."""
    head, _, note = raw.partition(b"\n\n")
    first, *hashes = head.decode("ascii", "replace").split("\n")
    size = first.removeprefix("old ")
    if not size.isascii() or not size.isdigit() or len(hashes) > MAX_HASHES:
        raise BadEncoding("witness request", "it has no old size or too many hashes")
    proof = tuple(from_base64(hash_, 32) for hash_ in hashes)
    if encode_request(int(size), proof, note) != raw:
        raise BadEncoding("witness request", "it is not written in the one way")
    return int(size), proof, note


class WebWitness:
    """A witness behind an address, its submission prefix."""

    def __init__(self, url: str, fetch: Fetch) -> None:
        self._url, self._fetch = f"{url.rstrip('/')}/add-checkpoint", fetch

    def add_checkpoint(
        self, old_size: int, proof: Sequence[bytes], note: bytes
    ) -> Sequence[Signature]:
        """Return the signature lines that the witness answers, unverified."""
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        body = encode_request(old_size, proof, note)
        try:
            answer = self._fetch("POST", self._url, headers, body)
        except ProviderUnreachable as e:
            raise OutcomeUnknown("the witness") from e
        if answer.status == HTTPStatus.CONFLICT and answer.media_type == SIZE_TYPE:
            raise WitnessBehind(_size(answer.body))
        if answer.status != HTTPStatus.OK:
            raise OutcomeUnknown("the witness")
        return signature_lines(answer.body)


def web_witnesses(policy: str, fetch: Fetch) -> tuple[WebWitness, ...]:
    """Return the witnesses of a tlog-policy that have an address. Raises BadEncoding."""
    return tuple(WebWitness(w.url, fetch) for w in parse_policy(policy).witnesses if w.url)


def _size(body: bytes) -> int:
    text = body.decode("ascii", "replace").removesuffix("\n")
    if not text.isascii() or not text.isdigit():
        raise OutcomeUnknown("the witness")
    return int(text)


class KeepingWitness:
    """A witness of one log. It keeps the latest checkpoint it cosigned before it answers."""

    def __init__(
        self,
        name: str,
        key: SigningKey,
        log_key: VerifierKey,
        clock: Callable[[], int],
        *,
        latest: Checkpoint | None = None,
        keep: Callable[[Checkpoint], None] = lambda checkpoint: None,
    ) -> None:
        self._name, self._key, self._log_key, self._clock = name, key, log_key, clock
        self._latest = latest or Checkpoint(log_key.name, 0, EMPTY_ROOT)
        self._keep = keep

    def add_checkpoint(
        self, old_size: int, proof: Sequence[bytes], note: bytes
    ) -> Sequence[Signature]:
        """Return this witness's cosignature, after checking that the log only grew."""
        new = verify_checkpoint(note, self._log_key)
        if old_size != self._latest.size:
            raise WitnessBehind(self._latest.size)
        verify_consistency(old_size, self._latest.root, new.size, new.root, proof)
        self._keep(new)
        self._latest = new
        return [cosign(decode_note(note).text, self._name, self._key, self._clock())]
