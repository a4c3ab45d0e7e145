"""What is the folder's alone: processes, crashes, rights, and files that are whole."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.stores import races
from tests.stores.houses import folder_street
from tests.stores.made import ballot, hash_of, person

from urne.errors import Conflict, NotFound, SecretExposed, Unavailable
from urne.log.merkle import EMPTY_ROOT
from urne.store.base import Head, Session
from urne.store.folder import (
    Database,
    FolderFiles,
    FolderLog,
    FolderRoot,
    FolderSecrets,
    FolderSessions,
    FolderSignOffs,
)
from urne.store.folder.files import sync

VOTERS = 40
COMMITMENT = hash_of("commitment")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a database that is not there yet."""
    return tmp_path / "private" / "state.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    """Give an open database."""
    database = Database(path, durable=False)
    yield database
    database.close()


def put(log: FolderLog, voter: int) -> None:
    """Store a ballot."""
    b = ballot(voter)
    log.put_once(b.vk, 0, b.raw, b.leaf_hash)


# --- The database -----------------------------------------------------------------------------


def test_everything_is_there_after_a_restart(path: Path) -> None:
    """A database that is closed and opened again has what it had."""
    database = Database(path)
    session = Session("vote", b"notes", datetime(2030, 1, 1, tzinfo=UTC))
    FolderSessions(database).put(hash_of(1), session)
    FolderSignOffs(database).sign_off(person(1), COMMITMENT)
    FolderSignOffs(database).put_closed()
    put(FolderLog(database), 1)
    FolderLog(database).assign(0, [ballot(1).ref])
    FolderLog(database).advance(Head(1, 0, EMPTY_ROOT, b""), Head(1, 1, hash_of(1), b"note"))
    database.close()
    database = Database(path)
    assert FolderSessions(database).get(hash_of(1)) == session
    assert FolderSignOffs(database).get(person(1).person_key) == person(1)
    assert FolderSignOffs(database).is_closed()
    assert not FolderLog(database).is_closed()
    assert FolderLog(database).head() == Head(1, 1, hash_of(1), b"note")
    assert FolderLog(database).batch(0) == (ballot(1).ref,)
    database.close()


def test_only_its_owner_can_read_it(path: Path, database: Database) -> None:
    """Neither the file nor its journal, whatever the umask."""
    put(FolderLog(database), 1)
    found = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(found) == {"state.sqlite", "state.sqlite-wal", "state.sqlite-shm"}
    assert set(found.values()) == {0o600}


def test_no_row_has_a_number_of_its_own(database: Database) -> None:
    """Rows numbered as they come would tell the order in which people came."""
    rows = database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    assert len(rows) == 9
    numbered = {name: sql for name, sql in rows if "WITHOUT ROWID" not in sql}
    assert set(numbered) == {"batches", "head"}
    assert "first INTEGER PRIMARY KEY" in numbered["batches"]


@pytest.mark.parametrize("durable, level", [(True, 2), (False, 0)])
def test_durable_waits_for_the_disk(path: Path, durable: bool, level: int) -> None:
    """SQLite's `synchronous`: 2 is FULL, every promise; 0 is OFF."""
    database = Database(path, durable=durable)
    assert database.row("PRAGMA synchronous") == (level,)
    assert database.row("PRAGMA journal_mode") == ("wal",)
    database.close()


def test_a_promise_that_fails_half_way_leaves_nothing(database: Database) -> None:
    """And the next one can be made."""
    sign_offs = FolderSignOffs(database)

    def promise() -> None:
        with database.transaction():
            database.write("INSERT INTO commitments VALUES (?, ?)", (COMMITMENT, "internet"))
            database.write("INSERT INTO sign_offs VALUES (?, NULL, NULL, NULL)", (b"p",))

    with pytest.raises(sqlite3.IntegrityError):
        promise()
    assert list(sign_offs.commitments()) == []
    sign_offs.sign_off(person(1), COMMITMENT)


def test_who_waits_too_long_is_told_so(path: Path, database: Database) -> None:
    """Another process keeps the file: nothing was written, and nothing is broken afterwards."""
    other = Database(path, durable=False, patience=0.05)
    with database.transaction():
        with pytest.raises(Unavailable):
            put(FolderLog(other), 1)
        with pytest.raises(Unavailable):
            FolderSignOffs(other).sign_off(person(1), COMMITMENT)
    assert list(FolderLog(other).lines("ballots")) == []
    put(FolderLog(other), 1)
    other.close()


