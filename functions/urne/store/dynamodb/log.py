"""The sequencer's view of one log on DynamoDB: one transaction for the places of one batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from urne.errors import Conflict
from urne.log.merkle import EMPTY_ROOT
from urne.store.aws import CANCELLED, ask, error_code, failed_conditions
from urne.store.base import BALLOTS, INBOX, Head, Line, Ref
from urne.store.checks import checked_entry, require_batch, require_growth, require_table
from urne.store.dynamodb.items import Items, is_condition_failed, transact
from urne.store.refs import decode_refs, encode_refs

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_HEAD = b"head"
_EMPTY = Head(0, 0, EMPTY_ROOT, b"")


class DynamoLog:
    """The head and the batches of one log, and the entries that wait for it."""

    def __init__(
        self, client: DynamoDBClient, *, heads: str, ballots: str, inbox: str, election: str
    ) -> None:
        self._client = client
        self._heads = Items(client, heads, election)
        self._waiting = {
            BALLOTS: Items(client, ballots, election),
            INBOX: Items(client, inbox, election),
        }

    def head(self) -> Head:
        """Return the head."""
        found = self._heads.get(_HEAD) or {}
        return Head(
            found.get("next_place", _EMPTY.next),
            found.get("tree_size", _EMPTY.size),
            found.get("tree_root", _EMPTY.root),
            found.get("signed_note", _EMPTY.note),
        )

    def lines(self, table: str) -> Iterator[Line]:
        """Yield every entry with its index if it has one, by key."""
        require_table(table)
        for key, values in self._waiting[table].query(("leaf_hash", "place")):
            yield Line(Ref(table, key, values["leaf_hash"]), values.get("place"))

    def assign(self, first: int, refs: Sequence[Ref]) -> None:
        """Give these entries the places from `first` on, in this order."""
        require_batch(first, refs)
        actions = [
            {"Update": self._moved_head(first, first + len(refs))},
            self._heads.put_if(_batch_key(first), {"refs": encode_refs(refs)}),
            *({"Update": self._placed(first + at, ref)} for at, ref in enumerate(refs)),
        ]
        try:
            transact(self._client, actions, writes="the places of a batch")
        except ClientError as e:
            if error_code(e) != CANCELLED or not (failed := failed_conditions(e)):
                raise
            raise Conflict("The log's head" if failed[0] < 2 else "A waiting entry") from e

    def batch(self, first: int) -> tuple[Ref, ...] | None:
        """Return the batch assigned from `first` on, or None."""
        values = self._heads.get(_batch_key(first))
        return decode_refs(values["refs"]) if values else None

    def read(self, refs: Sequence[Ref]) -> list[bytes]:
        """Return the entries of these places, in order."""
        found: dict[tuple[str, bytes], bytes] = {}
        for table in {ref.table for ref in refs}:
            require_table(table)
            keys = list(dict.fromkeys(ref.key for ref in refs if ref.table == table))
            for key, values in self._waiting[table].get_all(keys).items():
                found[table, key] = values["content"]
        return [checked_entry(ref, found.get((ref.table, ref.key))) for ref in refs]

    def advance(self, old: Head, new: Head) -> None:
        """Replace size, root and note if they are still the old ones; `next` stays as it is."""
        require_growth(old, new)
        request = self._grown_head(old, new)
        try:
            ask(
                lambda: self._client.update_item(**request),
                writes="the log's head",
                again=False,
            )
        except ClientError as e:
            if is_condition_failed(e):
                raise Conflict("The log's head") from e
            raise

    def _moved_head(self, first: int, after: int) -> Any:
        unmoved = "next_place = :first"
        if first == 0:
            unmoved = f"(attribute_not_exists(next_place) OR {unmoved})"
        values = {"first": first, "after": after}
        return self._heads.update(_HEAD, "SET next_place = :after", unmoved, values)

    def _placed(self, place: int, ref: Ref) -> Any:
        return self._waiting[ref.table].update(
            ref.key,
            "SET place = :place",
            "leaf_hash = :leaf_hash AND attribute_not_exists(place)",
            {"place": place, "leaf_hash": ref.leaf_hash},
        )

    def _grown_head(self, old: Head, new: Head) -> Any:
        values: dict[str, Any] = {"size": new.size, "root": new.root, "note": new.note}
        unchanged = "attribute_not_exists(tree_size)"
        if (old.size, old.root, old.note) != (_EMPTY.size, _EMPTY.root, _EMPTY.note):
            unchanged = (
                "tree_size = :old_size AND tree_root = :old_root AND signed_note = :old_note"
            )
            values |= {"old_size": old.size, "old_root": old.root, "old_note": old.note}
        return self._heads.update(
            _HEAD,
            "SET tree_size = :size, tree_root = :root, signed_note = :note",
            f"{unchanged} AND next_place >= :size",
            values,
        )


def _batch_key(first: int) -> bytes:
    return b"batch#" + first.to_bytes(8, "big")
