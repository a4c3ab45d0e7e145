"""Ballots, inbox and head of one log in the SQLite file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from urne.errors import Conflict
from urne.store.base import BALLOTS, INBOX, Head, Line, Ref
from urne.store.checks import (
    ballot_key,
    checked_entry,
    inbox_key,
    require_batch,
    require_growth,
    require_leaf,
    require_table,
)
from urne.store.folder.database import Database
from urne.store.folder.people import is_closed, put_closed
from urne.store.refs import decode_refs, encode_refs

BALLOTS_CLOSED = "ballots"
_KINDS = {BALLOTS: 1, INBOX: 2}
_AT_ONCE = 500


class FolderLog:
    """A ballot box, an inbox and a log table as rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # BallotBox

    def put_once(self, vk: bytes, revision: int, raw: bytes, leaf_hash: bytes) -> bytes:
        """Store a ballot unless one is there; return the bytes that are there now."""
        return self._put(BALLOTS, ballot_key(vk, revision), raw, leaf_hash)

    def get(self, vk: bytes, revision: int) -> bytes | None:
        """Return a stored ballot's bytes, or None."""
        return self._get(BALLOTS, ballot_key(vk, revision))

    def put_closed(self) -> None:
        """Put the mark that no more is promised."""
        put_closed(self._database, BALLOTS_CLOSED)

    def is_closed(self) -> bool:
        """Return whether the mark is there."""
        return is_closed(self._database, BALLOTS_CLOSED)

    # Inbox

    def put_entry(self, name: str, entry: bytes, leaf_hash: bytes) -> bytes:
        """Store an entry unless one of this name is there; return what is there now."""
        return self._put(INBOX, inbox_key(name), entry, leaf_hash)

    def get_entry(self, name: str) -> bytes | None:
        """Return the entry of a name, or None."""
        return self._get(INBOX, inbox_key(name))

    # LogTable

    def head(self) -> Head:
        """Return the head."""
        [row] = self._database.rows("SELECT next, size, root, note FROM head")
        return Head(*row)

    def lines(self, table: str) -> Iterator[Line]:
        """Yield every entry with its index if it has one, by key."""
        require_table(table)
        rows = self._database.rows(
            "SELECT key, leaf_hash, place FROM entries WHERE kind = ? ORDER BY key",
            (_KINDS[table],),
        )
        return (Line(Ref(table, key, leaf), place) for key, leaf, place in rows)

    def assign(self, first: int, refs: Sequence[Ref]) -> None:
        """Give these entries the places from `first` on, in this order."""
        require_batch(first, refs)
        database = self._database
        places = [
            (first + at, _KINDS[ref.table], ref.key, ref.leaf_hash) for at, ref in enumerate(refs)
        ]
        with database.transaction():
            if not database.write(
                "UPDATE head SET next = ? WHERE next = ?", (first + len(refs), first)
            ):
                raise Conflict("The log's head")
            if database.write_all(
                "UPDATE entries SET place = ?"
                " WHERE kind = ? AND key = ? AND leaf_hash = ? AND place IS NULL",
                places,
            ) != len(refs):
                raise Conflict("A waiting entry")
            database.write("INSERT INTO batches VALUES (?, ?)", (first, encode_refs(refs)))

    def batch(self, first: int) -> tuple[Ref, ...] | None:
        """Return the batch assigned from `first` on, or None."""
        row = self._database.row("SELECT refs FROM batches WHERE first = ?", (first,))
        return decode_refs(row[0]) if row else None

    def read(self, refs: Sequence[Ref]) -> list[bytes]:
        """Return the entries of these places, in order."""
        found: dict[tuple[str, bytes], bytes] = {}
        for table in {ref.table for ref in refs}:
            require_table(table)
            keys = [ref.key for ref in refs if ref.table == table]
            for start in range(0, len(keys), _AT_ONCE):
                found |= self._read(table, keys[start : start + _AT_ONCE])
        return [checked_entry(ref, found.get((ref.table, ref.key))) for ref in refs]

    def advance(self, old: Head, new: Head) -> None:
        """Replace size, root and note if they are still the old ones; `next` stays as it is."""
        require_growth(old, new)
        if not self._database.write(
            "UPDATE head SET size = ?, root = ?, note = ?"
            " WHERE size = ? AND root = ? AND note = ? AND next >= ?",
            (new.size, new.root, new.note, old.size, old.root, old.note, new.size),
        ):
            raise Conflict("The log's head")

    def _read(self, table: str, keys: Sequence[bytes]) -> dict[tuple[str, bytes], bytes]:
        marks = ",".join("?" * len(keys))
        rows = self._database.rows(
            f"SELECT key, raw FROM entries WHERE kind = ? AND key IN ({marks})",  # noqa: S608
            (_KINDS[table], *keys),
        )
        return {(table, key): raw for key, raw in rows}

    def _put(self, table: str, key: bytes, raw: bytes, leaf: bytes) -> bytes:
        require_leaf(table, raw, leaf)
        if self._database.write(
            "INSERT INTO entries VALUES (?, ?, ?, NULL, ?) ON CONFLICT DO NOTHING",
            (_KINDS[table], key, leaf, raw),
        ):
            return raw
        [(stored,)] = self._database.rows(
            "SELECT raw FROM entries WHERE kind = ? AND key = ?", (_KINDS[table], key)
        )
        return bytes(stored)

    def _get(self, table: str, key: bytes) -> bytes | None:
        row = self._database.row(
            "SELECT raw FROM entries WHERE kind = ? AND key = ?", (_KINDS[table], key)
        )
        return row[0] if row else None
