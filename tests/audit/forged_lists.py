"""Forged lists of sign-offs and batches of paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.audit.forged_opening import STRANGER
from tests.audit.forger import Draft
from tests.audit.forgeries import forgery
from tests.audit.small_town import small, with_two_issuers
from tests.flows.town import Town

from urne.canonical import to_base64
from urne.flows.audit.checks import PAPER, SIGN_OFFS, SIGN_OFFS_ENOUGH, SIGN_OFFS_SIGNED
from urne.flows.paper import make_batch
from urne.model.entry import (
    Kind,
    SignOffs,
    decode_paper,
    decode_sign_offs,
    encode_paper,
    entry,
)

Lines = tuple[bytes, ...]

INTERNET_LIST, PAPER_LIST = 0, 1


def part_of(draft: Draft, number: int) -> SignOffs:
    """Return what one of the lists says."""
    return decode_sign_offs(draft.raw(Kind.SIGN_OFFS, number)[1:], draft.town.election.election_id)[
        0
    ]


def relist(draft: Draft, number: int, *parts: SignOffs) -> None:
    """Put other entries in the place of one list."""
    place = draft.at(Kind.SIGN_OFFS, number)
    draft.log[place : place + 1] = [draft.sign_offs(part) for part in parts]


def lines_as(words: str, says: str, change: Callable[[Lines], Sequence[Lines]]) -> None:
    """Register the list of the internet in other words: entry by entry, line by line."""

    def changed(draft: Draft) -> None:
        part = part_of(draft, INTERNET_LIST)
        lists = change(part.commitments)
        parts = [SignOffs(part.issuer, part.channel, tuple(lines)) for lines in lists]
        relist(draft, INTERNET_LIST, *parts)

    forgery(SIGN_OFFS, says, name=words)(changed)


# The lists --------------------------------------------------------------------------------------

lines_as("two-lines-swapped", "is out of order", lambda n: [(n[1], n[0], *n[2:])])
lines_as("backwards", "is out of order", lambda n: [n[::-1]])
lines_as("entries-swapped", "is out of order", lambda n: [n[6:], n[:6]])
lines_as("line-twice", "entry 13: ", lambda n: [(n[0], *n)])
lines_as("line-twice-across-entries", "entry 14: ", lambda n: [n[:6], n[5:]])
lines_as("list-twice", "is out of order", lambda n: [n, n])


@forgery(SIGN_OFFS, "stands twice")
def person_in_two_channels(draft: Draft) -> None:
    online, paper = part_of(draft, INTERNET_LIST), part_of(draft, PAPER_LIST)
    lines = tuple(sorted((*paper.commitments, online.commitments[3])))
    relist(draft, PAPER_LIST, SignOffs(paper.issuer, paper.channel, lines))


@forgery(SIGN_OFFS, "unknown issuer or channel ('mayor', 'internet')")
def unknown_issuer(draft: Draft) -> None:
    part = SignOffs("mayor", "internet", (bytes(31) + b"\1",))
    draft.insert(draft.at(Kind.PAPER), draft.sign_offs(part))


@forgery(SIGN_OFFS, "unknown issuer or channel ('issuer-1', 'cellar')")
def unknown_channel(draft: Draft) -> None:
    part = SignOffs("issuer-1", "cellar", (bytes(31) + b"\1",))
    draft.insert(draft.at(Kind.PAPER), draft.sign_offs(part))


# Their signatures -------------------------------------------------------------------------------


@forgery(SIGN_OFFS_SIGNED, "not signed by 'issuer-1'")
def by_a_stranger(draft: Draft) -> None:
    part = part_of(draft, PAPER_LIST)
    draft.replace(draft.at(Kind.SIGN_OFFS, PAPER_LIST), draft.sign_offs(part, STRANGER))


@forgery(SIGN_OFFS_SIGNED, "not signed by 'issuer-1'", town=with_two_issuers)
def by_the_other_issuer(draft: Draft) -> None:
    part = part_of(draft, 0)
    other = draft.town.keys.issuers[1].sign_off_key
    draft.replace(draft.at(Kind.SIGN_OFFS, 0), draft.sign_offs(part, other))


@forgery(SIGN_OFFS_SIGNED, "not signed by 'issuer-1'")
def line_added_under_the_old_signature(draft: Draft) -> None:
    raw = draft.raw(Kind.SIGN_OFFS, INTERNET_LIST)
    part, signature = decode_sign_offs(raw[1:], draft.town.election.election_id)
    longer = SignOffs(part.issuer, part.channel, (*part.commitments, b"\xff" * 32))
    fresh = decode_sign_offs(draft.sign_offs(longer)[1:], draft.town.election.election_id)[1]
    swapped = draft.sign_offs(longer).replace(_text(fresh), _text(signature))
    draft.replace(draft.at(Kind.SIGN_OFFS, INTERNET_LIST), swapped)


def _text(signature: bytes) -> bytes:
    return to_base64(signature).encode()


# Their length -----------------------------------------------------------------------------------


def fewer(words: str, says: str, list_: int, left: int, town: Callable[[], Town] = small) -> None:
    """Register a list with too few lines."""

    def changed(draft: Draft) -> None:
        part = part_of(draft, list_)
        relist(draft, list_, SignOffs(part.issuer, part.channel, part.commitments[:left]))

    forgery(SIGN_OFFS_ENOUGH, says, name=words, town=town)(changed)


fewer("voters-more-than-signed-off", "internet: 'issuer-1' signed off 9 people, 10", 0, 9)
fewer("sheets-more-than-signed-off", "mairie: 'issuer-1' signed off 4 people, 5", 1, 4)
fewer("nobody-signed-off", "internet: 'issuer-1' signed off 0 people, 10", 0, 0)
fewer("second-issuer-lists-fewer", "'issuer-2' signed off 9", 2, 9, with_two_issuers)


@forgery(SIGN_OFFS_ENOUGH, "mairie: 'issuer-1' signed off 0 people")
def list_missing(draft: Draft) -> None:
    del draft.log[draft.at(Kind.SIGN_OFFS, PAPER_LIST)]


# Paper ------------------------------------------------------------------------------------------


def batch_as(words: str, says: str, make: Callable[[Draft], bytes]) -> None:
    """Register another batch in the place of the second: two sheets, entered as number 1."""

    def changed(draft: Draft) -> None:
        draft.replace(draft.at(Kind.PAPER, 1), make(draft))

    forgery(PAPER, says, name=words)(changed)


SHEETS = ((1, 0), (2,))
BATCH = make_batch(1, "mairie", SHEETS)
BOTH = ("clerk-1", "clerk-2")

batch_as("one-clerk", "not signed by two clerks", lambda d: d.paper(BATCH, "clerk-1"))
batch_as("no-clerk", "not signed by two clerks", lambda d: d.paper(BATCH))
batch_as("same-clerk-twice", "two clerks", lambda d: d.paper(BATCH, "clerk-2", "clerk-2"))
batch_as("three-signatures", "two clerks", lambda d: d.paper(BATCH, *BOTH, "clerk-3"))
batch_as("unknown-clerk", "clerk 'mayor'", lambda d: d.paper(BATCH, "clerk-1", "mayor"))
batch_as(
    "number-used-twice",
    "batch number 0 stands twice",
    lambda d: d.paper(make_batch(0, "mairie", SHEETS), *BOTH),
)
batch_as(
    "unknown-place",
    "'cellar' is no place with paper",
    lambda d: d.paper(make_batch(1, "cellar", SHEETS), *BOTH),
)
batch_as(
    "sheets-from-the-internet",
    "'internet' is no place with paper",
    lambda d: d.paper(make_batch(1, "internet", SHEETS), *BOTH),
)


def _under(draft: Draft, signed: bytes) -> bytes:
    """Return the batch under the signatures of another."""
    eid = draft.town.election.election_id
    _, signatures = decode_paper(signed[1:], eid)
    return entry(Kind.PAPER, encode_paper(eid, BATCH, signatures))


batch_as(
    "signatures-of-another-batch",
    "the signature of clerk 'clerk-1' is not valid",
    lambda d: _under(d, d.raw(Kind.PAPER, 0)),
)
batch_as(
    "sheet-changed-afterwards",
    "the signature of clerk 'clerk-1' is not valid",
    lambda d: _under(d, d.paper(make_batch(1, "mairie", ((1, 0), (3,))), *BOTH)),
)


def _second_changed(draft: Draft) -> bytes:
    eid = draft.town.election.election_id
    batch, (first, second) = decode_paper(draft.paper(BATCH, *BOTH)[1:], eid)
    wrong = second[0], bytes([second[1][0] ^ 1]) + second[1][1:]
    return entry(Kind.PAPER, encode_paper(eid, batch, (first, wrong)))


batch_as(
    "second-signature-changed",
    "the signature of clerk 'clerk-2' is not valid",
    _second_changed,
)
