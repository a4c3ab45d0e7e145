"""The voting pages of one election, built by esbuild from `site/ballot`."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from urne.model.election import Election, encode_election
from urne_local.errors import NodeMissing, PagesNotBuilt

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "site" / "ballot" / "page" / "build.mjs"


def build_ballot_pages(election: Election, site_origin: str, out: Path) -> None:
    """Write the pages of an election to a folder, in place of what is there.

    They are a demonstration's. Raises NodeMissing or PagesNotBuilt.
    """
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "esbuild").is_dir():
        raise NodeMissing
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder) / "election.json"
        manifest.write_bytes(encode_election(election))
        words = ["--election", str(manifest), "--site", f"{site_origin}/", "--out", str(out)]
        done = subprocess.run(
            [node, str(BUILD), *words, "--demonstration"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise PagesNotBuilt(done.stderr.strip())
