"""Secrets as files that their owner alone can read, one file a secret."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from urne.errors import Conflict, NotFound, SecretExposed
from urne.store.checks import require_path


class FolderSecrets:
    """A folder of secrets; a name is a path in it, such as `rueil-2019/promise`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def secret(self, name: str) -> bytes:
        """Return a secret's bytes. Raises SecretExposed if others than the owner may read it."""
        require_path(name)
        try:
            with (self._root / name).open("rb") as file:
                if os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                    raise SecretExposed(name)
                return file.read()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as e:
            raise NotFound(f"secret {name}") from e

    def put(self, name: str, secret: bytes) -> None:
        """Store a new secret. Raises Conflict if there is one of this name."""
        require_path(name)
        path = self._root / name
        _make_private(path.parent)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as e:
            raise Conflict(f"The secret {name}") from e
        with os.fdopen(handle, "wb") as file:
            file.write(secret)


def _make_private(folder: Path) -> None:
    """Make a folder and those above it, where they are not there, for their owner alone."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
