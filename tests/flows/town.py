"""A small town that holds an election on memory stores, for every test that needs a whole vote.

    town = Town.new(projects=(100, 200, 300), issuers=2)
    town.open()
    town.vote("ada", (0, 1))
    town.on_paper("bob", (1,))
    town.finish()            # close, reveal, count
    town.files.read(town.path("tally.json"))

Nothing here is random: keys and voters are drawn from their names, so two towns that do the same
publish the same bytes. Any store may be given to `new` in place of a memory one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Protocol

from urne.flows import rehearsal
from urne.flows.cast import Promise, cast
from urne.flows.enrol import Enrolled, enrol, sign_off_on_paper
from urne.flows.keys import ElectionKeys, IssuerKeys, generate_keys
from urne.flows.open import open_election
from urne.flows.paper import enter_batch, make_batch, sign_batch
from urne.flows.paths import election_path
from urne.flows.publish_log import LogWriter
from urne.flows.read_log import LogReader
from urne.flows.sequence import sequence
from urne.flows.voter import Voter
from urne.flows.witness import KeepingWitness, Witness
from urne.model.card import Card
from urne.model.election import (
    INTERNET,
    PAPER,
    BallotProject,
    Channel,
    Election,
    Eligibility,
    Issuer,
)
from urne.model.tally import Tally
from urne.store.base import BallotBox, Commitments, Head, Inbox, LogTable, PublicFiles, SignOffs
from urne.store.memory import MemoryFiles, MemoryLog, MemorySignOffs

EDITION = "petiteville-2019"
ORIGIN = f"vote.example.org/elections/{EDITION}/log"
OPENS_AT = datetime(2019, 6, 1, 6, tzinfo=UTC)
CLOSES_AT = OPENS_AT + timedelta(days=14)
DURING = OPENS_AT + timedelta(days=3)
AFTER = CLOSES_AT
WITNESS_TIME = 1_561_000_000

ONLINE, DESK = "internet", "mairie"

Draw = Callable[[int], bytes]


class Log(BallotBox, Inbox, LogTable, Protocol):
    """A store that is ballot box, inbox and log at once, as the memory store is."""


class People(SignOffs, Commitments, Protocol):
    """A store of sign-offs and of their published side."""


def draw_of(name: str) -> Draw:
    """Return a source of bytes that gives the same ones for the same name, call by call."""
    calls = 0

    def draw(length: int) -> bytes:
        nonlocal calls
        calls += 1
        return hashlib.shake_256(f"{name}/{calls}".encode()).digest(length)

    return draw


@cache
def keys_of(issuers: int = 1, trustees: int = 2) -> ElectionKeys:
    """Return an election's keys, the same for every town of as many issuers and trustees."""
    keys = generate_keys(draw_of("keys"), issuers=0, trustees=trustees)
    return replace(keys, issuers=tuple(_issuer(number) for number in range(1, issuers + 1)))


@cache
def _issuer(number: int) -> IssuerKeys:
    made = generate_keys(draw_of(f"issuer {number}"), issuers=1, trustees=0).issuers[0]
    return replace(made, id=f"issuer-{number}")


def make_cards(costs: Sequence[int]) -> tuple[Card, ...]:
    """Return one card per cost in cents; the ids are 001, 002 and so on."""
    return tuple(
        Card(f"{number:03}", f"Project {number}", "What it is.", cost)
        for number, cost in enumerate(costs, start=1)
    )


