"""The tables: all have the same two keys, a partition (text) and a key in it (bytes).

    table        partition            key                      who reads or writes: DESIGN, 5
    sessions     purpose              SHA-256 of the cookie
    sign-offs    election             person key
    desk-codes   election             SHA-256 of the code
    commitments  election             commitment
    ballots      election             vk || uint32 revision
    inbox        election             name of the entry
    heads        election             "head", "batch#" || uint64 first place
    register     election             HMAC of the person's fields

The mark that an election is closed, in sign-offs and in ballots, stands in a partition of its own,
"closed#" and the election, so that a policy can say who may put it (dynamodb:LeadingKeys). Only
sessions have a time: their end, when DynamoDB may remove them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import CreateTableInputTypeDef

PARTITION, KEY = "partition_key", "sort_key"


@dataclass(frozen=True, slots=True)
class Table:
    """A table by the end of its name; `expires` is the attribute with an item's end, if any."""

    name: str
    expires: str | None = None


SESSIONS = Table("sessions", expires="expires_at")
SIGN_OFFS = Table("sign-offs")
DESK_CODES = Table("desk-codes")
COMMITMENTS = Table("commitments")
BALLOTS = Table("ballots")
INBOX = Table("inbox")
HEADS = Table("heads")
REGISTER = Table("register")
ISSUER_TABLES = (SESSIONS, SIGN_OFFS, DESK_CODES, COMMITMENTS, REGISTER)
"""What each issuer has of its own."""
TABLES = (SESSIONS, SIGN_OFFS, DESK_CODES, COMMITMENTS, BALLOTS, INBOX, HEADS, REGISTER)


def table_definitions(
    prefix: str = "", tables: Sequence[Table] = TABLES
) -> tuple[CreateTableInputTypeDef, ...]:
    """Return what `create_table` takes for each table, its name after a prefix."""
    return tuple(_definition(prefix + table.name) for table in tables)


def _definition(name: str) -> CreateTableInputTypeDef:
    return {
        "TableName": name,
        "KeySchema": [
            {"AttributeName": PARTITION, "KeyType": "HASH"},
            {"AttributeName": KEY, "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": PARTITION, "AttributeType": "S"},
            {"AttributeName": KEY, "AttributeType": "B"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
