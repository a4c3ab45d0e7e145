"""The town's register on DynamoDB: one item a line, with nothing in it but its key.

A function that may only get items can ask for a line that it knows, and cannot list the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from urne.store.checks import require_hash
from urne.store.dynamodb.items import Items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoRegister:
    """The register of one election."""

    def __init__(self, client: DynamoDBClient, register: str, election: str) -> None:
        self._lines = Items(client, register, election)

    def has(self, line: bytes) -> bool:
        """Return whether a line is there."""
        require_hash(line, "a register's line")
        return self._lines.get(line) is not None

    def lines(self) -> Iterator[bytes]:
        """Yield every line, sorted."""
        return (line for line, _ in self._lines.query(()))

    def add(self, lines: Sequence[bytes]) -> None:
        """Store these lines, whether they are there or not."""
        for line in lines:
            require_hash(line, "a register's line")
        self._lines.put_all(lines, writes="lines of the register")

    def remove(self, lines: Sequence[bytes]) -> None:
        """Remove these lines, whether they are there or not."""
        for line in lines:
            require_hash(line, "a register's line")
        self._lines.remove_all(lines, writes="lines of the register")