def make_election(
    cards: Sequence[Card], keys: ElectionKeys, points: Sequence[int] = (3, 2, 1), **fields: Any
) -> Election:
    """Return an election over these cards; `fields` are others of Election's to set."""
    usual: Mapping[str, Any] = {
        "edition": EDITION,
        "origin": ORIGIN,
        "title": "Budget participatif",
        "opens_at": OPENS_AT,
        "closes_at": CLOSES_AT,
        "points": tuple(points),
        "min_choices": 1,
        "max_choices": len(points),
        "max_revisions": 16,
        "currency": "EUR",
        "budget_cents": 500,
        "projects": tuple(BallotProject(c.id, c.cost_cents, c.sha256) for c in cards),
        "over_budget": "skip",
        "person_fields": ("birthdate", "birth_family_name"),
        "eligibility": Eligibility(16, date(2019, 6, 1), ("address",), ("92500",)),
        "providers": (),
        "channels": (Channel(ONLINE, INTERNET), Channel(DESK, PAPER)),
        "issuers": tuple(issuer.public() for issuer in keys.issuers),
        "trustees": tuple(trustee.public() for trustee in keys.trustees),
        "clerks": tuple(clerk.public() for clerk in keys.clerks),
        "log_key": str(keys.log_key(ORIGIN)),
        "promise_key": keys.promise.public,
        "tally_key": keys.tally_key,
        "witness_policy": f"witness neighbour {keys.witness_key}\nquorum neighbour\n",
        "interval_seconds": 1,
        "batch_minimum": 1,
        "pabulib": {"country": "France", "unit": "Petiteville", "instance": "2019"},
    }
    return Election(**{**usual, **fields})


@dataclass(slots=True)
class Resident:
    """A voter with what they hold: their voting key, their credentials, their own randomness."""

    voter: Voter
    credentials: Sequence[bytes]
    draw: Draw

    def ballot(self, choices: Sequence[int], revision: int = 0) -> bytes:
        """Return a ballot body; asked again, other bytes that say the same."""
        return self.voter.ballot(choices, self.credentials, self.draw, revision)


