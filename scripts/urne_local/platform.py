"""The whole platform, started and stopped as one: AWS, provider, functions, two fronts, sequencer.

    with until_stopped() as wait, Platform(configuration) as platform:
        wait()

All ports are taken first, so that one in use is refused before anything has been started. Then AWS
and the provider start, the steps of the set-up are taken one after the other, and with what they
leave the functions are configured and started; last come the fronts and the sequencer. Stopping
goes the other way: no new requests, those under way finish, the functions end, AWS saves its
state. Whatever fails on the way up, what had been started is stopped.
"""

from __future__ import annotations

import contextlib
import functools
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from urne_local.aws import Aws
from urne_local.clock import Clock
from urne_local.configuration import Configuration, Piece
from urne_local.front import Front, Site
from urne_local.policy import SITE_PAGES, voting_pages
from urne_local.runtime import Runtime
from urne_local.schedule import Schedule
from urne_local.sources import Bucket, Folder
from urne_local.state import State
from urne_local.worker import Function


class Platform:
    """The pieces of one platform, which are there from `start` to `stop`."""

    state: State
    clock: Clock
    aws: Aws
    site: Front
    vote: Front
    provider: Piece | None
    runtime: Runtime

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self._started = contextlib.ExitStack()

    def start(self) -> None:
        """Start everything. Raises PortUnavailable, StateInUse, DidNotStart."""
        with contextlib.ExitStack() as stack:
            self._take_state_and_ports(stack)
            self._set_up()
            self._start_functions(stack)
            self._open_fronts(stack)
            self._start_sequencer(stack)
            self._started = stack.pop_all()

    def invoke(self, name: str, event: Any) -> Any:
        """Return a function's answer to an event."""
        return self.runtime.invoke(name, event)

    def stop(self) -> None:
        """Stop everything, in order. May be called twice."""
        self._started.close()

    def __enter__(self) -> Platform:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- The way up, step by step -------------------------------------------------------------

    def _take_state_and_ports(self, stack: contextlib.ExitStack) -> None:
        told = self.configuration
        self.state = State(told.state, fresh=told.fresh)
        stack.callback(self.state.release)
        self.clock = Clock(self.state.clock)
        self.aws = Aws(
            port=told.ports.aws,
            state=self.state.aws,
            tables=told.tables,
            buckets=(told.bucket,),
            save_every=told.save_seconds,
            log=self.state.logs / "aws.log",
        )
        stack.callback(self.aws.stop)
        self.site = self._front(stack, told.ports.site, "the site", "--port")
        self.vote = self._front(stack, told.ports.vote, "the voting page", "--vote-port")
        self.provider = told.provider(self) if told.provider else None
        if self.provider:
            stack.callback(self.provider.stop)

    def _front(self, stack: contextlib.ExitStack, port: int, what: str, option: str) -> Front:
        front = Front(self.invoke, port=port, purpose=what, option=option)
        stack.callback(front.stop)
        return front

    def _set_up(self) -> None:
        self.aws.start()
        if self.provider:
            self.provider.start()
        for step in self.configuration.set_up:
            step(self)

    def _start_functions(self, stack: contextlib.ExitStack) -> None:
        told = self.configuration
        own = told.environment(self)
        common = {**self.aws.environment, "URNE_CLOCK_FILE": str(self.state.clock)}
        functions = [
            replace(function, env={**common, **function.env, **own.get(function.name, {})})
            for function in (*told.functions, *told.site_functions)
        ]
        self.runtime = Runtime(functions, self.state.logs)
        stack.callback(self.runtime.stop)
        self.runtime.start()

    def _open_fronts(self, stack: contextlib.ExitStack) -> None:
        told = self.configuration
        published = Bucket(self.aws.clients.s3, told.bucket)
        pages = voting_pages((self.provider.origin,) if self.provider else ())
        routes, site_routes = _routes(told.functions), _routes(told.site_functions)
        # Here a second time: on the way down, before the functions that they still wait for.
        stack.callback(self.site.stop)
        stack.callback(self.vote.stop)
        self.site.open(Site(Folder(told.site_pages), published, site_routes, SITE_PAGES))
        self.vote.open(Site(Folder(told.vote_pages), published, routes, pages))

    def _start_sequencer(self, stack: contextlib.ExitStack) -> None:
        told = self.configuration
        if told.sequence is not None:
            run = functools.partial(self.invoke, told.sequence, {})
            sequencer = Schedule(told.sequence, run, told.sequence_seconds)
            stack.callback(sequencer.stop)
            sequencer.start()


def _routes(functions: Sequence[Function]) -> Mapping[str, str]:
    return {route: function.name for function in functions for route in function.routes}


@contextlib.contextmanager
def until_stopped() -> Iterator[Callable[[], object]]:
    """Run a platform inside, and end in order at Ctrl-C, SIGTERM or SIGHUP, even while it starts.

    Gives what waits for them. A second Ctrl-C changes nothing: the state is being saved.
    """
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(*_: object) -> None:
        for number in asked:
            signal.signal(number, signal.SIG_IGN)
        with contextlib.suppress(OSError):  # the terminal may be gone: that is SIGHUP
            print("Stopping ...", file=sys.stderr, flush=True)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in asked}
    try:
        yield signal.pause
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):
            print("Stopped; the state is saved.", file=sys.stderr, flush=True)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
