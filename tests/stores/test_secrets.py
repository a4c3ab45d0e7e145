"""What a store promises of secrets."""

from __future__ import annotations

import pytest
from tests.stores.houses import SECRETS, House

from urne.errors import NotFound


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
