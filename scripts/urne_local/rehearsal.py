"""A Pabulib election held again over HTTP: e-ID provider, functions, local AWS, all of it.

Progress goes to stdout, one JSON object a line, `{"step", "done", "total"}`, for the command that
started this (`urne rehearse --via http`); the public tree goes to a folder.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from urne.errors import Conflict
from urne.flows.keys import ElectionKeys
from urne.flows.rehearsal import (
    Stage,
    edition_of,
    finish,
    hold_desk,
    manifest_of,
    numbers_of,
    rankings_of,
    reveal_all,
)
from urne.model.card import Card
from urne.model.election import PAPER, Election, Provider
from urne.pabulib import PabulibFile, Vote
from urne_local.configuration import Configuration
from urne_local.http_voter import HttpVoter
from urne_local.offices import offices
from urne_local.platform import Platform
from urne_local.town import Town

T = TypeVar("T")
WAIT_SECONDS, TRIES = 0.5, 40


def rehearse(
    file: PabulibFile, votes: Sequence[Vote], seed: str, out: Path, issuers: int = 1
) -> None:
    """Hold the election of a file with these votes and write its public tree to `out`."""
    with running(file, seed, issuers) as (platform, town):
        _hold(platform, town, votes)
        copy_tree(platform, town, out)


@contextmanager
def running(file: PabulibFile, seed: str, issuers: int = 1) -> Iterator[tuple[Platform, Town]]:
    """Run a platform with the election of a file, open; its state is gone afterwards."""

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

    town = Town(edition_of(file), seed, manifest, offices=offices(issuers))
    with tempfile.TemporaryDirectory(prefix="urne-rehearsal-") as folder:
        empty = Path(folder) / "pages"
        empty.mkdir()
        configuration = Configuration(
            state=Path(folder) / "state",
            site_pages=empty,
            vote_pages=empty,
            functions=town.functions,
            tables=town.tables,
            provider=town.neighbours,
            set_up=(town.found,),
            environment=town.environment,
        )
        with Platform(configuration) as platform:
            yield platform, town


def _hold(platform: Platform, town: Town, votes: Sequence[Vote]) -> None:
    election = town.election(platform)
    stage = town.stage(platform, election)
    online = [vote for vote in votes if vote.method != PAPER]
    on_paper = [vote for vote in votes if vote.method == PAPER]
    _vote(platform, stage, online)
    _desk(stage, on_paper)
    lead_to_the_end(platform, stage, _tell)


def lead_to_the_end(
    platform: Platform, stage: Stage, tell: Callable[[str, int, int], None]
) -> None:
    """Close the vote, reveal every key and count, telling (step, done, total) on the way."""
    tell("close", 0, 1)
    closed = stage.election.closes_at + timedelta(minutes=1)
    if platform.clock.now() < closed:
        platform.clock.advance_to(closed)
    now = platform.clock.now()
    patiently(lambda: finish(stage, now))
    tell("close", 1, 1)
    patiently(lambda: reveal_all(stage, now))
    tell("count", 0, 1)
    platform.invoke("count", {})
    platform.invoke("sequence", {})
    tell("count", 1, 1)


def _vote(platform: Platform, stage: Stage, votes: Sequence[Vote]) -> None:
    numbers = numbers_of(stage.election)
    for done, vote in enumerate(votes):
        voter = HttpVoter(stage.election, platform.vote.origin, f"voter-{done:06d}", stage.draw)
        choices = [numbers[choice] for choice in vote.choices]
        voter.vote(rankings_of(stage.election, choices, stage.draw))
        _tell("vote", done + 1, len(votes))


def _desk(stage: Stage, votes: Sequence[Vote]) -> None:
    now = stage.election.closes_at - timedelta(hours=1)
    for step in hold_desk(stage, votes, now):
        _tell(step.name, step.done, step.total)


def patiently(work: Callable[[], T]) -> T:
    """Return what some work on the log answers, once the sequencer leaves it the turn."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except Conflict:
            time.sleep(WAIT_SECONDS)
    return work()


def copy_tree(platform: Platform, town: Town, out: Path) -> None:
    """Write the public tree, checkpoints last: half a tree never audits as good."""
    files = town.stage(platform, town.election(platform)).files
    for path in sorted(files.paths(""), key=lambda path: (path.endswith("/checkpoint"), path)):
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files.read(path))


def _tell(step: str, done: int, total: int) -> None:
    print(json.dumps({"step": step, "done": done, "total": total}), flush=True)
