"""Something done again and again, never twice at once, until it is stopped: the local EventBridge.

A time that fails is told once, and the next one comes as planned: the sequencer repeats what a
failed run left undone.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from urne.errors import UrneError

STOP_SECONDS = 60
"""How long a run under way may take to end once we stop."""


class Schedule:
    """One action, and the seconds between the end of one run and the start of the next."""

    def __init__(self, name: str, action: Callable[[], object], seconds: float) -> None:
        self._name, self._action, self._seconds = name, action, seconds
        self._over = threading.Event()
        self._told = ""
        self._thread = threading.Thread(target=self._repeat, name=f"schedule-{name}", daemon=True)

    def start(self) -> None:
        """Begin, with a first run at once."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no other run, and wait for the one under way."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join(STOP_SECONDS)

    def _repeat(self) -> None:
        while not self._over.is_set():
            self._run()
            self._over.wait(self._seconds)

    def _run(self) -> None:
        try:
            self._action()
        except UrneError as e:
            self._tell(f"{self._name}: {e}")
        else:
            self._told = ""

    def _tell(self, sentence: str) -> None:
        if sentence != self._told:
            print(sentence, file=sys.stderr, flush=True)
        self._told = sentence
