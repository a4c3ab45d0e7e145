"""A trustee's one act: showing their key, after the close and not before.

The trustee's own tool decides: the closing instant must have passed, and the close entry must
stand in a log whose checkpoint it has verified. Then the key is posted for all to see.
"""

from __future__ import annotations

from datetime import datetime

from urne.crypto.seal import is_clamped, public_of
from urne.errors import RevealRefused
from urne.flows.read_log import LogReader
from urne.flows.sequence import REVEAL, put_control
from urne.model.election import Election
from urne.model.entry import (
    Kind,
    Reveal,
    decode_close,
    decode_reveal,
    encode_reveal,
    entry,
    entry_kind,
)
from urne.store.base import Inbox


def reveal(
    trustee: str,
    scalar: bytes,
    *,
    election: Election,
    reader: LogReader,
    inbox: Inbox,
    now: datetime,
) -> None:
    """Post a trustee's key. Raises NotClosedYet or RevealRefused; then nothing is posted."""
    election.require_closed(now)
    _require_close(election, reader)
    place = require_scalar(election, trustee, scalar)
    new = entry(Kind.REVEAL, encode_reveal(election.election_id, Reveal(trustee, scalar)))
    if put_control(inbox, f"{REVEAL}{place:03d}", new) != new:
        raise RevealRefused("another key was posted in this trustee's name")


def _require_close(election: Election, reader: LogReader) -> None:
    """Raise RevealRefused unless the log ends with the close and nothing but what follows it.

    A town that wrote a close early, to see the keys, and then went on taking ballots is refused.
    """
    for raw in reversed(reader.last_entries(len(election.trustees) + 2)):
        kind = entry_kind(raw)
        if kind is Kind.CLOSE:
            decode_close(raw[1:], election.election_id)
            return
        if kind not in (Kind.REVEAL, Kind.TALLY):
            break
    raise RevealRefused("the log does not end with the close of the vote yet")


def require_scalar(election: Election, trustee: str, scalar: bytes) -> int:
    """Return the trustee's place if the scalar is their key, clamped. Raises RevealRefused."""
    for place, holder in enumerate(election.trustees):
        if holder.id == trustee:
            if not is_clamped(scalar):
                raise RevealRefused("it is not a clamped scalar of 32 bytes")
            if public_of(scalar) != holder.key:
                raise RevealRefused("it is not the key in the manifest")
            return place
    raise RevealRefused(f"there is no trustee {trustee!r}")


def posted_reveals(election: Election, inbox: Inbox) -> list[Reveal]:
    """Return the reveals posted so far, in trustee order, skipping those that are missing."""
    found = []
    for place in range(len(election.trustees)):
        raw = inbox.get_entry(f"{REVEAL}{place:03d}")
        if raw is not None:
            found.append(decode_reveal(raw[1:], election.election_id))
    return found
