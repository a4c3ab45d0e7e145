"""Forged tiles, bundles and logs: what the signed root commits to is not what is published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from tests.audit.forger import Draft
from tests.audit.forgeries import Brought, forgery
from tests.audit.small_town import small

from urne.flows.audit.checks import BUNDLES, PROMISE, SINCE, TILES
from urne.flows.audit.promise import encode_promise
from urne.flows.cast import Promise
from urne.log.checkpoint import Checkpoint
from urne.log.merkle import EMPTY_ROOT, leaf_hash
from urne.log.tiles import Tile, decode_bundle, encode_bundle
from urne.model.ballot import promise_message
from urne.model.entry import Kind, SignOffs

Bytes = Callable[[bytes], bytes]


@cache
def _long_lists() -> tuple[bytes, ...]:
    draft = Draft.of(small())
    lines = sorted(hashlib.sha256(b"%d" % number).digest() for number in range(300))
    return tuple(draft.sign_offs(SignOffs("issuer-1", "internet", (line,))) for line in lines)


def long_draft() -> Draft:
    """Return a draft of over 256 entries: the list of sign-offs stands line by line."""
    draft = Draft.of(small())
    place = draft.at(Kind.SIGN_OFFS)
    draft.log[place : place + 1] = _long_lists()
    return draft


def only(draft: Draft, level: int | None, index: int = 0) -> str:
    """Return the path of the one tile or bundle of this place in the draft's log."""
    size = len(draft.log) >> (8 * (level or 0))
    return f"log/{Tile(level, index, min(256, size - index * 256)).path}"


def flipped(at: int) -> Bytes:
    """Return the change of one bit of one byte."""

    def changed(raw: bytes) -> bytes:
        at_byte = at % len(raw)
        return raw[:at_byte] + bytes([raw[at_byte] ^ 1]) + raw[at_byte + 1 :]

    return changed


def file_change(check: str, says: str, words: str, level: int | None, change: Bytes) -> None:
    """Register a change of the small log's only tile, or of its only bundle."""

    def changed(draft: Draft) -> None:
        draft.edit(only(draft, level), change)

    forgery(check, says, name=words)(changed)


def long_change(
    check: str, words: str, place: tuple[int | None, int], change: Bytes | None, says: str
) -> None:
    """Register a change of one file of the long log, or its loss."""

    def changed(draft: Draft) -> None:
        if change is None:
            draft.remove(only(draft, *place))
        else:
            draft.edit(only(draft, *place), change)

    forgery(check, says, name=words, draft=long_draft)(changed)


# Tiles ------------------------------------------------------------------------------------------

WRONG = "is missing or is not what the root commits to"

file_change(TILES, WRONG, "first-byte", 0, flipped(0))
file_change(TILES, WRONG, "last-byte", 0, flipped(-1))
file_change(TILES, WRONG, "a-hash-less", 0, lambda raw: raw[:-32])
file_change(TILES, WRONG, "a-hash-more", 0, lambda raw: raw + bytes(32))
file_change(TILES, WRONG, "a-byte-more", 0, lambda raw: raw + b"\0")
file_change(TILES, WRONG, "two-hashes-swapped", 0, lambda raw: raw[32:64] + raw[:32] + raw[64:])
file_change(TILES, WRONG, "empty", 0, lambda raw: b"")

long_change(TILES, "full-tile-changed", (0, 0), flipped(777), WRONG)
long_change(TILES, "partial-tile-changed", (0, 1), flipped(7), WRONG)
long_change(TILES, "full-tile-missing", (0, 0), None, WRONG)
long_change(TILES, "partial-tile-missing", (0, 1), None, WRONG)
long_change(TILES, "upper-tile-changed", (1, 0), flipped(0), "tile/1/000.p/1")
long_change(TILES, "upper-tile-missing", (1, 0), None, "tile/1/000.p/1")
long_change(TILES, "upper-tile-longer", (1, 0), lambda raw: raw * 2, "tile/1/000.p/1")


@forgery(TILES, WRONG)
def missing(draft: Draft) -> None:
    draft.remove(only(draft, 0))


@forgery(TILES, "do not make the root")
def another_root_signed(draft: Draft) -> None:
    draft.checkpoint = lambda checkpoint: replace(checkpoint, root=bytes(32)).text


# Bundles ----------------------------------------------------------------------------------------

DIFFERS = "is not the one committed to"

