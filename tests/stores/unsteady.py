"""A boto3 client whose answers go as a script says, and that remembers what it was asked.

    client = Unsteady(aws.clients.dynamodb, put_item=[UNSENT, LOST, OK])

The first `put_item` never arrives, the second does and its answer is lost, the third goes well,
as do all that the script does not name. An exception in the script is raised and nothing is done;
a function in it gets the real answer and returns another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

Step = str | Exception | Callable[[Any], Any]

OK: Final = "goes well"
LOST: Final = "is done, and its answer lost"
UNSENT: Final = EndpointConnectionError(endpoint_url="http://127.0.0.1")
_TIMEOUT = ReadTimeoutError(endpoint_url="http://127.0.0.1", error="no answer")


def refusal(code: str, status: int = 400, **more: Any) -> ClientError:
    """Return an answer that is an error."""
    answer: Any = {
        "Error": {"Code": code, "Message": "scripted"},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return ClientError(answer, "scripted")


def cancelled(*reasons: str) -> ClientError:
    """Return the answer to a transaction that was cancelled for these reasons."""
    codes = [{"Code": reason} for reason in reasons]
    return refusal("TransactionCanceledException", CancellationReasons=codes)


class Unsteady:
    """A client in front of a real one. `calls` has the name and arguments of each request."""

    def __init__(self, client: Any, **script: Sequence[Step]) -> None:
        self._client = client
        self._script = {name: list(steps) for name, steps in script.items()}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.meta = client.meta

    def asked(self, name: str) -> list[dict[str, Any]]:
        """Return the arguments of each request of this name."""
        return [arguments for called, arguments in self.calls if called == name]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = getattr(self._client, name)

        def call(**arguments: Any) -> Any:
            self.calls.append((name, arguments))
            steps = self._script.get(name)
            step = steps.pop(0) if steps else OK
            if isinstance(step, Exception):
                raise step
            if step == LOST:
                with suppress(ClientError):  # a refusal is an answer too, and lost as well
                    operation(**arguments)
                raise _TIMEOUT
            answer = operation(**arguments)
            return step(answer) if callable(step) else answer

        return call
