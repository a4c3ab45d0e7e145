"""Sessions, sign-offs and commitments on DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from urne.errors import Conflict, DeskCodeRefused
from urne.store.aws import CANCELLED, error_code, failed_conditions
from urne.store.base import Session, SignOff
from urne.store.checks import require_hash, require_session, require_sign_off
from urne.store.dynamodb.closed import ClosedMark
from urne.store.dynamodb.items import Items, transact
from urne.store.dynamodb.values import Values

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoSessions:
    """The sessions of one purpose: a policy can keep a function to its own."""

    def __init__(self, client: DynamoDBClient, sessions: str, purpose: str) -> None:
        self._purpose = purpose
        self._sessions = Items(client, sessions, purpose)

    def put(self, key: bytes, session: Session) -> None:
        """Store a session under a new key. Raises ValueError if it is for another purpose."""
        require_session(key, session)
        if session.purpose != self._purpose:
            raise ValueError(f"a session for {session.purpose!r} among those {self._purpose!r}")
        ends = int(session.expires_at.timestamp())
        values: Values = {"payload": session.payload, "expires_at": ends}
        if self._sessions.put_new(key, values, writes="the session", again=False) is not None:
            raise Conflict("The session")

    def get(self, key: bytes) -> Session | None:
        """Return the session of a key, or None."""
        return self._session(self._sessions.get(key))

    def take(self, key: bytes) -> Session | None:
        """Remove and return a session, or None."""
        return self._session(self._sessions.take(key, writes="the session"))

    def _session(self, values: dict[str, Any] | None) -> Session | None:
        if values is None:
            return None
        ends = datetime.fromtimestamp(values["expires_at"], UTC)
        return Session(self._purpose, values["payload"], ends)


class DynamoSignOffs:
    """The sign-offs of one election, its desk codes, and, to be written only, its commitments."""

    def __init__(
        self,
        client: DynamoDBClient,
        *,
        sign_offs: str,
        desk_codes: str,
        commitments: str,
        election: str,
    ) -> None:
        self._client = client
        self._people = Items(client, sign_offs, election)
        self._codes = Items(client, desk_codes, election)
        self._commitments = Items(client, commitments, election)
        self._closed = ClosedMark(client, sign_offs, election)

    def get(self, person_key: bytes) -> SignOff | None:
        """Return a person's sign-off, or None."""
        values = self._people.get(person_key)
        return SignOff(person_key, **values) if values else None

    def sign_off(
        self, sign_off: SignOff, commitment: bytes, desk_code: bytes | None = None
    ) -> None:
        """Store the sign-off and the commitment, and use up the desk code."""
        require_sign_off(sign_off.person_key, commitment, desk_code)
        values: Values = {
            "channel": sign_off.channel,
            "request_sha256": sign_off.request_sha256,
            "blind_signature": sign_off.blind_signature,
        }
        actions = [
            self._people.put_if(sign_off.person_key, values),
            self._commitments.put_if(commitment, {"channel": sign_off.channel}),
        ]
        if desk_code is not None:
            unused = "used = :unused"
            actions.append(self._codes.put_if(desk_code, {"used": True}, unused, {"unused": False}))
        try:
            transact(self._client, actions, writes="the sign-off")
        except ClientError as e:
            if error_code(e) != CANCELLED or not (failed := failed_conditions(e)):
                raise
            if failed == (2,):
                raise DeskCodeRefused from e
            raise Conflict("The sign-off") from e

    def put_desk_code(self, desk_code: bytes) -> None:
        """Store a code that may be used once."""
        require_hash(desk_code, "a desk code's hash")
        there = self._codes.put_new(desk_code, {"used": False}, writes="the desk code", again=False)
        if there is not None:
            raise Conflict("The desk code")

    def put_closed(self) -> None:
        """Put the mark that no more is signed off."""
        self._closed.put()

    def is_closed(self) -> bool:
        """Return whether the mark is there."""
        return self._closed.is_there()


class DynamoCommitments:
    """The commitments of one election, to be read."""

    def __init__(self, client: DynamoDBClient, commitments: str, election: str) -> None:
        self._commitments = Items(client, commitments, election)

    def commitments(self) -> Iterator[tuple[str, bytes]]:
        """Yield (channel, commitment), by commitment."""
        for commitment, values in self._commitments.query(("channel",)):
            yield values["channel"], commitment
