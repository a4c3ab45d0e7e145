"""A Pabulib election held again, as a town would hold it before the real day.

`manifest_of` makes the election; `hold` leads every voter of the file through it by the same
flows that the functions run: internet voters from seed to promise, paper voters from the desk to
a clerks' batch; then close, reveal and count. All chance comes from `draw`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from urne.flows import paper as paper_flow
from urne.flows.cast import cast
from urne.flows.close import close, list_sign_offs, stop_taking
from urne.flows.count import count
from urne.flows.enrol import enrol, sign_off_on_paper
from urne.flows.freeze import PERSON_FIELDS
from urne.flows.keys import ElectionKeys, generate_keys
from urne.flows.open import open_election
from urne.flows.publish_log import LogWriter
from urne.flows.read_log import LogReader
from urne.flows.reveal import reveal
from urne.flows.sequence import sequence
from urne.flows.voter import Voter, require_promise
from urne.flows.witness import KeepingWitness
from urne.model.card import Card
from urne.model.election import (
    INTERNET,
    PAPER,
    BallotProject,
    Channel,
    Election,
    Eligibility,
    Provider,
)
from urne.model.tally import Tally
from urne.pabulib import PabulibFile, Vote
from urne.store.base import (
    BallotBox,
    Commitments,
    Inbox,
    PublicFiles,
    SignOffs,
)
from urne.store.memory import MemoryFiles, MemoryLog, MemorySignOffs

Draw = Callable[[int], bytes]

SHEETS_PER_BATCH = 500
BALLOTS_PER_SEQUENCE = 2_000
REVISING_SHARE = 50  # one internet voter in so many changes their mind once

_PABULIB_KEYS = ("country", "unit", "district", "subunit", "instance", "edition", "language")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a rehearsal happens: one sign-off table per issuer, one log, one public tree."""

    election: Election
    cards: tuple[Card, ...]
    keys: ElectionKeys
    writer: LogWriter
    table: BallotBox
    inbox: Inbox
    sign_offs: Sequence[SignOffs]
    commitments: Sequence[Commitments]
    files: PublicFiles
    draw: Draw


def manifest_of(
    file: PabulibFile,
    keys: ElectionKeys,
    *,
    host: str = "rehearsal.example",
    providers: tuple[Provider, ...] = (),
    witness_url: str = "",
    interval_seconds: int = 3600,
    batch_minimum: int = 20,
) -> tuple[Election, tuple[Card, ...]]:
    """Return the election of a Pabulib file and its frozen cards, in the file's project order."""
    edition = edition_of(file)
    origin = f"{host}/elections/{edition}/log"
    public = keys.public(origin, witness_url)
    cards = tuple(Card(p.id, p.name, "", p.cost_cents) for p in file.projects)
    begin, end = _days(file)
    paper = any(vote.method == PAPER for vote in file.votes)
    election = Election(
        edition=edition,
        origin=origin,
        title=file.description,
        opens_at=datetime.combine(begin, time(), UTC),
        closes_at=datetime.combine(end + timedelta(days=1), time(), UTC),
        points=tuple(file.points),
        min_choices=file.min_length,
        max_choices=file.max_length,
        max_revisions=16,
        currency=file.currency or "EUR",
        budget_cents=file.budget_cents,
        projects=tuple(BallotProject(c.id, c.cost_cents, c.sha256) for c in cards),
        over_budget=file.over_budget,
        person_fields=PERSON_FIELDS,
        eligibility=Eligibility(16, begin, ("address", "register", "code"), ("92500",)),
        providers=providers,
        channels=(Channel(INTERNET, INTERNET), *([Channel(PAPER, PAPER)] if paper else [])),
        issuers=public.issuers,
        trustees=public.trustees,
        clerks=public.clerks,
        log_key=public.log,
        promise_key=public.promise,
        tally_key=public.tally,
        witness_policy=public.witness_policy,
        interval_seconds=interval_seconds,
        batch_minimum=batch_minimum,
        pabulib={key: file.meta[key] for key in _PABULIB_KEYS if file.meta.get(key)},
    )
    return election, cards


