"""The root of a folder, exchanged in one step: every name there leads through one link.

    .current     → .roots/2-0f5e…      the one link that is exchanged
    .roots/2-0f5e…/                    a root: every file of it, whole
    index.html   → .current/index.html
    projects     → .current/projects   and so on, each name of the root
    v  releases  elections  keys       apart from any release: as they are

Any web server that follows links serves such a folder as it is. A name that is new leads nowhere
until the exchange, so it is not found, as before; one that has gone leads nowhere after it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from urne.errors import Conflict, NotFound
from urne.model.release import ROOTS, VERSIONS, is_apart
from urne.store.checks import RESERVED, require_path
from urne.store.folder.files import CURRENT, FolderFiles, leads_to, sync
from urne.store.folder.locking import locked

EARLIER = "earlier"
"""The root made of what an earlier program wrote at the root itself."""


class FolderRoot:
    """The links at the root of a folder of public files.

    `durable`: what was answered survives a loss of power.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self._root, self._durable = root, durable

    def served(self) -> str | None:
        """Return the name of the root that is served, or None."""
        try:
            return (self._root / CURRENT).readlink().name
        except FileNotFoundError:
            return None

    def strays(self) -> Iterator[str]:
        """Yield the files at the root that no link of ours leads to."""
        for name in self._names():
            if _is_folder(self._root / name):
                yield from FolderFiles(self._root).below(f"{name}/")
            elif not self._leads(name):
                yield name

    def serve(self, name: str, seen: str | None) -> None:
        """Serve another root: lead its names, exchange the link, take away what else there was."""
        require_path(name)
        with locked(self._root):
            if (served := self.served()) not in (name, seen):
                raise Conflict("The site's root")
            try:
                names = _visible(self._root / ROOTS / name)
            except FileNotFoundError as e:
                raise NotFound(ROOTS + name) from e
            if served is None:
                self._take_over()
            for each in names:
                self._lead(each)
            self._exchange(name)
            for each in self._names():
                if each not in names:
                    self._clear(each)
        if self._durable:
            sync(self._root)

    def _names(self) -> list[str]:
        """Return the names at the root that are a release's, or nobody's."""
        return [name for name in _visible(self._root) if not is_apart(f"{name}/")]

    def _leads(self, name: str) -> bool:
        return leads_to(self._root / name) == f"{CURRENT}/{name}"

    def _lead(self, name: str) -> None:
        if not self._leads(name):
            self._link(name, f"{CURRENT}/{name}")

    def _exchange(self, name: str) -> None:
        if self._durable:
            sync(self._root)
        self._link(CURRENT, ROOTS + name)
        if self._durable:
            sync(self._root)

    def _link(self, name: str, to: str) -> None:
        """Make a name lead elsewhere: in one step, or in two if it was a folder."""
        beside = self._root / f"{RESERVED}{secrets.token_hex(8)}"
        beside.symlink_to(to)
        if _is_folder(self._root / name):  # nothing can be put over a folder
            self._clear(name)
        beside.replace(self._root / name)

    def _clear(self, name: str) -> None:
        """Take a name away from the root: a folder is set aside, where it is swept away later."""
        place = self._root / name
        if _is_folder(place):
            place.rename(self._root / ROOTS / f"aside-{secrets.token_hex(8)}")
        else:
            place.unlink(missing_ok=True)

    def _take_over(self) -> None:
        """Serve what an earlier program published as a root, file for file the same.

        While a folder of it gives way to a link, it is away for an instant: this once.
        """
        if not (self._root / VERSIONS).is_file():
            return
        earlier = self._root / ROOTS / EARLIER
        shutil.rmtree(earlier, ignore_errors=True)
        earlier.mkdir(parents=True)
        for name in self._names():
            if _is_folder(self._root / name):
                shutil.copytree(self._root / name, earlier / name, copy_function=os.link)
            else:
                os.link(self._root / name, earlier / name)
        self._exchange(EARLIER)
        for name in self._names():
            self._lead(name)


def _visible(folder: Path) -> list[str]:
    return sorted(place.name for place in folder.iterdir() if not place.name.startswith("."))


def _is_folder(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()