def _sequence(path: Path, start: threading.Barrier) -> None:
    """Open the database with the others, put all ballots, and assign what waits, five by five."""
    start.wait(30)
    log = FolderLog(Database(path, durable=False))
    for voter in range(VOTERS):
        put(log, voter)
    while waiting := [line.ref for line in log.lines("ballots") if line.index is None]:
        try:
            log.assign(log.head().next, waiting[:5])
        except Conflict:
            continue


def test_processes_share_it(path: Path) -> None:
    """Three open it at once, new, and do the same work: each ballot has one place in the end."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(3)
    workers = [context.Process(target=_sequence, args=(path, start)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    log = FolderLog(Database(path, durable=False))
    assert log.head().next == VOTERS
    lines = list(log.lines("ballots"))
    assert sorted(line.index for line in lines if line.index is not None) == list(range(VOTERS))
    places = {line.index: line.ref for line in lines}
    assert [ref for first in range(0, VOTERS, 5) for ref in log.batch(first) or ()] == [
        places[at] for at in range(VOTERS)
    ]


KILLED = """
import os, sys
from pathlib import Path
from urne.store.folder import Database
database = Database(Path(sys.argv[1]), durable=False)
with database.transaction():
    database.write("UPDATE head SET next = 77")
    database.write("INSERT INTO closed VALUES ('ballots')")
    os.kill(os.getpid(), 9)
"""


def test_a_process_that_dies_half_way_leaves_nothing(path: Path, database: Database) -> None:
    """What was not answered did not happen, and the file is free again at once."""
    put(FolderLog(database), 1)
    assert subprocess.run([sys.executable, "-c", KILLED, path], check=False).returncode == -9
    assert FolderLog(database).head().next == 0
    assert not FolderLog(database).is_closed()
    FolderLog(database).assign(0, [ballot(1).ref])


# --- Files ------------------------------------------------------------------------------------

CHECKPOINT = "elections/rueil-2019/log/checkpoint"


@pytest.mark.parametrize("durable", [True, False])
def test_files_lie_where_their_path_says(tmp_path: Path, durable: bool) -> None:
    """Anyone may read them, and nothing else lies there."""
    files = FolderFiles(tmp_path / "tree", durable=durable)
    files.put_new(CHECKPOINT, b"1")
    _, version = files.read_version(CHECKPOINT) or (b"", "")
    files.replace(CHECKPOINT, b"2", version)
    with pytest.raises(Conflict):
        files.put_new(CHECKPOINT, b"3")
    with pytest.raises(Conflict):
        files.replace(CHECKPOINT, b"3", version)
    there = [path for path in (tmp_path / "tree").rglob("*") if path.is_file()]
    assert there == [tmp_path / "tree" / CHECKPOINT]
    assert there[0].read_bytes() == b"2"
    assert stat.S_IMODE(there[0].stat().st_mode) == 0o644


def test_a_version_is_a_hash_of_the_bytes(tmp_path: Path) -> None:
    """Whoever copies a tree elsewhere may go on writing it there."""
    files = FolderFiles(tmp_path, durable=False)
    files.put_new("a", b"1")
    digest = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    assert files.read_version("a") == (b"1", digest)


def test_what_a_crash_left_is_no_file(tmp_path: Path) -> None:
    """A file that was never put in place is not listed, not read, and in nobody's way."""
    files = FolderFiles(tmp_path, durable=False)
    files.put_new("log/checkpoint", b"1")
    (tmp_path / "log" / ".new-abcd").write_bytes(b"half a f")
    assert list(files.paths("")) == ["log/checkpoint"]
    with pytest.raises(ValueError, match="is no path"):
        files.read("log/.new-abcd")
    files.put_new("log/tile/0/000", b"2")


DIES = """
import os, sys
from pathlib import Path
from urne.store.folder import FolderFiles, files
setattr(files.os, sys.argv[2], lambda *_: os.kill(os.getpid(), 9))
FolderFiles(Path(sys.argv[1])).put_new("log/checkpoint", b"1" * 100_000)
"""


