"""Handing out a paper ballot at the town hall: who it is, whether they may vote, and their slip.

The desk has looked at papers and knows where the person lives. What is left to check is their age
and that they have not been given a vote; then they are signed off, by every issuer of the vote,
and take home one slip per issuer to find their line in the published list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from urne.crypto.derive import commitment
from urne.errors import BadField, NotEligible
from urne.flows.eligibility import require_age
from urne.flows.enrol import sign_off_on_paper
from urne.model.election import Election
from urne.model.person import BIRTHDATE, normalise, read_birthdate
from urne.store.base import SignOffs


@dataclass(frozen=True, slots=True)
class DeskIssuer:
    """What a desk has of one issuer: its id, its pepper and its table of sign-offs."""

    id: str
    pepper: bytes = field(repr=False)
    sign_offs: SignOffs


@dataclass(frozen=True, slots=True)
class Slip:
    """What somebody keeps of their sign-off: person key and nonce, 32 bytes each."""

    issuer: str
    channel: str
    person_key: bytes
    nonce: bytes

    @property
    def line(self) -> bytes:
        """Return the commitment, which is the person's line in the issuer's published list."""
        return commitment(self.person_key, self.nonce)


def asked_fields(election: Election) -> tuple[str, ...]:
    """Return what a desk asks of a person: the manifest's fields, and the birth date."""
    fields = election.person_fields
    needs_age = election.eligibility.minimum_age and BIRTHDATE not in fields
    return (*fields, BIRTHDATE) if needs_age else fields


def person_of(election: Election, stated: Mapping[str, str]) -> tuple[str, ...]:
    """Return the normalised person fields of somebody old enough, in the manifest's order.

    Raises BadField, naming the field and never its text, for one that is missing or cannot be
    read; NotEligible, `too-young` or `birthdate-unclear`.
    """
    normal = {}
    for name in asked_fields(election):
        try:
            normal[name] = normalise(name, stated.get(name, ""))
        except NotEligible as e:
            raise BadField("person", name, _WRONG[e.reason]) from e
    if election.eligibility.minimum_age:
        require_age(election.eligibility, read_birthdate(normal[BIRTHDATE]))
    return tuple(normal[name] for name in election.person_fields)


_WRONG = {
    "birthdate-unclear": "is no date such as 1980-02-29",
    "identity-incomplete": "is empty, or longer than a name",
}


def hand_out_paper(
    person: tuple[str, ...],
    *,
    election: Election,
    channel: str,
    issuer: DeskIssuer,
    nonce: bytes,
    now: datetime,
) -> Slip:
    """Return the slip of somebody who is now signed off by one issuer. `nonce` is 32 fresh bytes.

    Asked again with the same nonce, it answers the same. Raises what `sign_off_on_paper` does.
    """
    key = sign_off_on_paper(
        nonce,
        election=election,
        pepper=issuer.pepper,
        fields=person,
        channel=channel,
        sign_offs=issuer.sign_offs,
        now=now,
    )
    return Slip(issuer.id, channel, key, nonce)
