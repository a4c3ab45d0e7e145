"""The functions: for each a few workers, and `invoke`, which gives one of them an event.

One request at a time for each process: Powertools' resolver keeps the request in class
attributes, and mixes up the requests of threads. A worker that ended is replaced, at once if it
had been ready, and otherwise at the next invocation, so that a handler that cannot be imported is
not tried over and over.
"""

from __future__ import annotations

import queue
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from urne_local.errors import DidNotStart, FunctionBusy, FunctionFailed, FunctionTimedOut
from urne_local.worker import Function, Worker


class Runtime:
    """The workers of some functions. `logs` is the folder that holds a log for each function."""

    def __init__(self, functions: Sequence[Function], logs: Path) -> None:
        self.functions = {function.name: function for function in functions}
        self._logs = logs
        self._idle: dict[str, queue.LifoQueue[Worker]] = {}
        self._all: set[Worker] = set()
        self._changing = threading.RLock()
        self._stopped = False

    def start(self) -> None:
        """Start every worker, all at once, and wait until each asks for work.

        Raises DidNotStart if a handler cannot be imported.
        """
        try:
            for function in self.functions.values():
                self._idle[function.name] = queue.LifoQueue()
                for _ in range(function.workers):
                    self._idle[function.name].put(self._start_worker(function))
            for worker in self._workers():
                worker.wait_ready()
        except (FunctionFailed, FunctionTimedOut) as e:
            self.stop()
            raise DidNotStart(
                f"The function {e.name}", f"{e.why}; its log says more: {self.log(e.name)}"
            ) from e
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every process, for good. Whoever still waits for an answer is told so."""
        with self._changing:
            self._stopped = True
            workers = self._workers()
            self._all.clear()
        for worker in workers:
            worker.stop()

    def invoke(self, name: str, event: Any, *, seconds: float | None = None) -> Any:
        """Return a function's answer to an event.

        Waits for a free worker. Raises FunctionBusy if none came free in the function's time,
        FunctionFailed and FunctionTimedOut.
        """
        function = self.functions[name]
        seconds = function.seconds if seconds is None else seconds
        try:
            worker = self._idle[name].get(timeout=seconds)
        except queue.Empty as e:
            raise FunctionBusy(name) from e
        try:
            if worker.is_over:
                worker = self._replace(worker)
            return worker.invoke(str(uuid.uuid4()), event, seconds)
        finally:
            if worker.is_over and worker.was_ready:
                worker = self._replace(worker)
            self._idle[name].put(worker)

    def pids(self) -> tuple[int, ...]:
        """Return the numbers of the workers' processes."""
        return tuple(worker.pid for worker in self._workers())

    def log(self, name: str) -> Path:
        """Return where a function's log is."""
        return self._logs / f"{name}.log"

    def _workers(self) -> tuple[Worker, ...]:
        with self._changing:
            return tuple(self._all)

    def _start_worker(self, function: Function) -> Worker:
        worker = Worker(function, self.log(function.name))
        self._all.add(worker)
        return worker

    def _replace(self, worker: Worker) -> Worker:
        """Return a new worker, or the old one, which is over, if all have been stopped."""
        with self._changing:
            if self._stopped:
                return worker
            self._all.discard(worker)
            successor = self._start_worker(worker.function)
        worker.stop()
        return successor

    def __enter__(self) -> Runtime:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