@pytest.mark.parametrize("step", ["fchmod", "fsync", "link"])
def test_a_writer_that_dies_leaves_no_half_file(tmp_path: Path, step: str) -> None:
    """Until the last step there is no file of that name, and the next writer may write it."""
    died = subprocess.run([sys.executable, "-c", DIES, tmp_path, step], check=False)
    assert died.returncode == -9
    files = FolderFiles(tmp_path, durable=False)
    assert files.read_version("log/checkpoint") is None
    files.put_new("log/checkpoint", b"2")
    assert list(files.paths("")) == ["log/checkpoint"]


def test_a_reader_sees_one_version_or_the_other(tmp_path: Path) -> None:
    """Never a part, and never nothing, however often it is replaced."""
    files = FolderFiles(tmp_path, durable=False)
    whole = [bytes([number]) * 50_000 for number in range(2)]
    files.put_new("checkpoint", whole[0])
    over = threading.Event()

    def write() -> None:
        for turn in range(1, 60):
            _, version = files.read_version("checkpoint") or (b"", "")
            files.replace("checkpoint", whole[turn % 2], version)
        over.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not over.is_set():
        seen.add(files.read("checkpoint"))
    writer.join()
    assert seen <= set(whole)


class _SlowToLook(FolderFiles):
    """Files whose writer takes its time between looking and writing."""

    def read_version(self, path: str) -> tuple[bytes, str] | None:
        found = super().read_version(path)
        time.sleep(0.02)
        return found


def test_a_slow_writer_is_waited_for(tmp_path: Path) -> None:
    """Between looking at the version and writing, nobody else writes."""
    with folder_street(tmp_path) as street:
        files = _SlowToLook(tmp_path / "tree", durable=False)
        races.race_replace(lambda: replace(street(), files=files), 0)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A path that leads through a file is a conflict to write, and not found."""
    files = FolderFiles(tmp_path, durable=False)
    files.put_new("log/checkpoint", b"1")
    for path in ("log/checkpoint/x", "log/checkpoint/x/y", "log"):
        with pytest.raises(Conflict):
            files.put_new(path, b"2")
        with pytest.raises(NotFound):
            files.read(path)
    assert list(files.paths("")) == ["log/checkpoint"]


def test_a_folder_may_be_emptied_by_several_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who takes the last file takes the folder: not while another still waits for the disk."""

    def slow(folder: Path) -> None:
        time.sleep(0.01)
        sync(folder)

    files = FolderFiles(tmp_path)
    paths = [f"v/{number}/a/b" for number in range(16)]
    for path in paths:
        files.put_new(path, b"")
    monkeypatch.setattr("urne.store.folder.files.sync", slow)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(files.remove, paths))
    assert list(tmp_path.iterdir()) == []


# --- The root ---------------------------------------------------------------------------------

ROOT_FILES = ("index.html", "projects/012-led/index.html")


def rooted(tmp_path: Path) -> FolderRoot:
    """Return the root of a folder with two roots, each file of which holds its root's name."""
    files = FolderFiles(tmp_path, durable=False)
    for name in ("1-a", "2-b"):
        for path in ROOT_FILES:
            files.put_new(f".roots/{name}/{path}", name.encode())
    return FolderRoot(tmp_path)


def test_a_root_is_served_by_links_that_may_be_moved(tmp_path: Path) -> None:
    """Every name leads, from within the folder, through the one link; the folder can be copied."""
    rooted(tmp_path).serve("1-a", None)
    links = {p.name: str(p.readlink()) for p in tmp_path.iterdir() if p.is_symlink()}
    assert links == {
        ".current": ".roots/1-a",
        "index.html": ".current/index.html",
        "projects": ".current/projects",
    }
    moved = tmp_path.rename(tmp_path.with_name("moved"))
    assert [(moved / path).read_bytes() for path in ROOT_FILES] == [b"1-a", b"1-a"]
    files = FolderFiles(moved)
    assert [path for path in files.paths("") if not path.startswith(".")] == list(ROOT_FILES)