def in_memory(file: PabulibFile, draw: Draw, issuers: int = 1) -> tuple[Stage, MemoryFiles]:
    """Return a stage in memory for the election of a file, with one witness."""
    keys = generate_keys(draw, issuers=issuers)
    election, cards = manifest_of(file, keys)
    return memory_stage(election, cards, keys, draw)


def memory_stage(
    election: Election, cards: tuple[Card, ...], keys: ElectionKeys, draw: Draw
) -> tuple[Stage, MemoryFiles]:
    """Return a stage in memory for an election, with a witness in this process."""
    log, files = MemoryLog(), MemoryFiles()
    sign_offs = tuple(MemorySignOffs() for _ in keys.issuers)
    closing = int(election.closes_at.timestamp())
    log_key = keys.log_key(election.origin)
    witness = KeepingWitness(keys.witness_name, keys.witness, log_key, lambda: closing)
    stage = Stage(
        election=election,
        cards=cards,
        keys=keys,
        writer=LogWriter(election, log, files, keys.log, (witness,)),
        table=log,
        inbox=log,
        sign_offs=sign_offs,
        commitments=sign_offs,
        files=files,
        draw=draw,
    )
    return stage, files


def edition_of(file: PabulibFile) -> str:
    """Return an edition's name: the words of unit, district and instance, plain and hyphened."""
    words = " ".join(file.meta.get(key, "") for key in ("unit", "district", "instance"))
    return slug(words) or "rehearsal"


def slug(text: str) -> str:
    """Return a text as lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("Ł", "L"))
    return "-".join(re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower()))


def _days(file: PabulibFile) -> tuple[date, date]:
    begin = file.date_begin or date(2019, 6, 1)
    end = file.date_end or begin + timedelta(days=13)
    return begin, max(begin, end)


@dataclass(frozen=True, slots=True)
class Step:
    """A rehearsal's progress: what is being done, and how much of how much."""

    name: str
    done: int
    total: int


def hold(stage: Stage, votes: Sequence[Vote]) -> Iterator[Step]:
    """Hold the whole election, yielding progress; the public tree is complete at the end."""
    online = [vote for vote in votes if vote.method != PAPER]
    on_paper = [vote for vote in votes if vote.method == PAPER]
    open_election(stage.cards, stage.writer, stage.inbox)
    yield from _vote_online(stage, online)
    yield from hold_desk(stage, on_paper, stage.election.closes_at - timedelta(hours=1))
    yield Step("close", 0, 1)
    after = stage.election.closes_at
    finish(stage, after)
    yield Step("close", 1, 1)
    reader = reveal_all(stage, after)
    total = reader.checkpoint.size
    yield Step("count", 0, total)
    count_all(stage, reader)
    yield Step("count", total, total)


def finish(stage: Stage, now: datetime) -> None:
    """Close the vote: marks, lists of sign-offs, remaining ballots, paper, close entry."""
    election = stage.election
    stop_taking(election, stage.table, stage.sign_offs, now)
    for issuer, sign_offs, commitments in zip(
        stage.keys.issuers, stage.sign_offs, stage.commitments, strict=True
    ):
        list_sign_offs(
            election,
            issuer.id,
            issuer.sign_off_key,
            sign_offs=sign_offs,
            commitments=commitments,
            inbox=stage.inbox,
        )
    close(stage.writer, stage.inbox, stage.table, now)


def reveal_all(stage: Stage, now: datetime) -> LogReader:
    """Return a reader of the log once every trustee's key is revealed in it."""
    key = stage.keys.log_key(stage.election.origin)
    for trustee in stage.keys.trustees:
        reveal(
            trustee.id,
            trustee.scalar,
            election=stage.election,
            reader=LogReader.open(key, stage.writer.read),
            inbox=stage.inbox,
            now=now,
        )
    sequence(stage.writer)
    return LogReader.open(key, stage.writer.read)


def count_all(stage: Stage, reader: LogReader) -> Tally:
    """Return the tally once it is counted, signed, published and the log's last entry."""
    tally = count(
        stage.election,
        stage.cards,
        reader,
        files=stage.files,
        inbox=stage.inbox,
        key=stage.keys.tally,
    )
    sequence(stage.writer)
    return tally


