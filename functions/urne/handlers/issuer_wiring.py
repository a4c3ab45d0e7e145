"""What only `sign-in` and `enrol` are made of: `cast` must not wait for it to be imported."""

from __future__ import annotations

from functools import cache

from urne.flows.eligibility import REGISTER, HashedRegister, Register
from urne.flows.register import read_salt
from urne.handlers import wiring
from urne.handlers.issuer_place import IssuerPlace, place_of


@cache
def issuer_place() -> IssuerPlace:
    """Return where the issuer of this deployment answers. Raises BadField for an unknown one."""
    election, issuer = wiring.election(), wiring.setting("URNE_ISSUER")
    return place_of(election, issuer, wiring.setting("URNE_ORIGIN"))


def register() -> Register | None:
    """Return the town's register, for `sign-in`; None if the rules want none or none is imported.

    Not kept while there is none: one that is imported later is found.
    """
    if REGISTER not in wiring.election().eligibility.residence:
        return None
    salt = read_salt(wiring.managed_secrets())
    return HashedRegister(salt, wiring.register_lines()) if salt is not None else None
