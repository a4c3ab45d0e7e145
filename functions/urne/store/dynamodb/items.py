"""The items of one partition of one table: everything a store asks of DynamoDB goes through here.

Reads are strongly consistent. An answer that is cut short on its way is taken by botocore for an
empty one, and "no item" would then read as "not closed": so a part that every whole answer has is
asked for and looked at (`ConsumedCapacity`, `Items`, `Responses`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from urne.store.aws import CONDITION_FAILED, CUT_SHORT, ask, error_code, require_single_attempts
from urne.store.dynamodb.tables import KEY, PARTITION
from urne.store.dynamodb.values import Values, typed_all, values_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef
_ABSENT = f"attribute_not_exists({KEY})"
_AT_ONCE = 100
_WRITTEN_AT_ONCE = 25


class Items:
    """One partition of a table."""

    def __init__(self, client: DynamoDBClient, table: str, partition: str) -> None:
        require_single_attempts(client)
        self._client, self._table, self._partition = client, table, partition

    def get(self, key: bytes) -> dict[str, Any] | None:
        """Return an item's attributes, or None."""

        def call() -> Any:
            answer = self._client.get_item(
                TableName=self._table,
                Key=self._key(key),
                ConsistentRead=True,
                ReturnConsumedCapacity="TOTAL",
            )
            return _whole(answer, "ConsumedCapacity")

        item = ask(call).get("Item")
        return values_of(item) if item else None

    def get_all(self, keys: Sequence[bytes]) -> dict[bytes, dict[str, Any]]:
        """Return the attributes of those of these keys that are there."""
        found: dict[bytes, dict[str, Any]] = {}
        for start in range(0, len(keys), _AT_ONCE):
            found |= self._get_some(keys[start : start + _AT_ONCE])
        return found

    def query(self, attributes: Sequence[str]) -> Iterator[tuple[bytes, dict[str, Any]]]:
        """Yield the key and these attributes of every item, by key."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": f"{PARTITION} = :partition",
            "ExpressionAttributeValues": {":partition": {"S": self._partition}},
            "ProjectionExpression": ", ".join((KEY, *attributes)),
            "ConsistentRead": True,
        }
        while True:
            answer = ask(lambda: _whole(self._client.query(**request), "Items"))
            for item in answer["Items"]:
                yield item[KEY]["B"], values_of(item)
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def put(self, key: bytes, values: Values, *, writes: str) -> None:
        """Store an item, whether one is there or not."""
        item = self._item(key, values)
        ask(lambda: self._client.put_item(TableName=self._table, Item=item), writes=writes)

    def put_new(
        self, key: bytes, values: Values, *, writes: str, again: bool
    ) -> dict[str, Any] | None:
        """Store an item unless one is there; return what was there, or None if it is stored now.

        With `again`, a lost answer is followed by another attempt, and what was there may then be
        our own.
        """
        item = self._item(key, values)
        try:
            ask(
                lambda: self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression=_ABSENT,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                ),
                writes=writes,
                again=again,
            )
        except ClientError as e:
            if not is_condition_failed(e):
                raise
            response: Any = e.response
            return values_of(response["Item"])
        return None

    def take(self, key: bytes, *, writes: str) -> dict[str, Any] | None:
        """Remove an item and return its attributes, or None."""

        def call() -> Any:
            answer = self._client.delete_item(
                TableName=self._table,
                Key=self._key(key),
                ReturnValues="ALL_OLD",
                ReturnConsumedCapacity="TOTAL",
            )
            return _whole(answer, "ConsumedCapacity")

        item = ask(call, writes=writes, again=False).get("Attributes")
        return values_of(item) if item else None

    def put_all(self, keys: Sequence[bytes], *, writes: str) -> None:
        """Store items that are nothing but their keys, one by one: some may fail, others not."""
        self._write_all([{"PutRequest": {"Item": self._key(key)}} for key in keys], writes)

    def remove_all(self, keys: Sequence[bytes], *, writes: str) -> None:
        """Remove items, one by one, whether they are there or not."""
        self._write_all([{"DeleteRequest": {"Key": self._key(key)}} for key in keys], writes)

    def update(self, key: bytes, expression: str, condition: str, values: Values) -> Any:
        """Return the request that changes an item under a condition."""
        return {
            "TableName": self._table,
            "Key": self._key(key),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": typed_all(values, before=":"),
        }

    def put_if(
        self, key: bytes, values: Values, condition: str = _ABSENT, given: Values | None = None
    ) -> TransactWriteItemTypeDef:
        """Return the action that stores an item under a condition, by default that none is."""
        put: Any = {
            "TableName": self._table,
            "Item": self._item(key, values),
            "ConditionExpression": condition,
        }
        if given:
            put["ExpressionAttributeValues"] = typed_all(given, before=":")
        return {"Put": put}

    def _get_some(self, keys: Sequence[bytes]) -> dict[bytes, dict[str, Any]]:
        found: dict[bytes, dict[str, Any]] = {}
        request: dict[str, Any] = {
            self._table: {"Keys": [self._key(key) for key in keys], "ConsistentRead": True}
        }
        # An answer brings at least one of them, or says that DynamoDB is busy.
        while request:
            answer = ask(partial(self._get_batch, request))
            for item in answer["Responses"].get(self._table, ()):
                found[item[KEY]["B"]] = values_of(item)
            request = answer.get("UnprocessedKeys", {})
        return found

    def _get_batch(self, request: dict[str, Any]) -> Any:
        return _whole(self._client.batch_get_item(RequestItems=request), "Responses")

    def _write_all(self, requests: Sequence[Any], writes: str) -> None:
        """Send requests of different keys, as many at a time as DynamoDB takes."""
        waiting = list(requests)
        while waiting:
            now, waiting = waiting[:_WRITTEN_AT_ONCE], waiting[_WRITTEN_AT_ONCE:]
            answer = ask(partial(self._write_batch, now), writes=writes)
            # What DynamoDB was too busy for.
            waiting += answer["UnprocessedItems"].get(self._table, ())

    def _write_batch(self, requests: Sequence[Any]) -> Any:
        answer = self._client.batch_write_item(RequestItems={self._table: requests})
        return _whole(answer, "UnprocessedItems")

    def _key(self, key: bytes) -> dict[str, Any]:
        return {PARTITION: {"S": self._partition}, KEY: {"B": key}}

    def _item(self, key: bytes, values: Values) -> dict[str, Any]:
        return {**self._key(key), **typed_all(values)}


def transact(client: DynamoDBClient, actions: Sequence[Any], *, writes: str) -> None:
    """Do all of these actions or none. Raises ClientError if it is cancelled.

    All attempts of one call carry the same token, so that after a lost answer DynamoDB says what
    became of the first; no two calls share a token, so that two callers never share a success.
    """
    token = str(uuid.uuid4())
    ask(
        lambda: client.transact_write_items(TransactItems=actions, ClientRequestToken=token),
        writes=writes,
    )


def is_condition_failed(error: ClientError) -> bool:
    """Return whether the answer is that the condition of a single write does not hold."""
    return error_code(error) == f"{CONDITION_FAILED}Exception"


def _whole(answer: Any, part: str) -> Any:
    if part not in answer:
        raise CUT_SHORT
    return answer
