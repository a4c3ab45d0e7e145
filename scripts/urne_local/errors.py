"""What can go wrong on one machine: ports, local files, requests at the front, functions that fail.

These are refusals of the local platform alone, in the shape of every other (`urne.errors`): a
code, a status, a sentence. On AWS the same cases are answered by the services themselves. No
sentence here repeats what a function said of its failure: that stands in the function's log.
"""

from __future__ import annotations

from pathlib import Path

from urne.errors import UrneError

# --- Starting ---------------------------------------------------------------------------------


class PortUnavailable(UrneError):
    """A port cannot be listened on."""

    code = "port-unavailable"

    def __init__(self, port: int, purpose: str, option: str, why: str) -> None:
        self.port = port
        super().__init__(
            f"Port {port} {why}, so {purpose} cannot be served there. Stop the program that uses"
            f" it (ss -ltnp 'sport = :{port}' names it), or choose another port with {option}."
        )


class DidNotStart(UrneError):
    """A part of the platform ended before it was ready."""

    code = "did-not-start"

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} did not start: {why}")


class StateUnreadable(UrneError):
    """A file of the local state is not one that the platform wrote."""

    code = "state-unreadable"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be read ({why}). Move it away, or start with --fresh.")


class StateInUse(UrneError):
    """Another platform is working on the same local state."""

    code = "state-in-use"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} is in use by another run. Stop that one, or name another with --state."
        )


class NotOurState(UrneError):
    """A folder to be emptied was not made by the platform."""

    code = "not-our-state"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} was not made by this platform, and is not emptied for --fresh.")


class OtherIssuers(UrneError):
    """The election of the local state has another number of issuers than is asked for."""

    code = "other-issuers"

    def __init__(self, folder: Path, number: int) -> None:
        super().__init__(
            f"The open election in {folder} has {number} of the offices that issue credentials."
            " Leave --issuers out to go on with it, or begin again with --fresh."
        )


class ClockGoesBack(UrneError):
    """The local clock was asked to move to an earlier instant."""

    code = "clock-goes-back"

    def __init__(self, now: str, asked: str) -> None:
        super().__init__(f"The local clock stands at {now} and does not go back to {asked}.")


# --- Requests ---------------------------------------------------------------------------------


class BadRequest(UrneError):
    """The bytes are no HTTP request that is understood here."""

    code = "bad-request"

    def __init__(self, why: str) -> None:
        super().__init__(f"This request is not understood: {why}.")


class LengthRequired(UrneError):
    """A body came without its length."""

    code = "length-required"
    status = 411

    def __init__(self) -> None:
        super().__init__("Say the length of the body in Content-Length.")


class BodyTooLarge(UrneError):
    """A body is longer than the front takes."""

    code = "body-too-large"
    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"A request's body may hold {limit} bytes at most.")


class HeadersTooLarge(UrneError):
    """Headers, or the request line, are longer than the front takes."""

    code = "headers-too-large"
    status = 431

    def __init__(self, limit: int) -> None:
        super().__init__(f"A request's headers may hold {limit} bytes at most.")


class MethodNotAllowed(UrneError):
    """The address exists, and does not answer this method."""

    code = "method-not-allowed"
    status = 405

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self.allowed = allowed
        super().__init__(f"This address answers {' and '.join(allowed)} only.")


class NoSuchAddress(UrneError):
    """Nothing answers at this address."""

    code = "not-found"
    status = 404

    def __init__(self) -> None:
        super().__init__("There is nothing at this address.")


# --- Functions --------------------------------------------------------------------------------


class FunctionFailed(UrneError):
    """A function raised an error, or ended, instead of answering."""

    code = "function-failed"
    status = 502

    def __init__(self, name: str, error_type: str) -> None:
        self.name, self.error_type, self.why = name, error_type, error_type
        super().__init__(f"The function {name} failed ({error_type}). Its log says more.")


class FunctionTimedOut(UrneError):
    """A function did not answer in its time; its process was ended."""

    code = "function-timed-out"
    status = 504

    def __init__(self, name: str, seconds: float) -> None:
        self.name, self.why = name, f"it took more than {seconds:g} seconds"
        super().__init__(f"The function {name} did not answer within {seconds:g} seconds.")


class FunctionBusy(UrneError):
    """All of a function's workers stayed busy."""

    code = "function-busy"
    status = 503

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"The function {name} is busy. Please try again.")


# --- Pages ------------------------------------------------------------------------------------


class NodeMissing(UrneError):
    """What builds the voting pages is not installed."""

    code = "node-missing"
    status = 503

    def __init__(self) -> None:
        super().__init__("The voting pages need Node 20 and its packages: run `make setup`.")


class PagesNotBuilt(UrneError):
    """Building the voting pages failed."""

    code = "pages-not-built"
    status = 500

    def __init__(self, why: str) -> None:
        super().__init__(f"The voting pages could not be built:\n{why}")
