"""What a store promises of secrets."""

from __future__ import annotations

import pytest
from tests.stores.houses import SECRETS, House, Street

from urne.errors import Conflict, NotFound


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_read_by_its_name(house: House, name: str) -> None:
    """Its bytes come back, the first time and the next."""
    assert house.secrets.secret(name) == SECRETS[name]
    assert house.secrets.secret(name) == SECRETS[name]


@pytest.mark.parametrize("name", ["tally", "rueil-2019", "rueil-2019/promise2"])
def test_an_unknown_secret_is_not_found(house: House, name: str) -> None:
    """The refusal names what is missing, which is no secret."""
    with pytest.raises(NotFound, match=f"secret {name}"):
        house.secrets.secret(name)


def test_a_new_secret_is_read_by_whoever_asks(street: Street) -> None:
    street().secrets.put("rueil-2019/salt", b"\x00\xff salt")
    assert street().secrets.secret("rueil-2019/salt") == b"\x00\xff salt"


def test_a_secret_is_made_once(house: House) -> None:
    """A second one of the same name is a conflict, and the first stays."""
    house.secrets.put("salt", b"first")
    for again in (b"first", b"second"):
        with pytest.raises(Conflict):
            house.secrets.put("salt", again)
    assert house.secrets.secret("salt") == b"first"
