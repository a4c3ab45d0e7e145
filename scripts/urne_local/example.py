"""The demonstration town's two elections: one that was held, with invented ballots, and one open.

What staff wrote in `content/` is frozen for both. The ballots of the first are drawn by chance,
the projects that really won in 2019 being liked more; there is nobody behind them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from urne.crypto.sign import SigningKey
from urne.flows.chance import SeededDraw
from urne.flows.content import EditionContent, read_content
from urne.flows.freeze import Terms, freeze
from urne.flows.keys import ElectionKeys, generate_keys
from urne.flows.rehearsal import Draw, Step, hold, memory_stage
from urne.model.card import Card
from urne.model.election import INTERNET, PAPER, Election, Provider
from urne.pabulib import Vote
from urne.store.memory import MemoryFiles

HELD, OPEN = "rueil-2019", "rueil-demo"
HOST = "urne-demo.example"
VOTES, PAPER_SHARE = 2_440, 0.12
DAYS_OPEN = 14

# The eight winners of 2019, by their numbers in content/, and how much likelier than another
# each is to be chosen.
LIKED = {"012": 9, "019": 8, "027": 7, "034": 6.5, "048": 6.8, "063": 5.5, "088": 5, "104": 4.5}
# Two more are liked well enough to stand among them, and cost more than is left by then.
PASSED_OVER = {"052": 5.6, "031": 4.8}


def edition(content: Path) -> EditionContent:
    """Return the edition of 2019 as staff wrote it. Raises BadInput."""
    files = {
        path.relative_to(content).as_posix(): path.read_bytes()
        for path in sorted(content.rglob("*"))
        if path.is_file()
    }
    return read_content(files).editions[HELD]


def tally_key() -> SigningKey:
    """Return the demonstration town's tally key. A town keeps one for all its elections."""
    return SigningKey.from_seed(SeededDraw("the demonstration's tally key")(32))


def held(written: EditionContent, draw: Draw, tell: Callable[[Step], None]) -> MemoryFiles:
    """Return the public tree of the election of 2019, held with invented ballots."""
    keys = replace(generate_keys(draw), tally=tally_key())
    calendar = written.edition.calendar
    terms = _terms(HELD, calendar.ballot_opens, calendar.ballot_closes, ())
    election, cards = freeze(written, keys.public(terms.origin), terms)
    stage, files = memory_stage(election, cards, keys, draw)
    for step in hold(stage, tuple(_votes(election))):
        tell(step)
    return files


def opened(
    written: EditionContent, now: datetime
) -> Callable[[ElectionKeys, Provider, str], tuple[Election, tuple[Card, ...]]]:
    """Return what makes the manifest of the open election, from `now` on for two weeks.

    The age counts on the day that it opens there: in 2019 today's voters of 16 were children.
    """

    def manifest(
        keys: ElectionKeys, provider: Provider, witness_url: str
    ) -> tuple[Election, tuple[Card, ...]]:
        closes_at = now + timedelta(days=DAYS_OPEN)
        terms = _terms(OPEN, now, closes_at, (provider,), interval_seconds=1, batch_minimum=1)
        election, cards = freeze(written, keys.public(terms.origin, witness_url), terms)
        eligibility = replace(election.eligibility, age_on=written.edition.day(now))
        return replace(election, eligibility=eligibility), cards

    return manifest


def _terms(
    name: str,
    opens_at: datetime,
    closes_at: datetime,
    providers: tuple[Provider, ...],
    *,
    interval_seconds: int = 3600,
    batch_minimum: int = 20,
) -> Terms:
    return Terms(
        origin=f"{HOST}/elections/{name}/log",
        edition=name,
        opens_at=opens_at,
        closes_at=closes_at,
        providers=providers,
        interval_seconds=interval_seconds,
        batch_minimum=batch_minimum,
    )


def _votes(election: Election) -> Iterator[Vote]:
    """Yield invented votes: three different projects, the liked ones more often and higher."""
    chance = random.Random(2019)  # noqa: S311 - an example that is the same each time
    ids = [project.id for project in election.projects]
    weights = [(LIKED | PASSED_OVER).get(id_, 1) for id_ in ids]
    for number in range(VOTES):
        choices: list[str] = []
        while len(choices) < election.max_choices:
            (choice,) = chance.choices(ids, weights)
            if choice not in choices:
                choices.append(choice)
        method = PAPER if chance.random() < PAPER_SHARE else INTERNET
        yield Vote(f"example-{number}", tuple(choices), method)
