"""What waits for the log on DynamoDB: ballots, as `cast` may touch them, and the inbox.

Putting once may be repeated after a lost answer: whoever wrote it, what is there now is returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from urne.store.base import BALLOTS, INBOX
from urne.store.checks import ballot_key, inbox_key, require_leaf
from urne.store.dynamodb.closed import ClosedMark
from urne.store.dynamodb.items import Items

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoBallotBox:
    """The ballots of one election."""

    def __init__(self, client: DynamoDBClient, ballots: str, election: str) -> None:
        self._ballots = Items(client, ballots, election)
        self._closed = ClosedMark(client, ballots, election)

    def put_once(self, vk: bytes, revision: int, raw: bytes, leaf_hash: bytes) -> bytes:
        """Store a ballot unless one is there; return the bytes that are there now."""
        key = ballot_key(vk, revision)
        require_leaf(BALLOTS, raw, leaf_hash)
        return _put(self._ballots, key, raw, leaf_hash, writes="the ballot")

    def get(self, vk: bytes, revision: int) -> bytes | None:
        """Return a stored ballot's bytes, or None."""
        return _get(self._ballots, ballot_key(vk, revision))

    def put_closed(self) -> None:
        """Put the mark that no more is promised."""
        self._closed.put()

    def is_closed(self) -> bool:
        """Return whether the mark is there."""
        return self._closed.is_there()


class DynamoInbox:
    """The other entries of one election."""

    def __init__(self, client: DynamoDBClient, inbox: str, election: str) -> None:
        self._inbox = Items(client, inbox, election)

    def put_entry(self, name: str, entry: bytes, leaf_hash: bytes) -> bytes:
        """Store an entry unless one of this name is there; return what is there now."""
        key = inbox_key(name)
        require_leaf(INBOX, entry, leaf_hash)
        return _put(self._inbox, key, entry, leaf_hash, writes=f"the entry {name}")

    def get_entry(self, name: str) -> bytes | None:
        """Return the entry of a name, or None."""
        return _get(self._inbox, inbox_key(name))


def _put(items: Items, key: bytes, raw: bytes, leaf: bytes, *, writes: str) -> bytes:
    there = items.put_new(key, {"content": raw, "leaf_hash": leaf}, writes=writes, again=True)
    return raw if there is None else bytes(there["content"])


def _get(items: Items, key: bytes) -> bytes | None:
    values = items.get(key)
    return bytes(values["content"]) if values else None
