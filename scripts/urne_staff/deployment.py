"""The election of one deployment, as the town hall's desk and its registrar reach it.

    --deployment rueil-2019.toml

What the file says is in model/deployment.py. Access to AWS comes from the environment as usual,
and its policy decides what a desk may touch; a file with an `endpoint` leads to this machine only.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from urne.errors import BadField, TargetRefused
from urne.flows.desk import DeskIssuer
from urne.flows.paths import election_path
from urne.model.deployment import Deployment, decode_deployment
from urne.model.election import Election, decode_election
from urne.store import dynamodb
from urne.store.aws import CLIENT_CONFIG
from urne.store.dynamodb import tables
from urne.store.local_aws import local_session
from urne.store.s3 import S3Files
from urne.store.secrets import ManagedSecrets
from urne_staff.sources import read_input

_NO_PROXY = Config(proxies={})


@dataclass(frozen=True)
class Place:
    """One deployment and its stores, each opened when it is asked for."""

    told: Deployment

    @cached_property
    def election(self) -> Election:
        """Return the election, if it is the one that was deployed. Raises BadField, NotFound."""
        files = S3Files(self._client("s3"), self.told.bucket)
        found = decode_election(files.read(election_path(self.told.edition, "election.json")))
        if found.election_id != self.told.election_id:
            raise BadField("deployment", "election_id", "is not that of the public election.json")
        if self.told.issuer not in {issuer.id for issuer in found.issuers}:
            raise BadField("deployment", "issuer", "is none of the election's")
        return found

    @cached_property
    def secrets(self) -> ManagedSecrets:
        """Return this deployment's secrets."""
        return ManagedSecrets(self._client("secretsmanager"), self.told.secrets)

    @cached_property
    def sign_offs(self) -> dynamodb.DynamoSignOffs:
        """Return the sign-offs and desk codes."""
        return dynamodb.DynamoSignOffs(
            self._client("dynamodb"),
            sign_offs=self._table(tables.SIGN_OFFS),
            desk_codes=self._table(tables.DESK_CODES),
            commitments=self._table(tables.COMMITMENTS),
            election=self.told.edition,
        )

    @cached_property
    def register(self) -> dynamodb.DynamoRegister:
        """Return the town's register."""
        return dynamodb.DynamoRegister(
            self._client("dynamodb"), self._table(tables.REGISTER), self.told.edition
        )

    def desk_issuer(self) -> DeskIssuer:
        """Return what a desk has of this deployment's issuer."""
        issuer = self.told.issuer
        return DeskIssuer(issuer, self.secrets.secret(f"{issuer}-pepper"), self.sign_offs)

    def now(self) -> datetime:
        """Return the time to the second, in UTC; on one machine, by the platform's clock."""
        return datetime.fromtimestamp(int(time.time()) + self._offset(), UTC)

    def _offset(self) -> int:
        clock = Path(self.told.clock_file)
        return int(clock.read_text()) if self.told.clock_file and clock.exists() else 0

    def _table(self, table: tables.Table) -> str:
        return self.told.tables + table.name

    def _client(self, service: str) -> Any:
        return _client(service, self.told.endpoint, self.told.region)


@cache
def _client(service: Any, endpoint: str, region: str) -> Any:
    """Return a client of one of AWS's services, or of the one that is played at an endpoint."""
    if endpoint:
        config = CLIENT_CONFIG.merge(_NO_PROXY)
        return local_session().client(service, endpoint_url=endpoint, config=config)
    return boto3.client(service, region_name=region or None, config=CLIENT_CONFIG)


@contextmanager
def deployed(path: str) -> Iterator[Place]:
    """Give the place that a deployment's file leads to.

    Raises BadInput or BadField for the file, TargetRefused where AWS says no.
    """
    try:
        text = read_input(path).decode()
    except UnicodeDecodeError as e:
        raise BadField("deployment", "(all)", "is not written in UTF-8") from e
    told = decode_deployment(text)
    try:
        yield Place(told)
    except (BotoCoreError, ClientError) as e:
        raise TargetRefused(told.edition, str(e)) from e
