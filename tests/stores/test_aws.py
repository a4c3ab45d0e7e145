"""Which failures of AWS wrote nothing, which leave it open, and what is asked again."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError
from tests.stores.made import ballot, hash_of
from tests.stores.unsteady import cancelled, refusal

from urne.errors import OutcomeUnknown, Unavailable
from urne.log.merkle import EMPTY_ROOT
from urne.store.aws import CLIENT_CONFIG, ask
from urne.store.base import Head
from urne.store.dynamodb import DynamoBallotBox, DynamoLog, DynamoSessions
from urne.store.s3 import S3Files
from urne.store.secrets import ManagedSecrets

URL = "http://127.0.0.1"
NO_PAUSES = (0.0, 0.0)

BUSY: list[Exception] = [
    EndpointConnectionError(endpoint_url=URL),
    ConnectTimeoutError(endpoint_url=URL),
    refusal("ThrottlingException"),
    refusal("ProvisionedThroughputExceededException"),
    refusal("RequestLimitExceeded"),
    refusal("TransactionConflictException"),
    refusal("TransactionInProgressException"),
    refusal("SlowDown", 503),
    refusal("ConditionalRequestConflict", 409),
    cancelled("None", "TransactionConflict"),
    cancelled("ThrottlingError", "None"),
    cancelled("ProvisionedThroughputExceeded"),
    cancelled("ConditionalCheckFailed", "TransactionConflict"),
]
LOST: list[Exception] = [
    ReadTimeoutError(endpoint_url=URL),
    ConnectionClosedError(endpoint_url=URL),
    IncompleteReadError(actual_bytes=1, expected_bytes=2),
    SSLError(endpoint_url=URL, error=OSError("cut off")),
    ResponseParserError("no XML"),
    refusal("InternalServerError", 500),
    refusal("ServiceUnavailable", 503),
    refusal("400", 400),
]
OTHER: list[Exception] = [
    refusal("ConditionalCheckFailedException"),
    refusal("PreconditionFailed", 412),
    refusal("AccessDeniedException"),
    refusal("ValidationException"),
    cancelled("None", "ConditionalCheckFailed"),
    KeyError("a mistake of ours"),
]


class Script:
    """Something to ask that fails as it is told, then answers; `asked` counts."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if self._failures:
            raise self._failures.pop(0)
        return "answer"


def name(failure: Exception) -> str:
    """Return a short name for a failure."""
    if isinstance(failure, ClientError):
        answer: Any = failure.response
        reasons = [reason["Code"] for reason in answer.get("CancellationReasons", ())]
        return "-".join([answer["Error"]["Code"], *reasons])
    return type(failure).__name__


@pytest.mark.parametrize("failure", BUSY, ids=name)
@pytest.mark.parametrize("again", [True, False])
def test_busy_is_asked_again(failure: Exception, again: bool) -> None:
    """Nothing was written, so anything may be repeated."""
    script = Script(failure, failure)
    assert ask(script, writes="it", again=again, pauses=NO_PAUSES) == "answer"
    assert script.asked == 3


@pytest.mark.parametrize("failure", BUSY, ids=name)
@pytest.mark.parametrize("writes", ["", "it"])
def test_busy_for_long_is_unavailable(failure: Exception, writes: str) -> None:
    """The attempts are bounded; nothing was written then, and Unavailable says so."""
    script = Script(*[failure] * 9)
    with pytest.raises(Unavailable):
        ask(script, writes=writes, pauses=NO_PAUSES)
    assert script.asked == 3


@pytest.mark.parametrize("failure", LOST, ids=name)
def test_a_write_that_may_not_be_repeated_is_asked_once(failure: Exception) -> None:
    """After a lost answer the outcome is unknown, and it stays with the caller to look."""
    script = Script(failure)
    with pytest.raises(OutcomeUnknown, match="writing the head"):
        ask(script, writes="the head", again=False, pauses=NO_PAUSES)
    assert script.asked == 1


@pytest.mark.parametrize("failure", LOST, ids=name)
@pytest.mark.parametrize("writes", ["", "it"])
def test_what_may_be_repeated_is(failure: Exception, writes: str) -> None:
    """Reads are, and writes that say so."""
    script = Script(failure, failure)
    assert ask(script, writes=writes, pauses=NO_PAUSES) == "answer"
    assert script.asked == 3


@pytest.mark.parametrize("failure", LOST, ids=name)
def test_no_answer_at_all(failure: Exception) -> None:
    """A read that is never answered is unavailable; a write is unknown."""
    with pytest.raises(Unavailable):
        ask(Script(*[failure] * 3), pauses=NO_PAUSES)
    with pytest.raises(OutcomeUnknown):
        ask(Script(*[failure] * 3), writes="it", pauses=NO_PAUSES)


