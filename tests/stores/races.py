"""Races: several callers do the same thing at once, and what was promised must still hold.

A race takes a street, opens a house for each caller, lets them all go at one moment, and raises
Violated if two of them won, or if what is stored is not the winner's. It is bounded by
`ROUND_SECONDS`. A refusal that was not foreseen, such as OutcomeUnknown, comes out as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from tests.stores.houses import PURPOSE, House, Street
from tests.stores.made import ballot, control, hash_of, person, put_ballots

from urne.errors import Conflict, DeskCodeRefused, UrneError
from urne.log.merkle import EMPTY_ROOT
from urne.store.base import Head, Session, SignOff

CALLERS = 4
ROUND_SECONDS = 20

Result = object | UrneError


class Violated(AssertionError):
    """A promise was broken."""


def expect(holds: bool, what: str) -> None:
    """Raise Violated unless it holds."""
    if not holds:
        raise Violated(what)


def at_once(calls: Sequence[Callable[[], object]]) -> list[Result]:
    """Return what each call returned, or the UrneError it raised, all begun at one moment."""
    results: list[Result | None] = [None] * len(calls)
    ended = [False] * len(calls)
    start = threading.Barrier(len(calls), timeout=ROUND_SECONDS)

    def run(at: int) -> None:
        start.wait()
        try:
            results[at] = calls[at]()
        except UrneError as e:
            results[at] = e
        ended[at] = True

    threads = [threading.Thread(target=run, args=(at,), daemon=True) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ROUND_SECONDS)
    assert all(ended), "a call did not end, or failed in a way nobody foresaw"
    return results


def one_winner(results: Sequence[Result], refused: type[UrneError] = Conflict) -> int:
    """Return which call succeeded. Raises Violated unless it is one, and the others are refused."""
    for result in results:
        if isinstance(result, UrneError) and not isinstance(result, refused):
            raise result
    winners = [at for at, result in enumerate(results) if not isinstance(result, UrneError)]
    expect(len(winners) == 1, f"{len(winners)} of {len(results)} callers won")
    return winners[0]


def houses(street: Street) -> list[House]:
    """Return a house for each caller."""
    return [street() for _ in range(CALLERS)]


def race_put_session(street: Street, salt: int) -> None:
    """Of several sessions under one key, one is stored."""
    key, ends = hash_of("cookie", salt), datetime(2030, 1, 1, tzinfo=UTC)
    sessions = [Session(PURPOSE, b"%d" % at, ends) for at in range(CALLERS)]
    calls = [
        partial(house.sessions.put, key, session)
        for house, session in zip(houses(street), sessions, strict=True)
    ]
    winner = one_winner(at_once(calls))
    expect(street().sessions.get(key) == sessions[winner], "another session is stored")


def race_take_session(street: Street, salt: int) -> None:
    """Of several takers, one gets the session."""
    key = hash_of("cookie", salt)
    session = Session(PURPOSE, b"notes", datetime(2030, 1, 1, tzinfo=UTC))
    street().sessions.put(key, session)
    results = at_once([partial(house.sessions.take, key) for house in houses(street)])
    for result in results:
        if isinstance(result, UrneError):
            raise result
    taken = [result for result in results if result is not None]
    expect(taken == [session], f"{len(taken)} of {CALLERS} callers took it")
    expect(street().sessions.get(key) is None, "it is still there")


def race_sign_off(street: Street, salt: int) -> None:
    """One person asks several times: one answer stands, and one commitment."""
    people = [person(salt, str(at)) for at in range(CALLERS)]
    commitments = [hash_of("commitment", salt, at) for at in range(CALLERS)]
    calls = [
        partial(house.sign_offs.sign_off, p, c)
        for house, p, c in zip(houses(street), people, commitments, strict=True)
    ]
    winner = one_winner(at_once(calls))
    found = street()
    expect(found.sign_offs.get(people[0].person_key) == people[winner], "another answer stands")
    listed = {c for _, c in found.commitments.commitments()} & set(commitments)
    expect(listed == {commitments[winner]}, f"{len(listed)} commitments stand")


def race_desk_code(street: Street, salt: int) -> None:
    """Several persons bring one code: one of them is signed off."""
    code = hash_of("code", salt)
    street().sign_offs.put_desk_code(code)
    people = [person(salt * CALLERS + at) for at in range(CALLERS)]
    commitments = [hash_of("commitment", salt, at) for at in range(CALLERS)]
    calls = [
        partial(house.sign_offs.sign_off, p, c, code)
        for house, p, c in zip(houses(street), people, commitments, strict=True)
    ]
    winner = one_winner(at_once(calls), DeskCodeRefused)
    found = street()
    there = [p for p in people if found.sign_offs.get(p.person_key) is not None]
    expect(there == [people[winner]], f"{len(there)} persons are signed off")
    listed = {c for _, c in found.commitments.commitments()} & set(commitments)
    expect(listed == {commitments[winner]}, f"{len(listed)} commitments stand")


def race_put_desk_code(street: Street, salt: int) -> None:
    """Several desks make the same code: one of them may hand it out."""
    code = hash_of("code", salt)
    one_winner(at_once([partial(house.sign_offs.put_desk_code, code) for house in houses(street)]))
    street().sign_offs.sign_off(SignOff(hash_of("p", salt), "desk", b"", b""), hash_of(salt), code)


def race_put_once(street: Street, salt: int) -> None:
    """Several ballots under one key: all callers hear of the one that is stored."""
    ballots = [ballot(salt, text=str(at)) for at in range(CALLERS)]
    calls = [
        partial(house.box.put_once, b.vk, 0, b.raw, b.leaf_hash)
        for house, b in zip(houses(street), ballots, strict=True)
    ]
    _agreed(at_once(calls), street().box.get(ballots[0].vk, 0))


def race_put_entry(street: Street, salt: int) -> None:
    """Several entries of one name: all callers hear of the one that is stored."""
    entries = [control(f"paper/{salt}", str(at)) for at in range(CALLERS)]
    calls = [
        partial(house.inbox.put_entry, e.name, e.raw, e.leaf_hash)
        for house, e in zip(houses(street), entries, strict=True)
    ]
    _agreed(at_once(calls), street().inbox.get_entry(entries[0].name))


def _agreed(results: Sequence[Result], stored: bytes | None) -> None:
    for result in results:
        if isinstance(result, UrneError):
            raise result
    told = set(results)
    expect(told == {stored}, f"{CALLERS} callers were told of {len(told)} different bytes")


def race_assign(street: Street, salt: int) -> None:
    """Several sequencers assign the same places: one batch stands, and no entry has two places."""
    refs = put_ballots(street(), [ballot(salt * 10 + at) for at in range(CALLERS + 1)])
    first = street().log.head().next
    batches = [[refs[at], refs[at + 1]] for at in range(CALLERS)]
    calls = [
        partial(house.log.assign, first, batch)
        for house, batch in zip(houses(street), batches, strict=True)
    ]
    winner = one_winner(at_once(calls))
    table = street().log
    expect(table.head().next == first + 2, "the head is elsewhere")
    expect(table.batch(first) == tuple(batches[winner]), "another batch stands")
    places = {line.ref: line.index for line in table.lines("ballots") if line.ref in refs}
    expected = dict.fromkeys(refs) | {ref: first + at for at, ref in enumerate(batches[winner])}
    expect(places == expected, "the places are not those of the batch")


def race_advance(street: Street, salt: int) -> None:
    """Several sequencers sign from one head: one note stands."""
    [ref] = put_ballots(street(), [ballot(salt)])
    table = street().log
    table.assign(table.head().next, [ref])
    old = table.head()
    heads = [
        Head(old.next, old.size + 1, hash_of(salt, at), b"note %d" % at) for at in range(CALLERS)
    ]
    calls = [
        partial(house.log.advance, old, new)
        for house, new in zip(houses(street), heads, strict=True)
    ]
    winner = one_winner(at_once(calls))
    expect(street().log.head() == heads[winner], "another note stands")
    expect(old.root != EMPTY_ROOT or old.size == 0, "the empty root came back")


def race_put_new(street: Street, salt: int) -> None:
    """Several writers of one new file: one writes it, whole."""
    path = f"elections/rueil-2019/log/tile/entries/{salt:03}.p/7"
    raws = [b"%d" % at * 5_000 for at in range(CALLERS)]
    calls = [
        partial(house.files.put_new, path, raw)
        for house, raw in zip(houses(street), raws, strict=True)
    ]
    winner = one_winner(at_once(calls))
    expect(street().files.read(path) == raws[winner], "other bytes are there")


def race_replace(street: Street, salt: int) -> None:
    """Several writers replace one version: one does."""
    path = f"elections/{salt}/log/checkpoint"
    street().files.put_new(path, b"old")
    _, version = street().files.read_version(path) or (b"", "")
    raws = [b"%d" % at * 5_000 for at in range(CALLERS)]
    calls = [
        partial(house.files.replace, path, raw, version)
        for house, raw in zip(houses(street), raws, strict=True)
    ]
    winner = one_winner(at_once(calls))
    expect(street().files.read(path) == raws[winner], "other bytes are there")


Race = Callable[[Street, int], None]
RACES: dict[str, Race] = {
    name.removeprefix("race_"): race
    for name, race in list(globals().items())
    if name.startswith("race_")
}
