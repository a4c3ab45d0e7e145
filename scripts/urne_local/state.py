"""The folder where one local platform keeps what must survive a restart, for one run at a time.

.urne-state   says that the folder is ours; locked while a run uses it
aws.json      the snapshot of the local AWS
clock         the local clock
logs/         what the functions and the local AWS print

Whoever runs the platform may keep more here, such as pages that were built.
"""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path
from typing import BinaryIO

from urne_local.errors import NotOurState, StateInUse

_MARK = ".urne-state"


class State:
    """A folder of local state, held from its making until it is released."""

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        """Take hold of a folder, made if need be, and emptied first if it is to be fresh.

        Raises StateInUse, and NotOurState rather than empty a folder that holds anything else.
        """
        self.folder = folder.absolute()
        self.aws = self.folder / "aws.json"
        self.clock = self.folder / "clock"
        self.logs = self.folder / "logs"
        is_ours = (self.folder / _MARK).exists()
        if fresh and not is_ours and self.folder.exists() and any(self.folder.iterdir()):
            raise NotOurState(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._mark = self._hold()
        if fresh:
            self._empty()

    def _hold(self) -> BinaryIO:
        mark = (self.folder / _MARK).open("ab")
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            mark.close()
            raise StateInUse(self.folder) from e
        return mark

    def _empty(self) -> None:
        for entry in self.folder.iterdir():
            if entry.name == _MARK:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def release(self) -> None:
        """Leave the folder to others."""
        self._mark.close()