file_change(BUNDLES, DIFFERS, "byte-of-the-first-entry", None, flipped(10))
file_change(BUNDLES, DIFFERS, "byte-of-a-ballot", None, flipped(500))
file_change(BUNDLES, DIFFERS, "kind-of-a-ballot", None, flipped(2 + 33 + 2))
file_change(BUNDLES, DIFFERS, "last-byte", None, flipped(-1))
file_change(BUNDLES, "it ends within", "a-byte-less", None, lambda raw: raw[:-1])
file_change(BUNDLES, "it goes on after", "a-byte-more", None, lambda raw: raw + b"\0")
file_change(BUNDLES, "it goes on after", "an-entry-more", None, lambda raw: raw + b"\0\1\2")
file_change(BUNDLES, "it ends within", "empty", None, lambda raw: b"")
file_change(BUNDLES, "entry 1 is not", "two-ballots-swapped", None, lambda raw: _swapped(raw, 1, 2))
file_change(BUNDLES, "entry 0 is not", "first-entry-swapped", None, lambda raw: _swapped(raw, 0, 1))

long_change(BUNDLES, "full-bundle-missing", (None, 0), None, "tile/entries/000 is missing")
long_change(BUNDLES, "partial-bundle-missing", (None, 1), None, "is missing")
long_change(BUNDLES, "full-bundle-changed", (None, 0), flipped(99), DIFFERS)
long_change(BUNDLES, "partial-bundle-changed", (None, 1), flipped(99), DIFFERS)


def _swapped(raw: bytes, a: int, b: int) -> bytes:
    entries = decode_bundle(raw, len(Draft.of(small()).log))
    entries[a], entries[b] = entries[b], entries[a]
    return encode_bundle(entries)


@forgery(BUNDLES, "is missing", name="missing")
def bundle_missing(draft: Draft) -> None:
    draft.remove(only(draft, None))


# An older checkpoint ----------------------------------------------------------------------------


def older(draft: Draft, size: int, root: bytes) -> Brought:
    """Return a checkpoint of the same log that somebody kept."""
    kept = Checkpoint(draft.town.election.origin, size, root)
    return Brought(since=draft.signed(kept.text).encode())


@forgery(SINCE, "have another root than then")
def another_history(draft: Draft) -> Brought:
    return older(draft, 5, bytes(32))


@forgery(SINCE, "have another root than then")
def another_root_of_the_same_size(draft: Draft) -> Brought:
    return older(draft, len(draft.log), bytes(32))


@forgery(SINCE, "have another root than then")
def another_nothing(draft: Draft) -> Brought:
    assert bytes(32) != EMPTY_ROOT
    return older(draft, 0, bytes(32))


@forgery(SINCE, "the log is shorter than it was: 22, not 23")
def truncated(draft: Draft) -> Brought:
    return older(draft, len(draft.log) + 1, bytes(32))


@forgery(SINCE, "the log is shorter than it was")
def truncated_by_far(draft: Draft) -> Brought:
    return older(draft, 2**63 - 1, bytes(32))


@forgery(SINCE, "the log is shorter than it was: 5, not 22")
def rolled_back(draft: Draft) -> Brought:
    """The town took its log back to an earlier day, and signed that: by itself it is good."""
    published = Draft.of(draft.town).build()[draft.path("log/checkpoint")]
    del draft.log[5:]
    return Brought(since=published)


@forgery(SINCE, "have another root than then")
def a_ballot_exchanged(draft: Draft) -> Brought:
    """The town took one ballot back and put another in its place, after a witness looked."""
    published = Draft.of(draft.town).build()[draft.path("log/checkpoint")]
    resident = draft.town.enrol("gus")
    draft.replace(draft.at(Kind.BALLOT, 3), b"\x02" + resident.ballot((0, 1, 2), revision=7))
    return Brought(since=published)


# A promise --------------------------------------------------------------------------------------


def promise(draft: Draft, leaf: bytes) -> Brought:
    """Return what the town promised to the voter of a leaf."""
    eid = draft.town.election.election_id
    signature = draft.town.keys.promise.sign(promise_message(eid, leaf))
    return Brought(promise=encode_promise(draft.town.election, Promise(leaf, signature)))


@forgery(PROMISE, "no entry has the leaf hash")
def ballot_dropped(draft: Draft) -> Brought:
    dropped = draft.raw(Kind.BALLOT, 4)
    del draft.log[draft.at(Kind.BALLOT, 4)]
    return promise(draft, leaf_hash(dropped))


@forgery(PROMISE, "no entry has the leaf hash")
def another_ballot_of_the_same_voter(draft: Draft) -> Brought:
    body = draft.town.enrol("gus").ballot((3, 2, 1), revision=5)
    return promise(draft, leaf_hash(b"\x02" + body))


@forgery(PROMISE, "no entry has the leaf hash")
def bytes_across_two_hashes(draft: Draft) -> Brought:
    """The promised hash stands in the tile, but not where a hash stands."""
    tile = draft.build()[draft.path(only(draft, 0))]
    return promise(draft, tile[16:48])
