"""What each function is made of: the only place that reads the environment.

    URNE_EDITION       which election, by its edition
    URNE_ELECTION_ID   base64, so that nobody can exchange election.json in the bucket
    URNE_TABLES        what the tables' names begin with, `urne-rueil-2019-`
    URNE_BUCKET        the public tree
    URNE_SECRETS       what the secrets' names begin with, `urne/rueil-2019/`
    URNE_ISSUER        which credential issuer this deployment is (sign-in, enrol)
    URNE_ORIGIN        the voting page's origin, `https://vote.example.org` (sign-in, enrol)
    URNE_PAGE          the path on it that a sign-in ends on (sign-in)
    URNE_PROVIDERS     TOML files of the e-ID providers, joined by the path separator (sign-in)
    URNE_CLOCK_FILE    seconds to add to the clock; only where AWS is on this machine

Everything is made once per process, and only what the function asks for: `cast` never touches
the sign-offs, nor `enrol` the ballots.
"""

from __future__ import annotations

import os
import secrets as chance
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

from urne.canonical import from_base64
from urne.crypto.sign import SigningKey
from urne.errors import BadField
from urne.flows.paths import election_path
from urne.model.election import Election, decode_election
from urne.store import dynamodb
from urne.store.aws import CLIENT_CONFIG
from urne.store.dynamodb import tables
from urne.store.s3 import S3Files
from urne.store.secrets import ManagedSecrets
from urne.store.web import is_loopback

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

draw = chance.token_bytes


def setting(name: str) -> str:
    """Return an environment variable. Raises BadField if it is missing."""
    if name not in os.environ:
        raise BadField("environment", name, "is missing")
    return os.environ[name]


def now() -> datetime:
    """Return the time to the second, in UTC."""
    return datetime.fromtimestamp(int(time.time()) + _offset(), UTC)


def _offset() -> int:
    """Return the seconds by which a rehearsal's clock differs; 0 anywhere but on one machine."""
    if "URNE_CLOCK_FILE" not in os.environ:
        return 0
    if not is_loopback(os.environ.get("AWS_ENDPOINT_URL", "")):
        raise BadField("environment", "URNE_CLOCK_FILE", "is for one machine only")
    try:
        return int(float(Path(os.environ["URNE_CLOCK_FILE"]).read_text()))
    except FileNotFoundError:
        return 0


@cache
def election() -> Election:
    """Return the election, from the public tree, if it is the one that was deployed."""
    found = decode_election(files().read(election_path(setting("URNE_EDITION"), "election.json")))
    if found.election_id != from_base64(setting("URNE_ELECTION_ID"), 32):
        raise BadField("environment", "URNE_ELECTION_ID", "is not that of the public election.json")
    return found


@cache
def files() -> S3Files:
    """Return the public tree."""
    return S3Files(boto3.client("s3", config=CLIENT_CONFIG), setting("URNE_BUCKET"))


@cache
def managed_secrets() -> ManagedSecrets:
    """Return this deployment's secrets."""
    client = boto3.client("secretsmanager", config=CLIENT_CONFIG)
    return ManagedSecrets(client, setting("URNE_SECRETS"))


@cache
def _dynamodb() -> DynamoDBClient:
    return boto3.client("dynamodb", config=CLIENT_CONFIG)


def _table(table: tables.Table) -> str:
    return setting("URNE_TABLES") + table.name


@cache
def vote_sessions() -> dynamodb.DynamoSessions:
    """Return the sessions of the purpose `vote`."""
    return dynamodb.DynamoSessions(_dynamodb(), _table(tables.SESSIONS), "vote")


@cache
def sign_offs() -> dynamodb.DynamoSignOffs:
    """Return the sign-offs, for `enrol` and the desk."""
    return dynamodb.DynamoSignOffs(
        _dynamodb(),
        sign_offs=_table(tables.SIGN_OFFS),
        desk_codes=_table(tables.DESK_CODES),
        commitments=_table(tables.COMMITMENTS),
        election=setting("URNE_EDITION"),
    )


@cache
def register_lines() -> dynamodb.DynamoRegister:
    """Return the lines of the town's register, for `sign-in`."""
    return dynamodb.DynamoRegister(_dynamodb(), _table(tables.REGISTER), setting("URNE_EDITION"))


@cache
def ballot_box() -> dynamodb.DynamoBallotBox:
    """Return the ballots, for `cast`."""
    return dynamodb.DynamoBallotBox(_dynamodb(), _table(tables.BALLOTS), setting("URNE_EDITION"))


@cache
def inbox() -> dynamodb.DynamoInbox:
    """Return the inbox of control entries."""
    return dynamodb.DynamoInbox(_dynamodb(), _table(tables.INBOX), setting("URNE_EDITION"))


@cache
def log_table() -> dynamodb.DynamoLog:
    """Return the head of the log and the entries that wait for it, for `sequence`."""
    return dynamodb.DynamoLog(
        _dynamodb(),
        heads=_table(tables.HEADS),
        ballots=_table(tables.BALLOTS),
        inbox=_table(tables.INBOX),
        election=setting("URNE_EDITION"),
    )


def secret(name: str) -> bytes:
    """Return one of this deployment's secrets. Raises NotFound."""
    return managed_secrets().secret(name)


@cache
def signing_key(role: str) -> SigningKey:
    """Return the Ed25519 key of a role, `log`, `promise` or `tally`, from its 32-byte seed."""
    return SigningKey.from_seed(secret(f"{role}-key"))
