"""The files of a folder by path, each read when it is asked for, and not before.

Pages are read once or twice, pictures only where their bytes matter, so that a folder with many
photographs is checked without holding them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path


class Folder(Mapping[str, bytes]):
    """Bytes by path below a folder; the list of paths is that of the moment it was made."""

    def __init__(self, root: Path) -> None:
        self._places = {
            place.relative_to(root).as_posix(): place
            for where, _, names in os.walk(root)
            for place in (Path(where, name) for name in names)
        }

    def __getitem__(self, path: str) -> bytes:
        return self._places[path].read_bytes()

    def __contains__(self, path: object) -> bool:
        return path in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._places))

    def __len__(self) -> int:
        return len(self._places)
