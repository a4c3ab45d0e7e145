"""Asking AWS, and asking again: which failures wrote nothing, and which leave it open.

    busy   the request was refused or never sent: nothing was written, ask again shortly
    lost   it was sent, and no whole answer came back: it may have been done
    other  an answer: a condition that does not hold, a permission that is missing

The client must not repeat requests by itself (`CLIENT_CONFIG`): a conditional write that was done,
whose answer was lost and that is sent again, is answered by "condition failed", as if another had
written. What may be sent again after a lost answer is decided here, write by write.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, TypeVar

from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.parsers import ResponseParserError

from urne.errors import OutcomeUnknown, Unavailable

CLIENT_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    tcp_keepalive=True,
    retries={"total_max_attempts": 1, "mode": "standard"},
)
"""How a client is made for the stores: one attempt, and no long wait for it."""

PAUSES = (0.05, 0.1, 0.2, 0.4)
"""Seconds between one attempt and the next, at most; half of it at least."""

CUT_SHORT = ResponseParserError("the answer is not whole")
CANCELLED = "TransactionCanceledException"
CONDITION_FAILED = "ConditionalCheckFailed"

_NOT_SENT = (EndpointConnectionError, ConnectTimeoutError)
_NO_ANSWER = (HTTPClientError, ConnectionError, IncompleteReadError, ResponseParserError)
_BUSY = frozenset(
    """ConditionalRequestConflict OperationAborted ProvisionedThroughputExceededException
    RequestLimitExceeded SlowDown Throttling ThrottlingException TransactionConflictException
    TransactionInProgressException""".split()
)
_BUSY_REASONS = frozenset(
    "ProvisionedThroughputExceeded ThrottlingError TransactionConflict".split()
)
_jitter = random.SystemRandom()
_Answer = TypeVar("_Answer")


class _Failure(Enum):
    BUSY = "busy"
    LOST = "lost"
    OTHER = "other"


def require_single_attempts(client: Any) -> None:
    """Raise ValueError if a client repeats requests by itself."""
    if (client.meta.config.retries or {}).get("total_max_attempts") != 1:
        raise ValueError("make the client with CLIENT_CONFIG: it must not repeat a write by itself")


def ask(
    call: Callable[[], _Answer],
    *,
    writes: str = "",
    again: bool = True,
    pauses: Sequence[float] = PAUSES,
) -> _Answer:
    """Return the answer to a request, sent again while AWS is busy.

    `writes` names what a write writes; a read names nothing. `again`: it may also be sent again
    after a lost answer. Raises Unavailable if nothing was written, OutcomeUnknown if a write may
    have been done, and the ClientError of any other answer.
    """
    lost = False
    for pause in (*pauses, None):
        try:
            return call()
        except (ClientError, *_NO_ANSWER) as e:
            failure = _failure(e)
            if failure is _Failure.OTHER:
                raise
            lost = lost or failure is _Failure.LOST
            if lost and writes and (pause is None or not again):
                raise OutcomeUnknown(writes) from e
            if pause is None:
                raise Unavailable from e
        time.sleep(_jitter.uniform(pause / 2, pause))
    raise AssertionError  # the last attempt returns or raises


def error_code(error: ClientError) -> str:
    """Return the code of an answer that is an error."""
    return error.response.get("Error", {}).get("Code", "")


def failed_conditions(error: ClientError) -> tuple[int, ...]:
    """Return which actions of a cancelled transaction had a condition that does not hold."""
    return tuple(at for at, reason in enumerate(_reasons(error)) if reason == CONDITION_FAILED)


def _failure(error: Exception) -> _Failure:
    if isinstance(error, _NOT_SENT):
        return _Failure.BUSY
    if not isinstance(error, ClientError):
        return _Failure.LOST
    code = error_code(error)
    if code in _BUSY or not _BUSY_REASONS.isdisjoint(_reasons(error)):
        return _Failure.BUSY
    # An error whose body was cut short has its status for a code.
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return _Failure.LOST if status >= 500 or code.isdigit() else _Failure.OTHER


def _reasons(error: ClientError) -> tuple[str, ...]:
    """Return the code of each action's reason, in the order of a cancelled transaction."""
    response: Any = error.response
    return tuple(reason.get("Code", "") for reason in response.get("CancellationReasons", ()))