def test_a_reader_sees_one_root_or_the_other(tmp_path: Path) -> None:
    """Never nothing, however often they are exchanged; and a new name is never half there."""
    root = rooted(tmp_path)
    FolderFiles(tmp_path, durable=False).put_new(".roots/2-b/new.html", b"2-b")
    root.serve("1-a", None)
    over = threading.Event()

    def exchange() -> None:
        for turn in range(200):
            here, there = ("1-a", "2-b") if turn % 2 == 0 else ("2-b", "1-a")
            root.serve(there, here)
        over.set()

    writer = threading.Thread(target=exchange)
    writer.start()
    seen = set()
    while not over.is_set():
        seen |= {(tmp_path / path).read_bytes() for path in ROOT_FILES}
    writer.join()
    assert seen == {b"1-a", b"2-b"}
    assert not (tmp_path / "new.html").is_symlink()


def test_what_stands_at_the_root_itself_is_a_stray(tmp_path: Path) -> None:
    """It is told, listed, and taken away by the next exchange; links out are not followed."""
    root = rooted(tmp_path / "site")
    root.serve("1-a", None)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/secret.html").write_text("…")
    site = tmp_path / "site"
    (site / "offer").mkdir()
    (site / "offer/index.html").write_text("…")
    (site / "out").symlink_to(tmp_path / "elsewhere")
    (site / "index.html").unlink()
    (site / "index.html").write_text("Votez pour moi")
    strays = ["index.html", "offer/index.html", "out"]
    assert sorted(root.strays()) == strays
    listed = {path for path in FolderFiles(site).paths("") if not path.startswith(".")}
    assert listed == {*strays, *ROOT_FILES}
    root.serve("1-a", "1-a")
    assert list(root.strays()) == []
    assert [(site / path).read_bytes() for path in ROOT_FILES] == [b"1-a", b"1-a"]
    assert (tmp_path / "elsewhere/secret.html").exists()


def test_a_root_that_is_not_there_is_not_served(tmp_path: Path) -> None:
    """Nor does a name that would not be there begin to lead."""
    root = rooted(tmp_path)
    with pytest.raises(NotFound):
        root.serve("3-c", None)
    assert [path.name for path in tmp_path.iterdir()] == [".roots"]


def test_a_repeated_file_is_stored_once(tmp_path: Path) -> None:
    """One file under two names; where the file system has no such thing, two files."""
    files = FolderFiles(tmp_path)
    files.put_new("v/1/urne.css", b"navy")
    files.repeat("urne.css", "v/1/urne.css")
    assert (tmp_path / "urne.css").samefile(tmp_path / "v/1/urne.css")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("urne.store.folder.files.os.link", _no_links)
        files.repeat("other.css", "v/1/urne.css")
    assert files.read("other.css") == b"navy"
    assert not (tmp_path / "other.css").samefile(tmp_path / "v/1/urne.css")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.css", "urne.css", "v"]


def _no_links(*_: object) -> None:
    raise OSError(95, "Operation not supported")


# --- Secrets ----------------------------------------------------------------------------------


def test_a_secret_is_its_owners(tmp_path: Path) -> None:
    """Nobody else can read the file, nor look into the folders made for it."""
    secrets = FolderSecrets(tmp_path / "secrets")
    secrets.put("rueil-2019/promise", b"key")
    made = tmp_path / "secrets" / "rueil-2019"
    assert stat.S_IMODE((made / "promise").stat().st_mode) == 0o600
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700


def test_a_secret_is_put_once(tmp_path: Path) -> None:
    """A key is never overwritten by another."""
    secrets = FolderSecrets(tmp_path)
    secrets.put("tally", b"key")
    with pytest.raises(Conflict):
        secrets.put("tally", b"other")
    assert secrets.secret("tally") == b"key"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_secret_that_others_can_read_is_not_used(tmp_path: Path, mode: int) -> None:
    """It is refused with a sentence that says what to do."""
    secrets = FolderSecrets(tmp_path)
    secrets.put("tally", b"key")
    (tmp_path / "tally").chmod(mode)
    with pytest.raises(SecretExposed, match=r"tally .*chmod 600"):
        secrets.secret("tally")


@pytest.mark.parametrize("name", ["../tally", "/etc/shadow", ""])
def test_a_secret_outside_is_a_mistake(tmp_path: Path, name: str) -> None:
    """A name leads nowhere else."""
    secrets = FolderSecrets(tmp_path / "secrets")
    with pytest.raises(ValueError, match="is no path"):
        secrets.secret(name)
    with pytest.raises(ValueError, match="is no path"):
        secrets.put(name, b"key")
    assert list(tmp_path.iterdir()) == []
