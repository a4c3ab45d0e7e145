"""Secrets from AWS Secrets Manager, each asked for once by a process: they never change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from urne.errors import Conflict, NotFound
from urne.store.aws import CUT_SHORT, ask, error_code, require_single_attempts

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class ManagedSecrets:
    """The secrets whose names begin with a prefix, such as `urne/`."""

    def __init__(self, client: SecretsManagerClient, prefix: str = "") -> None:
        require_single_attempts(client)
        self._client, self._prefix = client, prefix
        self._known: dict[str, bytes] = {}

    def secret(self, name: str) -> bytes:
        """Return a secret's bytes; those of a text in UTF-8."""
        if name not in self._known:
            self._known[name] = self._ask(name)
        return self._known[name]

    def put(self, name: str, secret: bytes) -> None:
        """Store a new secret. After a lost answer, Conflict may tell of one's own write."""
        full = self._prefix + name

        def call() -> None:
            self._client.create_secret(Name=full, SecretBinary=secret)

        try:
            ask(call, writes=f"the secret {name}", again=False)
        except ClientError as e:
            if error_code(e) == "ResourceExistsException":
                raise Conflict(f"The secret {name}") from e
            raise

    def _ask(self, name: str) -> bytes:
        def call() -> bytes:
            answer: Any = self._client.get_secret_value(SecretId=self._prefix + name)
            if "SecretBinary" in answer:
                return bytes(answer["SecretBinary"])
            if "SecretString" in answer:
                return str(answer["SecretString"]).encode()
            raise CUT_SHORT

        try:
            return ask(call)
        except ClientError as e:
            if error_code(e) == "ResourceNotFoundException":
                raise NotFound(f"secret {name}") from e
            raise
