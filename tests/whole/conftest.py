"""One platform with a small election, for all tests of this folder that only vote in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.whole.small import PABULIB

from urne.flows.rehearsal import Stage
from urne.model.election import Election
from urne.pabulib import read_pabulib
from urne_local.platform import Platform
from urne_local.rehearsal import running
from urne_local.town import Town


@dataclass
class Whole:
    """A platform that is running, its town and everything of its election."""

    platform: Platform
    town: Town
    stage: Stage

    @property
    def election(self) -> Election:
        return self.stage.election


@pytest.fixture(scope="session")
def whole() -> Iterator[Whole]:
    with running(read_pabulib(PABULIB.encode(), "small.pb"), "whole") as (platform, town):
        yield Whole(platform, town, town.stage(platform, town.election(platform)))
