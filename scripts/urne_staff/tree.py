"""A public tree on disk, there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def appearing(out: Path) -> Iterator[Path]:
    """Give a folder beside `out`, its name beginning with a dot, that becomes `out` at the end.

    If the block fails, nothing is left of it.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield beside
        beside.chmod(0o755)
        if out.exists():
            out.rmdir()
        beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def write_tree(files: MemoryFiles, out: Path) -> None:
    """Write a public tree to a folder that appears at the end, all at once.

    Checkpoints are written last, so that even what a power cut leaves does not audit as good.
    """
    with appearing(out) as beside:
        for path in sorted(files.paths(""), key=lambda path: (path.endswith("/checkpoint"), path)):
            target = beside / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files.read(path))
