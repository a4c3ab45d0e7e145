"""Importing the town's register: what would change, and changing it.

A register is a set of lines that nobody can read (flows/eligibility.py). Importing one replaces
the one before: people who are new are added first, then those who are gone are removed, so that
somebody who is in both is never missing. Interrupted, it leaves some of the new and none of those
who stay is lost; the same import again goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from urne.errors import Conflict, NotFound
from urne.flows.certain import certainly
from urne.flows.eligibility import register_line
from urne.store.base import RegisterTable, Secrets, SecretsKeeper

SALT, SALT_BYTES = "register-salt", 32
AT_ONCE = 250

Tell = Callable[[str, int, int], None]
"""Told (step, done, total)."""


@dataclass(frozen=True, slots=True)
class RegisterPlan:
    """What an import changes: the lines to add and to remove, and how many stay."""

    salt: bytes = field(repr=False)
    added: tuple[bytes, ...] = field(repr=False)
    removed: tuple[bytes, ...] = field(repr=False)
    kept: int


def read_salt(secrets: Secrets) -> bytes | None:
    """Return the register's salt, or None while no register was ever imported."""
    try:
        return secrets.secret(SALT)
    except NotFound:
        return None


def plan_import(
    people: Sequence[tuple[str, ...]], salt: bytes, table: RegisterTable, *, keeps: bool = False
) -> RegisterPlan:
    """Return what importing these people's normalised fields would change.

    `keeps`: those who are not among them stay.
    """
    new = {register_line(salt, fields) for fields in people}
    old = set(table.lines())
    gone = set() if keeps else old - new
    return RegisterPlan(salt, tuple(sorted(new - old)), tuple(sorted(gone)), len(old - gone))


def carry_out(plan: RegisterPlan, table: RegisterTable, secrets: SecretsKeeper, tell: Tell) -> None:
    """Make the register what the plan says, storing its salt first if there is none yet.

    Raises Conflict, before any line is written, if another import has made a salt meanwhile.
    """
    if read_salt(secrets) is None:
        _put_salt(secrets, plan.salt)
    if secrets.secret(SALT) != plan.salt:
        raise Conflict("The register")
    for step, lines, write in (
        ("add", plan.added, table.add),
        ("remove", plan.removed, table.remove),
    ):
        for at in range(0, len(lines), AT_ONCE):
            write(lines[at : at + AT_ONCE])
            tell(step, min(at + AT_ONCE, len(lines)), len(lines))


def _put_salt(secrets: SecretsKeeper, salt: bytes) -> None:
    try:
        certainly(lambda: secrets.put(SALT, salt))
    except Conflict:
        return  # ours, if an answer was lost, or another's: it will be seen
