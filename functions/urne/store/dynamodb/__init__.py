"""The private stores on DynamoDB, each given only the tables that its user may touch."""

from urne.store.dynamodb.box import DynamoBallotBox, DynamoInbox
from urne.store.dynamodb.log import DynamoLog
from urne.store.dynamodb.people import DynamoCommitments, DynamoSessions, DynamoSignOffs
from urne.store.dynamodb.register import DynamoRegister
from urne.store.dynamodb.tables import ISSUER_TABLES, TABLES, Table, table_definitions

__all__ = [
    "ISSUER_TABLES",
    "TABLES",
    "DynamoBallotBox",
    "DynamoCommitments",
    "DynamoInbox",
    "DynamoLog",
    "DynamoRegister",
    "DynamoSessions",
    "DynamoSignOffs",
    "Table",
    "table_definitions",
]
