"""A publication to a folder, killed before each of its writes in turn, and what is there then.

    python -m tests.release.killed FOLDER           a folder that was published as it is today
    python -m tests.release.killed FOLDER --flat    one that an earlier program left

Each time a process publishes the second release, and is ended by SIGKILL just before its write
number 0, 1, 2 and so on, until one comes to its end. After each death, what every address is
answered with, read as a web server would read it, is compared with the two releases. Prints how
many died, and in how many places a folder of an earlier program was away for the instant.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sys
from pathlib import Path

from tests.release.small import SITE, SITE_2, Place, page, release

from urne.model.release import MANIFEST, SIGNATURE, VERSIONS
from urne.store.folder import FolderFiles, FolderRoot

AT_THE_ROOT = (*{**SITE, **SITE_2}, MANIFEST, SIGNATURE, VERSIONS)
WRITES = frozenset("os.rename os.link os.symlink os.remove os.mkdir os.rmdir shutil.rmtree".split())


def place(root: Path) -> Place:
    """Return a place in a folder; its site log's table starts from what is public."""
    return Place(FolderFiles(root, durable=False), served=FolderRoot(root, durable=False))


def answers(root: Path) -> dict[str, bytes]:
    """Return what a web server reads at every address of the root."""
    return {path: (root / path).read_bytes() for path in AT_THE_ROOT if (root / path).is_file()}


def die_before(write: int, root: Path) -> None:
    """End this process by SIGKILL before its write of this number below a folder."""
    seen = itertools.count()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        writes = event in WRITES or (event == "open" and _writes(arguments))
        inside = any(str(a).startswith(f"{root}/") for a in arguments)
        if writes and inside and next(seen) == write:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def flatten(root: Path) -> None:
    """Make a folder what an earlier program left: the root's files themselves, and no links."""
    served = (root / ".current").resolve()
    for kept in list(served.iterdir()):
        (root / kept.name).unlink()
        kept.rename(root / kept.name)
    (root / ".current").unlink()
    shutil.rmtree(root / ".roots")


def published_by_another(root: Path, write: int) -> bool:
    """Publish the second release in a process that dies at a write; return whether it did."""
    child = os.fork()
    if child == 0:
        target = place(root)
        second = target.next(SITE_2)
        die_before(write, root)
        target.publish(second)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return status == signal.SIGKILL


def main(folder: Path, *, flat: bool) -> None:
    """Let it die at each write, and look."""
    first, both, now = folder / "first", folder / "both", folder / "now"
    place(first).publish(release(SITE))
    shutil.copytree(first, both, symlinks=True)
    place(both).publish(place(both).next(SITE_2))
    old, new = answers(first), answers(both)
    if flat:
        flatten(first)
        assert answers(first) == old
    away = changed = 0
    for write in itertools.count():
        shutil.rmtree(now, ignore_errors=True)
        shutil.copytree(first, now, symlinks=True)
        died = published_by_another(now, write)
        found = answers(now)
        if flat and found != old and all(found[path] == old[path] for path in found):
            missing = {path.split("/")[0] for path in old if path not in found}
            assert len(missing) == 1, f"{missing} at write {write}"
            assert not (now / missing.pop()).exists()
            away += 1
        else:
            assert found in (old, new), f"a mix at write {write}"
            assert found == old or not died or place(now).found() in ([], UNLOGGED)
        changed += found == new
        _next_ends_it(now, write)
        if not died:
            break
    assert changed > 1
    sys.stdout.write(f"{write} {away}\n")


UNLOGGED = ["broken v/2/release.json", "broken versions.json"]


def _next_ends_it(now: Path, write: int) -> None:
    """Finish it, or give it up for another release, or go back: by turns."""
    again = place(now)
    seen = again.served.served()
    match write % 3:
        case 0:
            first_only = tuple(v for v in again.versions() if v.number == 1)
            again.publish(release(SITE_2, earlier=first_only))
        case 1:
            again.publish(again.next({**SITE, "index.html": page("Bonjour")}))
        case _:
            again.rollback(1)
    assert again.found() == again.found(1) == [], f"after write {write}"
    served = again.served.served()
    if served not in (None, seen):  # one root was exchanged for another
        stored = {path.split("/")[1] for path in again.files.paths(".roots/")}
        assert stored == {served, seen} or seen is None, stored
    there = _names(now / ".current") | {"v", "releases", "elections", "keys"}
    assert _names(now) == there, _names(now) ^ there


def _names(folder: Path) -> set[str]:
    return {place.name for place in folder.iterdir() if not place.name.startswith(".")}


if __name__ == "__main__":
    main(Path(sys.argv[1]), flat="--flat" in sys.argv)
