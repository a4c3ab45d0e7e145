"""Witnesses: others who cosign a log's growth, so that nobody can be shown a different one.

`Witness` is the call of C2SP tlog-witness; `KeepingWitness` is one, in memory, as an association
would run it and as rehearsals do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from urne.crypto.sign import SigningKey
from urne.errors import WitnessBehind
from urne.log.checkpoint import Checkpoint, cosign, verify_checkpoint
from urne.log.merkle import EMPTY_ROOT, verify_consistency
from urne.log.note import Signature, VerifierKey, decode_note


class Witness(Protocol):
    """Whoever cosigns checkpoints."""

    def add_checkpoint(
        self, old_size: int, proof: Sequence[bytes], note: bytes
    ) -> Sequence[Signature]:
        """Return cosignatures of a checkpoint that grows from `old_size`.

        Raises WitnessBehind with the size it last cosigned, NoteUnverified or ProofInvalid, and
        OutcomeUnknown when there is no answer.
        """


class KeepingWitness:
    """A witness that keeps the latest checkpoint of one log."""

    def __init__(
        self, name: str, key: SigningKey, log_key: VerifierKey, clock: Callable[[], int]
    ) -> None:
        self._name, self._key, self._log_key, self._clock = name, key, log_key, clock
        self._latest = Checkpoint(log_key.name, 0, EMPTY_ROOT)

    def add_checkpoint(
        self, old_size: int, proof: Sequence[bytes], note: bytes
    ) -> Sequence[Signature]:
        """Return this witness's cosignature, after checking that the log only grew."""
        new = verify_checkpoint(note, self._log_key)
        if old_size != self._latest.size:
            raise WitnessBehind(self._latest.size)
        verify_consistency(old_size, self._latest.root, new.size, new.root, proof)
        self._latest = new
        return [cosign(decode_note(note).text, self._name, self._key, self._clock())]
