"""How a program here reaches the local AWS, and can reach no other (store/local_aws.py).

A proxy of the machine is not asked either.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.config import Config

from urne.store.local_aws import ACCESS_KEY, REGION, local_session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient


@dataclass(frozen=True, slots=True)
class Clients:
    """The three services that the platform uses. They may be shared by threads."""

    dynamodb: DynamoDBClient
    s3: S3Client
    secretsmanager: SecretsManagerClient


def environment(endpoint: str) -> dict[str, str]:
    """Return the environment variables that lead an AWS SDK to this endpoint and nowhere else."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def clients(endpoint: str) -> Clients:
    """Return clients of the AWS at this endpoint, for a program with any environment."""
    session = local_session()
    # One attempt: behind the lock nothing fails for a while only, and a test must see each answer.
    config = Config(proxies={}, retries={"total_max_attempts": 1}, max_pool_connections=64)
    return Clients(
        session.client("dynamodb", endpoint_url=endpoint, config=config),
        session.client("s3", endpoint_url=endpoint, config=config),
        session.client("secretsmanager", endpoint_url=endpoint, config=config),
    )
