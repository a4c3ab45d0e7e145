"""A public tree on disk, there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from urne.errors import BadInput, Problem
from urne.store.memory import MemoryFiles


def require_free(out: str) -> Path:
    """Return the folder to make. Raises BadInput if something is there already."""
    path = Path(out)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        what, mend = "There is something here already.", "Name a new folder, or remove this one."
        raise BadInput([Problem(out, None, None, what, mend, "out-not-empty")])
    return path


def write_tree(files: MemoryFiles, out: Path) -> None:
    """Write a public tree to a folder that appears at the end, all at once.

    Until then it stands beside it under a name that begins with a dot; checkpoints are written
    last, so that even what a power cut leaves there does not audit as good.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for path in sorted(files.paths(""), key=lambda path: (path.endswith("/checkpoint"), path)):
            target = beside / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files.read(path))
        beside.chmod(0o755)
        if out.exists():
            out.rmdir()
        beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
