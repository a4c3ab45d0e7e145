"""The invented residents of the local e-ID provider: one of each kind, and voters without end.

Nobody here exists: they are called after what they are and a letter. `voter-000123` is one of a
million further residents who may all vote, the same each time, for rehearsals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SUBSTANTIAL, LOW = "eidas2", "eidas1"
ELSEWHERE = "00000"

_VOTER = re.compile(r"voter-([0-9]{6})")


@dataclass(frozen=True, slots=True)
class Resident:
    """An invented person: what the provider states of them. Without postal code: no address."""

    id: str
    given_name: str
    family_name: str
    birthdate: str
    postal_code: str | None
    acr: str = SUBSTANTIAL

    def claims(self) -> Mapping[str, Any]:
        """Return the claims about them, as OpenID Connect names them."""
        claims: dict[str, Any] = {
            "given_name": self.given_name,
            "family_name": self.family_name,
            "birthdate": self.birthdate,
        }
        if self.postal_code is not None:
            claims["address"] = {"postal_code": self.postal_code, "country": "XX"}
        return claims


def residents(postal_code: str, now: datetime) -> tuple[Resident, ...]:
    """Return one resident of each kind, in the order of the page; `now` keeps the minor minor."""
    minor = f"{now.year - 10}-03-05"
    return (
        Resident("resident-a", "Résidente", "Exemple-A", "1980-02-29", postal_code),
        Resident("resident-b", "Résident", "Exemple-B", "19751231", postal_code),
        Resident("resident-c", "Résidente", "Exemple-C", "1949", postal_code),
        Resident("minor", "Mineur", "Exemple-D", minor, postal_code),
        Resident("elsewhere", "Voisine", "Exemple-E", "1988-07-14", ELSEWHERE),
        Resident("no-address", "Habitant", "Exemple-F", "1969-10-01", None),
        Resident("registered", "Habitante", "Exemple-H", "1957-03-09", None),
        Resident("weak", "Habitante", "Exemple-G", "1991-04-23", postal_code, LOW),
    )


def register_csv() -> str:
    """Return the invented town's register: "registered" above, and somebody who never comes."""
    return (
        "birth_family_name;birth_given_names;birthdate\n"
        "Exemple-H;Habitante;1957-03-09\n"
        "EXEMPLE-I;Habitant;1942-11-30\n"
    )


def find_resident(resident_id: str, postal_code: str, now: datetime) -> Resident | None:
    """Return the resident of an id, of a kind or of the family of voters, or None."""
    voter = _VOTER.fullmatch(resident_id)
    if voter is None:
        found = (r for r in residents(postal_code, now) if r.id == resident_id)
        return next(found, None)
    number = int(voter[1])
    birthdate = f"{1940 + number % 55}-{1 + number % 12:02}-{1 + number % 28:02}"
    return Resident(resident_id, f"Voter {voter[1]}", "Exemple", birthdate, postal_code)
