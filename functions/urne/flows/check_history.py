"""Updates are only ever added: one that was committed may neither change nor vanish.

What git knows each update to have been at first is compared with what it is now. A change that was
taken back is good again; the mend is never to rewrite history, but a correction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from urne.errors import Problem
from urne.flows.content import is_update

_MEND = "Put it back as it was, and tell what is new in an update of kind correction."


def history_problems(files: Mapping[str, bytes], first: Mapping[str, str]) -> Iterator[Problem]:
    """Yield every update that is not as it was first committed.

    `first` gives, by path, the git id of the bytes that were committed first.
    """
    for path, blob in sorted(first.items()):
        if not is_update(path):
            continue
        if path not in files:
            what = "This update was published and is gone."
            yield Problem(path, None, None, what, _MEND, "update-gone")
        elif blob not in (blob_id(files[path], blob), blob_id(_unix(files[path]), blob)):
            what = "This update is not as it was first committed."
            yield Problem(path, 1, None, what, _MEND, "update-changed")


def blob_id(raw: bytes, like: str) -> str:
    """Return git's id of bytes, by the hash that another id of the repository was made with."""
    header = b"blob %d\0" % len(raw)
    if len(like) == 64:
        return hashlib.sha256(header + raw).hexdigest()
    return hashlib.sha1(header + raw, usedforsecurity=False).hexdigest()


def _unix(raw: bytes) -> bytes:
    """Return a file as git keeps it where the work tree has Windows' ends of lines."""
    return raw.replace(b"\r\n", b"\n")
