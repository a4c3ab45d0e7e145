"""The count opens what the signed log holds, once every key is shown, and can be repeated."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.hooked import Crash, CrashAt, HookedFiles, HookedLog
from tests.flows.town import DESK, ONLINE, Town

from urne.crypto.minisign import verify_file
from urne.crypto.sign import SigningKey
from urne.errors import BadKey, CountRefused, LogForked
from urne.flows.count import count, tally_comment
from urne.flows.rehearsal import count_all, reveal_all
from urne.model.entry import Kind, decode_close, decode_tally_entry
from urne.model.tally import Tally, decode_tally
from urne.pabulib import read_pabulib
from urne.store.memory import MemoryFiles
from urne.tally import lot


def revealed_town() -> Town:
    """Return a town whose vote is over and whose keys are all in the log."""
    town = Town.new(projects=(300, 200, 100, 400), trustees=3, budget_cents=650)
    town.open()
    town.vote("ada", (0, 1, 2))
    town.vote("bob", (1, 0))
    town.vote("eve", (3,))
    town.vote("eve", (0,), revision=2)
    town.on_paper("joe", (1, 2))
    town.close()
    town.reveal()
    return town


def count_of(town: Town, key: SigningKey | None = None) -> Tally:
    return count(
        town.election,
        town.cards,
        town.reader(),
        files=town.files,
        inbox=town.log,
        key=key or town.keys.tally,
    )


def test_the_tally_is_what_the_ballots_say() -> None:
    """By hand: 001 has 3 + 2 + 3 = 8, 002 has 2 + 3 + 3 = 8, 003 has 1 + 2 = 3, 004 none."""
    found = count_of(revealed_town())
    points = {p.id: (p.points, p.choices) for p in found.projects}
    assert points == {
        "001": (8, (2, 1, 0)),
        "002": (8, (2, 1, 0)),
        "003": (3, (0, 1, 1)),
        "004": (0, (0, 0, 0)),
    }
    assert {p.id for p in found.projects if p.winner} == {"001", "002", "003"}
    assert (found.spent_cents, found.counted) == (600, 4)
    online, desk = found.channels
    assert (online.channel, online.sign_offs, online.ballots) == (ONLINE, 3, 4)
    assert (online.voting_keys, online.superseded, online.invalid, online.counted) == (3, 1, 0, 3)
    assert (desk.channel, desk.sign_offs, desk.ballots, desk.counted) == (DESK, 1, 1, 1)


def test_a_tie_is_drawn_from_the_root_inside_the_close_and_the_keys_in_trustee_order() -> None:
    town = revealed_town()
    found = count_of(town)
    (raw,) = [raw for raw in town.entries() if raw[0] == Kind.CLOSE]
    root = decode_close(raw[1:], town.election.election_id).root
    seed = root + b"".join(trustee.scalar for trustee in town.keys.trustees)
    (tie,) = found.ties
    assert dict(tie.lots) == {id_: lot(seed, id_) for id_ in ("001", "002")}
    assert list(tie.projects) == sorted(("001", "002"), key=lambda id_: lot(seed, id_))


def test_tally_signature_and_result_are_published_and_the_hash_ends_the_log() -> None:
    town = revealed_town()
    found = count_all(town.stage, town.reader())
    raw = town.files.read(town.path("tally.json"))
    assert decode_tally(raw) == found
    signature = town.files.read(town.path("tally.json.minisig"))
    assert verify_file(town.election.tally_key, raw, signature) == tally_comment(town.election)
    last = town.entries()[-1]
    assert last[0] == Kind.TALLY
    committed = decode_tally_entry(last[1:], town.election.election_id)
    assert committed == hashlib.sha256(raw).digest()


def test_the_result_file_says_the_same_as_the_tally() -> None:
    town = revealed_town()
    found = count_of(town)
    file = read_pabulib(town.files.read(town.path("result.pb")), "result.pb")
    assert {p.id: (p.score, p.votes, p.selected) for p in file.projects} == {
        p.id: (p.points, sum(p.choices), int(p.winner)) for p in found.projects
    }
    assert sorted(vote.choices for vote in file.votes) == sorted(
        [("001", "002", "003"), ("002", "001"), ("001",), ("002", "003")]
    )


def test_counting_again_gives_the_same_bytes() -> None:
    """On Lambda, on a desk, before and after the tally is in the log."""
    town = revealed_town()
    count_of(town)
    tree = town.tree()
    count_of(town)
    assert town.tree() == tree
    count_all(town.stage, town.reader())
    tree = town.tree()
    count_all(town.stage, town.reader())
    assert town.tree() == tree


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(4))
def test_a_count_broken_off_at_any_write_is_taken_up_again(number: int, after: bool) -> None:
    """tally.json, its signature, result.pb, the entry: whichever is missing is made."""
    whole = revealed_town()
    expected = count_all(whole.stage, whole.reader())
    town, hook = revealed_town(), CrashAt(number, after)
    files, log = town.files, town.log
    assert isinstance(files, MemoryFiles)
    town.files, town.log = HookedFiles(files, hook), HookedLog(log, hook)  # type: ignore[arg-type]
    with pytest.raises(Crash):
        count_of(town)
    town.files, town.log = files, log
    assert count_all(town.stage, town.reader()) == expected
    assert town.tree() == whole.tree()


def test_there_is_no_count_before_the_close() -> None:
    town = Town.new()
    town.open()
    town.vote("ada", (0,))
    town.sequence()
    with pytest.raises(CountRefused, match="not closed"):
        count_of(town)


def test_there_is_no_count_while_a_key_is_missing() -> None:
    town = Town.new(trustees=3)
    town.open()
    town.vote("ada", (0,))
    town.close()
    with pytest.raises(CountRefused, match="0 of 3"):
        count_of(town)
    keys = town.keys
    town.keys = replace(keys, trustees=keys.trustees[:2])
    reveal_all(town.stage, town.election.closes_at)
    town.keys = keys
    with pytest.raises(CountRefused, match="2 of 3"):
        count_of(town)
    assert town.log.get_entry("tally") is None


def test_a_tally_is_signed_only_with_the_manifests_key() -> None:
    """A signature by another key would be published for ever and verify nowhere."""
    town = revealed_town()
    with pytest.raises(BadKey, match="tally key"):
        count_of(town, SigningKey.from_seed(b"o" * 32))
    assert town.log.get_entry("tally") is None
    assert not [path for path in town.tree() if "tally.json" in path]


@pytest.mark.parametrize("name", ["tally.json", "tally.json.minisig", "result.pb"])
def test_another_result_that_is_published_already_is_not_written_over(name: str) -> None:
    town = revealed_town()
    town.files.put_new(town.path(name), b"another result")
    with pytest.raises(LogForked, match=name):
        count_of(town)
    assert town.files.read(town.path(name)) == b"another result"
    assert town.log.get_entry("tally") is None


def test_progress_is_told_entry_by_entry() -> None:
    town = revealed_town()
    seen: list[int] = []
    count(
        town.election,
        town.cards,
        town.reader(),
        files=town.files,
        inbox=town.log,
        key=town.keys.tally,
        progress=seen.append,
    )
    assert seen == list(range(1, town.reader().checkpoint.size + 1))


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_debians_minisign_verifies_the_published_tally(tmp_path: Path) -> None:
    town = revealed_town()
    count_of(town)
    for name in ("tally.json", "tally.json.minisig"):
        (tmp_path / name).write_bytes(town.files.read(town.path(name)))
    (tmp_path / "tally.pub").write_bytes(town.files.read("keys/tally.pub"))
    command = ["minisign", "-Vm", "tally.json", "-p", "tally.pub"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert town.election.edition in done.stdout