def test_one_lost_answer_among_busy_ones_is_unknown() -> None:
    """The attempt that was lost may have been done, whatever was said of the later ones."""
    script = Script(BUSY[0], LOST[0], BUSY[2])
    with pytest.raises(OutcomeUnknown):
        ask(script, writes="it", pauses=NO_PAUSES)
    script = Script(BUSY[0], LOST[0])
    with pytest.raises(OutcomeUnknown):
        ask(script, writes="it", again=False, pauses=NO_PAUSES)
    assert script.asked == 2


@pytest.mark.parametrize("failure", OTHER, ids=name)
def test_an_answer_is_an_answer(failure: Exception) -> None:
    """What AWS says, and what we did wrong, comes out at once, as it is."""
    script = Script(failure)
    with pytest.raises(type(failure)) as caught:
        ask(script, writes="it", pauses=NO_PAUSES)
    assert caught.value is failure
    assert script.asked == 1


# --- With boto3 itself, and a server that misbehaves --------------------------------------------


def client(service: Any, url: str, config: Config = CLIENT_CONFIG) -> Any:
    """Return a client of a server on this machine."""
    session = boto3.session.Session("x", "x", region_name="eu-west-3")
    quick = config.merge(Config(read_timeout=0.2, proxies={}))
    return session.client(service, endpoint_url=url, config=quick)


@contextlib.contextmanager
def serving(answer: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[int]]]:
    """Serve one connection after the other; gives the address and a list that grows with each."""
    seen: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    seen.append(1)
                    answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def silent(connection: socket.socket) -> None:
    """Say nothing for longer than the client waits."""
    connection.settimeout(1)
    with contextlib.suppress(TimeoutError, ConnectionError):
        connection.recv(1)


def closing(connection: socket.socket) -> None:
    """Close the connection at once."""
    connection.shutdown(socket.SHUT_RDWR)


def broken(connection: socket.socket) -> None:
    """Answer by an error whose body is no JSON."""
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 99\r\n\r\n" + b'{"__ty')


def log_on(url: str) -> DynamoLog:
    """Return a log table on a server."""
    dynamodb = client("dynamodb", url)
    return DynamoLog(dynamodb, heads="h", ballots="b", inbox="i", election="e")


OLD, NEW = Head(0, 0, EMPTY_ROOT, b""), Head(1, 1, hash_of("root"), b"note")


@pytest.mark.parametrize("misbehaviour", [silent, closing, broken])
def test_a_write_without_an_answer_is_unknown(
    misbehaviour: Callable[[socket.socket], None],
) -> None:
    """It was sent, once, and may have been done."""
    with serving(misbehaviour) as (url, seen):
        with pytest.raises(OutcomeUnknown, match="the log's head"):
            log_on(url).advance(OLD, NEW)
        assert len(seen) == 1


def test_reading_and_putting_once_are_repeated() -> None:
    """They may be; when nothing ever answers, nothing was read, and the put is unknown."""
    with serving(closing) as (url, seen):
        b = ballot(1)
        box = DynamoBallotBox(client("dynamodb", url), "ballots", "e")
        with pytest.raises(OutcomeUnknown, match="the ballot"):
            box.put_once(b.vk, 0, b.raw, b.leaf_hash)
        assert len(seen) == 5
        with pytest.raises(Unavailable):
            box.is_closed()
        assert len(seen) == 10


def test_where_nothing_listens_nothing_is_written() -> None:
    """The request never left this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(Unavailable):
        log_on(url).advance(OLD, NEW)


@pytest.mark.parametrize(
    "config", [None, Config(retries={"max_attempts": 2}), Config(retries={"mode": "adaptive"})]
)
def test_a_client_that_repeats_by_itself_is_refused(config: Config | None) -> None:
    """It would turn a write of ours whose answer was lost into "changed meanwhile"."""
    session = boto3.session.Session("x", "x", region_name="eu-west-3")
    dynamodb = session.client("dynamodb", config=config)
    with pytest.raises(ValueError, match="CLIENT_CONFIG"):
        DynamoSessions(dynamodb, "sessions", "vote")
    with pytest.raises(ValueError, match="CLIENT_CONFIG"):
        S3Files(session.client("s3", config=config), "bucket")
    with pytest.raises(ValueError, match="CLIENT_CONFIG"):
        ManagedSecrets(session.client("secretsmanager", config=config))
