"""The town halls that tests of the desk's commands ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.staff.town_hall import TownHall, town_hall

from urne_local.aws import Aws


@pytest.fixture(scope="session")
def local_aws() -> Iterator[Aws]:
    """Give an AWS that answers one request at a time."""
    with Aws() as aws:
        yield aws


@pytest.fixture
def hall(local_aws: Aws, tmp_path: Path) -> Iterator[TownHall]:
    """Give a town hall with one issuer and one paper place."""
    with town_hall(local_aws, tmp_path) as hall:
        yield hall
