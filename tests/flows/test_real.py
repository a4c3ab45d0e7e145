"""A real election held again, voter by voter, ends with the very figures of its file."""

from __future__ import annotations

from pathlib import Path

from tests.flows.town import draw_of
from tests.flows.watched import WatchedFiles

from urne.flows.keys import generate_keys
from urne.flows.publish_log import LogWriter
from urne.flows.read_log import LogReader
from urne.flows.rehearsal import Stage, hold, manifest_of
from urne.flows.witness import KeepingWitness
from urne.model.tally import decode_tally
from urne.pabulib import read_pabulib
from urne.store.memory import MemoryLog, MemorySignOffs


def test_debniki_2018_has_every_score_and_vote_count_of_its_file(shared: Path) -> None:
    """3,463 voters. The file names no winners: they are those that fit, in order of its scores.

    The command line's tests hold the other two files, which do.
    """
    path = shared / "pabulib" / "Poland_Krakow_2018_Debniki.pb"
    file = read_pabulib(path.read_bytes(), path.name)
    keys = generate_keys(draw_of("real"))
    election, cards = manifest_of(file, keys)
    log, files, people = MemoryLog(), WatchedFiles(), MemorySignOffs()
    log_key = keys.log_key(election.origin)
    witness = KeepingWitness(keys.witness_name, keys.witness, log_key, lambda: 1_561_000_000)
    writer = LogWriter(election, log, files, keys.log, [witness])
    stage = Stage(
        election=election,
        cards=cards,
        keys=keys,
        writer=writer,
        table=log,
        inbox=log,
        sign_offs=[people],
        commitments=[people],
        files=files,
        draw=draw_of("voters"),
    )
    for step in hold(stage, file.votes):
        assert 0 <= step.done <= step.total
    found = decode_tally(files.read(f"elections/{election.edition}/tally.json"))
    assert {p.id: (p.points, sum(p.choices)) for p in found.projects} == {
        p.id: (p.score, p.votes) for p in file.projects
    }
    left, winners = file.budget_cents, set()
    for project in sorted(file.projects, key=lambda p: -(p.score or 0)):
        if project.cost_cents <= left:
            left -= project.cost_cents
            winners.add(project.id)
    assert {p.id for p in found.projects if p.winner} == winners
    assert found.counted == len(file.votes)
    reader = LogReader.open(log_key, writer.read)
    assert sum(1 for _ in reader.entries()) == reader.checkpoint.size > len(file.votes) // 2
    result = read_pabulib(files.read(f"elections/{election.edition}/result.pb"), "result.pb")
    assert sorted(v.choices for v in result.votes) == sorted(v.choices for v in file.votes)
