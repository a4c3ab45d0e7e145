"""Forged entries: of no known form, or cast too often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.audit.forged_opening import json_change
from tests.audit.forger import Draft, close_entry, tally_entry
from tests.audit.forgeries import forgery
from tests.audit.small_town import with_two_issuers

from urne.flows.audit.checks import ENTRIES, REVISIONS
from urne.model.entry import (
    Kind,
    SignOffs,
    encode_release,
    entry,
)

# Form -------------------------------------------------------------------------------------------


def one_more(words: str, says: str, after: Kind, make: Callable[[Draft], bytes]) -> None:
    """Register an entry that cannot be read, put behind those of a kind; it counts for nothing."""

    def changed(draft: Draft) -> None:
        draft.insert(draft.places(after)[-1] + 1, make(draft))

    forgery(ENTRIES, says, name=words)(changed)


def ballot_with(change: Callable[[bytes], bytes]) -> Callable[[Draft], bytes]:
    """Return a new ballot of gus, its body changed."""
    return lambda draft: b"\x02" + change(draft.town.enrol("gus").ballot((0, 1), revision=3))


def body_with(kind: Kind, change: Callable[[Any], None]) -> Callable[[Draft], bytes]:
    """Return a kind's first entry once more, the JSON of its body changed."""
    return lambda draft: bytes([kind]) + json_change(change)(draft.raw(kind)[1:])


def raw_with(kind: Kind, change: Callable[[bytes], bytes]) -> Callable[[Draft], bytes]:
    """Return a kind's first entry once more, the bytes of its body changed."""
    return lambda draft: bytes([kind]) + change(draft.raw(kind)[1:])


one_more("kind-0", "its type is not known", Kind.BALLOT, lambda draft: b"\x00hello")
one_more("kind-9", "its type is not known", Kind.BALLOT, lambda draft: b"\x09hello")
one_more("empty", "its type is not known", Kind.BALLOT, lambda draft: b"")
one_more(
    "release",
    "a release has no place here",
    Kind.BALLOT,
    lambda draft: entry(Kind.RELEASE, encode_release(1, bytes(32))),
)
one_more("ballot-without-body", "bytes long", Kind.BALLOT, ballot_with(lambda body: b""))
one_more("ballot-cut-short", "bytes long", Kind.BALLOT, ballot_with(lambda body: body[:-1]))
one_more("ballot-too-long", "bytes long", Kind.BALLOT, ballot_with(lambda body: body + b"\0"))
one_more("ballot-version-2", "version 2", Kind.BALLOT, ballot_with(lambda body: b"\2" + body[1:]))
one_more(
    "ballot-of-another-election",
    "made for another election",
    Kind.BALLOT,
    ballot_with(lambda body: body[:1] + bytes(32) + body[33:]),
)
one_more(
    "sign-offs-with-a-space",
    "canonical",
    Kind.SIGN_OFFS,
    raw_with(Kind.SIGN_OFFS, lambda body: body.replace(b":", b": ", 1)),
)
one_more(
    "sign-offs-of-another-election",
    "made for another election",
    Kind.SIGN_OFFS,
    lambda draft: Draft.of(with_two_issuers()).raw(Kind.SIGN_OFFS),
)
one_more(
    "sign-offs-line-too-short",
    "commitment",
    Kind.SIGN_OFFS,
    body_with(Kind.SIGN_OFFS, lambda value: value.update(commitments=["AAAA"])),
)
one_more(
    "sign-offs-of-1001-lines",
    "1001 items",
    Kind.SIGN_OFFS,
    lambda draft: draft.sign_offs(
        SignOffs("issuer-1", "mairie", tuple(n.to_bytes(32, "big") for n in range(1, 1002)))
    ),
)
one_more(
    "paper-unsorted",
    "sheets",
    Kind.PAPER,
    body_with(Kind.PAPER, lambda value: value.update(sheets=[[1, 0], [0, 1]], batch=9)),
)
one_more(
    "paper-with-a-negative-project",
    "sheets",
    Kind.PAPER,
    body_with(Kind.PAPER, lambda value: value.update(sheets=[[-1]], batch=9)),
)
one_more(
    "paper-without-sheets",
    "0 items",
    Kind.PAPER,
    body_with(Kind.PAPER, lambda value: value.update(sheets=[], batch=9)),
)
one_more(
    "nested-5000-deep",
    "canonical",
    Kind.PAPER,
    lambda draft: b"\x04" + b"[" * 5000 + b"]" * 5000,
)
one_more("paper-no-json", "canonical", Kind.PAPER, lambda draft: b"\x04\xff\xfe")


def unread(words: str, says: str, kind: Kind, change: Callable[[Any], None]) -> None:
    """Register a change by which a kind's first entry cannot be read any more."""

    def changed(draft: Draft) -> None:
        if kind is Kind.CLOSE:
            draft.replace(draft.at(kind), lambda draft, before: _edited(draft, before, change))
        else:
            place = draft.at(kind)
            draft.replace(place, bytes([kind]) + json_change(change)(draft.raw(kind)[1:]))

    forgery(ENTRIES, says, name=words)(changed)


def _edited(draft: Draft, before: Any, change: Callable[[Any], None]) -> bytes:
    raw = close_entry(draft, before)
    return raw[:1] + json_change(change)(raw[1:])


unread("close-with-a-field-more", "is not known", Kind.CLOSE, lambda value: value.update(hour=20))
unread("close-with-a-count-below-0", "counts", Kind.CLOSE, lambda value: _set_ballots(value, -1))
unread("close-with-a-size-of-text", "size", Kind.CLOSE, lambda value: value.update(size="18"))
unread("reveal-of-31-bytes", "scalar", Kind.REVEAL, lambda value: value.update(scalar="AAAA"))
unread(
    "reveal-of-another-election",
    "made for another election",
    Kind.REVEAL,
    lambda value: value.update(election_id="A" * 43 + "="),
)


def _set_ballots(value: Any, ballots: int) -> None:
    value["counts"]["internet"]["ballots"] = ballots


@forgery(ENTRIES, "is not known")
def tally_with_a_field_more(draft: Draft) -> None:
    def changed(draft: Draft, before: Any) -> bytes:
        raw = tally_entry(draft, before)
        return raw[:1] + json_change(lambda value: value.update(counted=True))(raw[1:])

    draft.replace(draft.at(Kind.TALLY), changed)


# Revisions --------------------------------------------------------------------------------------


def revised(words: str, says: str, revision: int, name: str = "gus") -> None:
    """Register one more ballot of a voter."""

    def changed(draft: Draft) -> None:
        draft.append_ballot(draft.town.enrol(name).ballot((0, 1), revision=revision))

    forgery(REVISIONS, says, name=words)(changed)


revised("other-ballot-of-the-same-number", "revision 0 stands twice", 0)
revised("higher-number-used-twice", "revision 1 stands twice", 1, "ada")
revised("lower-number-used-twice", "revision 0 stands twice", 0, "ada")
revised("at-the-limit", "revision 16 is too high", 16)
revised("far-beyond-the-limit", f"revision {2**32 - 1} is too high", 2**32 - 1)


@forgery(REVISIONS, "revision 0 stands twice")
def same_ballot_twice(draft: Draft) -> None:
    place = draft.at(Kind.BALLOT, 2)
    draft.insert(place, draft.raw(Kind.BALLOT, 2))
