"""Who has signed in, as far as voting needs to know: the payload of a session.

    {"channel": "internet", "election_id": base64, "fields": ["1980-01-01", "exemple", "alice"],
     "residence": "address", "without": ""}

The fields are the manifest's person fields, normalised, in its order. There is nothing else of
the person: no subject of the provider, no address, no name as it was written. They are kept out
of `repr`, so that no traceback shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from urne.canonical import Fields, decode, encode, to_base64
from urne.errors import BadField
from urne.model.election import RESIDENCE_PROOFS

CODE = "code"
WITHOUT = ("", "no-address", "not-resident")


@dataclass(frozen=True, slots=True)
class Standing:
    """How residence was shown: `address`, `register`, or `code` if a desk code must still come.

    `without` is then the reason why someone who has no code may not vote (of NotEligible).
    """

    residence: str
    without: str = ""

    def __post_init__(self) -> None:
        if self.residence not in RESIDENCE_PROOFS or self.without not in WITHOUT:
            raise BadField("session", "residence", "is none that we know")
        if (self.residence == CODE) != bool(self.without):
            raise BadField("session", "without", "contradicts the residence")


@dataclass(frozen=True, slots=True)
class Identity:
    """A person who may vote in one election, by one channel."""

    election_id: bytes
    channel: str
    standing: Standing
    fields: tuple[str, ...] = field(repr=False)


def encode_identity(identity: Identity) -> bytes:
    """Return the canonical bytes of a session's payload."""
    return encode(
        {
            "channel": identity.channel,
            "election_id": to_base64(identity.election_id),
            "fields": identity.fields,
            "residence": identity.standing.residence,
            "without": identity.standing.without,
        }
    )


def decode_identity(raw: bytes) -> Identity:
    """Return the identity of a session's payload. Raises NotCanonical or BadField."""
    f = Fields(decode(raw), "session", ("channel", "election_id", "fields", "residence", "without"))
    return Identity(
        election_id=f.base64("election_id", 32),
        channel=f.text("channel"),
        standing=Standing(f.text("residence"), f.text("without")),
        fields=f.texts("fields", least=1),
    )
