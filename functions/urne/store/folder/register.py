"""The town's register in the SQLite file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from urne.store.checks import require_hash
from urne.store.folder.database import Database


class FolderRegister:
    """The lines of the register as rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def has(self, line: bytes) -> bool:
        """Return whether a line is there."""
        require_hash(line, "a register's line")
        return self._database.row("SELECT 1 FROM register WHERE line = ?", (line,)) is not None

    def lines(self) -> Iterator[bytes]:
        """Yield every line, sorted."""
        rows = self._database.rows("SELECT line FROM register ORDER BY line")
        yield from (line for (line,) in rows)

    def add(self, lines: Sequence[bytes]) -> None:
        """Store these lines, whether they are there or not."""
        self._write("INSERT INTO register VALUES (?) ON CONFLICT DO NOTHING", lines)

    def remove(self, lines: Sequence[bytes]) -> None:
        """Remove these lines, whether they are there or not."""
        self._write("DELETE FROM register WHERE line = ?", lines)

    def _write(self, sql: str, lines: Sequence[bytes]) -> None:
        for line in lines:
            require_hash(line, "a register's line")
        with self._database.transaction():
            self._database.write_all(sql, [(line,) for line in lines])
