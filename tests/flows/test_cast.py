"""A ballot is stored and promised, or refused by its own check and not stored."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flows.hooked import HookedLog
from tests.flows.town import CLOSES_AT, DURING, OPENS_AT, Town
from tests.vectors import make

from urne.canonical import to_base64
from urne.crypto.sign import is_signed
from urne.errors import (
    Closed,
    NoteUnverified,
    OutcomeUnknown,
    RevisionTaken,
    UrneError,
)
from urne.flows.cast import Promise, cast
from urne.flows.voter import require_promise
from urne.model.election import decode_election
from urne.store.memory import MemoryLog

VECTORS = json.loads(make.PATH.read_text())
TOWN = Town.new(issuers=2)
ADA = TOWN.enrol("ada")
GOOD = ADA.ballot((0, 1))


def stored(log: MemoryLog | HookedLog) -> int:
    return len(list(log.lines("ballots")))


def put(raw: bytes, log: MemoryLog | HookedLog, town: Town = TOWN) -> Promise:
    return cast(raw, election=town.election, box=log, promise_key=town.keys.promise, now=DURING)


def test_a_good_ballot_is_stored_and_promised() -> None:
    """The promise is the town's signature over label, election and leaf hash, and no time."""
    log = MemoryLog()
    promise = put(GOOD, log)
    require_promise(promise, GOOD, TOWN.election)
    message = b"urne/v1/promise\x00" + TOWN.election.election_id + promise.leaf_hash
    assert is_signed(TOWN.keys.promise.public, message, promise.signature)
    assert log.get(ADA.voter.key.public, 0) == GOOD
    assert stored(log) == 1


def test_the_same_bytes_get_the_same_promise_again() -> None:
    log = MemoryLog()
    assert put(GOOD, log) == put(GOOD, log)
    assert stored(log) == 1


def test_other_bytes_under_the_same_number_are_refused_and_change_nothing() -> None:
    """Even if they say the same: the seal is fresh, so they are another ballot."""
    log = MemoryLog()
    put(GOOD, log)
    with pytest.raises(RevisionTaken):
        put(ADA.ballot((0, 1)), log)
    assert log.get(ADA.voter.key.public, 0) == GOOD
    assert stored(log) == 1


@pytest.mark.parametrize("fields", VECTORS["refused"], ids=lambda f: str(f["name"]))
def test_each_bad_body_is_refused_by_its_check_and_not_stored(fields: dict[str, str]) -> None:
    town, log = make.TOWNS[0], MemoryLog()
    with pytest.raises(UrneError) as refusal:
        put(bytes.fromhex(fields["body"]), log, town)
    assert refusal.value.code == fields["code"]
    assert stored(log) == 0


@pytest.mark.parametrize("before, code", [(True, "not-open-yet"), (False, "closed")])
def test_before_the_opening_and_from_the_closing_instant_on_nothing_is_stored(
    before: bool, code: str
) -> None:
    log = MemoryLog()
    now = OPENS_AT - timedelta(seconds=1) if before else CLOSES_AT
    with pytest.raises(UrneError) as refusal:
        cast(GOOD, election=TOWN.election, box=log, promise_key=TOWN.keys.promise, now=now)
    assert refusal.value.code == code
    assert stored(log) == 0


def test_a_ballot_of_another_election_with_the_same_keys_is_refused() -> None:
    """Same length, valid credentials there: only the election differs."""
    other = Town.new(issuers=2, title="Another")
    ballot, log = other.enrol("ada").ballot((0, 1)), MemoryLog()
    assert len(ballot) == len(GOOD)
    with pytest.raises(UrneError) as refusal:
        put(ballot, log)
    assert refusal.value.code == "other-election"
    assert stored(log) == 0


@given(data=st.data())
def test_no_ballot_with_a_bit_flipped_is_stored(data: st.DataObject) -> None:
    at, bit = data.draw(st.integers(0, len(GOOD) - 1)), data.draw(st.integers(0, 7))
    changed = GOOD[:at] + bytes([GOOD[at] ^ 1 << bit]) + GOOD[at + 1 :]
    log = MemoryLog()
    with pytest.raises(UrneError):
        put(changed, log)
    assert stored(log) == 0


