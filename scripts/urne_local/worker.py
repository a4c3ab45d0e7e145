"""One worker: a process that runs one function's handler, and the Runtime API it asks for work.

As on AWS, each process has a Runtime API of its own and one invocation at a time: it asks for the
next one, runs the handler, and posts the response or the error (`2018-06-01`). The process is the
real one, `awslambdaric`, with the environment its function is configured with and nothing of
ours: what is not configured is missing here too. What it prints goes to the function's log. A
worker whose process has ended is over; `Runtime` makes another.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from urne_local.errors import FunctionFailed, FunctionTimedOut
from urne_local.serving import HOST, Limits, Request, Response, Server

START_SECONDS = 30
"""How long a process may take to import its handler, on a busy machine."""

_NEXT = "/2018-06-01/runtime/invocation/next"
_INIT_ERROR = "/2018-06-01/runtime/init/error"
_RESULT = re.compile(r"/2018-06-01/runtime/invocation/([^/]+)/(response|error)")
_LIMITS = Limits(body=6 * 2**20, headers=2**20, idle_seconds=None)
_ACCEPTED = Response(202, (("Content-Type", "application/json"),), b'{"status":"OK"}')
_UNKNOWN = Response(400, (("Content-Type", "application/json"),), b'{"errorType":"Unknown"}')


@dataclass(frozen=True, slots=True)
class Function:
    """One function as it is configured: its handler, environment, routes, workers and time.

    A route is a method and a path, `POST /api/cast`.
    """

    name: str
    handler: str
    env: Mapping[str, str] = field(default_factory=dict)
    routes: tuple[str, ...] = ()
    workers: int = 1
    seconds: float = 30
    folder: Path | None = None
    """Where the handler's modules are, if they are not installed."""


@dataclass(frozen=True, slots=True)
class _Invocation:
    request_id: str
    event: bytes
    deadline_ms: int
    outcome: Future[bytes]


class Worker:
    """One process of a function, from its start to its end."""

    def __init__(self, function: Function, log: Path) -> None:
        self.function = function
        self._inbox: queue.SimpleQueue[_Invocation | None] = queue.SimpleQueue()
        self._current: _Invocation | None = None
        self._ready: Future[None] = Future()
        self._api = Server(self._answer, limits=_LIMITS, purpose="the Runtime API")
        self._api.start()
        try:
            self._process = _spawn(function, self._api.port, log)
        except OSError:
            self._api.stop()
            raise
        self._watch = threading.Thread(
            target=self._wait_for_end, name=f"watch-{function.name}", daemon=True
        )
        self._watch.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_over(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    @property
    def was_ready(self) -> bool:
        """Whether the process ever asked for work."""
        return self._ready.done() and self._ready.exception() is None

    def wait_ready(self) -> None:
        """Wait until the process asks for work. Raises FunctionFailed if its import failed."""
        try:
            self._ready.result(START_SECONDS)
        except TimeoutError as e:
            self._kill()
            raise FunctionTimedOut(self.function.name, START_SECONDS) from e

    def invoke(self, request_id: str, event: Any, seconds: float) -> Any:
        """Return what the handler returned for an event.

        Raises FunctionFailed if it raised or its process ended, and FunctionTimedOut, after which
        the process is ended too: nobody can tell what it is still doing.
        """
        self.wait_ready()
        deadline_ms = int((time.time() + seconds) * 1000)
        invocation = _Invocation(request_id, json.dumps(event).encode(), deadline_ms, Future())
        self._current = invocation
        self._inbox.put(invocation)
        if self.is_over:  # it ended before it was given this, and nobody else would say so
            self._fail(invocation.outcome, "ProcessEnded")
        try:
            return json.loads(invocation.outcome.result(seconds))
        except TimeoutError as e:
            self._kill()
            raise FunctionTimedOut(self.function.name, seconds) from e
        except ValueError as e:
            raise FunctionFailed(self.function.name, "ResponseIsNotJson") from e
        finally:
            self._current = None

    def stop(self) -> None:
        """End the process, whatever it is doing, and free its port."""
        self._kill()
        self._watch.join()

    def _kill(self) -> None:
        self._process.kill()
        self._process.wait()

    # --- What happens in the threads of the Runtime API ---------------------------------------

    def _answer(self, request: Request) -> Response:
        if (request.method, request.path) == ("GET", _NEXT):
            return self._next()
        if (request.method, request.path) == ("POST", _INIT_ERROR):
            self._fail(self._ready, _error_type(request))
            return _ACCEPTED
        result = _RESULT.fullmatch(request.path)
        current = self._current
        if request.method != "POST" or not result or not current:
            return _UNKNOWN
        if result[1] != current.request_id or current.outcome.done():
            return _UNKNOWN
        if result[2] == "error":
            self._fail(current.outcome, _error_type(request))
        else:
            current.outcome.set_result(request.body)
        return _ACCEPTED

    def _next(self) -> Response:
        if not self._ready.done():
            self._ready.set_result(None)
        invocation = self._inbox.get()
        if invocation is None:
            return Response(410)
        name = self.function.name
        headers = (
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(invocation.deadline_ms)),
            (
                "Lambda-Runtime-Invoked-Function-Arn",
                f"arn:aws:lambda:eu-west-3:123456789012:function:{name}",
            ),
        )
        return Response(200, headers, invocation.event)

    def _wait_for_end(self) -> None:
        """When the process ends, say so to whoever waits for it, and free its port."""
        with self._process:
            self._process.wait()
        self._inbox.put(None)
        self._fail(self._ready, "ProcessEnded")
        if current := self._current:
            self._fail(current.outcome, "ProcessEnded")
        self._api.stop()

    def _fail(self, waited_for: Future[Any], error_type: str) -> None:
        with contextlib.suppress(InvalidStateError):
            waited_for.set_exception(FunctionFailed(self.function.name, error_type))


def _error_type(request: Request) -> str:
    """Return the type of the error that a process reports, and no word of its message.

    The message may hold what the person sent; the log of the function is the place for it.
    """
    try:
        reported = json.loads(request.body)["errorType"]
    except (ValueError, KeyError, TypeError):
        return "Error"
    return re.sub(r"[^\w.]", "", str(reported))[:80] or "Error"


def _spawn(function: Function, api_port: int, log: Path) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "urne_local.lifeline", "awslambdaric", function.handler],
            env=_environment(function, api_port),
            cwd=function.folder or log.parent,
            stdin=subprocess.PIPE,  # the lifeline
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C on the terminal is for us; we end it in order
        )


def _environment(function: Function, api_port: int) -> dict[str, str]:
    """Return what AWS Lambda sets for every function, and what this one is configured with."""
    return {
        "AWS_LAMBDA_RUNTIME_API": f"{HOST}:{api_port}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "LAMBDA_TASK_ROOT": str(function.folder or os.curdir),
        "_HANDLER": function.handler,
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        **function.env,
    }
