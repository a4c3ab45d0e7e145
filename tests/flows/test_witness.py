"""Witnesses cosign what only grows; none of them can hold the log up or spoil its checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.flows.test_sequence import put
from tests.flows.town import ORIGIN, WITNESS_TIME, Town
from tests.flows.watched import checkpoint_of

from urne.crypto.sign import SigningKey
from urne.errors import (
    BadEncoding,
    NoteUnverified,
    OutcomeUnknown,
    ProofInvalid,
    UrneError,
    WitnessBehind,
)
from urne.flows.witness import KeepingWitness, Witness
from urne.log.checkpoint import Checkpoint, cosign, is_cosigned, sign_checkpoint
from urne.log.merkle import EMPTY_ROOT
from urne.log.note import COSIGNATURE, Note, Signature, VerifierKey, decode_note
from urne.log.policy import parse_policy
from urne.store.memory import MemoryLog

KEYS = {name: SigningKey.from_seed(name.encode() * 32) for name in "abc"}
VKEYS = {n: VerifierKey(f"{n}.example", COSIGNATURE, key.public) for n, key in KEYS.items()}
LOG_KEY = Town.new().keys.log_key(ORIGIN)


def policy_of(names: str, quorum: str) -> str:
    lines = [f"witness {name} {VKEYS[name]}" for name in names]
    return "\n".join([*lines, f"group all-of-them {quorum} {' '.join(names)}"]) + (
        "\nquorum all-of-them\n"
    )


def keeping(name: str) -> KeepingWitness:
    return KeepingWitness(VKEYS[name].name, KEYS[name], LOG_KEY, lambda: WITNESS_TIME)


class Moody:
    """A witness that refuses with `mood` while it is set."""

    def __init__(self, witness: Witness, mood: UrneError | None = None) -> None:
        self.witness, self.mood = witness, mood
        self.asked: list[int] = []

    def add_checkpoint(
        self, old_size: int, proof: Sequence[bytes], note: bytes
    ) -> Sequence[Signature]:
        self.asked.append(old_size)
        if self.mood is not None:
            raise self.mood
        return self.witness.add_checkpoint(old_size, proof, note)


class Answering:
    """A witness that answers the same lines to everything."""

    def __init__(self, lines: Sequence[Signature]) -> None:
        self.lines = lines

    def add_checkpoint(
        self, old_size: int, proof: Sequence[bytes], note: bytes
    ) -> Sequence[Signature]:
        return self.lines


def town_of(*witnesses: Witness, names: str = "abc", quorum: str = "all") -> Town:
    return Town.new(log=MemoryLog(), witnesses=witnesses, witness_policy=policy_of(names, quorum))


def vote(town: Town, *voters: int) -> None:
    assert isinstance(town.log, MemoryLog)
    put(town.log, [(voter, 0) for voter in voters])


def published(town: Town) -> Note:
    return decode_note(town.files.read(town.path("log/checkpoint")))


def cosigners(town: Town) -> str:
    note = published(town)
    return "".join(name for name, key in VKEYS.items() if is_cosigned(note, key))


def test_each_checkpoint_carries_a_cosignature_of_every_witness() -> None:
    town = town_of(*map(keeping, "abc"))
    town.open()
    for voter in range(3):
        vote(town, voter)
        assert town.sequence().size == voter + 2
        assert cosigners(town) == "abc"
        assert len(published(town).signatures) == 4
        assert parse_policy(town.election.witness_policy).is_met(published(town))


@pytest.mark.parametrize(
    "mood",
    [
        OutcomeUnknown("a witness"),
        NoteUnverified("a witness"),
        ProofInvalid("no"),
        BadEncoding("answer", "it is HTML"),
        WitnessBehind(10_000),
        WitnessBehind(0),
    ],
    ids=lambda mood: f"{mood.code}",
)
def test_a_silent_or_refusing_witness_does_not_hold_up_the_log(mood: UrneError) -> None:
    """The checkpoint appears without it; anyone sees that the policy is not met."""
    town = town_of(Moody(keeping("a"), mood), keeping("b"), names="ab")
    town.open()
    vote(town, 1)
    assert town.sequence().size == 2
    assert cosigners(town) == "b"
    assert not parse_policy(town.election.witness_policy).is_met(published(town))


def test_a_witness_that_says_behind_for_ever_is_given_up() -> None:
    class Teasing:
        def __init__(self) -> None:
            self.asked = 0

        def add_checkpoint(self, *_: Any) -> Sequence[Signature]:
            self.asked += 1
            raise WitnessBehind(self.asked % 2)

    teasing = Teasing()
    town = town_of(teasing, names="a")
    town.open()
    assert town.sequence().size == 1
    assert teasing.asked < 20


def test_a_witness_that_comes_back_cosigns_the_checkpoint_that_stands() -> None:
    moody = Moody(keeping("a"), OutcomeUnknown("a"))
    town = town_of(moody, names="a")
    town.open()
    vote(town, 1)
    town.sequence()
    assert cosigners(town) == ""
    moody.mood = None
    assert town.sequence().size == 2
    assert cosigners(town) == "a"


def test_witnesses_that_answer_by_turns_all_stay_on_the_checkpoint() -> None:
    """What one has said stays when only the other answers: or a quorum of both is never met."""
    first, second = Moody(keeping("a")), Moody(keeping("b"), OutcomeUnknown("b"))
    town = town_of(first, second, names="ab")
    town.open()
    assert cosigners(town) == "a"
    first.mood, second.mood = OutcomeUnknown("a"), None
    town.sequence()
    assert cosigners(town) == "ab"
    assert len(published(town).signatures) == 3


def test_nobody_is_asked_once_all_have_cosigned() -> None:
    moody = Moody(keeping("a"))
    town = town_of(moody, names="a")
    town.open()
    asked = len(moody.asked)
    town.sequence()
    assert len(moody.asked) == asked


def test_a_witness_that_missed_steps_is_brought_up_with_a_proof_from_where_it_was() -> None:
    moody = Moody(keeping("a"))
    town = town_of(moody, names="a")
    town.open()
    moody.mood = OutcomeUnknown("a")
    for first in range(0, 300, 100):
        vote(town, *range(first, first + 100))
        town.sequence()
    moody.mood, moody.asked = None, []
    town.sequence()
    assert cosigners(town) == "a"
    assert moody.asked == [301, 1]


def test_what_a_witness_answers_beside_its_own_line_is_dropped() -> None:
    """A hundred lines would make the checkpoint one that nobody reads, the log included."""
    text = Checkpoint(ORIGIN, 1, EMPTY_ROOT).text
    noise = [Signature(f"w{number}.example", b"\0\0\0\0", b"s" * 72) for number in range(200)]
    forged = cosign(text, VKEYS["a"].name, KEYS["a"], WITNESS_TIME)
    twice = Answering([*noise, forged])
    town = town_of(twice, keeping("b"), names="ab")
    town.open()
    vote(town, 1)
    assert town.sequence().size == 2
    assert cosigners(town) == "b"
    assert len(published(town).signatures) == 2


def test_a_witness_cannot_take_another_ones_place_or_stand_twice() -> None:
    class Generous(Moody):
        def add_checkpoint(self, old_size: int, proof: Sequence[bytes], note: bytes) -> Any:
            (line,) = self.witness.add_checkpoint(old_size, proof, note)
            text = decode_note(note).text
            return [line, cosign(text, line.name, KEYS["a"], WITNESS_TIME + 1), line]

    town = town_of(Generous(keeping("a")), names="ab")
    town.open()
    assert cosigners(town) == "a"
    assert len(published(town).signatures) == 2


def test_a_witness_that_the_manifest_does_not_name_adds_nothing() -> None:
    town = town_of(keeping("c"), keeping("a"), names="a")
    town.open()
    assert cosigners(town) == "a"


def test_without_witnesses_the_log_is_published_all_the_same() -> None:
    town = Town.new(witnesses=[], witness_policy="quorum none\n")
    town.open()
    assert len(published(town).signatures) == 1


# --- The witness itself --------------------------------------------------------------------------


def signed(checkpoint: Checkpoint, key: SigningKey | None = None) -> bytes:
    return sign_checkpoint(checkpoint, key or Town.new().keys.log).encode()


def test_a_witness_refuses_a_log_that_does_not_begin_with_the_one_it_knows() -> None:
    town = town_of(keeping("b"), names="a")
    town.open()
    vote(town, 1)
    town.sequence()
    witness, size = keeping("a"), 2
    root = checkpoint_of(town.files.read(town.path("log/checkpoint"))).root
    assert witness.add_checkpoint(0, (), signed(Checkpoint(ORIGIN, size, root)))
    for other, proof in (
        (Checkpoint(ORIGIN, 2, EMPTY_ROOT), ()),
        (Checkpoint(ORIGIN, 3, EMPTY_ROOT), (EMPTY_ROOT,)),
        (Checkpoint(ORIGIN, 1, root), ()),
    ):
        with pytest.raises(ProofInvalid):
            witness.add_checkpoint(2, proof, signed(other))
    with pytest.raises(WitnessBehind) as behind:
        witness.add_checkpoint(1, (), signed(Checkpoint(ORIGIN, 2, root)))
    assert behind.value.size == 2
    with pytest.raises(NoteUnverified):
        witness.add_checkpoint(2, (), signed(Checkpoint(ORIGIN, 2, root), KEYS["c"]))
    with pytest.raises(NoteUnverified):
        witness.add_checkpoint(2, (), signed(Checkpoint("other.example/log", 2, root)))
    assert witness.add_checkpoint(2, (), signed(Checkpoint(ORIGIN, 2, root)))


def test_two_logs_of_one_name_are_never_both_cosigned() -> None:
    """The town shows voters one log and the witness another: only one can have its line."""
    witness = keeping("a")
    honest, other = town_of(witness, names="a"), town_of(witness, names="a")
    honest.open()
    vote(honest, 1)
    honest.sequence()
    assert cosigners(honest) == "a"
    other.open()
    vote(other, 2)
    other.sequence()
    assert cosigners(other) == ""
