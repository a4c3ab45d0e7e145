"""Writes that fail, saved or not, lose nobody their vote and give nobody two."""

from __future__ import annotations

import pytest
from tests.flows.test_crashes import STEPS, Step, hold, require_same_tree, undisturbed
from tests.flows.town import DESK, ONLINE, Town
from tests.flows.watched import WatchedFiles
from tests.stores.faulty import Fault, Faults, each_write_twice, faulty, one_write

from urne.errors import AlreadySignedOff, OutcomeUnknown, RevisionTaken
from urne.flows.voter import require_promise
from urne.model.tally import decode_tally
from urne.store.memory import MemoryLog, MemorySignOffs


def faulty_town(faults: Faults) -> Town:
    return Town.new(
        issuers=2,
        log=faulty(MemoryLog(), faults),
        people=[faulty(MemorySignOffs(), faults) for _ in range(2)],
        files=faulty(WatchedFiles(), faults),
    )


def write_count() -> int:
    faults = one_write(-1, Fault.LOST)
    hold(faulty_town(faults))
    return faults.writes


WRITES = write_count()


def test_when_every_write_fails_twice_the_public_tree_is_the_same() -> None:
    """Once unsaved, once saved with its answer lost: no step has to be repeated by anyone."""
    faults = each_write_twice()
    town = faulty_town(faults)
    hold(town)
    require_same_tree(town, undisturbed()[0])
    failed = {(name, fault) for name, fault in faults.happened}
    for name in ("sign_off", "put_once", "put_entry", "put_closed", "assign", "put_new", "replace"):
        assert {(name, Fault.UNSAVED), (name, Fault.LOST)} <= failed
    assert ("advance", Fault.UNSAVED) in failed
    found = decode_tally(town.files.read(town.path("tally.json")))
    assert {c.channel: (c.sign_offs, c.voting_keys, c.counted) for c in found.channels} == {
        ONLINE: (3, 3, 3),
        DESK: (1, 0, 1),
    }


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name.lower())
@pytest.mark.parametrize("number", range(WRITES))
def test_when_any_one_write_fails_the_public_tree_is_the_same(number: int, fault: Fault) -> None:
    town = faulty_town(one_write(number, fault))
    hold(town)
    require_same_tree(town, undisturbed()[0])


def always(name: str, fault: Fault) -> Faults:
    return Faults(lambda _, write: fault if f".{name}(" in write else None)


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name.lower())
def test_a_voter_whose_store_never_answers_is_told_so_and_votes_later(fault: Fault) -> None:
    """Whether the ballot was stored or not, the same bytes sent again are taken and promised."""
    town = Town.new(log=faulty(MemoryLog(), always("put_once", fault)))
    town.open()
    resident = town.enrol("ada")
    ballot = resident.ballot((0,))
    with pytest.raises(OutcomeUnknown):
        town.cast(ballot)
    town.log = town.log._store  # type: ignore[attr-defined]
    require_promise(town.cast(ballot), ballot, town.election)
    stored = list(town.log.lines("ballots"))
    assert len(stored) == 1


def test_another_ballot_after_a_lost_answer_does_not_count_twice() -> None:
    """The page makes a new ballot in place of sending the old one: it needs the next number."""
    town = Town.new(log=faulty(MemoryLog(), always("put_once", Fault.LOST)))
    town.open()
    resident = town.enrol("ada")
    with pytest.raises(OutcomeUnknown):
        town.cast(resident.ballot((0,)))
    town.log = town.log._store  # type: ignore[attr-defined]
    with pytest.raises(RevisionTaken):
        town.cast(resident.ballot((1,)))
    town.vote("ada", (1,), revision=1)
    found = town.finish()
    assert (found.counted, found.channels[0].superseded) == (1, 1)
    assert {p.id: p.points for p in found.projects if p.points} == {"002": 3}


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.name.lower())
def test_a_person_whose_sign_off_never_answers_gets_it_later_and_only_once(fault: Fault) -> None:
    """Lost, it is found again at once; unsaved, nothing leaves until a write is known."""
    people = MemorySignOffs()
    town = Town.new(people=[faulty(people, always("sign_off", fault))])
    town.open()
    issuer = town.election.issuers[0]
    if fault is Fault.LOST:
        answer = town.ask("ada", issuer)
    else:
        with pytest.raises(OutcomeUnknown):
            town.ask("ada", issuer)
        assert list(people.commitments()) == []
        town.people = [people]
        answer = town.ask("ada", issuer)
    town.people = [people]
    assert town.ask("ada", issuer) == answer
    other = town.voter("another seed").request(issuer)
    with pytest.raises(AlreadySignedOff):
        town.ask("ada", issuer, blinded=other.blinded)
    assert len(list(people.commitments())) == 1


def test_a_sequencer_that_never_hears_back_says_so_and_loses_nothing() -> None:
    """Each write of its, never answered: later another one ends in the same tree."""
    for name in ("assign", "advance", "put_new", "replace"):
        for fault in Fault:
            log, files = MemoryLog(), WatchedFiles()
            town = Town.new(issuers=2, log=log, files=files)
            for step in STEPS[:3]:
                step(town)
            faults = always(name, fault)
            town.log, town.files = faulty(log, faults), faulty(files, faults)
            attempt(town, Town.sequence)
            town.log, town.files = log, files
            for step in STEPS[3:]:
                step(town)
            require_same_tree(town, undisturbed()[0])


def attempt(town: Town, step: Step) -> None:
    try:
        step(town)
    except OutcomeUnknown:
        return
