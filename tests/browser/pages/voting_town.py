"""A town whose vote is open, with its voting pages built: what these tests vote in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from urne.flows.keys import ElectionKeys
from urne.flows.rehearsal import Stage, finish, reveal_all
from urne.model.card import Card
from urne.model.election import Election, Provider
from urne_local import example
from urne_local.ballot_pages import build_ballot_pages
from urne_local.configuration import Configuration, Ports
from urne_local.offices import offices
from urne_local.platform import Platform
from urne_local.rehearsal import patiently
from urne_local.town import Town

CONTENT = Path(__file__).parents[3] / "content"


@dataclass
class VotingTown:
    """A platform that is running, its town, and the folder of its voting pages."""

    platform: Platform
    town: Town
    pages: Path

    @property
    def election(self) -> Election:
        return self.town.election(self.platform)

    @property
    def origin(self) -> str:
        return self.platform.vote.origin

    @property
    def stage(self) -> Stage:
        return self.town.stage(self.platform, self.election)

    def close(self) -> None:
        """Close the vote, reveal the keys and count."""
        stage = self.stage
        self.platform.clock.advance_to(stage.election.closes_at + timedelta(minutes=1))
        now = self.platform.clock.now()
        patiently(lambda: finish(stage, now))
        patiently(lambda: reveal_all(stage, now))
        self.platform.invoke("count", {})
        self.platform.invoke("sequence", {})


@contextmanager
def voting_town(seed: str, *, issuers: int = 1, **terms: object) -> Iterator[VotingTown]:
    """Run a town with an open vote. `terms` change fields of its manifest."""
    with tempfile.TemporaryDirectory(prefix="urne-browser-") as name:
        folder = Path(name)
        pages, site = folder / "ballot", folder / "site"
        pages.mkdir()
        site.mkdir()
        running: list[Platform] = []
        town = Town(
            example.OPEN,
            seed,
            lambda *keys: _manifest(running[0], terms, *keys),
            offices=offices(issuers),
        )

        def build(platform: Platform) -> None:
            build_ballot_pages(town.election(platform), platform.site.origin, pages)

        configuration = Configuration(
            state=folder / "state",
            site_pages=site,
            vote_pages=pages,
            functions=town.functions,
            ports=Ports(),
            tables=town.tables,
            provider=town.neighbours,
            set_up=(town.found, build),
            environment=town.environment,
            save_seconds=600,  # nobody starts it again
        )
        platform = Platform(configuration)
        running.append(platform)
        with platform:
            yield VotingTown(platform, town, pages)


def _manifest(
    platform: Platform,
    terms: dict[str, object],
    keys: ElectionKeys,
    provider: Provider,
    witness_url: str,
) -> tuple[Election, tuple[Card, ...]]:
    written = example.edition(CONTENT)
    election, cards = example.opened(written, platform.clock.now())(keys, provider, witness_url)
    return replace(election, **terms), cards  # type: ignore[arg-type]
