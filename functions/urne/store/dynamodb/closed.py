"""The mark that an election is closed, in a partition of its own, so that a policy can guard it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from urne.store.dynamodb.items import Items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MARK = b"closed"


class ClosedMark:
    """The mark of one election in one table. It stays for ever."""

    def __init__(self, client: DynamoDBClient, table: str, election: str) -> None:
        self._items = Items(client, table, f"closed#{election}")

    def put(self) -> None:
        """Put the mark, whether it is there or not."""
        self._items.put(_MARK, {}, writes="the mark of the close")

    def is_there(self) -> bool:
        """Return whether the mark is there."""
        return self._items.get(_MARK) is not None
