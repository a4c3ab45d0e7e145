"""Who may vote: old enough on the manifest's day, and a resident in one of the ways it allows.

Both a birth date and the manifest's day are days of the calendar in Europe/Paris, so no clock is
asked. Someone born on 29 February is a year older on 1 March in the years that have none.
"""

from __future__ import annotations

import hmac
from datetime import date
from typing import Protocol

from urne.errors import BadKey, NotEligible
from urne.model.election import Eligibility
from urne.model.identity import CODE, Standing
from urne.model.person import Birthdate
from urne.store.base import RegisterLines

ADDRESS, REGISTER = "address", "register"
REGISTER_LABEL = b"urne/v1/register\x00"


class Register(Protocol):
    """The town's list of residents, as keyed hashes: it answers, it cannot be read."""

    def has(self, fields: tuple[str, ...]) -> bool:
        """Return whether a person of these normalised fields is in the list."""


class HashedRegister:
    """A register as a store of `register_line`s."""

    def __init__(self, salt: bytes, lines: RegisterLines) -> None:
        self._salt, self._lines = salt, lines

    def has(self, fields: tuple[str, ...]) -> bool:
        """Return whether the person is in the list."""
        return self._lines.has(register_line(self._salt, fields))


def register_line(salt: bytes, fields: tuple[str, ...]) -> bytes:
    """Return the 32 bytes by which a register knows a person.

    HMAC-SHA-256(salt, "urne/v1/register" 0x00 || each normalised field as UTF-8 after its uint16
    length). The salt is a secret of at least 16 bytes: names and birth dates can be guessed.
    """
    if len(salt) < 16:
        raise BadKey("register's salt", "it is shorter than 16 bytes")
    raws = [text.encode() for text in fields]
    message = b"".join(len(raw).to_bytes(2, "big") + raw for raw in raws)
    return hmac.digest(salt, REGISTER_LABEL + message, "sha256")


def age_on(day: date, born: date) -> int:
    """Return the age in whole years, on a day, of someone born on another."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def require_age(rules: Eligibility, birthdate: Birthdate) -> None:
    """Raise NotEligible unless the person is old enough whichever day they were born.

    `too-young` if no day would do, `birthdate-unclear` if it depends on what is not stated.
    """
    if age_on(rules.age_on, birthdate.latest()) >= rules.minimum_age:
        return
    if age_on(rules.age_on, birthdate.earliest()) < rules.minimum_age:
        raise NotEligible("too-young")
    raise NotEligible("birthdate-unclear")


def standing(
    rules: Eligibility, fields: tuple[str, ...], postal_code: str | None, register: Register | None
) -> Standing:
    """Return how a person's residence is shown: by address, by register or by a desk code.

    The desk comes last and mends what the others miss, such as someone who has just moved.
    Raises NotEligible, `not-resident` or `no-address`: nobody whose e-ID states no address is
    told that theirs is elsewhere, whatever the register says.
    """
    addressed = ADDRESS in rules.residence and postal_code is not None
    registered = REGISTER in rules.residence and register is not None
    if addressed and _compact(postal_code or "") in map(_compact, rules.postal_codes):
        return Standing(ADDRESS)
    if registered and register is not None and register.has(fields):
        return Standing(REGISTER)
    looked_up = addressed or (registered and postal_code is not None)
    reason = "not-resident" if looked_up else "no-address"
    if CODE in rules.residence:
        return Standing(CODE, reason)
    raise NotEligible(reason)


def _compact(postal_code: str) -> str:
    return "".join(postal_code.split()).upper()
