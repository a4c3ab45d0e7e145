"""The voter's side keeps nothing that does not verify, and draws everything from one seed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.flows.town import Town, draw_of

from urne.crypto.blind import blind_sign, is_credential
from urne.errors import BadKey, BallotMalformed, BlindSignatureInvalid
from urne.flows.voter import Voter
from urne.model.ballot import credential_message

TOWN = Town.new(issuers=2)
FIRST, SECOND = TOWN.election.issuers


def answer_of(place: int, blinded: bytes) -> bytes:
    return blind_sign(TOWN.keys.issuers[place].secrets.key, blinded, draw_of("mask")(272))


def test_a_credential_is_good_for_this_voter_in_this_election_from_this_issuer() -> None:
    voter = TOWN.voter("ada")
    credential = voter.credential(FIRST, answer_of(0, voter.request(FIRST).blinded))
    eid, other = TOWN.election.election_id, b"o" * 32
    assert is_credential(FIRST.modulus, credential_message(eid, voter.key.public), credential)
    for modulus, election_id, vk in (
        (SECOND.modulus, eid, voter.key.public),
        (FIRST.modulus, other, voter.key.public),
        (FIRST.modulus, eid, TOWN.voter("bob").key.public),
    ):
        assert not is_credential(modulus, credential_message(election_id, vk), credential)


def test_an_answer_that_does_not_unblind_is_refused() -> None:
    """By another issuer's key, to another voter, altered, cut short, or not below the modulus."""
    voter = TOWN.voter("ada")
    good = answer_of(0, voter.request(FIRST).blinded)
    for answer in (
        answer_of(1, TOWN.voter("ada").request(SECOND).blinded),
        answer_of(0, TOWN.voter("bob").request(FIRST).blinded),
        good[:-1] + bytes([good[-1] ^ 1]),
        good[:-1],
        good + b"\0",
        b"",
        b"\xff" * 256,
        bytes(256),
    ):
        with pytest.raises(BlindSignatureInvalid):
            voter.credential(FIRST, answer)
    assert voter.credential(FIRST, good)


def test_an_issuer_that_signs_under_another_key_than_the_manifests_is_noticed() -> None:
    """It might mark each voter with a key of their own, and know them by it later."""
    marked = replace(FIRST, modulus=SECOND.modulus)
    voter = TOWN.voter("ada")
    answer = answer_of(1, voter.request(marked).blinded)
    with pytest.raises(BlindSignatureInvalid):
        voter.credential(FIRST, answer)


def test_the_same_seed_asks_the_same_and_another_election_asks_otherwise() -> None:
    """With the seed and a new sign-in the credential can be restored on another machine."""
    again = Voter.from_seed(TOWN.election, TOWN.voter("ada").seed)
    assert again.request(FIRST) == TOWN.voter("ada").request(FIRST)
    other = Town.new(issuers=2, title="Another")
    assert other.voter("ada").key != again.key
    assert other.voter("ada").request(FIRST) != again.request(FIRST)


def test_issuers_cannot_recognise_a_voter_by_what_they_are_sent() -> None:
    """Blinded message, salt and nonce differ from issuer to issuer."""
    voter = TOWN.voter("ada")
    one, two = voter.request(FIRST), voter.request(SECOND)
    assert one.blinded != two.blinded
    assert one.nonce != two.nonce


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_a_seed_has_sixteen_bytes(length: int) -> None:
    with pytest.raises(BadKey, match="seed"):
        Voter.from_seed(TOWN.election, bytes(length))


def test_a_ranking_is_sealed_afresh_each_time() -> None:
    """Two ballots that say the same show nobody that they do."""
    resident = TOWN.enrol("ada")
    first, second = resident.ballot((0, 1)), resident.ballot((0, 1))
    seal_at = 69 + 2 * 256
    assert first[:seal_at] == second[:seal_at]
    assert first[seal_at:-64] != second[seal_at:-64]


def test_more_choices_than_allowed_are_not_sealed() -> None:
    with pytest.raises(BallotMalformed, match="too many choices"):
        TOWN.enrol("ada").ballot((0, 1, 2, 3))


def test_what_prints_a_voter_does_not_print_the_seed() -> None:
    voter = TOWN.voter("ada")
    assert voter.seed.hex() not in repr(voter)
    assert repr(voter.seed) not in repr(voter)
    assert "_secret" not in repr(voter)
