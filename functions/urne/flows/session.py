"""What a sign-in has reached: a session of ten minutes, for one purpose, in one election.

It is stored under the SHA-256 of its cookie, so whoever reads the store cannot become anybody.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from urne.errors import (
    NotEligible,
    NotSignedIn,
    OtherElection,
    SessionExpired,
    SessionOfOtherPurpose,
)
from urne.model.election import Election
from urne.model.identity import CODE, Identity, decode_identity
from urne.store.base import Sessions

VOTE = "vote"
# Not shorter than the cookie of a sign-in is good for: the session's place is what a replay meets.
SESSION_LIFETIME = timedelta(minutes=10)


def session_key(cookie: str) -> bytes:
    """Return under what the session of a cookie is stored, 32 bytes."""
    return hashlib.sha256(cookie.encode()).digest()


def require_session(
    cookie: str | None, purpose: str, sessions: Sessions, *, election: Election, now: datetime
) -> Identity:
    """Return who has signed in. The session stays: a request may be repeated until it ends.

    Raises NotSignedIn, SessionOfOtherPurpose, SessionExpired or OtherElection.
    """
    session = sessions.get(session_key(cookie)) if cookie and cookie.isascii() else None
    if session is None:
        raise NotSignedIn
    if session.purpose != purpose:
        raise SessionOfOtherPurpose
    if now >= session.expires_at:
        raise SessionExpired
    identity = decode_identity(session.payload)
    if identity.election_id != election.election_id:
        raise OtherElection
    return identity


def required_code(identity: Identity, code: bytes | None) -> bytes | None:
    """Return the desk code to use up (its SHA-256), or None if residence was shown otherwise.

    Raises NotEligible if one is needed and none was given.
    """
    if identity.standing.residence != CODE:
        return None
    if code is None:
        raise NotEligible(identity.standing.without)
    return code
