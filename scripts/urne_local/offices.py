"""The offices that issue credentials, on the local platform: what each has of its own, as on AWS.

The manifest's first issuer is the town's: it answers at `/api`, from the town's tables and secrets.
Each further one has functions, tables, secrets and a client at the e-ID provider that no other
office is told of, and answers below `/api/issuers/<id>`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from urne.flows.client import new_client, read_client
from urne.model.election import issuer_path
from urne.store.dynamodb import ISSUER_TABLES, table_definitions
from urne_local.aws import TableDefinition
from urne_local.configuration import FUNCTIONS, issuer_functions
from urne_local.provider_clients import LocalClient
from urne_local.worker import Function

TABLE_PREFIX, SECRET_PREFIX, CLIENT_ID = "urne-", "urne/", "urne-demo"


@dataclass(frozen=True, slots=True)
class Office:
    """One issuer's office; `client` is its secret towards the e-ID provider."""

    id: str
    is_first: bool
    client: bytes = field(repr=False)

    @property
    def path(self) -> str:
        """Return below which path of the voting origin it answers."""
        return issuer_path(self.id, is_first=self.is_first)

    @property
    def tables(self) -> str:
        """Return what its tables' names begin with."""
        return TABLE_PREFIX if self.is_first else f"{TABLE_PREFIX}{self.id}-"

    @property
    def secrets(self) -> str:
        """Return what its secrets' names begin with."""
        return SECRET_PREFIX if self.is_first else f"{SECRET_PREFIX}{self.id}/"

    @property
    def client_id(self) -> str:
        """Return how the e-ID provider knows it."""
        return CLIENT_ID if self.is_first else f"{CLIENT_ID}-{self.id}"

    def function(self, name: str) -> str:
        """Return what its own `sign-in` or `enrol` is called here."""
        return name if self.is_first else f"{name}-{self.id}"

    def registration(self, origin: str) -> LocalClient:
        """Return it as the e-ID provider registers it, for a voting page's origin."""
        keys = json.loads(read_client(self.client).public_keys())
        return LocalClient(self.client_id, (f"{origin}{self.path}/sign-in/callback",), keys)


def offices(number: int) -> tuple[Office, ...]:
    """Return so many offices, by the names that `generate_keys` gives their issuers."""
    ids = [f"issuer-{n}" for n in range(1, number + 1)]
    return tuple(Office(id_, id_ == ids[0], new_client(f"local-{id_}")) for id_ in ids)


def functions_of(found: Sequence[Office]) -> tuple[Function, ...]:
    """Return the functions of an election with these offices."""
    further = [issuer_functions(office.id) for office in found if not office.is_first]
    return sum(further, FUNCTIONS)


def tables_of(found: Sequence[Office]) -> tuple[TableDefinition, ...]:
    """Return the tables of an election with these offices."""
    further = [
        table_definitions(office.tables, ISSUER_TABLES) for office in found if not office.is_first
    ]
    return sum(further, table_definitions(TABLE_PREFIX))
