"""What is Secrets Manager's alone: a secret is asked for once, and may be a text."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.stores.unsteady import LOST, UNSENT, Unsteady, refusal

from urne.errors import Conflict, NotFound, OutcomeUnknown, Unavailable
from urne.store.secrets import ManagedSecrets
from urne_local.aws import Aws

pytestmark = pytest.mark.aws

_numbers = itertools.count()


@pytest.fixture
def prefix(aws: Aws) -> str:
    """Return the prefix of two secrets, `pepper` and `text`."""
    prefix = f"secrets-{next(_numbers)}/"
    manager = aws.clients.secretsmanager
    manager.create_secret(Name=f"{prefix}pepper", SecretBinary=b"\x00\xff")
    manager.create_secret(Name=f"{prefix}text", SecretString="clé")
    return prefix


def test_a_secret_is_asked_for_once(aws: Aws, prefix: str) -> None:
    """A function that lives long does not pay for it, nor depend on it, at every request."""
    watched: Any = Unsteady(aws.clients.secretsmanager)
    secrets = ManagedSecrets(watched, prefix)
    assert [secrets.secret("pepper") for _ in range(3)] == [b"\x00\xff"] * 3
    assert len(watched.calls) == 1


def test_a_text_is_its_utf8(aws: Aws, prefix: str) -> None:
    """Whoever typed a secret in gets its bytes."""
    assert ManagedSecrets(aws.clients.secretsmanager, prefix).secret("text") == "clé".encode()


def test_what_is_not_there_is_asked_for_again(aws: Aws, prefix: str) -> None:
    """A secret made later is found."""
    secrets = ManagedSecrets(aws.clients.secretsmanager, prefix)
    with pytest.raises(NotFound):
        secrets.secret("late")
    aws.clients.secretsmanager.create_secret(Name=f"{prefix}late", SecretBinary=b"x")
    assert secrets.secret("late") == b"x"


def test_a_new_secret_whose_answer_is_lost_is_not_sent_again(aws: Aws, prefix: str) -> None:
    """Sent again, it would meet itself; whoever asks again is told that there is one."""
    unsteady: Any = Unsteady(aws.clients.secretsmanager, create_secret=[UNSENT, LOST])
    secrets = ManagedSecrets(unsteady, prefix)
    with pytest.raises(OutcomeUnknown):
        secrets.put("salt", b"first")
    assert len(unsteady.calls) == 2
    with pytest.raises(Conflict):
        secrets.put("salt", b"second")
    assert secrets.secret("salt") == b"first"
    refused = [refusal("AccessDeniedException")]
    denied: Any = Unsteady(aws.clients.secretsmanager, create_secret=refused)
    with pytest.raises(ClientError, match="AccessDenied"):
        ManagedSecrets(denied, prefix).put("other", b"x")


def test_failures_are_repeated_and_bounded(aws: Aws, prefix: str) -> None:
    """A missing permission is not one of them."""
    steps: Any = [LOST, UNSENT, lambda _: {}]
    unsteady: Any = Unsteady(aws.clients.secretsmanager, get_secret_value=steps)
    assert ManagedSecrets(unsteady, prefix).secret("pepper") == b"\x00\xff"
    assert len(unsteady.calls) == 4
    never: Any = Unsteady(aws.clients.secretsmanager, get_secret_value=[LOST] * 9)
    with pytest.raises(Unavailable):
        ManagedSecrets(never, prefix).secret("pepper")
    refused = [refusal("AccessDeniedException")]
    denied: Any = Unsteady(aws.clients.secretsmanager, get_secret_value=refused)
    with pytest.raises(ClientError, match="AccessDenied"):
        ManagedSecrets(denied, prefix).secret("pepper")
