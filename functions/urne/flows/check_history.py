"""What was published stays: updates and their pictures as they were, pages where they were.

What git knows each file to have been at first is compared with what there is now. An update is only
ever added, so it and what lies beside it may neither change nor vanish; an edition, a project and
its comments may change, which the page tells, but not go, nor move to another address: links, feeds
and shared cards lead to the old one. A change that was taken back is good again; the mend is never
to rewrite history.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from urne.errors import Problem
from urne.flows.content import is_translation, is_update
from urne.frontmatter import PATH

_BESIDE_UPDATE = re.compile(r"editions/[^/]+/updates/\d+/[^.][^/]*")
_PAGE = re.compile(r"editions/[^/]+/(?:index\.md|comments/\d+\.yml)")
_PROJECT = re.compile(r"(editions/[^/]+/projects/\d+-)[a-z0-9-]+\.md")

_CORRECT = "Put it back as it was, and tell what is new in an update of kind correction."
_BESIDE = "Put it back as it was; a new one gets a name of its own and an update that shows it."


def history_problems(files: Mapping[str, bytes], first: Mapping[str, str]) -> Iterator[Problem]:
    """Yield everything published that went away, and every update that is not as it was at first.

    `first` gives, by path, the git id of the bytes that were committed first.
    """
    for path, blob in sorted(first.items()):
        if _is_kept_as_it_was(path):
            yield from _changed(path, blob, files)
        elif path not in files and (_PAGE.fullmatch(path) or _PROJECT.fullmatch(path)):
            yield _gone(path, files)


def _is_kept_as_it_was(path: str) -> bool:
    return bool(_BESIDE_UPDATE.fullmatch(path)) and not is_translation(path)


def _changed(path: str, blob: str, files: Mapping[str, bytes]) -> Iterator[Problem]:
    what, mend = ("update", _CORRECT) if is_update(path) else ("file of an update", _BESIDE)
    if path not in files:
        yield Problem(path, 1, PATH, f"This {what} was published and is gone.", mend, "update-gone")
    elif blob not in (blob_id(files[path], blob), blob_id(_unix(files[path]), blob)):
        said = f"This {what} is not as it was first committed."
        yield Problem(path, 1, PATH, said, mend, "update-changed")


def _gone(path: str, files: Mapping[str, bytes]) -> Problem:
    """Return the problem of a page that went away, or was given another name."""
    match = _PROJECT.fullmatch(path)
    others = [p for p in files if match and p.startswith(match[1]) and _PROJECT.fullmatch(p)]
    for other in sorted(others):
        what = f"This page was published as {path}, and links lead there."
        mend = f"Give it its old name back: {path.rpartition('/')[2]}."
        return Problem(other, 1, PATH, what, mend, "page-moved")
    what, mend = "This page was published and is gone.", "Bring it back: nothing published may go."
    return Problem(path, 1, PATH, what, mend, "page-gone")


def blob_id(raw: bytes, like: str) -> str:
    """Return git's id of bytes, by the hash that another id of the repository was made with."""
    header = b"blob %d\0" % len(raw)
    if len(like) == 64:
        return hashlib.sha256(header + raw).hexdigest()
    return hashlib.sha1(header + raw, usedforsecurity=False).hexdigest()


def _unix(raw: bytes) -> bytes:
    """Return a file as git keeps it where the work tree has Windows' ends of lines."""
    return raw.replace(b"\r\n", b"\n")
