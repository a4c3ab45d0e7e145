"""Several processes taking turns at one store, call by call, in an order that the test decides."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from urne.errors import UrneError

T = TypeVar("T")


class Worker:
    """One process: it stops before every call to its stores until it is told to go on.

    `hook` is for the stores it uses. A refusal of ours ends it and is kept in `refusal`; any
    other error is raised where the turns are given.
    """

    def __init__(self, run: Callable[[], object]) -> None:
        self.result: object = None
        self.refusal: UrneError | None = None
        self.done = False
        self._failure: BaseException | None = None
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, args=(run,), daemon=True)
        self._thread.start()

    def _run(self, run: Callable[[], object]) -> None:
        self._go.acquire()
        try:
            self.result = run()
        except UrneError as e:
            self.refusal = e
        except BaseException as e:  # noqa: BLE001 - handed over to the test's thread
            self._failure = e
        self.done = True
        self._stopped.release()

    def hook(self, name: str, call: Callable[[], T], *about: object) -> T:
        """Wait for a turn, then make the call; whoever is not the worker goes straight on."""
        del name, about
        if threading.current_thread() is self._thread:
            self._stopped.release()
            self._go.acquire()
        return call()

    def step(self) -> None:
        """Give one turn: from the call it waits at to the next one, or to the end."""
        if self.done:
            return
        self._go.release()
        self._stopped.acquire()
        if self._failure is not None:
            raise self._failure


def take_turns(workers: tuple[Worker, ...], order: Iterable[int]) -> None:
    """Give turns in an order of worker numbers, then in rotation until all are done."""
    for number in order:
        workers[number].step()
    while not all(worker.done for worker in workers):
        for worker in workers:
            worker.step()
