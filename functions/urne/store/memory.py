"""Stores in memory: the reference the others are measured against, for tests and rehearsals.

One lock makes everything atomic. Like every store it complains when a caller breaks the contract
(checks.py): an entry without its leaf hash, a batch too large, a head that does not grow.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from urne.errors import Conflict, DeskCodeRefused, NotFound
from urne.log.merkle import EMPTY_ROOT
from urne.store.base import BALLOTS, INBOX, Head, Line, Ref, Session, SignOff
from urne.store.checks import (
    ballot_key,
    checked_entry,
    inbox_key,
    require_batch,
    require_growth,
    require_hash,
    require_leaf,
    require_path,
    require_session,
    require_sign_off,
    require_table,
)


class MemorySessions:
    """Sessions in a dictionary."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[bytes, Session] = {}

    def put(self, key: bytes, session: Session) -> None:
        """Store a session under a new key."""
        require_session(key, session)
        with self._lock:
            if key in self._sessions:
                raise Conflict("The session")
            self._sessions[key] = session

    def get(self, key: bytes) -> Session | None:
        """Return the session of a key, or None."""
        return self._sessions.get(key)

    def take(self, key: bytes) -> Session | None:
        """Remove and return a session, or None."""
        with self._lock:
            return self._sessions.pop(key, None)


class MemorySignOffs:
    """Sign-offs, commitments and desk codes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._people: dict[bytes, SignOff] = {}
        self._commitments: dict[bytes, str] = {}
        self._codes: dict[bytes, bool] = {}
        self._closed = False

    def get(self, person_key: bytes) -> SignOff | None:
        """Return a person's sign-off, or None."""
        return self._people.get(person_key)

    def sign_off(
        self, sign_off: SignOff, commitment: bytes, desk_code: bytes | None = None
    ) -> None:
        """Store the sign-off and the commitment, and use up the desk code."""
        require_sign_off(sign_off.person_key, commitment, desk_code)
        with self._lock:
            if sign_off.person_key in self._people or commitment in self._commitments:
                raise Conflict("The sign-off")
            if desk_code is not None and not self._codes.get(desk_code, False):
                raise DeskCodeRefused
            if desk_code is not None:
                self._codes[desk_code] = False
            self._people[sign_off.person_key] = sign_off
            self._commitments[commitment] = sign_off.channel

    def put_desk_code(self, desk_code: bytes) -> None:
        """Store a code that may be used once."""
        require_hash(desk_code, "a desk code's hash")
        with self._lock:
            if desk_code in self._codes:
                raise Conflict("The desk code")
            self._codes[desk_code] = True

    def commitments(self) -> Iterator[tuple[str, bytes]]:
        """Yield (channel, commitment), by commitment."""
        with self._lock:
            found = sorted(self._commitments.items())
        return iter([(channel, commitment) for commitment, channel in found])

    def put_closed(self) -> None:
        """Put the mark that no more is signed off."""
        self._closed = True

    def is_closed(self) -> bool:
        """Return whether the mark is there."""
        return self._closed


class MemoryRegister:
    """The town's register as a set of lines."""

    def __init__(self, lines: Iterable[bytes] = ()) -> None:
        self._lines = set(lines)

    def has(self, line: bytes) -> bool:
        """Return whether a line is there."""
        require_hash(line, "a register's line")
        return line in self._lines

    def lines(self) -> Iterator[bytes]:
        """Yield every line, sorted."""
        return iter(sorted(self._lines))

    def add(self, lines: Sequence[bytes]) -> None:
        """Store these lines, whether they are there or not."""
        for line in lines:
            require_hash(line, "a register's line")
        self._lines.update(lines)

    def remove(self, lines: Sequence[bytes]) -> None:
        """Remove these lines, whether they are there or not."""
        for line in lines:
            require_hash(line, "a register's line")
        self._lines.difference_update(lines)


