"""The public tree as plain files: a file is there whole, or not there.

New bytes are written beside their place under a name that no public path has, then put in place by
one step of the file system: a link, which fails if the name is taken, or a renaming, under the
folder's lock and after the old version was looked at. A crash leaves at most such an unnamed file.

A name at the root may lead through `.current` (root.py); its files are then those of that name.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from urne.errors import Conflict, NotFound
from urne.store.checks import RESERVED, require_path
from urne.store.folder.locking import locked

CURRENT = ".current"
"""The link through which the names of the root that is served lead (root.py)."""


class FolderFiles:
    """A folder of public files. A version is the SHA-256 of a file's bytes, in hexadecimal.

    `durable`: what was answered survives a loss of power.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self._root, self._durable = root, durable

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        require_path(path)
        try:
            return (self._root / path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as e:
            raise NotFound(path) from e

    def put_new(self, path: str, raw: bytes) -> None:
        """Write a file that is not there yet."""
        with self._written(path, raw) as (written, place):
            try:
                os.link(written, place)
            except FileExistsError as e:
                raise Conflict(path) from e

    def read_version(self, path: str) -> tuple[bytes, str] | None:
        """Return a file's bytes and version, or None."""
        try:
            raw = self.read(path)
        except NotFound:
            return None
        return raw, _version(raw)

    def replace(self, path: str, raw: bytes, version: str | None) -> None:
        """Write a file whose version is still this one."""
        if version is None:
            return self.put_new(path, raw)
        with self._written(path, raw) as (written, place), locked(self._root):
            found = self.read_version(path)
            if found is None or found[1] != version:
                raise Conflict(path)
            written.replace(place)
        return None

    def repeat(self, path: str, of: str) -> None:
        """Give a file the bytes of another: one file under two names, where that can be."""
        require_path(of)
        place = self._placed(path)
        beside = place.with_name(f"{RESERVED}{secrets.token_hex(8)}")
        try:
            os.link(self._root / of, beside)
        except OSError:  # not there, too many names already, or a file system without links
            with self._written(path, self.read(of)) as (written, _):
                written.replace(place)
            return
        try:
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)  # still there where both were one file before
        if self._durable:
            sync(place.parent)

    def remove(self, path: str) -> None:
        """Remove a file, if it is there, and the folders that it leaves empty."""
        require_path(path)
        place = self._root / path
        if not place.is_file() and not place.is_symlink():
            return
        with locked(self._root):
            place.unlink(missing_ok=True)
            for folder in place.relative_to(self._root).parents[:-1]:
                with suppress(OSError):  # it is not empty
                    (self._root / folder).rmdir()
            if self._durable:  # within the lock: another may be about to remove that folder too
                sync(next(folder for folder in place.parents if folder.is_dir()))

    def paths(self, prefix: str) -> Iterator[str]:
        """Yield the paths that begin with a prefix, sorted."""
        folder = prefix.rpartition("/")[0]
        if folder:
            require_path(folder)
        found = self.below(folder + "/" if folder else "")
        return iter(sorted(path for path in found if path.startswith(prefix)))

    def below(self, folder: str = "") -> Iterator[str]:
        """Yield the paths below a folder, "" or one that ends with "/", in no order.

        A link that is none of ours is a path, and is not followed.
        """
        try:
            entries = list(os.scandir(self._root / folder))
        except (FileNotFoundError, NotADirectoryError):
            return
        for entry in entries:
            path = folder + entry.name
            if entry.name.startswith(RESERVED) or path == CURRENT:
                continue
            is_ours = not folder and leads_to(Path(entry.path)) == f"{CURRENT}/{path}"
            if entry.is_dir(follow_symlinks=is_ours):
                yield from self.below(path + "/")
            elif not entry.is_symlink() or Path(entry.path).exists():  # else it leads nowhere
                yield path

    def _placed(self, path: str) -> Path:
        """Return the place of a file, after making the folders above it. Raises Conflict."""
        require_path(path)
        place = self._root / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as e:
            raise Conflict(path) from e  # a part of the path is a file
        return place

    @contextmanager
    def _written(self, path: str, raw: bytes) -> Iterator[tuple[Path, Path]]:
        """Give the place of a file and, beside it, a file that already holds the bytes."""
        place = self._placed(path)
        try:
            handle, name = tempfile.mkstemp(dir=place.parent, prefix=RESERVED)
        except FileNotFoundError:  # `remove` has just taken the empty folder
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=place.parent, prefix=RESERVED)
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
                os.fchmod(file.fileno(), 0o644)
                if self._durable:
                    file.flush()
                    os.fsync(file.fileno())
            yield written, place
            if self._durable:
                sync(place.parent)
        finally:
            written.unlink(missing_ok=True)


def leads_to(place: Path) -> str | None:
    """Return where a link leads, or None if it is none."""
    return str(place.readlink()) if place.is_symlink() else None


def _version(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def sync(folder: Path) -> None:
    """Wait until what a folder says of its names is on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
