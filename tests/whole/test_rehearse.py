"""`urne rehearse` and `urne audit` on real elections, and on files that are none."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.whole.small import PABULIB

from urne.model.election import decode_election
from urne_local.bench import example
from urne_staff.cli import main

REAL = (
    "Poland_Krakow_2018_Debniki.pb",
    "Poland_Krakow_2022_Czyzyny.pb",
    "Poland_Krakow_2023_Czyzyny.pb",
)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.pb"
    path.write_text(PABULIB)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_real_elections_come_out_as_they_did(
    shared: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every score, vote count and winner equals the file's, and the audit is good."""
    file, out = str(shared / "pabulib" / name), str(tmp_path / "out")
    assert main(["rehearse", file, "--out", out, "--json", "--workers", "1"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["differences"] == []
    assert result["audit"]["good"]
    assert all(p["points"] == p["score"] for p in result["projects"])
    assert main(["audit", out, "--workers", "1"]) == 0
    assert "GOOD: " in capsys.readouterr().out


@pytest.mark.aws
@pytest.mark.slow
@pytest.mark.parametrize("voters", [None, 3])
def test_an_election_over_http_comes_out_the_same(
    small: Path, tmp_path: Path, voters: int | None
) -> None:
    """Through provider, functions and local AWS, with paper and revisions, and it audits good."""
    out = tmp_path / "out"
    words = ["rehearse", str(small), "--via", "http", "--out", str(out), "--workers", "1"]
    words += ["--voters", str(voters)] if voters else []
    assert main(words) == 0
    assert main(["audit", str(out), "--workers", "1"]) == 0


@pytest.mark.aws
@pytest.mark.slow
@pytest.mark.parametrize("via", ["flows", "http"])
def test_an_election_with_two_issuers_comes_out_the_same(
    small: Path, tmp_path: Path, via: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every ballot is signed by both, each posts its list, and the scores are the file's."""
    out = tmp_path / "out"
    words = ["rehearse", str(small), "--via", via, "--issuers", "2", "--out", str(out)]
    assert main([*words, "--workers", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["differences"] == []
    election = decode_election((out / "elections/exempleville-2022/election.json").read_bytes())
    assert len(election.issuers) == 2
    assert main(["audit", str(out), "--workers", "1"]) == 0


@pytest.mark.parametrize("number", ["0", "33"])
def test_a_number_of_issuers_that_no_manifest_can_name(
    small: Path, tmp_path: Path, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["rehearse", str(small), "--issuers", number, "--out", str(out)]) == 2
    assert f"--issuers {number} is not 1 to 32" in capsys.readouterr().err
    assert not out.exists()


def test_only_the_public_tree_is_left(small: Path, tmp_path: Path) -> None:
    """Beside --out nothing remains, and in it stand the files the audit needs, no others."""
    folder = tmp_path / "folder"
    assert main(["rehearse", str(small), "--out", str(folder / "out"), "--workers", "1"]) == 0
    assert [path.name for path in folder.iterdir()] == ["out"]
    top = {path.relative_to(folder / "out").as_posix() for path in (folder / "out").rglob("*.*")}
    edition = "elections/exempleville-2022"
    assert {f"{edition}/election.json", f"{edition}/tally.json", "keys/log.vkey"} <= top
    assert not {name for name in top if not name.startswith(("elections/", "keys/"))}


@pytest.mark.parametrize("seconds", [0.4, 0.8, 1.2])
def test_a_rehearsal_that_is_killed_leaves_no_tree(tmp_path: Path, seconds: float) -> None:
    """Even a power cut leaves nothing under --out, and nothing beside it that audits as good."""
    file, folder = tmp_path / "big.pb", tmp_path / "folder"
    file.write_text(example.election(2_000))
    command = [sys.executable, "-m", "urne_staff.cli", "rehearse", str(file)]
    process = subprocess.Popen(
        [*command, "--out", str(folder / "out"), "--workers", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    process.kill()
    process.wait()
    assert not (folder / "out").exists()
    for left in folder.iterdir() if folder.exists() else ():
        assert main(["audit", str(left), "--workers", "1"]) != 0


def test_the_same_seed_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    trees = []
    for out in (tmp_path / "a", tmp_path / "b"):
        words = ["rehearse", str(small), "--out", str(out), "--seed", "7", "--workers", "1"]
        assert main(words) == 0
        files = sorted(path for path in out.rglob("*") if path.is_file())
        trees.append({path.relative_to(out): path.read_bytes() for path in files})
    assert trees[0] == trees[1]


def test_a_folder_in_use_is_not_touched(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    assert main(["rehearse", str(small), "--out", str(out)]) == 2
    assert "(out-not-empty)" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "change, code",
    [
        (("1;500", "1;five hundred"), "bad-amount"),
        (("a;1,2,3", "a;1,2,9"), "unknown-project"),
        (("VOTES\n", ""), "missing-section"),
    ],
)
def test_a_bad_file_is_refused_whole(
    small: Path,
    tmp_path: Path,
    change: tuple[str, str],
    code: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """File, line and mend are told, the exit status is 2, and nothing is written."""
    small.write_text(PABULIB.replace(*change))
    assert main(["rehearse", str(small), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"{small}" in told.err
    assert code in told.err
    assert [path.name for path in tmp_path.iterdir()] == ["small.pb"]


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "none.pb")
    assert main(["rehearse", missing, "--out", str(tmp_path / "out"), "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["error"]["problems"][0]["code"] == "unreadable-file"


def test_an_altered_tree_does_not_audit_as_good(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 1, the failed check by name, in words and as JSON."""
    out = tmp_path / "out"
    assert main(["rehearse", str(small), "--out", str(out), "--workers", "1"]) == 0
    result = out / "elections" / "exempleville-2022" / "result.pb"
    result.write_bytes(result.read_bytes().replace(b"Trees", b"Pools"))
    capsys.readouterr()
    assert main(["audit", str(out), "--workers", "1"]) == 1
    assert "NOT GOOD: 1 failed (result-file)" in capsys.readouterr().out
    assert main(["audit", str(out), "--workers", "1", "--json"]) == 1
    assert not json.loads(capsys.readouterr().out)["good"]


@pytest.mark.skipif(shutil.which("minisign") is None, reason="minisign is not installed")
def test_minisign_verifies_the_tally(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert main(["rehearse", str(small), "--out", str(out), "--workers", "1"]) == 0
    folder = out / "elections" / "exempleville-2022"
    command = ["minisign", "-Vm", "tally.json", "-p", str(out / "keys" / "tally.pub")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