def person_of(vote: Vote) -> tuple[str, ...]:
    """Return the person fields of a voter who exists in a file only: their number, thrice."""
    return f"voter {vote.voter_id}", "given", "2000-01-01"


def _vote_online(stage: Stage, votes: Sequence[Vote]) -> Iterator[Step]:
    numbers = numbers_of(stage.election)
    length = stage.election.closes_at - stage.election.opens_at
    for done, vote in enumerate(votes):
        now = stage.election.opens_at + length * done / len(votes)
        now = now.replace(microsecond=0)
        choices = [numbers[choice] for choice in vote.choices]
        _vote(stage, person_of(vote), choices, now)
        if (done + 1) % BALLOTS_PER_SEQUENCE == 0:
            sequence(stage.writer)
        yield Step("vote", done + 1, len(votes))


def _vote(stage: Stage, person: tuple[str, ...], choices: Sequence[int], now: datetime) -> None:
    election = stage.election
    voter = Voter.from_seed(election, stage.draw(16))
    credentials = []
    for issuer, keys, sign_offs in zip(
        election.issuers, stage.keys.issuers, stage.sign_offs, strict=True
    ):
        request = voter.request(issuer)
        answer = enrol(
            request.blinded,
            request.nonce,
            election=election,
            issuer=keys.secrets,
            fields=person,
            channel=INTERNET,
            sign_offs=sign_offs,
            now=now,
            draw=stage.draw,
        )
        credentials.append(voter.credential(issuer, answer.blind_signature))
    for revision, ranking in enumerate(rankings_of(election, choices, stage.draw)):
        ballot = voter.ballot(ranking, credentials, stage.draw, revision)
        promise = cast(
            ballot, election=election, box=stage.table, promise_key=stage.keys.promise, now=now
        )
        require_promise(promise, ballot, election)


def rankings_of(election: Election, choices: Sequence[int], draw: Draw) -> list[Sequence[int]]:
    """Return what a voter casts in turn: now and then another ranking first, the real one last."""
    if int.from_bytes(draw(4), "big") % REVISING_SHARE:
        return [choices]
    first = sorted(range(len(election.projects)), key=lambda number: draw(8))
    return [first[: election.max_choices], choices]


def hold_desk(stage: Stage, votes: Sequence[Vote], now: datetime) -> Iterator[Step]:
    """Hand out paper at the desk, then enter the box's sheets; yield progress."""
    numbers = numbers_of(stage.election)
    for done, vote in enumerate(votes, start=1):
        for issuer, sign_offs in zip(stage.keys.issuers, stage.sign_offs, strict=True):
            sign_off_on_paper(
                stage.draw(32),
                election=stage.election,
                pepper=issuer.secrets.pepper,
                fields=person_of(vote),
                channel=PAPER,
                sign_offs=sign_offs,
                now=now,
            )
        yield Step("paper", done, len(votes))
    enter_sheets(stage, [[numbers[choice] for choice in vote.choices] for vote in votes])


def enter_sheets(stage: Stage, sheets: Sequence[Sequence[int]]) -> None:
    """Enter a box's sheets in batches that both clerks sign."""
    for number, at in enumerate(range(0, len(sheets), SHEETS_PER_BATCH)):
        batch = paper_flow.make_batch(number, PAPER, sheets[at : at + SHEETS_PER_BATCH])
        signatures = {
            clerk.id: paper_flow.sign_batch(stage.election, batch, clerk.key)
            for clerk in stage.keys.clerks
        }
        paper_flow.enter_batch(
            stage.election, batch, signatures, inbox=stage.inbox, commitments=stage.commitments
        )


def sample(votes: Sequence[Vote], number: int, draw: Draw) -> tuple[Vote, ...]:
    """Return `number` of the votes, chosen by chance, in their own order."""
    chosen = sorted(range(len(votes)), key=lambda at: draw(8))[:number]
    return tuple(votes[at] for at in sorted(chosen))


def numbers_of(election: Election) -> Mapping[str, int]:
    """Return each project's number on the ballot by its id."""
    return {project.id: number for number, project in enumerate(election.projects)}
