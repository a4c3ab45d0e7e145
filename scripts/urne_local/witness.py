"""The local witness: a neighbour who cosigns the log's growth, C2SP tlog-witness on its own port.

    POST /add-checkpoint

It keeps the latest checkpoint it cosigned in a file, written before it answers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from urne.crypto.sign import SigningKey
from urne.errors import BadEncoding, NoteUnverified, ProofInvalid, WitnessBehind
from urne.flows.witness import SIZE_TYPE, KeepingWitness, decode_request
from urne.log.checkpoint import Checkpoint, parse_checkpoint
from urne.log.note import VerifierKey
from urne_local.files import write_whole
from urne_local.serving import Limits, Request, Response, Server

PATH = "/add-checkpoint"
LIMITS = Limits(body=64 * 1024, headers=16 * 1024, idle_seconds=60)


class LocalWitness:
    """One witness of one log, which may be set once the election is known."""

    def __init__(self, name: str, key: SigningKey, kept: Path, clock: Callable[[], int]) -> None:
        self._name, self._key, self._kept, self._clock = name, key, kept, clock
        self._lock = threading.Lock()
        self._witness: KeepingWitness | None = None

    def watch(self, log_key: VerifierKey) -> None:
        """Begin to cosign this log, from where the file says it was left."""
        latest = None
        if self._kept.exists():
            latest = parse_checkpoint(self._kept.read_text(encoding="utf-8"))
        self._witness = KeepingWitness(
            self._name, self._key, log_key, self._clock, latest=latest, keep=self._keep
        )

    def answer(self, request: Request) -> Response:
        """Return the cosignature, or the status that the specification asks for."""
        if (request.method, request.path) != ("POST", PATH) or self._witness is None:
            return _text(HTTPStatus.NOT_FOUND, "")
        try:
            old_size, proof, note = decode_request(request.body)
            with self._lock:
                lines = self._witness.add_checkpoint(old_size, proof, note)
        except WitnessBehind as e:
            return _text(HTTPStatus.CONFLICT, f"{e.size}\n", SIZE_TYPE)
        except NoteUnverified:
            return _text(HTTPStatus.FORBIDDEN, "")
        except ProofInvalid:
            return _text(HTTPStatus.UNPROCESSABLE_ENTITY, "")
        except BadEncoding:
            return _text(HTTPStatus.BAD_REQUEST, "")
        return _text(HTTPStatus.OK, "".join(str(line) for line in lines))

    def _keep(self, checkpoint: Checkpoint) -> None:
        write_whole(self._kept, checkpoint.text.encode())


def _text(status: int, body: str, media_type: str = "text/plain; charset=utf-8") -> Response:
    return Response(status, (("Content-Type", media_type),), body.encode())


def serve_witness(witness: LocalWitness, port: int = 0) -> Server:
    """Return the witness's server, listening but not yet answering. Raises PortUnavailable."""
    return Server(
        witness.answer, port=port, limits=LIMITS, purpose="the witness", option="--witness-port"
    )
