"""A town hall with an open vote on a local AWS, as the desk's commands reach it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from pathlib import Path

from tests.flows.town import DURING, Town

from urne.model.deployment import Deployment, encode_deployment
from urne.model.election import Eligibility, encode_election
from urne.store.dynamodb import (
    DynamoCommitments,
    DynamoRegister,
    DynamoSignOffs,
    table_definitions,
)
from urne.store.secrets import ManagedSecrets
from urne_local.aws import Aws

RULES = Eligibility(16, date(2019, 6, 1), ("address", "register", "code"), ("92500",))

_numbers = count()


@dataclass
class TownHall:
    """What the commands leave in the stores of one deployment, and the file that leads to it."""

    town: Town
    aws: Aws
    told: Deployment
    file: Path

    @property
    def sign_offs(self) -> DynamoSignOffs:
        tables = self.told.tables
        return DynamoSignOffs(
            self.aws.clients.dynamodb,
            sign_offs=f"{tables}sign-offs",
            desk_codes=f"{tables}desk-codes",
            commitments=f"{tables}commitments",
            election=self.told.edition,
        )

    @property
    def commitments(self) -> list[tuple[str, bytes]]:
        table = f"{self.told.tables}commitments"
        store = DynamoCommitments(self.aws.clients.dynamodb, table, self.told.edition)
        return list(store.commitments())

    @property
    def register(self) -> DynamoRegister:
        table = f"{self.told.tables}register"
        return DynamoRegister(self.aws.clients.dynamodb, table, self.told.edition)

    @property
    def secrets(self) -> ManagedSecrets:
        return ManagedSecrets(self.aws.clients.secretsmanager, self.told.secrets)

    def everything(self) -> str:
        """Return every item of every table, as it is stored."""
        dynamodb = self.aws.clients.dynamodb
        return "".join(
            repr(dynamodb.scan(TableName=str(table["TableName"]))["Items"])
            for table in table_definitions(self.told.tables)
        )

    def set_clock(self, instant: datetime) -> None:
        """Make it this instant."""
        Path(self.told.clock_file).write_text(f"{int(instant.timestamp() - time.time())}\n")

    def at_issuer(self, number: int) -> Path:
        """Return the file of a further issuer's deployment, with tables of its own."""
        issuer = self.town.keys.issuers[number]
        told = replace(self.told, issuer=issuer.id, tables=f"{self.told.tables}{number}-")
        self.aws.create_tables(table_definitions(told.tables))
        file = self.file.with_name(f"{issuer.id}.toml")
        file.write_text(encode_deployment(told))
        return file


@contextmanager
def town_hall(aws: Aws, folder: Path, **fields: object) -> Iterator[TownHall]:
    """Give a town hall three days into the vote. `fields` are Election's to set, or issuers."""
    town = Town.new(**{"eligibility": RULES, **fields})  # type: ignore[arg-type]
    prefix = f"hall-{next(_numbers)}-"
    told = Deployment(
        edition=town.election.edition,
        election_id=town.election.election_id,
        issuer=town.keys.issuers[0].id,
        tables=prefix,
        secrets=f"{prefix}secrets/",
        bucket=f"{prefix}public",
        endpoint=aws.endpoint,
        clock_file=str(folder / "clock"),
    )
    aws.create_tables(table_definitions(prefix))
    aws.create_buckets((told.bucket,))
    key = f"elections/{told.edition}/election.json"
    aws.clients.s3.put_object(Bucket=told.bucket, Key=key, Body=encode_election(town.election))
    for issuer in town.keys.issuers:
        name = f"{told.secrets}{issuer.id}-pepper"
        pepper = issuer.secrets.pepper
        aws.clients.secretsmanager.create_secret(Name=name, SecretBinary=pepper)
    file = folder / "deployment.toml"
    file.write_text(encode_deployment(told))
    hall = TownHall(town, aws, told, file)
    hall.set_clock(DURING)
    yield hall
