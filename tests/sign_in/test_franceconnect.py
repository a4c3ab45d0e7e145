"""FranceConnect's worked example: it states no address, so the register or the desk must answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.sign_in.world import ELECTION, EXAMPLES, ISSUER, World, forge, local_client, saying

from urne.errors import DeskCodeRefused, NotEligible
from urne.flows.desk_code import desk_code_hash, give_desk_code
from urne.flows.eligibility import HashedRegister, register_line
from urne.flows.session import VOTE, require_session, required_code
from urne.model.election import Provider as Accepted
from urne.model.identity import Identity, Standing
from urne.model.provider import ProviderConfig, read_provider
from urne.store.base import SignOff
from urne.store.memory import MemoryRegister, MemorySignOffs

SALT = bytes(range(32))
# As the town's register spells whom FranceConnect calls Résidente Exemple-A, in manifest order.
REGISTERED = ("1980-02-29", "exemple a", "residente")


def franceconnect() -> ProviderConfig:
    """Return the worked example, spoken by the local provider: nothing but its address differs."""
    example = read_provider((EXAMPLES / "franceconnect.toml").read_text())
    return replace(example, issuer=ISSUER)


def world(*people: tuple[str, ...], residence: tuple[str, ...] = ("register", "code")) -> World:
    """Return a town that accepts FranceConnect and has these people in its register."""
    config = franceconnect()
    rules = replace(ELECTION.eligibility, residence=residence, postal_codes=())
    election = replace(
        ELECTION, providers=(Accepted(config.id, ISSUER, "eidas1"),), eligibility=rules
    )
    lines = MemoryRegister(register_line(SALT, fields) for fields in people)
    client = local_client(id=config.client_id, id_token="signed", userinfo="signed")
    register = HashedRegister(SALT, lines)
    return World(election=election, config=config, client=client, register=register)


def signed_in(town: World, resident: str = "resident-a") -> Identity:
    """Return who has signed in."""
    cookie = town.sign_in(resident).cookie
    return require_session(cookie, VOTE, town.sessions, election=town.election, now=town.now)


def test_who_is_in_the_register_needs_no_code() -> None:
    """Found by the names and the date that FranceConnect states, however it spells them."""
    identity = signed_in(world(REGISTERED))
    assert identity.fields == REGISTERED
    assert identity.standing == Standing("register")
    assert required_code(identity, None) is None


def test_who_is_not_in_the_register_is_asked_for_a_code_from_the_desk() -> None:
    """Without one: not eligible. With the desk's: it is used up by their sign-off."""
    identity = signed_in(world(("1980-03-01", *REGISTERED[1:])))
    assert identity.standing == Standing("code", "no-address")
    with pytest.raises(NotEligible) as caught:
        required_code(identity, None)
    assert caught.value.reason == "no-address"
    desk = MemorySignOffs()
    code = required_code(identity, desk_code_hash(give_desk_code(desk, lambda n: b"\7" * n)))
    desk.sign_off(SignOff(bytes(32), "internet", bytes(32), b"x"), bytes(32), code)
    with pytest.raises(DeskCodeRefused):
        desk.sign_off(SignOff(b"\1" * 32, "internet", bytes(32), b"x"), b"\1" * 32, code)


def test_an_address_that_it_states_all_the_same_is_not_looked_at() -> None:
    """The example says that there is none: a claim that nobody agreed on proves nothing."""
    town = world(residence=("address", "register", "code"))
    forge(town).change_userinfo = saying(address={"postal_code": "92500"})
    assert signed_in(town).standing == Standing("code", "no-address")


def test_without_a_desk_who_is_not_in_the_register_is_refused() -> None:
    town = world(residence=("register",))
    error = town.refusal()
    assert isinstance(error, NotEligible)
    assert error.reason == "no-address"


def test_before_a_register_is_imported_everybody_is_sent_to_the_desk() -> None:
    town = world()
    town.register = None
    assert signed_in(town).standing == Standing("code", "no-address")


def test_a_manifest_by_address_alone_lets_nobody_of_it_in() -> None:
    """As the example warns."""
    error = world(residence=("address",)).refusal()
    assert isinstance(error, NotEligible)
    assert error.reason == "no-address"


@pytest.mark.parametrize("resident, reason", [("minor", "too-young")])
def test_the_age_counts_before_the_register(resident: str, reason: str) -> None:
    error = world(REGISTERED).refusal(resident)
    assert isinstance(error, NotEligible)
    assert error.reason == reason
