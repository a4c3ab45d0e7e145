"""What an interrupted publication left to do, told from public files alone.

Nothing of it is wrong for who reads the site. Whoever publishes next ends it, or sweeps it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from urne.errors import NotFound
from urne.flows.site_log import VKEY, open_log
from urne.log.note import parse_vkey
from urne.model.entry import decode_release
from urne.model.release import KEPT, Version, current_of

Read = Callable[[str], bytes]
Paths = Callable[[str], Iterable[str]]


def unfinished(read: Read, versions: Sequence[Version], paths: Paths | None) -> Iterator[str]:
    """Yield a sentence for each thing to end; `paths` lists a folder, and is None for an address.

    Raises what an unreadable log raises.
    """
    current = current_of(versions)
    if current and _last_logged(read) != (current.number, current.sha256):
        yield (
            f"Release {current.number} is served, and the site's log does not state it yet: its"
            " publication was interrupted. Publish or bring back any release to end it."
        )
    listed = {version.number for version in versions}
    for number in sorted(_kept(paths) - listed if paths else ()):
        yield (
            f"Release {number} was begun and is not published; nobody is served any of it. Publish"
            " it again to end it, or another one in its place."
        )


def _last_logged(read: Read) -> tuple[int, bytes] | None:
    try:
        log = open_log(parse_vkey(read(VKEY).decode("utf-8", "replace").strip()), read)
    except NotFound:
        return None
    entries = list(log.entries()) if log else []
    return decode_release(entries[-1][1:]) if entries else None


def _kept(paths: Paths) -> set[int]:
    """Return the numbers that have a file under `/v/`."""
    names = {path.split("/")[1] for path in paths(KEPT)}
    return {int(name) for name in names if name.isascii() and name.isdigit()}
