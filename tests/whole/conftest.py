"""One platform with a small election, for all tests of this folder that only vote in it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.whole.small import PABULIB

from urne.flows.keys import ElectionKeys
from urne.flows.rehearsal import Stage, edition_of, manifest_of
from urne.model.card import Card
from urne.model.election import Election, Provider
from urne.pabulib import read_pabulib
from urne.store.dynamodb import table_definitions
from urne_local.configuration import Configuration
from urne_local.platform import Platform
from urne_local.town import TABLE_PREFIX, Town


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
    file = read_pabulib(PABULIB.encode(), "small.pb")

    def manifest(
        keys: ElectionKeys, provider: Provider, witness_url: str
    ) -> tuple[Election, tuple[Card, ...]]:
        return manifest_of(
            file,
            keys,
            providers=(provider,),
            witness_url=witness_url,
            interval_seconds=1,
            batch_minimum=1,
        )

    town = Town(edition_of(file), "whole", manifest)
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        pages.mkdir()
        configuration = Configuration(
            state=Path(folder) / "state",
            site_pages=pages,
            vote_pages=pages,
            tables=table_definitions(TABLE_PREFIX),
            provider=town.neighbours,
            set_up=(town.found,),
            environment=town.environment,
        )
        with Platform(configuration) as platform:
            yield Whole(platform, town, town.stage(platform, town.election(platform)))
