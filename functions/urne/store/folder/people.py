"""Sessions, sign-offs and commitments in the SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from urne.errors import Conflict, DeskCodeRefused
from urne.store.base import Session, SignOff
from urne.store.checks import require_hash, require_session, require_sign_off
from urne.store.folder.database import Database, Row

SIGN_OFFS_CLOSED = "sign-offs"


class FolderSessions:
    """Sessions as rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, key: bytes, session: Session) -> None:
        """Store a session under a new key."""
        require_session(key, session)
        ends = int(session.expires_at.timestamp())
        if not self._database.write(
            "INSERT INTO sessions VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (key, session.purpose, session.payload, ends),
        ):
            raise Conflict("The session")

    def get(self, key: bytes) -> Session | None:
        """Return the session of a key, or None."""
        return _session(
            self._database.row(
                "SELECT purpose, payload, expires_at FROM sessions WHERE key = ?", (key,)
            )
        )

    def take(self, key: bytes) -> Session | None:
        """Remove and return a session, or None."""
        return _session(
            self._database.row(
                "DELETE FROM sessions WHERE key = ? RETURNING purpose, payload, expires_at", (key,)
            )
        )


def _session(row: Row | None) -> Session | None:
    if row is None:
        return None
    purpose, payload, ends = row
    return Session(purpose, payload, datetime.fromtimestamp(ends, UTC))


class FolderSignOffs:
    """Sign-offs, commitments and desk codes as rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, person_key: bytes) -> SignOff | None:
        """Return a person's sign-off, or None."""
        row = self._database.row("SELECT * FROM sign_offs WHERE person_key = ?", (person_key,))
        return SignOff(*row) if row else None

    def sign_off(
        self, sign_off: SignOff, commitment: bytes, desk_code: bytes | None = None
    ) -> None:
        """Store the sign-off and the commitment, and use up the desk code."""
        require_sign_off(sign_off.person_key, commitment, desk_code)
        database = self._database
        person = (
            sign_off.person_key,
            sign_off.channel,
            sign_off.request_sha256,
            sign_off.blind_signature,
        )
        with database.transaction():
            if not (
                database.write(
                    "INSERT INTO sign_offs VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", person
                )
                and database.write(
                    "INSERT INTO commitments VALUES (?, ?) ON CONFLICT DO NOTHING",
                    (commitment, sign_off.channel),
                )
            ):
                raise Conflict("The sign-off")
            if desk_code is not None and not database.write(
                "UPDATE desk_codes SET used = 1 WHERE code = ? AND NOT used", (desk_code,)
            ):
                raise DeskCodeRefused

    def put_desk_code(self, desk_code: bytes) -> None:
        """Store a code that may be used once."""
        require_hash(desk_code, "a desk code's hash")
        if not self._database.write(
            "INSERT INTO desk_codes VALUES (?, 0) ON CONFLICT DO NOTHING", (desk_code,)
        ):
            raise Conflict("The desk code")

    def commitments(self) -> Iterator[tuple[str, bytes]]:
        """Yield (channel, commitment), by commitment."""
        rows = self._database.rows(
            "SELECT channel, commitment FROM commitments ORDER BY commitment"
        )
        yield from ((channel, commitment) for channel, commitment in rows)

    def put_closed(self) -> None:
        """Put the mark that no more is signed off."""
        put_closed(self._database, SIGN_OFFS_CLOSED)

    def is_closed(self) -> bool:
        """Return whether the mark is there."""
        return is_closed(self._database, SIGN_OFFS_CLOSED)


def put_closed(database: Database, what: str) -> None:
    """Put a mark that stays for ever."""
    database.write("INSERT INTO closed VALUES (?) ON CONFLICT DO NOTHING", (what,))


def is_closed(database: Database, what: str) -> bool:
    """Return whether a mark is there."""
    return database.row("SELECT 1 FROM closed WHERE what = ?", (what,)) is not None
