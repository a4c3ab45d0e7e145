"""Other bytes in place raise the alarm: nothing is written over, nothing further is signed."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from tests.flows.test_sequence import put
from tests.flows.town import ORIGIN, Town
from tests.flows.watched import checkpoint_of

from urne.crypto.sign import SigningKey
from urne.errors import LogCorrupt, LogForked, UrneError
from urne.flows.read_log import LogReader
from urne.log.append import Edge
from urne.log.checkpoint import Checkpoint, sign_checkpoint
from urne.model.entry import Kind, entry
from urne.store.memory import MemoryFiles, MemoryLog


def town_of(ballots: int = 0) -> tuple[Town, MemoryLog]:
    """Return an open town with so many ballots in its log."""
    log = MemoryLog()
    town = Town.new(log=log)
    town.open()
    put(log, [(voter, 0) for voter in range(ballots)])
    town.sequence()
    return town, log


def require_alarm(town: Town, error: type[UrneError] = LogForked) -> None:
    """Check that sequencing raises, changes no file that was there, and does so again."""
    before, head = town.tree(), town.log.head()
    for _ in range(2):
        with pytest.raises(error):
            town.sequence()
    assert {path: town.files.read(path) for path in before} == before
    assert town.log.head().size == head.size, "a further head was signed"


@pytest.mark.parametrize("name", ["tile/entries/000.p/3", "tile/0/000.p/3"])
def test_a_file_of_other_bytes_in_the_way_is_not_written_over(name: str) -> None:
    town, log = town_of(1)
    town.files.put_new(town.path(f"log/{name}"), b"other bytes")
    put(log, [(7, 0)])
    require_alarm(town)


def test_a_full_tile_of_other_bytes_in_the_way_is_not_written_over() -> None:
    town, log = town_of(200)
    town.files.put_new(town.path("log/tile/entries/000"), b"other bytes")
    put(log, [(voter, 0) for voter in range(200, 300)])
    require_alarm(town)


def test_a_file_that_is_there_already_with_the_same_bytes_is_no_alarm() -> None:
    """That is what a late writer, or one's own write with its answer lost, leaves."""
    town, log = town_of(1)
    other, other_log = town_of(1)
    for store in (log, other_log):
        put(store, [(7, 0)])
    other.sequence()
    path = town.path("log/tile/entries/000.p/3")
    town.files.put_new(path, other.files.read(path))
    assert town.sequence().size == 3


def grown(ballots: int) -> Checkpoint:
    """Return the checkpoint of another town's log: same origin and key, other ballots."""
    edge = Edge()
    raws = [entry(Kind.BALLOT, b"other %d" % number) for number in range(ballots)]
    list(edge.append(raws))
    return Checkpoint(ORIGIN, edge.size, edge.root)


KEY = Town.new().keys.log
PLACED: dict[str, Callable[[Checkpoint], bytes]] = {
    "noise": lambda now: b"noise",
    "nothing": lambda now: b"",
    "signed by another key": lambda now: sign_checkpoint(
        now, SigningKey.from_seed(b"o" * 32)
    ).encode(),
    "of another origin": lambda now: sign_checkpoint(
        Checkpoint("other.example/log", now.size, now.root), KEY
    ).encode(),
    "of the same size and another root": lambda now: sign_checkpoint(grown(now.size), KEY).encode(),
    "of a smaller size and another root": lambda now: sign_checkpoint(
        grown(now.size - 2), KEY
    ).encode(),
}


@pytest.mark.parametrize("name", PLACED)
@pytest.mark.parametrize("waiting", [0, 1], ids=["nothing waits", "a ballot waits"])
def test_a_checkpoint_in_place_that_is_not_this_logs_is_not_written_over(
    name: str, waiting: int
) -> None:
    """Whoever put it there, the log has split in two: only people can decide now."""
    town, log = town_of(5)
    path = town.path("log/checkpoint")
    raw, version = town.files.read_version(path) or (b"", None)
    town.files.replace(path, PLACED[name](checkpoint_of(raw)), version)
    put(log, [(7 + number, 0) for number in range(waiting)])
    require_alarm(town)


