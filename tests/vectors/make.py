"""Writes ballots.json: voters from seed to cast ballot, byte for byte, for Python and the browser.

    python -m tests.vectors.make

All chance is in the file, so whoever reads it (tests/model/test_ballot_vectors.py here, the
voting page's tests in JavaScript) must come to the same bytes. Binary values are hexadecimal.

    elections[]   election (election.json as text), election_id, the secret primes p and q of each
                  issuer, the scalars of the trustees
    voters[]      election (number), seed, voting key vk; per issuer: blinding factor, salt, nonce,
                  blinded message, blind signature, credential
    ballots[]     voter (number), revision, choices (null: no ranking that may be cast), plaintext
                  and ephemeral scalars (null: the seal is noise); the sealed ranking, the body, the
                  leaf hash of the log entry, and the outcome: the choices, or the word that says
                  why the ballot is invalid
    refused[]     election (number), a body that is not to be taken, and the code of the refusal

The test fails if this program no longer writes the file that is there.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.flows.town import Draw, Town, draw_of

from urne.crypto.blind import blind_sign
from urne.crypto.derive import blinding_secrets
from urne.flows.recount import open_ballot
from urne.flows.voter import Voter
from urne.log.merkle import leaf_hash
from urne.model.ballot import (
    SIGNATURE_LABEL,
    ballot_message,
    binding,
    decode_ballot,
    encode_ranking,
)
from urne.model.election import encode_election
from urne.model.entry import Kind, entry

PATH = Path(__file__).parent / "ballots.json"
UNUSED = 0xFFFF

TOWNS = (
    Town.new(projects=5, issuers=2, trustees=3, points=(3, 2, 1), min_choices=2),
    Town.new(projects=9, issuers=1, trustees=1, points=(8, 7, 6, 5, 4, 3, 2, 1)),
    Town.new(projects=2, issuers=1, trustees=2, points=(1,)),
)


def vectors() -> dict[str, Any]:
    """Return the whole file."""
    voters = [_voter(number, name) for number in range(len(TOWNS)) for name in ("ada", "bob")]
    return {
        "about": "Made by tests/vectors/make.py, which says what each field is.",
        "elections": [_election(town) for town in TOWNS],
        "voters": voters,
        "ballots": list(_ballots(voters)),
        "refused": list(_refused(voters)),
    }


def text() -> str:
    """Return the file's text."""
    return json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n"


def _election(town: Town) -> dict[str, Any]:
    return {
        "election": encode_election(town.election).decode(),
        "election_id": town.election.election_id.hex(),
        "issuers": [
            {"p": f"{i.secrets.key.p:x}", "q": f"{i.secrets.key.q:x}"} for i in town.keys.issuers
        ],
        "trustees": [trustee.scalar.hex() for trustee in town.keys.trustees],
    }


def _voter(number: int, name: str) -> dict[str, Any]:
    town = TOWNS[number]
    voter = town.voter(name)
    return {
        "election": number,
        "seed": voter.seed.hex(),
        "vk": voter.key.public.hex(),
        "credentials": [_credential(town, voter, place) for place in range(len(town.keys.issuers))],
    }


def _credential(town: Town, voter: Voter, place: int) -> dict[str, str]:
    issuer, secret = town.election.issuers[place], town.keys.issuers[place].secrets.key
    secrets = blinding_secrets(voter.seed, town.election.election_id, issuer.modulus)
    request = voter.request(issuer)
    answer = blind_sign(secret, request.blinded, draw_of("mask")(272))
    return {
        "factor": secrets.factor.hex(),
        "salt": secrets.salt.hex(),
        "nonce": request.nonce.hex(),
        "blinded": request.blinded.hex(),
        "blind_signature": answer.hex(),
        "credential": voter.credential(issuer, answer).hex(),
    }


# --- Ballots ---------------------------------------------------------------------------------