@given(raw=st.binary(max_size=2_000))
def test_no_noise_is_stored_and_every_refusal_is_ours(raw: bytes) -> None:
    log = MemoryLog()
    with pytest.raises(UrneError):
        put(raw, log)
    assert stored(log) == 0


def test_a_megabyte_of_noise_is_refused_for_its_length() -> None:
    with pytest.raises(UrneError, match="1000000 bytes long") as refusal:
        put(bytes(1_000_000), MemoryLog())
    assert refusal.value.code == "ballot-malformed"


def test_gaps_and_late_lower_revisions_are_taken() -> None:
    log = MemoryLog()
    for revision in (5, 0, 15, 3):
        put(ADA.ballot((1,), revision), log)
    assert stored(log) == 4


def test_the_highest_revision_counts_in_the_end_even_if_it_is_invalid() -> None:
    """Ada's last one is void; Bob's last one by number came in first."""
    town = Town.new()
    town.open()
    town.vote("ada", (0,), 0)
    void = town.enrol("ada").voter.ballot_of_plaintext(
        bytes(32), town.enrol("ada").credentials, lambda n: b"\1" * n, 7
    )
    town.cast(void)
    town.vote("ada", (1,), 3)
    town.vote("bob", (2,), 9)
    town.sequence()
    town.vote("bob", (3,), 1)
    found = town.finish()
    by_id = {p.id: p.points for p in found.projects}
    assert by_id == {"001": 0, "002": 0, "003": 3, "004": 0, "005": 0}
    line = found.channels[0]
    assert (line.ballots, line.voting_keys, line.superseded) == (5, 2, 3)
    assert (line.invalid, line.counted) == (1, 1)
    assert dict(found.invalid_reasons) == {"other-binding": 1}


def test_a_mark_put_between_write_and_promise_leaves_the_ballot_unpromised() -> None:
    """The closer may have read the box already: it might not be counted, so nothing is promised."""
    inner = MemoryLog()
    log = HookedLog(inner)

    def close_after_writing(name: str, call, *about):  # type: ignore[no-untyped-def]
        found = call()
        if name == "put_once":
            inner.put_closed()
        return found

    log.hook = close_after_writing
    with pytest.raises(Closed):
        put(GOOD, log)
    assert stored(log) == 1


def test_no_answer_from_the_store_is_no_promise() -> None:
    log = HookedLog()

    def silent(name: str, call, *about):  # type: ignore[no-untyped-def]
        raise OutcomeUnknown("the ballot")

    log.hook = silent
    with pytest.raises(OutcomeUnknown):
        put(GOOD, log)


def test_a_ballot_made_under_the_printed_manifest_is_taken_by_the_read_one() -> None:
    """Page and function agree on the election by its bytes alone."""
    election = decode_election(VECTORS["elections"][0]["election"].encode())
    body = bytes.fromhex(VECTORS["ballots"][0]["body"])
    town = make.TOWNS[0]
    promise = cast(
        body, election=election, box=MemoryLog(), promise_key=town.keys.promise, now=DURING
    )
    require_promise(promise, body, town.election)


def test_a_promise_for_another_ballot_or_by_another_key_is_not_taken() -> None:
    """The page checks at once: what it keeps must hold against the town later."""
    promise = put(GOOD, MemoryLog())
    other = ADA.ballot((1, 0))
    with pytest.raises(NoteUnverified):
        require_promise(promise, other, TOWN.election)
    with pytest.raises(NoteUnverified):
        require_promise(Promise(promise.leaf_hash, bytes(64)), GOOD, TOWN.election)
    with pytest.raises(NoteUnverified):
        require_promise(promise, GOOD, Town.new(issuers=2, title="Another").election)


def test_no_refusal_repeats_anything_of_the_ballot() -> None:
    """No key, credential, seal or signature in any message, in hexadecimals or base64."""
    town = make.TOWNS[0]
    for fields in VECTORS["refused"]:
        body = bytes.fromhex(fields["body"])
        with pytest.raises(UrneError) as refusal:
            put(body, MemoryLog(), town)
        told = f"{refusal.value} {refusal.value!r} {refusal.value.args}"
        for part in (body[33:65], body[69:101], body[-240:-208], body[-64:-32]):
            if any(part):
                assert part.hex()[:16] not in told
                assert to_base64(part)[:16] not in told
                assert repr(part)[:16] not in told
