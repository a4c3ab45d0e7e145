"""AWS on this machine: moto's server in a process of its own, with a state that survives it.

    with Aws(state=Path(".build/demo/aws.json"), tables=table_definitions()) as aws:
        aws.clients.dynamodb.put_item(...)

A process of its own, because moto keeps its state in module variables: two servers in one process
would be one AWS. The port is taken here, so that one in use is refused before anything starts.
`locked=False` is for tests: the contract suite of stores must fail on it, which proves it can.
moto then rests between reading and writing, so that a race shows itself soon; `pause` says for
how many seconds, and with the lock too.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from urne.store.local_aws import REGION
from urne_local.aws_clients import Clients, clients, environment
from urne_local.errors import DidNotStart
from urne_local.serving import HOST, listen

STOP_SECONDS = 60
"""How long the last snapshot may take."""

PAUSE_SECONDS = 0.003
"""How long moto rests between reading and writing, where it has no lock."""

TableDefinition = Mapping[str, Any]
"""What DynamoDB's create_table takes; the billing mode may be left out."""


class Aws:
    """One local AWS. It listens from the moment it is made, and answers once it is started."""

    def __init__(
        self,
        *,
        port: int = 0,
        state: Path | None = None,
        tables: Sequence[TableDefinition] = (),
        buckets: Sequence[str] = (),
        locked: bool = True,
        pause: float | None = None,
        save_every: float = 5,
        log: Path | None = None,
    ) -> None:
        self._listener = listen(port, purpose="AWS", option="--aws-port")
        self.port = int(self._listener.getsockname()[1])
        self.endpoint = f"http://{HOST}:{self.port}"
        self._tables, self._buckets = tables, buckets
        self._options = ["--fd", str(self._listener.fileno()), "--save-every", str(save_every)]
        self._options += ["--state", str(state)] if state else []
        if pause is None:
            pause = 0 if locked else PAUSE_SECONDS
        self._options += ["--pause", str(pause)]
        self._options += [] if locked else ["--unlocked"]
        self._log = log
        self._process: _Process | None = None

    @cached_property
    def clients(self) -> Clients:
        """Clients of this AWS, to be shared by threads."""
        return clients(self.endpoint)

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that lead a function to this AWS and to no other."""
        return environment(self.endpoint)

    @property
    def pid(self) -> int | None:
        """The number of the process, while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Restore the state, and make the tables and buckets it did not have.

        Raises DidNotStart, with the sentence that the process left.
        """
        self._process = _Process(self._options, self._listener.fileno(), self._log)
        self._listener.close()
        try:
            self._process.require_ready()
            self.create_tables(self._tables)
            self.create_buckets(self._buckets)
        except BaseException:
            self.stop()
            raise

    def create_tables(self, tables: Sequence[TableDefinition]) -> None:
        """Make those of these tables that are not there yet."""
        dynamodb = self.clients.dynamodb
        there = set(dynamodb.list_tables()["TableNames"])
        for table in tables:
            if table["TableName"] not in there:
                dynamodb.create_table(**{"BillingMode": "PAY_PER_REQUEST", **table})

    def create_buckets(self, buckets: Sequence[str]) -> None:
        """Make those of these buckets that are not there yet."""
        s3 = self.clients.s3
        there = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
        for bucket in buckets:
            if bucket not in there:
                s3.create_bucket(
                    Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
                )

    def save(self) -> None:
        """Write the state now; returns when it is on the disk. Raises RuntimeError if it is not."""
        if self._process is None or self._process.ask("save") != "saved":
            raise RuntimeError("The local AWS has ended; its state was not saved.")

    def stop(self) -> None:
        """Have the state saved, and end the process."""
        self._listener.close()
        process, self._process = self._process, None
        if process:
            process.end()

    def __enter__(self) -> Aws:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Process:
    """The process and the two pipes that we talk to it through, line by line."""

    def __init__(self, options: Sequence[str], fd: int, log: Path | None) -> None:
        with contextlib.ExitStack() as stack:
            errors: IO[bytes] | None = None
            if log:
                log.parent.mkdir(parents=True, exist_ok=True)
                errors = stack.enter_context(log.open("ab"))
            self._process = subprocess.Popen(
                [sys.executable, "-m", "urne_local.aws_process", *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                pass_fds=(fd,),
                start_new_session=True,  # Ctrl-C on the terminal is for us; we end it in order
            )
        self.pid = self._process.pid

    def require_ready(self) -> None:
        """Wait until it serves. Raises DidNotStart."""
        if (said := self._read()) != "ready":
            raise DidNotStart("The local AWS", said or "it ended without a word.")

    def ask(self, line: str) -> str:
        """Return the answer to a line, or nothing if the process has ended."""
        assert self._process.stdin is not None  # noqa: S101
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        return self._read()

    def _read(self) -> str:
        """Return the next line it says, or nothing if it has ended."""
        assert self._process.stdout is not None  # noqa: S101
        return self._process.stdout.readline().decode().strip()

    def end(self) -> None:
        """Close its standard input, and wait until it has saved and ended."""
        with contextlib.suppress(BrokenPipeError), self._process as process:
            assert process.stdin is not None  # noqa: S101
            process.stdin.close()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