def _ballots(voters: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, voter in enumerate(voters):
        town = TOWNS[voter["election"]]
        bound = binding(town.election.election_id, bytes.fromhex(voter["vk"]))
        for revision, (name, choices, plain) in enumerate(_rankings(town, bound)):
            yield _ballot(number, voter, revision, name=name, choices=choices, plain=plain)
        yield _unreadable(number, voter)


def _rankings(town: Town, bound: bytes) -> Iterator[tuple[str, list[int] | None, bytes]]:
    """Yield (name, choices or None, plaintext): valid rankings, then each way to break one."""
    projects, most = len(town.election.projects), town.election.max_choices
    for name, choices in (
        ("as many as allowed", list(range(most))),
        ("the last project first", list(range(projects))[: -most - 1 : -1]),
        ("as few as allowed", list(range(town.election.min_choices))),
    ):
        yield name, choices, encode_ranking(choices, most, bound)

    def plain(numbers: Sequence[int], tail: bytes = bound) -> bytes:
        filled = [*numbers, *[UNUSED] * (most - len(numbers))]
        return (struct.pack(f">{most}H", *filled) + tail).ljust(32, b"\0")

    yield "no choice", None, plain([])
    yield "a project that does not exist", None, plain([*range(most - 1), projects])
    yield "the highest number that is not unused", None, plain([*range(most - 1), 0xFFFE])
    yield "bound to another voter", None, plain(range(most), b"\1" * 16)
    yield "bound to nobody", None, plain(range(most), bytes(16))
    if most > 1:
        yield "the same project twice", None, plain([0, 0])
        yield "a choice after an unused one", None, plain([UNUSED, 0])
        yield "fewer than the least", None, plain([0][: town.election.min_choices - 1])
    if 2 * most + 16 < 32:
        yield "padding that is not zeros", None, plain(range(most))[:-1] + b"\1"


def _ballot(
    number: int,
    from_voter: dict[str, Any],
    revision: int,
    *,
    name: str,
    choices: list[int] | None,
    plain: bytes,
) -> dict[str, Any]:
    town = TOWNS[from_voter["election"]]
    voter = Voter.from_seed(town.election, bytes.fromhex(from_voter["seed"]))
    credentials = [bytes.fromhex(c["credential"]) for c in from_voter["credentials"]]
    draw = draw_of(f"{number}/{revision}")
    ephemerals = [draw(32) for _ in town.keys.trustees]
    body = voter.ballot_of_plaintext(plain, credentials, given(ephemerals), revision)
    return {
        "name": name,
        "voter": number,
        "revision": revision,
        "choices": choices,
        "ephemerals": [ephemeral.hex() for ephemeral in ephemerals],
        "plaintext": plain.hex(),
        "sealed": decode_ballot(body, town.election).sealed.hex(),
        "body": body.hex(),
        "leaf_hash": leaf_hash(entry(Kind.BALLOT, body)).hex(),
        "outcome": _outcome(town, body),
    }


def _unreadable(number: int, from_voter: dict[str, Any]) -> dict[str, Any]:
    """Return a ballot whose seal is noise: no plaintext, no ephemeral scalars."""
    town = TOWNS[from_voter["election"]]
    key = Voter.from_seed(town.election, bytes.fromhex(from_voter["seed"])).key
    credentials = [bytes.fromhex(c["credential"]) for c in from_voter["credentials"]]
    noise = draw_of(f"noise of {number}")(town.election.sealed_size)
    message = ballot_message(town.election, key.public, 15, credentials, noise)
    body = message + key.sign(SIGNATURE_LABEL + message)
    return {
        "name": "sealed for nobody",
        "voter": number,
        "revision": 15,
        "choices": None,
        "ephemerals": None,
        "plaintext": None,
        "sealed": noise.hex(),
        "body": body.hex(),
        "leaf_hash": leaf_hash(entry(Kind.BALLOT, body)).hex(),
        "outcome": _outcome(town, body),
    }


def _outcome(town: Town, body: bytes) -> str | list[int]:
    pairs = [(trustee.public().key, trustee.scalar) for trustee in town.keys.trustees]
    outcome = open_ballot(decode_ballot(body, town.election), town.election, pairs)
    return outcome if isinstance(outcome, str) else list(outcome)


def given(values: Sequence[bytes]) -> Draw:
    """Return a source of chance that gives these values in turn."""
    left = iter(values)
    return lambda length: next(left)[:length]


# --- Bodies that are refused -------------------------------------------------------------------


def _refused(voters: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield altered copies of a good body of the first election, each refused by one check."""
    ballot = _good(voters[0])
    other = _good(voters[1])
    seal_at = 69 + 256 * len(TOWNS[0].election.issuers)
    for name, body, code in (
        ("nothing", b"", "ballot-malformed"),
        ("cut short by one byte", ballot[:-1], "ballot-malformed"),
        ("one byte too long", ballot + b"\0", "ballot-malformed"),
        ("version 0", b"\0" + ballot[1:], "ballot-malformed"),
        ("version 2", b"\2" + ballot[1:], "ballot-malformed"),
        ("another election", _with(ballot, 1, bytes(32)), "other-election"),
        (
            "revision 16 of 16",
            _signed(ballot, 65, (16).to_bytes(4, "big")),
            "revision-out-of-range",
        ),
        ("revision 2^32-1", _signed(ballot, 65, b"\xff" * 4), "revision-out-of-range"),
        (
            "another voter's credentials",
            _signed(ballot, 69, other[69:seal_at]),
            "credential-invalid",
        ),
        ("a credential of zeros", _signed(ballot, 69, bytes(256)), "credential-invalid"),
        ("the second credential changed", _flipped(ballot, seal_at - 1), "credential-invalid"),
        (
            "a voting key without a credential",
            _with(ballot, 33, other[33:65]),
            "credential-invalid",
        ),
        (
            "another revision than was signed",
            _with(ballot, 65, b"\0\0\0\1"),
            "ballot-signature-invalid",
        ),
        ("another seal than was signed", _flipped(ballot, seal_at), "ballot-signature-invalid"),
        ("a signature changed", _flipped(ballot, len(ballot) - 1), "ballot-signature-invalid"),
        ("a signature of zeros", ballot[:-64] + bytes(64), "ballot-signature-invalid"),
        ("another voter's signature", ballot[:-64] + other[-64:], "ballot-signature-invalid"),
        ("signed without its label", _unlabelled(ballot), "ballot-signature-invalid"),
    ):
        yield {"name": name, "election": 0, "body": body.hex(), "code": code}


def _good(voter: dict[str, Any]) -> bytes:
    body: str = _ballot(
        0,
        voter,
        0,
        name="good",
        choices=None,
        plain=encode_ranking([0, 1], 3, binding(TOWNS[0].election.election_id, _vk(voter))),
    )["body"]
    return bytes.fromhex(body)


def _vk(voter: dict[str, Any]) -> bytes:
    return bytes.fromhex(voter["vk"])


def _with(raw: bytes, at: int, new: bytes) -> bytes:
    return raw[:at] + new + raw[at + len(new) :]


def _flipped(raw: bytes, at: int) -> bytes:
    return _with(raw, at, bytes([raw[at] ^ 1]))


def _signed(raw: bytes, at: int, new: bytes) -> bytes:
    """Return a body changed and signed again by its own voter, who is the first one."""
    message = _with(raw, at, new)[:-64]
    return message + TOWNS[0].voter("ada").key.sign(SIGNATURE_LABEL + message)


def _unlabelled(raw: bytes) -> bytes:
    return raw[:-64] + TOWNS[0].voter("ada").key.sign(raw[:-64])


if __name__ == "__main__":
    PATH.write_text(text())
