"""Every kind of store, empty, in one shape: what the contract suite is run on."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.stores.edge import EdgeStore

from urne.store.base import (
    BallotBox,
    Commitments,
    Inbox,
    LogTable,
    RegisterTable,
    SecretsKeeper,
    Sessions,
    SignOffs,
    SiteFiles,
    SiteRoot,
)
from urne.store.dynamodb import (
    DynamoBallotBox,
    DynamoCommitments,
    DynamoInbox,
    DynamoLog,
    DynamoRegister,
    DynamoSessions,
    DynamoSignOffs,
    table_definitions,
)
from urne.store.edge import EdgeRoot
from urne.store.folder import (
    Database,
    FolderFiles,
    FolderLog,
    FolderRegister,
    FolderRoot,
    FolderSecrets,
    FolderSessions,
    FolderSignOffs,
)
from urne.store.memory import (
    MemoryFiles,
    MemoryLog,
    MemoryRegister,
    MemoryRoot,
    MemorySecrets,
    MemorySessions,
    MemorySignOffs,
)
from urne.store.s3 import S3Files
from urne.store.secrets import ManagedSecrets
from urne_local.aws import Aws

KINDS = ("memory", "folder", "aws")
ELECTION = "vote.example.org/elections/rueil-2019/log"
PURPOSE = "vote"
SECRETS = {"rueil-2019/promise": b"\x00\xff promise", "pepper": b"pepper"}

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class House:
    """One of each store."""

    sessions: Sessions
    sign_offs: SignOffs
    commitments: Commitments
    box: BallotBox
    inbox: Inbox
    log: LogTable
    files: SiteFiles
    root: SiteRoot
    secrets: SecretsKeeper
    register: RegisterTable


Street = Callable[[], House]
"""Gives a house again and again, all on the same state, each as another process would open it."""


@contextlib.contextmanager
def memory_street() -> Iterator[Street]:
    """Give empty stores in memory: the same ones each time, as there is no other way."""
    people, log = MemorySignOffs(), MemoryLog()
    files, secrets = MemoryFiles(), MemorySecrets(SECRETS)
    root, register = MemoryRoot(), MemoryRegister()
    house = House(MemorySessions(), people, people, log, log, log, files, root, secrets, register)
    yield lambda: house


@contextlib.contextmanager
def folder_street(root: Path) -> Iterator[Street]:
    """Give empty stores in a folder, each with a connection of its own."""
    for name, secret in SECRETS.items():
        FolderSecrets(root / "secrets").put(name, secret)
    with contextlib.ExitStack() as stack:

        def house() -> House:
            database = Database(root / "state.sqlite", durable=False)
            stack.callback(database.close)
            people, log = FolderSignOffs(database), FolderLog(database)
            tree = root / "tree"
            tree.mkdir(exist_ok=True)
            files, served = FolderFiles(tree, durable=False), FolderRoot(tree, durable=False)
            secrets = FolderSecrets(root / "secrets")
            return House(
                FolderSessions(database),
                people,
                people,
                log,
                log,
                log,
                files,
                served,
                secrets,
                FolderRegister(database),
            )

        yield house


@contextlib.contextmanager
def aws_street(aws: Aws) -> Iterator[Street]:
    """Give stores on tables and a bucket of their own, empty; removed afterwards."""
    prefix = f"test-{next(_numbers)}-"
    bucket = f"{prefix}site"
    aws.create_tables(table_definitions(prefix))
    aws.create_buckets((bucket,))
    for name, secret in SECRETS.items():
        aws.clients.secretsmanager.create_secret(Name=prefix + name, SecretBinary=secret)
    edge = EdgeStore()
    try:
        yield lambda: aws_house(aws, prefix, bucket, edge)
    finally:
        for table in table_definitions(prefix):
            aws.clients.dynamodb.delete_table(TableName=table["TableName"])


def aws_house(aws: Aws, prefix: str, bucket: str, edge: EdgeStore) -> House:
    """Return stores on these tables and this bucket."""
    dynamodb = aws.clients.dynamodb
    return House(
        DynamoSessions(dynamodb, f"{prefix}sessions", PURPOSE),
        DynamoSignOffs(
            dynamodb,
            sign_offs=f"{prefix}sign-offs",
            desk_codes=f"{prefix}desk-codes",
            commitments=f"{prefix}commitments",
            election=ELECTION,
        ),
        DynamoCommitments(dynamodb, f"{prefix}commitments", ELECTION),
        DynamoBallotBox(dynamodb, f"{prefix}ballots", ELECTION),
        DynamoInbox(dynamodb, f"{prefix}inbox", ELECTION),
        DynamoLog(
            dynamodb,
            heads=f"{prefix}heads",
            ballots=f"{prefix}ballots",
            inbox=f"{prefix}inbox",
            election=ELECTION,
        ),
        S3Files(aws.clients.s3, bucket),
        EdgeRoot(edge.client(), edge.arn),
        ManagedSecrets(aws.clients.secretsmanager, prefix),
        DynamoRegister(dynamodb, f"{prefix}register", ELECTION),
    )
