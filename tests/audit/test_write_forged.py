"""The forged trees are written as another implementation can read them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.audit.forgeries import Brought, Forged, all_forgeries
from tests.audit.write_forged import GOOD, write_tree

from urne.canonical import decode
from urne.flows.audit import audit

ROOT = Path(__file__).parent.parent.parent


def test_a_tree_written_audits_as_the_tree_forged(tmp_path: Path) -> None:
    forgery = all_forgeries()["promise.ballot-dropped"]
    forged = forgery.make()
    write_tree(tmp_path / "it", forged, (forgery.check,), forgery.says)
    question: Any = decode((tmp_path / "it/question.json").read_bytes())
    assert question["fails"] == ["promise"]
    tree = tmp_path / "it/tree"
    files = {str(p.relative_to(tree)): p.read_bytes() for p in tree.rglob("*") if p.is_file()}
    assert files == forged.files
    again = Forged(files, question["edition"], Brought(promise=forged.brought.promise))
    assert audit(again.question()).failed == ("promise",)


def test_the_command_writes_every_tree(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.audit.write_forged", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {*GOOD, *all_forgeries()}
    assert done.stdout == f"{len(names)} trees\n"
    for name in names:
        question: Any = decode((tmp_path / name / "question.json").read_bytes())
        assert question["fails"] == ([] if name in GOOD else [name.partition(".")[0]])