@dataclass(slots=True)
class Town:
    """An election under way, with every key and every store of it."""

    election: Election
    cards: tuple[Card, ...]
    keys: ElectionKeys
    log: Log
    people: Sequence[People]
    files: PublicFiles
    witnesses: Sequence[Witness]
    residents: dict[str, Resident] = field(default_factory=dict)
    batches: int = 0

    @classmethod
    def new(
        cls,
        *,
        projects: int | Sequence[int] = 5,
        issuers: int = 1,
        trustees: int = 2,
        log: Log | None = None,
        people: Sequence[People] | None = None,
        files: PublicFiles | None = None,
        witnesses: Sequence[Witness] | None = None,
        **fields: Any,
    ) -> Town:
        """Return a town before the opening.

        `projects` are their costs in cents, or how many there are (100 each); `fields` go to
        `make_election`.
        """
        keys = keys_of(issuers, trustees)
        cards = make_cards([100] * projects if isinstance(projects, int) else projects)
        witness = KeepingWitness(
            keys.witness_name, keys.witness, keys.log_key(ORIGIN), lambda: WITNESS_TIME
        )
        return cls(
            election=make_election(cards, keys, **fields),
            cards=cards,
            keys=keys,
            log=log or MemoryLog(),
            people=people or [MemorySignOffs() for _ in range(issuers)],
            files=files or MemoryFiles(),
            witnesses=[witness] if witnesses is None else witnesses,
        )

    @property
    def writer(self) -> LogWriter:
        """Return what writes the log."""
        return LogWriter(self.election, self.log, self.files, self.keys.log, self.witnesses)

    @property
    def stage(self) -> rehearsal.Stage:
        """Return the town as the rehearsal's flows take it."""
        return rehearsal.Stage(
            election=self.election,
            cards=self.cards,
            keys=self.keys,
            writer=self.writer,
            table=self.log,
            inbox=self.log,
            sign_offs=self.people,
            commitments=self.people,
            files=self.files,
            draw=draw_of("stage"),
        )

    def path(self, name: str) -> str:
        """Return the public path of one of the election's files: `log/checkpoint`."""
        return election_path(self.election.edition, name)

    def open(self) -> Head:
        """Open the election."""
        return open_election(self.cards, self.writer, self.log)

    # Voters

    def voter(self, name: str) -> Voter:
        """Return a voter by name; the name decides their seed."""
        return Voter.from_seed(self.election, hashlib.sha256(name.encode()).digest()[:16])

    def ask(self, name: str, issuer: Issuer, **changes: Any) -> Enrolled:
        """Return one issuer's answer to a voter's request for a credential."""
        request, place = self.voter(name).request(issuer), self.election.issuers.index(issuer)
        asked: Mapping[str, Any] = {
            "election": self.election,
            "issuer": self.keys.issuers[place].secrets,
            "fields": fields_of(name),
            "channel": ONLINE,
            "sign_offs": self.people[place],
            "now": DURING,
            "draw": draw_of("mask"),
        }
        blinded = changes.pop("blinded", request.blinded)
        nonce = changes.pop("nonce", request.nonce)
        return enrol(blinded, nonce, **{**asked, **changes})

    def enrol(self, name: str) -> Resident:
        """Return a voter who holds a credential of every issuer."""
        if name not in self.residents:
            voter = self.voter(name)
            credentials = [
                voter.credential(issuer, self.ask(name, issuer).blind_signature)
                for issuer in self.election.issuers
            ]
            self.residents[name] = Resident(voter, credentials, draw_of(f"ballots of {name}"))
        return self.residents[name]

    def cast(self, ballot: bytes, now: datetime = DURING) -> Promise:
        """Return the promise for a ballot body."""
        return cast(
            ballot, election=self.election, box=self.log, promise_key=self.keys.promise, now=now
        )

    def vote(self, name: str, choices: Sequence[int], revision: int = 0) -> bytes:
        """Return the ballot that a voter has just cast."""
        ballot = self.enrol(name).ballot(choices, revision)
        self.cast(ballot)
        return ballot

    def sign_off(self, name: str, channel: str = DESK, slip: str = "slip") -> None:
        """Sign a person off at the desk, by every issuer, with a slip that has its own nonce."""
        for issuer, people in zip(self.keys.issuers, self.people, strict=True):
            sign_off_on_paper(
                hashlib.sha256(f"{slip} of {name}".encode()).digest(),
                election=self.election,
                pepper=issuer.secrets.pepper,
                fields=fields_of(name),
                channel=channel,
                sign_offs=people,
                now=DURING,
            )

    def enter(self, sheets: Sequence[Sequence[int]], place: str = DESK) -> None:
        """Enter sheets of paper as the next batch, signed by both clerks."""
        batch = make_batch(self.batches, place, sheets)
        signatures = {c.id: sign_batch(self.election, batch, c.key) for c in self.keys.clerks}
        enter_batch(self.election, batch, signatures, inbox=self.log, commitments=self.people)
        self.batches += 1

    def on_paper(self, name: str, *sheets: Sequence[int]) -> None:
        """Sign a person off at the desk and enter their sheet."""
        self.sign_off(name)
        self.enter(sheets)

    # The log and the end

    def sequence(self) -> Head:
        """Publish what may be published now."""
        return sequence(self.writer)

    def close(self) -> None:
        """End the vote: marks, lists, what waits, the close."""
        rehearsal.finish(self.stage, AFTER)

    def reveal(self) -> LogReader:
        """Have every trustee reveal; return a reader of the log with their keys."""
        return rehearsal.reveal_all(self.stage, AFTER)

    def finish(self) -> Tally:
        """Close, reveal and count; return the tally."""
        self.close()
        return rehearsal.count_all(self.stage, self.reveal())

    def reader(self) -> LogReader:
        """Return a reader of the published log."""
        return LogReader.open(self.keys.log_key(ORIGIN), self.writer.read)

    def entries(self) -> list[bytes]:
        """Return every entry of the published log."""
        return list(self.reader().entries())

    def tree(self) -> dict[str, bytes]:
        """Return the whole public tree by path."""
        return {path: self.files.read(path) for path in self.files.paths("")}


def fields_of(name: str) -> tuple[str, ...]:
    """Return the person fields of somebody by name."""
    return "2000-01-01", name
