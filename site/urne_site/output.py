"""A build written over the last one: only what differs, all of it at the end, or not at all.

Beside the folder stands what the last build knew: of each file what it was made of and how it was
left on the disk, and the HTML of each text. A file is left alone while it is as it was written and
would be made of the same; what is not made any more goes. Files that others put into the folder
stay. Where nothing is known, the folder is emptied and filled as it goes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_FORM = "urne-built-1"


class Left(NamedTuple):
    """How a file was left: digests of what it was made of and of its bytes, its size and time."""

    made_of: str
    digest: str
    size: int
    changed_ns: int


@dataclass(slots=True)
class Known:
    """What a build leaves for the next: each file by its path, the HTML of each text by its key."""

    left: dict[str, Left] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)


class Output:
    """The files of one build in all languages, by path from the root of the site."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._record = folder, folder.with_name(f".{folder.name}.built")
        known = _read(self._record)
        self._before, self._now = known or Known(), Known()
        self._waiting: dict[str, bytes] = {}
        self._is_over = known is not None
        if not self._is_over:
            shutil.rmtree(folder, ignore_errors=True)

    def holds(self, path: str, made_of: str) -> bool:
        """Return whether a file made of the same stands as it was left; then it stays."""
        left = self._before.left.get(path)
        if left is None or left.made_of != made_of or not self._stands(path, left):
            return False
        self._now.left[path] = left
        return True

    def put(self, path: str, raw: bytes, made_of: str = "") -> None:
        """Take a file; it is written when the build has ended well, if it differs."""
        now = Left(made_of, hashlib.sha256(raw).hexdigest(), len(raw), 0)
        left = self._before.left.get(path)
        if left is not None and left.digest == now.digest and self._stands(path, left):
            self._now.left[path] = now._replace(changed_ns=left.changed_ns)
            return
        self._now.left[path] = now
        if self._is_over:
            self._waiting[path] = raw
        else:
            self._write(path, raw)

    def take(self, folder: Path, at: str) -> None:
        """Take every file below a folder, for a place in the site."""
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.put(at + path.relative_to(folder).as_posix(), path.read_bytes())

    def rendering(self, render: Callable[[str], str], made_of: str) -> Callable[[str], str]:
        """Return what makes HTML of a text, or takes what was made of it before."""

        def known(text: str) -> str:
            key = digest(made_of, text)
            if key not in self._now.html:
                before = self._before.html.get(key)
                self._now.html[key] = render(text) if before is None else before
            return self._now.html[key]

        return known

    def finish(self) -> None:
        """Write what differs and remove what went; ended in the middle, all is built anew."""
        self._record.unlink(missing_ok=True)
        for path, raw in self._waiting.items():
            self._write(path, raw)
        for path in self._before.left.keys() - self._now.left.keys():
            self._remove(path)
        said = {"form": _FORM, "left": self._now.left, "html": self._now.html}
        part = self._record.with_name(f"{self._record.name}.part")
        part.write_text(json.dumps(said), "utf-8")
        part.replace(self._record)

    def _stands(self, path: str, left: Left) -> bool:
        try:
            stat = (self._folder / path).stat()
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (left.size, left.changed_ns)

    def _write(self, path: str, raw: bytes) -> None:
        place = self._folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        # Whoever reads the folder meanwhile never sees half a file.
        part = place.with_name(f".{place.name}.part") if self._is_over else place
        part.write_bytes(raw)
        part.replace(place)
        changed = place.stat().st_mtime_ns
        self._now.left[path] = self._now.left[path]._replace(changed_ns=changed)

    def _remove(self, path: str) -> None:
        place = self._folder / path
        place.unlink(missing_ok=True)
        for above in _above(place, self._folder):
            if any(above.iterdir()):
                break
            above.rmdir()


def digest(*values: object) -> str:
    """Return the SHA-256 of how values are written in Python; for text, numbers and the like."""
    return hashlib.sha256(repr(values).encode()).hexdigest()


def _above(place: Path, root: Path) -> Iterator[Path]:
    for above in place.parents:
        if above == root:
            return
        yield above


def _read(record: Path) -> Known | None:
    """Return what the last build left, or None where it left nothing, or not all."""
    try:
        said = json.loads(record.read_text("utf-8"))
        if said["form"] != _FORM:
            return None
        return Known({path: Left(*left) for path, left in said["left"].items()}, said["html"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
