"""CPU per ballot of each step, and the bare primitives measured in the same run."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from urne.crypto.blind import FACTOR_BYTES, blind_sign, is_credential
from urne.crypto.seal import open_seal
from urne.crypto.sign import is_signed
from urne.flows.audit import Question, audit
from urne.flows.cast import cast
from urne.flows.open import open_election
from urne.flows.publish_log import LogWriter
from urne.flows.rehearsal import Stage, hold, in_memory
from urne.flows.sequence import sequence
from urne.flows.voter import Voter
from urne.log.merkle import leaf_hash
from urne.model.ballot import credential_message, decode_ballot
from urne.model.entry import Kind, entry
from urne.pabulib import read_pabulib
from urne.store.folder import Database, FolderFiles, FolderLog
from urne.store.memory import MemoryFiles, MemoryLog
from urne_local.bench.example import election as example
from urne_local.bench.figures import Figure, cpu_seconds, microseconds_each

VOTERS = 4_000
SEQUENCED = 10_000
PRIMITIVES = 1_000


def measure() -> Iterator[Figure]:
    """Yield the figures of audit, cast, enrol and sequencing."""
    stage, files = _held(VOTERS)
    yield from _audit(stage, files)
    yield _cast(stage)
    yield _enrol(stage)
    yield _sequencing(stage)


def _held(voters: int) -> tuple[Stage, MemoryFiles]:
    """Return an election held in memory, counted and published."""
    file = read_pabulib(example(voters).encode(), "example.pb")
    stage, files = in_memory(file, secrets.token_bytes)
    for _ in hold(stage, file.votes):
        pass
    return stage, files


def _ballot(stage: Stage) -> bytes:
    """Return one more ballot of the election, with a credential."""
    voter = Voter.from_seed(stage.election, secrets.token_bytes(16))
    issuer, keys = stage.election.issuers[0], stage.keys.issuers[0]
    request = voter.request(issuer)
    answer = blind_sign(keys.secrets.key, request.blinded, secrets.token_bytes(FACTOR_BYTES))
    return voter.ballot([0, 1, 2], [voter.credential(issuer, answer)], secrets.token_bytes)


def _audit(stage: Stage, files: MemoryFiles) -> Iterator[Figure]:
    floor = _primitives(stage)
    yield Figure("bare primitives of one ballot, CPU", f"{floor:.0f} µs", "the floor", None)
    question = Question(files.read, stage.election.edition)
    report = audit(question)
    ballots = int(str(report.facts["ballots"]))
    spent = min(cpu_seconds(lambda: audit(question)) for _ in range(3)) / ballots * 1e6
    ratio = spent / floor
    yield Figure(
        "full audit and recount, CPU per ballot",
        f"{spent:.0f} µs = {ratio:.2f} × floor",
        "at most 1.3 × the floor",
        ratio <= 1.3 and not report.failed,
    )


def _primitives(stage: Stage) -> float:
    """Return the CPU microseconds of PSS and Ed25519 verification, seals and a leaf hash."""
    election, raw = stage.election, _ballot(stage)
    ballot = decode_ballot(raw, election)
    message = credential_message(election.election_id, ballot.vk)
    signed, modulus = ballot.signed_message, election.issuers[0].modulus
    pairs = [(t.public().key, t.scalar) for t in stage.keys.trustees]
    leaf = entry(Kind.BALLOT, raw)

    def work() -> None:
        is_credential(modulus, message, ballot.credentials[0])
        is_signed(ballot.vk, signed, ballot.signature)
        open_seal(ballot.sealed, pairs)
        leaf_hash(leaf)

    return min(microseconds_each(work, PRIMITIVES) for _ in range(3))


def _cast(stage: Stage) -> Figure:
    ballots = iter([_ballot(stage) for _ in range(PRIMITIVES)])
    box, now = MemoryLog(), stage.election.opens_at

    def work() -> None:
        cast(
            next(ballots),
            election=stage.election,
            box=box,
            promise_key=stage.keys.promise,
            now=now,
        )

    spent = microseconds_each(work, PRIMITIVES)
    name = "cast, CPU per accepted ballot, AWS not counted"
    return Figure(name, f"{spent / 1000:.2f} ms", "at most 1 ms", spent <= 1000)


def _enrol(stage: Stage) -> Figure:
    key = stage.keys.issuers[0].secrets.key
    blinded = secrets.token_bytes(256)[1:].rjust(256, b"\0")

    def work() -> None:
        blind_sign(key, blinded, secrets.token_bytes(FACTOR_BYTES))

    spent = microseconds_each(work, 200)
    name = "enrol, the blind signature, CPU"
    return Figure(name, f"{spent / 1000:.2f} ms", "at most 3 ms", spent <= 3000)


def _sequencing(stage: Stage) -> Figure:
    """Measure assigning, integrating and publishing ballots that wait in the folder store."""
    with _folder_writer(stage) as (writer, log):
        open_election(stage.cards, writer, log)
        body = _ballot(stage)
        for number in range(SEQUENCED):
            raw = number.to_bytes(8, "big") + body[8:]
            vk = number.to_bytes(32, "big")
            log.put_once(vk, 0, raw, leaf_hash(entry(Kind.BALLOT, raw)))
        spent = cpu_seconds(lambda: sequence(writer))
        rate = SEQUENCED / spent
        if writer.log.head().size != SEQUENCED + 1:
            raise RuntimeError("not every ballot was sequenced")
    name = "sequencing on the folder store, ballots per CPU second"
    return Figure(name, f"{rate:,.0f}", "at least 5,000", rate >= 5000)


@contextmanager
def _folder_writer(stage: Stage) -> Iterator[tuple[LogWriter, FolderLog]]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "state.sqlite", durable=False)
        log = FolderLog(database)
        files = FolderFiles(Path(folder) / "public", durable=False)
        yield LogWriter(stage.election, log, files, stage.keys.log), log
        database.close()
