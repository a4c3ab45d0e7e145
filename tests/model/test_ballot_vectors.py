"""Voters, ballots and refusals come out byte for byte as tests/vectors/ballots.json says.

The voting page's tests read the same file: what holds here holds there.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from tests.vectors import make

from urne.crypto.blind import IssuerKey, blind_sign, is_credential
from urne.crypto.derive import blinding_secrets
from urne.crypto.seal import public_of
from urne.errors import UrneError
from urne.flows.recount import open_ballot
from urne.flows.verify import require_valid_ballot
from urne.flows.voter import Voter
from urne.log.merkle import leaf_hash
from urne.model.ballot import binding, credential_message, decode_ballot, encode_ranking
from urne.model.election import Election, decode_election
from urne.model.entry import Kind, entry

VECTORS = json.loads(make.PATH.read_text())
BALLOTS = [pytest.param(b, id=f"{b['voter']}: {b['name']}") for b in VECTORS["ballots"]]
VOTERS = [pytest.param(voter, id=str(n)) for n, voter in enumerate(VECTORS["voters"])]

Fields = dict[str, Any]


@cache
def election(number: int) -> Election:
    return decode_election(VECTORS["elections"][number]["election"].encode())


def voter_of(voter: Fields) -> Voter:
    return Voter.from_seed(election(voter["election"]), bytes.fromhex(voter["seed"]))


def pairs(number: int) -> list[tuple[bytes, bytes]]:
    scalars = [bytes.fromhex(scalar) for scalar in VECTORS["elections"][number]["trustees"]]
    return [(public_of(scalar), scalar) for scalar in scalars]


def test_the_file_is_the_one_that_the_program_writes() -> None:
    """If this fails, a format has changed: do not write the file again before you know which."""
    assert make.PATH.read_text() == make.text()


@pytest.mark.parametrize("number", range(len(VECTORS["elections"])))
def test_the_elections_name_is_the_hash_of_its_manifest(number: int) -> None:
    fields = VECTORS["elections"][number]
    assert election(number).election_id.hex() == fields["election_id"]
    for trustee, (public, _) in zip(election(number).trustees, pairs(number), strict=True):
        assert trustee.key == public


@pytest.mark.parametrize("fields", VOTERS)
def test_everything_a_voter_needs_follows_from_the_seed(fields: Fields) -> None:
    """Voting key, blinding factor, salt, nonce; request, answer and credential."""
    e, voter = election(fields["election"]), voter_of(fields)
    assert voter.key.public.hex() == fields["vk"]
    keys = VECTORS["elections"][fields["election"]]["issuers"]
    for issuer, numbers, expected in zip(e.issuers, keys, fields["credentials"], strict=True):
        secrets = blinding_secrets(voter.seed, e.election_id, issuer.modulus)
        assert secrets.factor.hex() == expected["factor"]
        assert secrets.salt.hex() == expected["salt"]
        request = voter.request(issuer)
        assert request.nonce.hex() == expected["nonce"]
        assert request.blinded.hex() == expected["blinded"]
        key = IssuerKey(int(numbers["p"], 16), int(numbers["q"], 16))
        assert key.modulus == issuer.modulus
        answer = blind_sign(key, request.blinded, b"\5" * 272)
        assert answer.hex() == expected["blind_signature"]
        credential = voter.credential(issuer, answer)
        assert credential.hex() == expected["credential"]
        message = credential_message(e.election_id, voter.key.public)
        assert is_credential(issuer.modulus, message, credential)


@pytest.mark.parametrize("fields", BALLOTS)
def test_a_ballot_is_written_to_the_byte(fields: Fields) -> None:
    voter = VECTORS["voters"][fields["voter"]]
    e = election(voter["election"])
    body = bytes.fromhex(fields["body"])
    assert leaf_hash(entry(Kind.BALLOT, body)).hex() == fields["leaf_hash"]
    if fields["plaintext"] is None:
        return
    plain = bytes.fromhex(fields["plaintext"])
    if fields["choices"] is not None:
        bound = binding(e.election_id, bytes.fromhex(voter["vk"]))
        assert encode_ranking(fields["choices"], e.max_choices, bound) == plain
    credentials = [bytes.fromhex(c["credential"]) for c in voter["credentials"]]
    draw = make.given([bytes.fromhex(ephemeral) for ephemeral in fields["ephemerals"]])
    made = voter_of(voter).ballot_of_plaintext(plain, credentials, draw, fields["revision"])
    assert made == body


@pytest.mark.parametrize("fields", BALLOTS)
def test_a_ballot_is_taken_and_opens_to_its_outcome(fields: Fields) -> None:
    """Even a ballot that turns out invalid is taken: nobody can see it before the close."""
    number = VECTORS["voters"][fields["voter"]]["election"]
    ballot = decode_ballot(bytes.fromhex(fields["body"]), election(number))
    require_valid_ballot(ballot, election(number))
    assert ballot.revision == fields["revision"]
    assert ballot.sealed.hex() == fields["sealed"]
    outcome = open_ballot(ballot, election(number), pairs(number))
    expected = fields["outcome"]
    assert outcome == (expected if isinstance(expected, str) else tuple(expected))
    if fields["choices"] is not None:
        assert outcome == tuple(fields["choices"])


def test_every_word_for_an_invalid_ballot_is_among_the_outcomes() -> None:
    """But too-many: a plaintext has no room for it, a sheet of paper does."""
    words = {b["outcome"] for b in VECTORS["ballots"] if isinstance(b["outcome"], str)}
    assert words == {
        "too-few", "repeated", "out-of-range", "gap", "other-binding", "padding", "unreadable"
    }  # fmt: skip


@pytest.mark.parametrize("fields", VECTORS["refused"], ids=lambda f: str(f["name"]))
def test_a_body_that_is_not_to_be_taken_is_refused_by_its_check(fields: Fields) -> None:
    e = election(fields["election"])
    with pytest.raises(UrneError) as refusal:
        require_valid_ballot(decode_ballot(bytes.fromhex(fields["body"]), e), e)
    assert refusal.value.code == fields["code"]
