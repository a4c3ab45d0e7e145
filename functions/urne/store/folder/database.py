"""One SQLite file that holds the private state of one election, for many threads and processes.

Each process opens its own `Database`; its threads share the connection, one at a time. A promise
is one transaction: begun with the right to write, so that none fails half-way for another's sake.

No row has a number of its own (WITHOUT ROWID), so no table tells the order in which rows came.
SQLite's journal and the layout of its pages do tell something of it: this store is for rehearsals,
tests and small towns' own machines, where whoever reads the file could also watch the process.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from urne.errors import Unavailable
from urne.log.merkle import EMPTY_ROOT
from urne.store.folder.locking import locked

# `kind` is 1 for ballots, 2 for the inbox; `place` is the index in the log, once it has one.
SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (key BLOB PRIMARY KEY, purpose TEXT NOT NULL,
    payload BLOB NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sign_offs (person_key BLOB PRIMARY KEY, channel TEXT NOT NULL,
    request_sha256 BLOB NOT NULL, blind_signature BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS desk_codes (code BLOB PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS commitments (commitment BLOB PRIMARY KEY, channel TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS register (line BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS closed (what TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (kind INTEGER NOT NULL, key BLOB NOT NULL,
    leaf_hash BLOB NOT NULL, place INTEGER, raw BLOB NOT NULL, PRIMARY KEY (kind, key))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batches (first INTEGER PRIMARY KEY, refs BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 0), next INTEGER NOT NULL,
    size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL);
"""

Row = tuple[Any, ...]


class Database:
    """An open SQLite file, made if it is not there; its owner alone can read it.

    `durable`: what was answered survives a loss of power, at the price of waiting for the disk.
    Without it, it survives the end of the process only: for rehearsals and tests.
    """

    def __init__(self, path: Path, *, durable: bool = True, patience: float = 30) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        with locked(path.parent):  # SQLite does not wait for another who changes the journal's mode
            path.touch(mode=0o600)
            self._connection = sqlite3.connect(
                path, timeout=patience, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        self._connection.execute("PRAGMA cache_size = -65536")
        with self.transaction():
            for statement in SCHEMA.split(";"):
                self._connection.execute(statement)
            self.write("INSERT OR IGNORE INTO head VALUES (0, 0, 0, ?, x'')", (EMPTY_ROOT,))

    def close(self) -> None:
        """Close the file. Nothing can be asked afterwards."""
        with self._lock:
            self._connection.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Return all rows of a query. A single statement that writes is a promise of its own."""
        with self._lock, _patient():
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """Return the only row of a query, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def write(self, sql: str, values: Sequence[object] = ()) -> int:
        """Return how many rows one statement changed."""
        with self._lock, _patient():
            return self._connection.execute(sql, values).rowcount

    def write_all(self, sql: str, lines: Sequence[Sequence[object]]) -> int:
        """Return how many rows a statement changed, executed for each line of values."""
        with self._lock, _patient():
            return self._connection.executemany(sql, lines).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is written inside happen whole, or not at all if it raises."""
        with self._lock:
            with _patient():
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


@contextmanager
def _patient() -> Iterator[None]:
    """Raise Unavailable when another process kept the file for longer than our patience."""
    try:
        yield
    except sqlite3.OperationalError as e:
        if e.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Unavailable from e
        raise
