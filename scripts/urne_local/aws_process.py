"""The process that serves the local AWS: it restores the state, serves, and saves it.

`Aws` starts it as `python -m urne_local.aws_process --fd N`, with a socket that already listens.
It says `ready` on standard output once the saved state is back, then reads standard input: each
line asks for a snapshot and is answered by `saved`. It also saves whenever something was written
and the interval has passed. When standard input ends, because we are stopped or because the parent
has died, it saves a last time and ends.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from urne_local.aws_clients import Clients, clients
from urne_local.errors import StateUnreadable
from urne_local.files import write_whole
from urne_local.moto_server import OneAtATime, as_holder, pause_after_reads, serving
from urne_local.serving import HOST
from urne_local.snapshot import restore, take


class Keeper:
    """Keeps the state in a file: back from it once, into it whenever something was written."""

    def __init__(self, endpoint: str, app: OneAtATime, path: Path) -> None:
        self._app, self._path = app, path
        self._clients = clients(endpoint)
        self._saving = threading.Lock()
        self._saved_writes = 0

    def restore(self) -> None:
        """Put the saved state back, while nobody else is let in. Raises StateUnreadable."""
        if not self._path.exists():
            return
        with self._alone() as aws:
            try:
                restore(aws, self._path.read_bytes())
            except (ValueError, KeyError, TypeError) as e:
                raise StateUnreadable(self._path, f"{type(e).__name__}: {e}") from e

    def save(self) -> None:
        """Write the state as it is at one instant, if it has changed since it was last written."""
        with self._saving:
            with self._alone() as aws:
                writes = self._app.writes
                if writes == self._saved_writes:
                    return
                raw = take(aws)
            write_whole(self._path, raw)
            self._saved_writes = writes

    @contextlib.contextmanager
    def _alone(self) -> Iterator[Clients]:
        """Keep everyone else out, and give clients that are let in."""
        with self._app.held() as token:
            for client in (self._clients.dynamodb, self._clients.s3, self._clients.secretsmanager):
                client.meta.events.register("before-send", as_holder(token), unique_id="holder")
            yield self._clients


def serve(listener: socket.socket, state: Path | None, *, locked: bool, save_every: float) -> None:
    """Serve until standard input ends. Raises StateUnreadable before anything is served."""
    endpoint = f"http://{HOST}:{listener.getsockname()[1]}"
    with serving(listener, locked=locked) as app:
        if state is None:
            _talk(lambda: None)
            return
        keeper = Keeper(endpoint, app, state)
        keeper.restore()
        try:
            with _every(save_every, keeper.save):
                _talk(keeper.save)
        finally:
            keeper.save()


def _talk(save: Callable[[], None]) -> None:
    _say("ready")
    for _ in sys.stdin.buffer:
        save()
        _say("saved")


def _say(line: str) -> None:
    with contextlib.suppress(BrokenPipeError):  # the parent has died; our input ends next
        print(line, flush=True)


@contextlib.contextmanager
def _every(seconds: float, action: Callable[[], None]) -> Iterator[None]:
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(seconds):
            action()

    thread = threading.Thread(target=repeat, name="save")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def main() -> None:
    """Serve AWS as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m urne_local.aws_process")
    parser.add_argument("--fd", type=int, required=True, help="a socket that listens")
    parser.add_argument("--state", type=Path, help="the file of the snapshot")
    parser.add_argument("--save-every", type=float, default=5, help="seconds")
    parser.add_argument("--pause", type=float, default=0, help="for tests only: seconds")
    parser.add_argument("--unlocked", action="store_true", help="for tests only")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    if arguments.pause:
        pause_after_reads(arguments.pause)
    try:
        with socket.socket(fileno=arguments.fd) as listener:
            serve(
                listener,
                arguments.state,
                locked=not arguments.unlocked,
                save_every=arguments.save_every,
            )
    except StateUnreadable as e:
        _say(str(e))
        sys.exit(2)


if __name__ == "__main__":
    main()
