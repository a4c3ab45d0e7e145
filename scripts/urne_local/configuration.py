"""What the platform is told before it starts: ports, pages, functions, set-up.

The five functions of an election are here as a list, with their routes, and the two that each
further issuer runs; what they need to know is given to each as environment variables, as on AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from urne.model.election import issuer_path
from urne_local.aws import TableDefinition
from urne_local.worker import Function

if TYPE_CHECKING:
    from urne_local.platform import Platform

BUCKET = "urne-public"

FUNCTIONS = (
    Function(
        "sign-in",
        "urne.handlers.sign_in.handler",
        routes=(
            "POST /api/sign-in/start",
            "GET /api/sign-in/callback",
            "GET /api/sign-in/keys",
        ),
    ),
    Function("enrol", "urne.handlers.enrol.handler", routes=("POST /api/enrol",)),
    Function("cast", "urne.handlers.cast.handler", routes=("POST /api/cast",), workers=2),
    Function("sequence", "urne.handlers.sequence.handler", seconds=300),
    Function("count", "urne.handlers.count.handler", seconds=900),
)
"""The functions of an election. Their routes are on the voting page's origin."""


def issuer_functions(issuer: str) -> tuple[Function, ...]:
    """Return the functions of an issuer that is not the manifest's first, by its id."""
    path = issuer_path(issuer, is_first=False)
    return (
        Function(
            f"sign-in-{issuer}",
            "urne.handlers.sign_in.handler",
            routes=(
                f"POST {path}/sign-in/start",
                f"GET {path}/sign-in/callback",
                f"GET {path}/sign-in/keys",
            ),
        ),
        Function(f"enrol-{issuer}", "urne.handlers.enrol.handler", routes=(f"POST {path}/enrol",)),
    )


class Piece(Protocol):
    """A server of another's making, such as the OpenID provider; `serving.Server` is one.

    It takes its port when it is made, or raises PortUnavailable, and answers once started.
    """

    @property
    def origin(self) -> str:
        """Where it is reached: scheme, host and port."""

    def start(self) -> None:
        """Begin to answer."""

    def stop(self) -> None:
        """Answer no more. May be called twice, and without a start."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the pieces listen; 0 takes a free port."""

    site: int = 0
    vote: int = 0
    aws: int = 0
    provider: int = 0
    witness: int = 0


Step = Callable[["Platform"], None]
"""One step of the set-up. The first line of its docstring tells what it does."""

Environment = Mapping[str, Mapping[str, str]]
"""The environment variables of each function, by the function's name."""


def no_environment(_: Platform) -> Environment:
    """Return nothing for any function."""
    return {}


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that the platform has to be told.

    `provider` makes the OpenID provider once the fronts have their ports. `set_up` is done when
    AWS and the provider answer, and no function does yet. `environment` is asked after it, and
    the variables of the local AWS and of the clock are added to its answer. `sequence` names the
    function that is invoked again and again, or none.
    """

    state: Path
    site_pages: Path
    vote_pages: Path
    functions: tuple[Function, ...] = FUNCTIONS
    site_functions: tuple[Function, ...] = ()
    ports: Ports = field(default_factory=Ports)
    tables: Sequence[TableDefinition] = ()
    bucket: str = BUCKET
    provider: Callable[[Platform], Piece] | None = None
    set_up: tuple[Step, ...] = ()
    environment: Callable[[Platform], Environment] = no_environment
    sequence: str | None = "sequence"
    sequence_seconds: float = 1
    save_seconds: float = 5
    fresh: bool = False
