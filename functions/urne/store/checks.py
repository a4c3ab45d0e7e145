"""What every store asks of its callers: a breach of the contract is a ValueError, in all of them.

A refusal of base.py (Conflict, DeskCodeRefused, …) tells of the world and may happen to anyone.
What is refused here is a mistake in our own code, and stops before anything is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from urne.errors import LogCorrupt
from urne.log.merkle import HASH_BYTES, leaf_hash
from urne.model.entry import Kind, entry
from urne.store.base import BALLOTS, INBOX, MAX_ASSIGNED, Head, Ref, Session

VK_BYTES = 32
MAX_KEY_BYTES = 1024
RESERVED = ".new-"
"""How the name of a file begins that is still being written; no public path has such a part."""


def require_hash(raw: bytes, what: str) -> None:
    """Raise ValueError unless these are the 32 bytes of a SHA-256."""
    if len(raw) != HASH_BYTES:
        raise ValueError(f"{what} has {HASH_BYTES} bytes, not {len(raw)}")


def require_session(key: bytes, session: Session) -> None:
    """Raise ValueError unless the session can be kept: its end is a whole second with a zone."""
    require_hash(key, "a session's key")
    if session.expires_at.tzinfo is None or session.expires_at.microsecond:
        raise ValueError("a session ends at a whole second of a known zone")


def require_sign_off(person_key: bytes, commitment: bytes, desk_code: bytes | None) -> None:
    """Raise ValueError unless all that names a sign-off has 32 bytes."""
    require_hash(person_key, "a person key")
    require_hash(commitment, "a commitment")
    if desk_code is not None:
        require_hash(desk_code, "a desk code's hash")


def ballot_key(vk: bytes, revision: int) -> bytes:
    """Return the 36 bytes under which a ballot is kept: vk || uint32 revision."""
    if len(vk) != VK_BYTES:
        raise ValueError(f"a voting key has {VK_BYTES} bytes, not {len(vk)}")
    if not 0 <= revision < 1 << 32:
        raise ValueError(f"a revision is a uint32, not {revision}")
    return vk + revision.to_bytes(4, "big")


def inbox_key(name: str) -> bytes:
    """Return the bytes under which an entry of the inbox is kept: its name in UTF-8."""
    key = name.encode()
    if not 0 < len(key) <= MAX_KEY_BYTES:
        raise ValueError(f"an entry's name has 1 to {MAX_KEY_BYTES} bytes, not {len(key)}")
    return key


def require_leaf(table: str, raw: bytes, leaf: bytes) -> None:
    """Raise ValueError unless this is the leaf hash of what is to be stored."""
    if leaf_hash(_whole(table, raw)) != leaf:
        raise ValueError("an entry is stored under the hash of another")


def checked_entry(ref: Ref, raw: bytes | None) -> bytes:
    """Return the log entry of stored bytes. Raises LogCorrupt if it is not the one referred to.

    The ballots table holds bodies, the inbox whole entries.
    """
    if raw is None:
        raise LogCorrupt("an assigned entry is missing")
    whole = _whole(ref.table, raw)
    if leaf_hash(whole) != ref.leaf_hash:
        raise LogCorrupt("an assigned entry has changed")
    return whole


def _whole(table: str, raw: bytes) -> bytes:
    return entry(Kind.BALLOT, raw) if table == BALLOTS else raw


def require_table(table: str) -> None:
    """Raise ValueError unless entries wait in a table of this name."""
    if table not in (BALLOTS, INBOX):
        raise ValueError(f"no entries wait in {table!r}")


def require_batch(first: int, refs: Sequence[Ref]) -> None:
    """Raise ValueError unless this is 1 to 98 different entries from a place in the log on."""
    if first < 0:
        raise ValueError(f"a log has no place {first}")
    if not 0 < len(refs) <= MAX_ASSIGNED:
        raise ValueError(f"a batch has 1 to {MAX_ASSIGNED} entries, not {len(refs)}")
    for ref in refs:
        require_table(ref.table)
        require_hash(ref.leaf_hash, "a leaf hash")
    if len({(ref.table, ref.key) for ref in refs}) != len(refs):
        raise ValueError("an entry stands twice in one batch")


def require_growth(old: Head, new: Head) -> None:
    """Raise ValueError unless the new head is larger and signed."""
    if new.size <= old.size:
        raise ValueError("a head may only grow")
    require_hash(new.root, "a root")
    if not new.note:
        raise ValueError("a head without a signed note")


def require_path(path: str) -> None:
    """Raise ValueError unless this is a path inside the public tree: parts joined by "/".

    No part is empty, "." or ".."; none holds a backslash or a control character; none looks like
    a file that is still being written.
    """
    parts = path.split("/")
    if len(path.encode()) > MAX_KEY_BYTES or any(
        part in ("", ".", "..") or part.startswith(RESERVED) or len(part.encode()) > 255
        for part in parts
    ):
        raise ValueError(f"{path!r} is no path in the public tree")
    if not path.isprintable() or "\\" in path:
        raise ValueError(f"{path!r} is no path in the public tree")
