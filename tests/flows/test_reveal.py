"""A trustee shows their own key, clamped, after the close is in the log, and at no other time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.flows.test_sequence import put
from tests.flows.town import AFTER, CLOSES_AT, ORIGIN, Town

from urne.crypto.seal import clamp, public_of
from urne.errors import NotClosedYet, RevealRefused
from urne.flows.read_log import LogReader
from urne.flows.reveal import posted_reveals, reveal
from urne.flows.sequence import assign_all, put_control
from urne.model.entry import Close, Kind, encode_close, entry
from urne.store.memory import MemoryLog


def closed_town() -> Town:
    town = Town.new(trustees=2)
    town.open()
    town.vote("ada", (0,))
    town.close()
    return town


def show(
    town: Town, trustee: str, scalar: bytes, now: datetime = AFTER, reader: LogReader | None = None
) -> None:
    reveal(
        trustee,
        scalar,
        election=town.election,
        reader=reader or town.reader(),
        inbox=town.log,
        now=now,
    )


def refused(town: Town, trustee: str, scalar: bytes, why: str) -> None:
    before = [line.ref for line in town.log.lines("inbox")]
    with pytest.raises(RevealRefused, match=why):
        show(town, trustee, scalar)
    assert [line.ref for line in town.log.lines("inbox")] == before


def test_after_the_close_the_keys_are_posted_in_trustee_order() -> None:
    town = closed_town()
    for trustee in reversed(town.keys.trustees):
        show(town, trustee.id, trustee.scalar)
        show(town, trustee.id, trustee.scalar)
    found = posted_reveals(town.election, town.log)
    assert [(r.trustee, r.scalar) for r in found] == [(t.id, t.scalar) for t in town.keys.trustees]


def test_before_the_closing_instant_no_key_is_shown_even_if_the_log_is_closed() -> None:
    """The trustee's own clock decides: a town cannot close early to look."""
    town = closed_town()
    trustee = town.keys.trustees[0]
    with pytest.raises(NotClosedYet):
        show(town, trustee.id, trustee.scalar, CLOSES_AT - timedelta(seconds=1))
    assert posted_reveals(town.election, town.log) == []


def test_while_the_close_is_not_in_the_log_no_key_is_shown() -> None:
    """More ballots could still come: they would come from somebody who has seen the others."""
    town = Town.new()
    town.open()
    town.vote("ada", (0,))
    town.sequence()
    trustee = town.keys.trustees[0]
    refused(town, trustee.id, trustee.scalar, "does not end with the close")


def test_a_close_that_ballots_follow_is_no_end_and_no_key_is_shown() -> None:
    """A town that writes a close early and goes on taking ballots gets nothing."""
    inner = MemoryLog()
    town = Town.new(log=inner)
    town.open()
    body = encode_close(town.election.election_id, Close({}, 1, bytes(32)))
    put_control(inner, "close", entry(Kind.CLOSE, body))
    lines = {line.ref.key: line.ref for line in inner.lines("inbox")}
    assign_all(town.writer, [lines[b"close"]])
    put(inner, [(voter, 0) for voter in range(2)])
    assign_all(town.writer, [line.ref for line in inner.lines("ballots")])
    town.sequence()
    assert [raw[0] for raw in town.entries()] == [1, 5, 2, 2]
    trustee = town.keys.trustees[0]
    refused(town, trustee.id, trustee.scalar, "does not end with the close")


def test_only_the_clamped_form_of_the_trustees_own_key_is_taken() -> None:
    """Scalars that differ in clamped bits open the same seals: two tie lots would be possible."""
    town = closed_town()
    trustee, other = town.keys.trustees
    lax = bytes([trustee.scalar[0] | 1]) + trustee.scalar[1:]
    assert public_of(lax) == public_of(trustee.scalar)
    refused(town, trustee.id, lax, "not a clamped scalar")
    refused(town, trustee.id, trustee.scalar[:31], "not a clamped scalar")
    refused(town, trustee.id, trustee.scalar + b"\0", "not a clamped scalar")
    refused(town, trustee.id, b"", "not a clamped scalar")
    refused(town, trustee.id, other.scalar, "not the key in the manifest")
    refused(town, trustee.id, clamp(b"x" * 32), "not the key in the manifest")
    refused(town, "trustee-9", trustee.scalar, "no trustee 'trustee-9'")


def test_a_reader_of_a_log_that_is_not_signed_cannot_be_had() -> None:
    """So `reveal` never sees an unverified close."""
    town = closed_town()
    path = town.path("log/checkpoint")
    raw, version = town.files.read_version(path) or (b"", None)
    unsigned = raw.replace(b"\n\n\xe2\x80\x94 vote", b"\n\n\xe2\x80\x94 note")
    assert unsigned != raw
    town.files.replace(path, unsigned, version)
    with pytest.raises(Exception, match="no valid signature"):
        LogReader.open(town.keys.log_key(ORIGIN), town.writer.read)


def test_another_key_in_a_trustees_place_is_said() -> None:
    town = closed_town()
    first, second = town.keys.trustees
    show(town, first.id, first.scalar)
    inner = town.log
    assert isinstance(inner, MemoryLog)
    other = entry(Kind.REVEAL, b"something else")
    put_control(inner, "reveal/001", other)
    with pytest.raises(RevealRefused, match="another key was posted"):
        show(town, second.id, second.scalar)
