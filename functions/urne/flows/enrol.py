"""Signing a person off and blind-signing their credential, exactly once.

The person key is put if absent, together with the commitment and the answer. The signature leaves
only after that write is known to have happened and no `closed` mark is there. The same person
with the same blinded message gets the same answer again; with another, a refusal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from urne.canonical import format_instant
from urne.crypto.blind import FACTOR_BYTES, IssuerKey, blind_sign
from urne.crypto.derive import NONCE_BYTES, commitment, person_key
from urne.errors import (
    AlreadySignedOff,
    BadEncoding,
    ChannelUnknown,
    Closed,
    Conflict,
    OutcomeUnknown,
)
from urne.flows.certain import TRIES
from urne.model.election import INTERNET, PAPER, Election
from urne.store.base import SignOff, SignOffs


@dataclass(frozen=True, slots=True)
class IssuerSecrets:
    """What one issuer keeps: its RSA key and the pepper of its person keys (32 bytes or more)."""

    key: IssuerKey
    pepper: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The answer to a voter: blind signature (256 bytes) and their own person key (32 bytes)."""

    blind_signature: bytes
    person_key: bytes


def enrol(
    blinded: bytes,
    nonce: bytes,
    *,
    election: Election,
    issuer: IssuerSecrets,
    fields: tuple[str, ...],
    channel: str,
    sign_offs: SignOffs,
    now: datetime,
    draw: Callable[[int], bytes],
    desk_code: bytes | None = None,
) -> Enrolled:
    """Return the blind signature for a person who is eligible.

    `fields` are the person's normalised fields in the manifest's order. Raises NotOpenYet,
    Closed, ChannelUnknown, AlreadySignedOff, DeskCodeRefused, BlindedMessageInvalid or
    OutcomeUnknown.
    """
    election.require_open(now)
    _require_usable(election, channel, INTERNET, nonce)
    known = _once(
        blinded,
        nonce,
        election=election,
        person=person_key(issuer.pepper, election.election_id, fields),
        channel=channel,
        answer=lambda: blind_sign(issuer.key, blinded, draw(FACTOR_BYTES)),
        sign_offs=sign_offs,
        desk_code=desk_code,
    )
    return Enrolled(known.blind_signature, known.person_key)


def sign_off_on_paper(
    nonce: bytes,
    *,
    election: Election,
    pepper: bytes,
    fields: tuple[str, ...],
    channel: str,
    sign_offs: SignOffs,
    now: datetime,
) -> bytes:
    """Return the person key of somebody who is handed a paper ballot at a desk.

    `pepper` is the issuer's; its RSA key is no business of a desk. The same person with the same
    nonce gets the same answer again: a desk whose answer was lost asks once more, and of two desks
    at once only one hands out a ballot. The desk prints person key and nonce on a slip, so the
    person can find their line in the published list.

    Raises NotOpenYet, Closed, ChannelUnknown, AlreadySignedOff or OutcomeUnknown.
    """
    election.require_open(now)
    _require_usable(election, channel, PAPER, nonce)
    return _once(
        nonce,
        nonce,
        election=election,
        person=person_key(pepper, election.election_id, fields),
        channel=channel,
        answer=lambda: b"",
        sign_offs=sign_offs,
    ).person_key


def _once(
    request: bytes,
    nonce: bytes,
    *,
    election: Election,
    person: bytes,
    channel: str,
    answer: Callable[[], bytes],
    sign_offs: SignOffs,
    desk_code: bytes | None = None,
) -> SignOff:
    """Return the one sign-off of a person, put now or by the same request before.

    `answer` makes what is given out for it. Raises AlreadySignedOff, Closed, DeskCodeRefused or
    OutcomeUnknown.
    """
    digest = hashlib.sha256(request).digest()
    known = sign_offs.get(person)
    if known is None:
        new = SignOff(person, channel, digest, answer())
        known = _put(sign_offs, new, commitment(person, nonce), desk_code)
    if (known.channel, known.request_sha256) != (channel, digest):
        raise AlreadySignedOff
    if sign_offs.is_closed():
        raise Closed(format_instant(election.closes_at))
    return known


def _put(sign_offs: SignOffs, new: SignOff, line: bytes, desk_code: bytes | None) -> SignOff:
    """Return the sign-off that stands after putting this one: it, or an earlier one."""
    for _ in range(TRIES):
        try:
            sign_offs.sign_off(new, line, desk_code)
        except (Conflict, OutcomeUnknown):
            pass
        else:
            return new
        stored = sign_offs.get(new.person_key)
        if stored is not None:
            return stored
    raise OutcomeUnknown("the sign-off")


def _require_usable(election: Election, channel: str, kind: str, nonce: bytes) -> None:
    """Raise unless the channel is one of this kind and the nonce has its length.

    A sign-off in a channel that the manifest does not know could never be published.
    """
    found = election.channel(channel)
    if found is None or found.kind != kind:
        raise ChannelUnknown(channel)
    if len(nonce) != NONCE_BYTES:
        raise BadEncoding("nonce", f"it has {len(nonce)} bytes, not {NONCE_BYTES}")