def test_a_table_put_back_from_a_backup_does_not_sign_a_second_log() -> None:
    """The public log has 5 ballots; the table is put back to 2, and other ballots come.

    Partial tiles of other widths would not collide: without a look at the checkpoint in place
    two different logs would be signed, and the second one published as soon as it is longer.
    """
    town, log = town_of(2)
    backup = copy.deepcopy({k: v for k, v in vars(log).items() if k != "_lock"})
    put(log, [(voter, 0) for voter in (10, 11, 12)])
    town.sequence()
    assert town.reader().checkpoint.size == 6
    vars(log).update(backup)
    for more in ([(20, 0)], [(21, 0), (22, 0), (23, 0), (24, 0)]):
        put(log, more)
        require_alarm(town)
    assert town.reader().checkpoint.size == 6


def test_a_table_put_back_whose_ballots_come_again_repeats_the_same_log() -> None:
    town, log = town_of(2)
    backup = copy.deepcopy({k: v for k, v in vars(log).items() if k != "_lock"})
    late = [(voter, 0) for voter in (10, 11, 12)]
    put(log, late)
    town.sequence()
    tree = town.tree()
    vars(log).update(backup)
    put(log, late)
    assert town.sequence().size == 6
    assert town.tree() == tree


def test_a_table_that_is_behind_and_has_nothing_new_is_no_alarm() -> None:
    """Another sequencer has published a larger log: this one leaves it in place."""
    town, log = town_of(2)
    before = copy.deepcopy({k: v for k, v in vars(log).items() if k != "_lock"})
    put(log, [(10, 0)])
    town.sequence()
    tree = town.tree()
    vars(log).update(before)
    assert town.sequence().size == 3
    assert town.tree() == tree


@pytest.mark.parametrize("name", ["tile/entries/000.p/3", "tile/0/000.p/3"])
def test_an_edge_that_was_altered_is_not_built_upon(name: str) -> None:
    town, log = town_of(2)
    path = town.path(f"log/{name}")
    raw, version = town.files.read_version(path) or (b"", None)
    town.files.replace(path, bytes([raw[0], *raw[1:-1], raw[-1] ^ 1]), version)
    put(log, [(7, 0)])
    require_alarm(town, LogCorrupt)


# --- Reading ------------------------------------------------------------------------------------


def altered(town: Town, changes: dict[str, bytes]) -> MemoryFiles:
    """Return the town's tree with files of its log exchanged."""
    return MemoryFiles({**town.tree(), **{town.path(f"log/{k}"): v for k, v in changes.items()}})


def reader_of(town: Town, files: MemoryFiles) -> LogReader:
    key = town.keys.log_key(ORIGIN)
    return LogReader.open(key, lambda name: files.read(town.path(f"log/{name}")))


def test_a_reader_takes_no_bundle_that_is_not_its_tiles() -> None:
    town, _ = town_of(2)
    other = dict(Edge().append([entry(Kind.BALLOT, b"other")] * 3))
    files = altered(town, {"tile/entries/000.p/3": other["tile/entries/000.p/3"]})
    with pytest.raises(LogCorrupt, match="not those of its tile"):
        list(reader_of(town, files).entries())


def test_a_reader_takes_no_bundle_and_tile_that_were_exchanged_together() -> None:
    """Who may write files but has no key could otherwise choose what is counted.

    Full tiles are not needed for the root: the tile above has their hashes.
    """
    town, _ = town_of(600)
    edge = Edge()
    other = dict(edge.append([entry(Kind.BALLOT, b"other %d" % n) for n in range(256)]))
    exchanged = {name: other[name] for name in ("tile/entries/000", "tile/0/000")}
    reader = reader_of(town, altered(town, exchanged))
    with pytest.raises(LogCorrupt, match="does not lead to the signed root"):
        list(reader.entries())
    with pytest.raises(LogCorrupt, match="does not lead to the signed root"):
        reader.last_entries(600)
    assert len(reader.last_entries(300)) == 300


def test_a_reader_takes_no_checkpoint_whose_tiles_make_another_root() -> None:
    town, _ = town_of(2)
    other = dict(Edge().append([entry(Kind.BALLOT, b"other")] * 3))
    with pytest.raises(LogCorrupt, match="signed root"):
        reader_of(town, altered(town, {"tile/0/000.p/3": other["tile/0/000.p/3"]}))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 700])
def test_a_reader_gives_every_entry_in_order_and_the_last_ones(size: int) -> None:
    town, _ = town_of(size - 1)
    entries = list(town.reader().entries())
    assert len(entries) == size
    for number in (1, 3, 256, size, size + 5):
        assert town.reader().last_entries(number) == entries[-number:]
