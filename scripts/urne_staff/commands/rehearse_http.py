"""A rehearsal over HTTP: the local platform holds it in a process of its own, and we look on."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from urne.errors import UrneError
from urne.store.memory import MemoryFiles
from urne_staff.output import Output


class RehearsalFailed(UrneError):
    """The local platform could not hold the election to its end."""

    code = "rehearsal-failed"

    def __init__(self, why: str) -> None:
        super().__init__(f"The rehearsal was not held to its end: {why}")


def hold_over_http(
    file: str, voters: int | None, issuers: int, seed: str, output: Output
) -> MemoryFiles:
    """Return the public tree of an election held on the local platform.

    Raises RehearsalFailed with what the platform said last.
    """
    with tempfile.TemporaryDirectory(prefix="urne-") as folder:
        out = Path(folder) / "public"
        command = [sys.executable, "-m", "urne_local", "rehearse", file, "--out", str(out)]
        command += ["--issuers", str(issuers), "--seed", seed]
        command += ["--voters", str(voters)] if voters else []
        _run(command, Path(folder) / "said", output)
        return MemoryFiles(
            {
                path.relative_to(out).as_posix(): path.read_bytes()
                for path in out.rglob("*")
                if path.is_file()
            }
        )


def _run(command: list[str], said: Path, output: Output) -> None:
    """Run the local platform's command, showing its progress, and wait for its end."""
    with (
        said.open("w") as words,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, text=True) as process,
        output.progress() as bar,
    ):
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        for line in process.stdout:
            step = json.loads(line)
            bar.show(step["step"], step["done"], step["total"])
    if process.returncode:
        last = said.read_text().strip().rpartition("\n")[2]
        raise RehearsalFailed(last or f"exit status {process.returncode}")
