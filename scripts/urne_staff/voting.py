"""The voting pages of one election, built by Node from `site/ballot` of a work tree."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from urne.errors import ReleaseRefused

BUILD = "site/ballot/page/build.mjs"


def build_voting_pages(
    root: Path, out: Path, *, manifest: bytes, site: str, is_demonstration: bool
) -> None:
    """Build the pages of an `election.json` into a folder, in place of what is there.

    Raises ReleaseRefused with what the program said.
    """
    node = shutil.which("node")
    if node is None or not (root / "node_modules" / "esbuild").is_dir():
        raise ReleaseRefused("the voting pages need Node 20 and its packages; run `make setup`")
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(manifest)
        file.flush()
        words = ["--election", file.name, "--site", site, "--out", str(out.resolve())]
        done = subprocess.run(
            [node, BUILD, *words, *(["--demonstration"] if is_demonstration else [])],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        said = done.stderr.strip().split("\n")[-12:]
        raise ReleaseRefused("the voting pages could not be built:\n" + "\n".join(said))
