"""A starting gun for requests to a local AWS: all racers' requests arrive at the same moment.

boto3 needs a millisecond to make and send a request, moto a tenth of that to look and write: by
itself a race is rarely one. So each racer's first request is sent up to its last byte, and when
all are there the last bytes follow, in one go.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from tests.stores.wire import answer_of, wire

from urne_local.aws import Aws

RACER = "racer"
"""The name of a thread that runs in a race."""

SECONDS = 20
_SETTLED = 0.005  # until the server waits for every last byte


class _Gun:
    def __init__(self, racers: int) -> None:
        self._ready = threading.Barrier(racers, self._fire, SECONDS)
        self._shots: list[tuple[socket.socket, bytes]] = []
        self._started = threading.local()

    def __call__(self, request: Any, **_: object) -> AWSResponse | None:
        """Return the answer to a racer's first request; leave all others to botocore."""
        if threading.current_thread().name != RACER or hasattr(self._started, "yes"):
            return None
        self._started.yes = True
        raw = wire(request)
        url = urlsplit(request.url)
        with socket.create_connection((url.hostname, url.port), SECONDS) as connection:
            connection.sendall(raw[:-1])
            self._shots.append((connection, raw[-1:]))
            self._ready.wait()
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return answer_of(request.url, answer.status, answer.headers.items(), answer.read())

    def _fire(self) -> None:
        time.sleep(_SETTLED)
        for connection, last in self._shots:
            connection.send(last)
        self._shots.clear()


@contextlib.contextmanager
def starting_gun(aws: Aws, racers: int) -> Iterator[None]:
    """Hold the first request of every racer until all have one."""
    gun: Any = _Gun(racers)
    clients = (aws.clients.dynamodb, aws.clients.s3)
    for client in clients:
        client.meta.events.register("before-send", gun)
    yield
    for client in clients:
        client.meta.events.unregister("before-send", gun)