class MemoryLog:
    """Ballots, inbox and head of one log."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, dict[bytes, tuple[bytes, bytes]]] = {BALLOTS: {}, INBOX: {}}
        self._index: dict[tuple[str, bytes], int] = {}
        self._batches: dict[int, tuple[Ref, ...]] = {}
        self._head = Head(0, 0, EMPTY_ROOT, b"")
        self._closed = False

    # BallotBox

    def put_once(self, vk: bytes, revision: int, raw: bytes, leaf_hash: bytes) -> bytes:
        """Store a ballot unless one is there; return the bytes that are there now."""
        return self._put(BALLOTS, ballot_key(vk, revision), raw, leaf_hash)

    def get(self, vk: bytes, revision: int) -> bytes | None:
        """Return a stored ballot's bytes, or None."""
        return self._get(BALLOTS, ballot_key(vk, revision))

    def put_closed(self) -> None:
        """Put the mark that no more is promised."""
        self._closed = True

    def is_closed(self) -> bool:
        """Return whether the mark is there."""
        return self._closed

    # Inbox

    def put_entry(self, name: str, entry: bytes, leaf_hash: bytes) -> bytes:
        """Store an entry unless one of this name is there; return what is there now."""
        return self._put(INBOX, inbox_key(name), entry, leaf_hash)

    def get_entry(self, name: str) -> bytes | None:
        """Return the entry of a name, or None."""
        return self._get(INBOX, inbox_key(name))

    # LogTable

    def head(self) -> Head:
        """Return the head."""
        return self._head

    def lines(self, table: str) -> Iterator[Line]:
        """Yield every entry with its index if it has one, by key."""
        require_table(table)
        with self._lock:
            found = sorted((key, leaf) for key, (_, leaf) in self._entries[table].items())
            index = {key: self._index.get((table, key)) for key, _ in found}
        return iter([Line(Ref(table, key, leaf), index[key]) for key, leaf in found])

    def assign(self, first: int, refs: Sequence[Ref]) -> None:
        """Give these entries the places from `first` on, in this order."""
        require_batch(first, refs)
        with self._lock:
            places = [(ref.table, ref.key) for ref in refs]
            if self._head.next != first:
                raise Conflict("The log's head")
            if any(place in self._index for place in places) or not all(map(self._waits, refs)):
                raise Conflict("A waiting entry")
            self._index.update({place: first + at for at, place in enumerate(places)})
            self._batches[first] = tuple(refs)
            self._head = replace(self._head, next=first + len(refs))

    def batch(self, first: int) -> tuple[Ref, ...] | None:
        """Return the batch assigned from `first` on, or None."""
        return self._batches.get(first)

    def read(self, refs: Sequence[Ref]) -> list[bytes]:
        """Return the entries of these places, in order."""
        for ref in refs:
            require_table(ref.table)
        return [checked_entry(ref, self._get(ref.table, ref.key)) for ref in refs]

    def advance(self, old: Head, new: Head) -> None:
        """Replace size, root and note if they are still the old ones; `next` stays as it is."""
        require_growth(old, new)
        with self._lock:
            if self._head != replace(old, next=self._head.next) or new.size > self._head.next:
                raise Conflict("The log's head")
            self._head = replace(new, next=self._head.next)

    def _waits(self, ref: Ref) -> bool:
        found = self._entries[ref.table].get(ref.key)
        return found is not None and found[1] == ref.leaf_hash

    def _put(self, table: str, key: bytes, raw: bytes, leaf: bytes) -> bytes:
        require_leaf(table, raw, leaf)
        with self._lock:
            return self._entries[table].setdefault(key, (raw, leaf))[0]

    def _get(self, table: str, key: bytes) -> bytes | None:
        found = self._entries[table].get(key)
        return found[0] if found else None


class MemoryFiles:
    """A public tree in a dictionary; a version is a count of writes."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self._lock = threading.Lock()
        self._files = {path: (raw, 1) for path, raw in (files or {}).items()}

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        require_path(path)
        if path not in self._files:
            raise NotFound(path)
        return self._files[path][0]

    def put_new(self, path: str, raw: bytes) -> None:
        """Write a file that is not there yet."""
        self.replace(path, raw, None)

    def read_version(self, path: str) -> tuple[bytes, str] | None:
        """Return a file's bytes and version, or None."""
        require_path(path)
        found = self._files.get(path)
        return (found[0], str(found[1])) if found else None

    def replace(self, path: str, raw: bytes, version: str | None) -> None:
        """Write a file whose version is still this one."""
        require_path(path)
        with self._lock:
            found = self._files.get(path)
            if version != (str(found[1]) if found else None):
                raise Conflict(path)
            self._files[path] = (raw, found[1] + 1 if found else 1)

    def repeat(self, path: str, of: str) -> None:
        """Give a file the bytes of another."""
        raw = self.read(of)
        require_path(path)
        with self._lock:
            found = self._files.get(path)
            self._files[path] = (raw, found[1] + 1 if found else 1)

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        require_path(path)
        with self._lock:
            self._files.pop(path, None)

    def paths(self, prefix: str) -> Iterator[str]:
        """Yield the paths that begin with a prefix, sorted."""
        return iter(sorted(path for path in tuple(self._files) if path.startswith(prefix)))


class MemoryRoot:
    """Which root is served, as one name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._served: str | None = None

    def served(self) -> str | None:
        """Return the name of the root that is served, or None."""
        return self._served

    def strays(self) -> Iterator[str]:
        """Yield nothing: only a root is ever answered from."""
        return iter(())

    def serve(self, name: str, seen: str | None) -> None:
        """Serve another root in place of the one that was seen."""
        require_path(name)
        with self._lock:
            if self._served not in (name, seen):
                raise Conflict("The site's root")
            self._served = name


class MemorySecrets:
    """Secrets in a dictionary."""

    def __init__(self, secrets: Mapping[str, bytes]) -> None:
        self._lock = threading.Lock()
        self._secrets = dict(secrets)

    def secret(self, name: str) -> bytes:
        """Return a secret's bytes."""
        if name not in self._secrets:
            raise NotFound(f"secret {name}")
        return self._secrets[name]

    def put(self, name: str, secret: bytes) -> None:
        """Store a new secret."""
        with self._lock:
            if name in self._secrets:
                raise Conflict(f"The secret {name}")
            self._secrets[name] = secret
