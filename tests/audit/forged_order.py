"""Forged logs: entries out of order, and an end that says what is not so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.audit.forger import Draft, close_entry, tally_entry
from tests.audit.forgeries import forgery

from urne.flows.audit.checks import CLOSE, ORDER, TRUSTEES
from urne.model.entry import (
    ChannelCount,
    Close,
    Kind,
    decode_sign_offs,
    entry,
)

# Order ------------------------------------------------------------------------------------------


def moved(words: str, says: str, what: tuple[Kind, int], to: Kind, *, before: bool = False) -> None:
    """Register a move: one entry, by kind and number, goes behind or before those of a kind."""

    def changed(draft: Draft) -> None:
        step = draft.log.pop(draft.at(*what))
        place = draft.at(to) if before else draft.places(to)[-1] + 1
        draft.insert(place, step)

    forgery(ORDER, says, name=words)(changed)


moved("ballot-after-sign-offs", "ballot after sign_offs", (Kind.BALLOT, 5), Kind.SIGN_OFFS)
moved("ballot-after-paper", "ballot after paper", (Kind.BALLOT, 5), Kind.PAPER)
moved("ballot-after-close", "ballot after close", (Kind.BALLOT, 5), Kind.CLOSE)
moved("ballot-after-reveals", "ballot after reveal", (Kind.BALLOT, 5), Kind.REVEAL)
moved("ballot-after-tally", "follows the tally", (Kind.BALLOT, 5), Kind.TALLY)
moved("sign-offs-after-paper", "sign_offs after paper", (Kind.SIGN_OFFS, 0), Kind.PAPER)
moved("sign-offs-after-close", "sign_offs after close", (Kind.SIGN_OFFS, 1), Kind.CLOSE)
moved(
    "sign-offs-before-ballots",
    "ballot after sign_offs",
    (Kind.SIGN_OFFS, 0),
    Kind.BALLOT,
    before=True,
)
moved(
    "paper-before-sign-offs", "sign_offs after paper", (Kind.PAPER, 0), Kind.SIGN_OFFS, before=True
)
moved("paper-after-close", "paper after close", (Kind.PAPER, 1), Kind.CLOSE)
moved("paper-after-reveals", "paper after reveal", (Kind.PAPER, 1), Kind.REVEAL)
moved("reveal-before-close", "close after reveal", (Kind.REVEAL, 0), Kind.CLOSE, before=True)
moved("reveal-after-tally", "follows the tally", (Kind.REVEAL, 2), Kind.TALLY)


@forgery(ORDER, "close after close")
def second_close(draft: Draft) -> None:
    draft.insert(draft.at(Kind.CLOSE) + 1, close_entry)


@forgery(ORDER, "close after reveal")
def second_close_after_the_reveals(draft: Draft) -> None:
    draft.insert(draft.places(Kind.REVEAL)[-1] + 1, close_entry)


@forgery(ORDER, "election after ballot")
def second_election(draft: Draft) -> None:
    draft.insert(draft.at(Kind.BALLOT, 5), draft.raw(Kind.ELECTION))


@forgery(ORDER, "election after election")
def another_election_at_once(draft: Draft) -> None:
    draft.insert(1, entry(Kind.ELECTION, bytes(32)))


@forgery(ORDER, "follows the tally")
def second_tally(draft: Draft) -> None:
    draft.log.append(tally_entry)


@forgery(ORDER, "follows the tally")
def batch_after_the_tally(draft: Draft) -> None:
    draft.log.append(draft.log.pop(draft.at(Kind.PAPER, 1)))


@forgery(ORDER, "a tally without 1 of the reveals")
def last_reveal_missing(draft: Draft) -> None:
    del draft.log[draft.at(Kind.REVEAL, 2)]


@forgery(ORDER, "a tally without 3 of the reveals")
def reveals_missing(draft: Draft) -> None:
    del draft.log[draft.at(Kind.REVEAL) : draft.at(Kind.TALLY)]


@forgery(ORDER, "a reveal without a close")
def close_missing(draft: Draft) -> None:
    del draft.log[draft.at(Kind.CLOSE)]


@forgery(ORDER, "follows the tally")
def tally_before_the_reveals(draft: Draft) -> None:
    draft.log.insert(draft.at(Kind.REVEAL), draft.log.pop())


# The close --------------------------------------------------------------------------------------


def closed_as(words: str, says: str, change: Callable[[Close], Close]) -> None:
    """Register a close that states something else."""
    forgery(CLOSE, says, name=words)(lambda draft: draft.close_as(change))


def with_count(channel: str, **counts: int) -> Callable[[Close], Close]:
    """Return a change of what a close states of one channel."""

    def changed(close: Close) -> Close:
        stated = replace(close.counts[channel], **counts)
        return replace(close, counts={**close.counts, channel: stated})

    return changed


def without_paper(close: Close) -> Close:
    """Return a close that says nothing of paper."""
    return replace(close, counts={"internet": close.counts["internet"]})


def with_another_place(close: Close) -> Close:
    """Return a close that counts a box nobody knows."""
    return replace(close, counts={**close.counts, "cellar": ChannelCount(0, 0)})


closed_as("a-ballot-less", "'internet': it states", with_count("internet", ballots=11))
closed_as("a-sign-off-more", "'internet': it states", with_count("internet", sign_offs=12))
closed_as("a-sheet-more", "'mairie': it states", with_count("mairie", ballots=6))
closed_as("a-channel-less", "'mairie': it states nothing", without_paper)
closed_as("a-channel-more", "'cellar'", with_another_place)
closed_as("another-size", "it states size 5", lambda close: replace(close, size=5))
closed_as("size-beyond-the-log", "it states size", lambda close: replace(close, size=2**53 - 1))
closed_as("another-root", "another root", lambda close: replace(close, root=bytes(32)))


@forgery(CLOSE, "'internet': it states")
def counts_of_later_entries(draft: Draft) -> None:
    """The close counts a part of the list that stands behind paper, as if it came before."""
    part, _ = decode_sign_offs(draft.raw(Kind.SIGN_OFFS)[1:], draft.town.election.election_id)
    draft.close_as(with_count("internet", sign_offs=len(part.commitments) - 1))


# Trustees ---------------------------------------------------------------------------------------


def revealed(words: str, says: str, number: int, change: Callable[[bytes], bytes]) -> None:
    """Register a reveal of another scalar."""

    def changed(draft: Draft) -> None:
        trustee = draft.town.keys.trustees[number]
        shown = draft.reveal(trustee.id, change(trustee.scalar))
        draft.replace(draft.at(Kind.REVEAL, number), shown)

    forgery(TRUSTEES, says, name=words)(changed)


revealed("low-bits-set", "not a clamped scalar", 0, lambda raw: bytes([raw[0] | 7]) + raw[1:])
revealed("high-bit-set", "not a clamped scalar", 1, lambda raw: raw[:-1] + bytes([raw[-1] | 128]))
revealed("unclamped-below", "not a clamped scalar", 2, lambda raw: raw[:-1] + bytes([raw[-1] & 63]))
revealed("another-key", "not the key in the manifest", 1, lambda raw: raw[:9] + b"!" + raw[10:])


@forgery(TRUSTEES, "there is no trustee 'mayor'")
def unknown_trustee(draft: Draft) -> None:
    scalar = draft.town.keys.trustees[2].scalar
    draft.replace(draft.at(Kind.REVEAL, 2), draft.reveal("mayor", scalar))


@forgery(TRUSTEES, "not the key in the manifest")
def keys_exchanged(draft: Draft) -> None:
    first, second, _ = draft.town.keys.trustees
    draft.replace(draft.at(Kind.REVEAL, 0), draft.reveal(first.id, second.scalar))
    draft.replace(draft.at(Kind.REVEAL, 1), draft.reveal(second.id, first.scalar))


@forgery(TRUSTEES, "not in the manifest's order")
def in_another_order(draft: Draft) -> None:
    first, second = draft.at(Kind.REVEAL, 0), draft.at(Kind.REVEAL, 1)
    draft.log[first], draft.log[second] = draft.log[second], draft.log[first]


@forgery(TRUSTEES, "not in the manifest's order")
def one_twice(draft: Draft) -> None:
    draft.insert(draft.at(Kind.REVEAL, 1), draft.raw(Kind.REVEAL, 0))


@forgery(TRUSTEES, "one of them was passed over")
def first_one_missing(draft: Draft) -> None:
    del draft.log[draft.at(Kind.TALLY)]
    del draft.log[draft.at(Kind.REVEAL, 0)]


@forgery(TRUSTEES, "there is no trustee")
def one_too_many(draft: Draft) -> None:
    scalar = draft.town.keys.trustees[2].scalar
    draft.insert(draft.at(Kind.TALLY), draft.reveal("trustee-4", scalar))
