"""All that the local AWS holds, as one JSON file that a person can read, and back.

    {"version": 1,
     "tables":  [{"definition": {TableName, KeySchema, ...}, "items": [{"pk": {"S": "..."}}, ...]}],
     "buckets": [{"name": "...", "objects": [{"key", "body", "headers", "metadata"}, ...]}],
     "secrets": [{"name": "...", "text": "..."} or {"name": "...", "binary": base64}]}

Items are as DynamoDB's own JSON has them, binary values in base64. It is read and written through
boto3 alone, so it does not depend on how moto keeps its state. Versions of objects, streams and
expiry of items are left out: nothing of ours uses them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from urne.canonical import from_base64, to_base64
from urne.store.local_aws import REGION
from urne_local.aws_clients import Clients

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

VERSION = 1
_ITEMS_AT_ONCE = 25
_HEADERS = ("ContentType", "CacheControl", "ContentEncoding", "ContentDisposition")


def take(aws: Clients) -> bytes:
    """Return a snapshot. Whoever calls keeps writers out meanwhile."""
    state = {
        "version": VERSION,
        "tables": list(_tables(aws.dynamodb)),
        "buckets": list(_buckets(aws.s3)),
        "secrets": list(_secrets(aws.secretsmanager)),
    }
    return json.dumps(state, ensure_ascii=False, indent=0, sort_keys=True).encode()


def restore(aws: Clients, raw: bytes) -> None:
    """Put a snapshot into an empty AWS. Raises ValueError or KeyError if it is none of ours."""
    state = json.loads(raw)
    if state["version"] != VERSION:
        raise ValueError(f"its version is {state['version']}, not {VERSION}")
    for table in state["tables"]:
        _restore_table(aws.dynamodb, table)
    for bucket in state["buckets"]:
        _restore_bucket(aws.s3, bucket)
    for secret in state["secrets"]:
        _restore_secret(aws.secretsmanager, secret)


# --- DynamoDB ---------------------------------------------------------------------------------


def _tables(dynamodb: DynamoDBClient) -> Iterator[dict[str, Any]]:
    for page in dynamodb.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            table = dynamodb.describe_table(TableName=name)["Table"]
            items = [
                {field: _value_to_json(value) for field, value in item.items()}
                for part in dynamodb.get_paginator("scan").paginate(TableName=name)
                for item in part["Items"]
            ]
            yield {"definition": _definition(table), "items": items}


def _definition(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what create_table needs to make a described table again."""
    definition = {
        "TableName": table["TableName"],
        "KeySchema": table["KeySchema"],
        "AttributeDefinitions": table["AttributeDefinitions"],
        "BillingMode": "PAY_PER_REQUEST",
    }
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if indexes := table.get(kind):
            wanted = ("IndexName", "KeySchema", "Projection")
            definition[kind] = [{field: index[field] for field in wanted} for index in indexes]
    return definition


def _restore_table(dynamodb: DynamoDBClient, table: Mapping[str, Any]) -> None:
    dynamodb.create_table(**table["definition"])
    name = table["definition"]["TableName"]
    puts = [
        {"PutRequest": {"Item": {field: _value_from_json(value) for field, value in item.items()}}}
        for item in table["items"]
    ]
    for start in range(0, len(puts), _ITEMS_AT_ONCE):
        requests: Any = {name: puts[start : start + _ITEMS_AT_ONCE]}
        while requests:
            requests = dynamodb.batch_write_item(RequestItems=requests)["UnprocessedItems"]


def _value_to_json(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return one typed value, such as {"B": bytes}, with its binary parts in base64."""
    return _map_value(value, to_base64)


def _value_from_json(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `_value_to_json` was given."""
    return _map_value(value, from_base64)


def _map_value(value: Mapping[str, Any], binary: Any) -> dict[str, Any]:
    [(kind, content)] = value.items()
    match kind:
        case "B":
            return {kind: binary(content)}
        case "BS":
            return {kind: [binary(part) for part in content]}
        case "L":
            return {kind: [_map_value(part, binary) for part in content]}
        case "M":
            return {kind: {key: _map_value(part, binary) for key, part in content.items()}}
        case _:
            return {kind: content}


# --- S3 ---------------------------------------------------------------------------------------


def _buckets(s3: S3Client) -> Iterator[dict[str, Any]]:
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        yield {"name": name, "objects": [_object(s3, name, key) for key in _keys(s3, name)]}


def _keys(s3: S3Client, bucket: str) -> Iterable[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            yield entry["Key"]


def _object(s3: S3Client, bucket: str, key: str) -> dict[str, Any]:
    found: Mapping[str, Any] = s3.get_object(Bucket=bucket, Key=key)
    return {
        "key": key,
        "body": to_base64(found["Body"].read()),
        "headers": {header: found[header] for header in _HEADERS if header in found},
        "metadata": found["Metadata"],
    }


def _restore_bucket(s3: S3Client, bucket: Mapping[str, Any]) -> None:
    s3.create_bucket(
        Bucket=bucket["name"],
        CreateBucketConfiguration={"LocationConstraint": REGION},
    )
    for entry in bucket["objects"]:
        s3.put_object(
            Bucket=bucket["name"],
            Key=entry["key"],
            Body=from_base64(entry["body"]),
            Metadata=entry["metadata"],
            **entry["headers"],
        )


# --- Secrets Manager --------------------------------------------------------------------------


def _secrets(secretsmanager: SecretsManagerClient) -> Iterator[dict[str, str]]:
    for page in secretsmanager.get_paginator("list_secrets").paginate():
        for entry in page["SecretList"]:
            secret: Mapping[str, Any] = secretsmanager.get_secret_value(SecretId=entry["Name"])
            if "SecretBinary" in secret:
                yield {"name": entry["Name"], "binary": to_base64(secret["SecretBinary"])}
            else:
                yield {"name": entry["Name"], "text": secret["SecretString"]}


def _restore_secret(secretsmanager: SecretsManagerClient, secret: Mapping[str, str]) -> None:
    if "binary" in secret:
        binary = from_base64(secret["binary"])
        secretsmanager.create_secret(Name=secret["name"], SecretBinary=binary)
    else:
        secretsmanager.create_secret(Name=secret["name"], SecretString=secret["text"])
