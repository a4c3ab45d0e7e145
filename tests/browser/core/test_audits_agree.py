"""The audit in JavaScript, written apart from ours, comes to the same on every tree.

It runs under Node as in a browser; only how files are read and workers are started differs.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.audit.forgeries import Forged
from tests.audit.write_forged import trees, write_tree
from tests.staff.terminal import urne

from urne.flows.audit import audit

ROOT = Path(__file__).parents[3]
SITE = ROOT / "site/ballot"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "node_modules").is_dir(),
    reason="Node or its packages are missing; make setup says how to get them",
)


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = ["node", str(SITE / script), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)


def ours(forged: Forged) -> Any:
    return json.loads(json.dumps(audit(forged.question()).as_json()))


def statuses(report: Any) -> dict[str, str]:
    return {check["id"]: check["status"] for check in report["checks"]}


@pytest.fixture(scope="module")
def forged() -> dict[str, Forged]:
    return {name: forged for name, forged, _, _ in trees()}


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_both_audits_come_to_the_same_on_every_tree(
    forged: dict[str, Forged], tmp_path: Path
) -> None:
    for name, tree in forged.items():
        write_tree(tmp_path / name, tree, (), "")
    done = run("tests/audit-forged.mjs", tmp_path)
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout)
    assert theirs.keys() == forged.keys()
    for name, tree in forged.items():
        report = ours(tree)
        assert statuses(theirs[name]) == statuses(report), name
        for field in ("good", "facts", "remarks", "unseen"):
            assert theirs[name][field] == report[field], (name, field)
        # Both say something of the same things, if not word for word the same.
        for there, here in zip(theirs[name]["checks"], report["checks"], strict=True):
            assert there["sentence"] == here["sentence"]
            assert bool(there["details"]) == bool(here["details"]), (name, there, here)


@pytest.mark.parametrize(
    "name", ["good.two-issuers", "credentials.salt-of-47-bytes", "promise.ballot-dropped"]
)
def test_the_command_takes_what_ours_takes_and_says_the_same(
    forged: dict[str, Forged], name: str, tmp_path: Path
) -> None:
    tree = forged[name]
    write_tree(tmp_path, tree, (), "")
    options: list[object] = []
    if tree.brought.promise is not None:
        (tmp_path / "promise").write_bytes(tree.brought.promise)
        options = ["--promise", tmp_path / "promise"]
    done = run("audit.mjs", tmp_path / "tree", "--json", *options)
    report = ours(tree)
    assert done.returncode == (0 if report["good"] else 1), done.stderr
    assert statuses(json.loads(done.stdout)) == statuses(report)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_both_commands_say_the_same_of_a_rehearsal(shared: Path, tmp_path: Path) -> None:
    """What `urne rehearse` leaves is good to both; with one ballot altered, to neither."""
    past = str(shared / "pabulib/Poland_Krakow_2022_Czyzyny.pb")
    tree = tmp_path / "tree"
    held = urne("rehearse", past, "--voters", "300", "--seed", "agree", "--out", str(tree))
    assert held.status == 0, held.err
    for status in (0, 1):
        here, there = urne("audit", str(tree), "--json"), run("audit.mjs", tree, "--json")
        assert (here.status, there.returncode) == (status, status), there.stderr
        found = json.loads(there.stdout)
        assert statuses(found) == statuses(here.json)
        assert found["facts"] == here.json["facts"]
        (bundle,) = tree.glob("elections/*/log/tile/entries/000")
        raw = bytearray(bundle.read_bytes())
        raw[len(raw) // 2] ^= 1
        bundle.write_bytes(raw)


def test_the_command_takes_keys_and_an_older_checkpoint_from_files(
    forged: dict[str, Forged], tmp_path: Path
) -> None:
    tree = forged["good.small"]
    write_tree(tmp_path, tree, (), "")
    keys = tmp_path / "tree/keys"
    checkpoint = tmp_path / f"tree/elections/{tree.edition}/log/checkpoint"
    options = ["--log-key", keys / "log.vkey", "--tally-key", keys / "tally.pub"]
    done = run("audit.mjs", tmp_path / "tree", "--json", *options, "--since", checkpoint)
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert statuses(report)["since"] == "passed"
    assert not any("same hand" in remark for remark in report["remarks"])


def test_evidence_that_proves_nothing_ends_the_command_with_status_2(
    forged: dict[str, Forged], tmp_path: Path
) -> None:
    write_tree(tmp_path, forged["good.small"], (), "")
    (tmp_path / "promise").write_text("{}")
    done = run("audit.mjs", tmp_path / "tree", "--promise", tmp_path / "promise")
    assert done.returncode == 2
    assert "(bad-evidence)" in done.stderr
