"""Stores with a hook before every call: where tests let processes die or take turns.

A hook is given the call's name, what it is about and the call itself, and decides whether, when and
how often it is made. What is stored is a memory store's, which several hooked stores may share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from urne.store.base import Head, Line, Ref, SignOff
from urne.store.memory import MemoryFiles, MemoryLog, MemorySignOffs

T = TypeVar("T")

WRITES = frozenset(
    "put_once put_entry put_closed assign advance put_new replace sign_off put_desk_code".split()
)


class Hook(Protocol):
    """Decides what becomes of a call."""

    def __call__(self, name: str, call: Callable[[], T], *about: object) -> T: ...


def straight(name: str, call: Callable[[], T], *about: object) -> T:
    """Make the call."""
    del name, about
    return call()


class Crash(Exception):
    """The process is gone: no code of ours may catch this."""


@dataclass(slots=True)
class CrashAt:
    """Goes down at the write of a number from 0, `after` it was made or before."""

    number: int
    after: bool
    seen: int = 0

    def __call__(self, name: str, call: Callable[[], T], *about: object) -> T:
        del about
        if name not in WRITES:
            return call()
        self.seen += 1
        if self.seen - 1 != self.number:
            return call()
        if self.after:
            call()
        raise Crash


@dataclass(slots=True)
class HookedLog:
    """Ballots, inbox and log of a memory store, behind a hook."""

    inner: MemoryLog = field(default_factory=MemoryLog)
    hook: Hook = straight

    def put_once(self, vk: bytes, revision: int, raw: bytes, leaf_hash: bytes) -> bytes:
        return self.hook(
            "put_once", lambda: self.inner.put_once(vk, revision, raw, leaf_hash), vk, revision
        )

    def get(self, vk: bytes, revision: int) -> bytes | None:
        return self.hook("get", lambda: self.inner.get(vk, revision))

    def put_closed(self) -> None:
        self.hook("put_closed", self.inner.put_closed)

    def is_closed(self) -> bool:
        return self.hook("is_closed", self.inner.is_closed)

    def put_entry(self, name: str, entry: bytes, leaf_hash: bytes) -> bytes:
        return self.hook("put_entry", lambda: self.inner.put_entry(name, entry, leaf_hash), name)

    def get_entry(self, name: str) -> bytes | None:
        return self.hook("get_entry", lambda: self.inner.get_entry(name))

    def head(self) -> Head:
        return self.hook("head", self.inner.head)

    def lines(self, table: str) -> Iterator[Line]:
        return self.hook("lines", lambda: self.inner.lines(table), table)

    def assign(self, first: int, refs: Sequence[Ref]) -> None:
        self.hook("assign", lambda: self.inner.assign(first, refs), first)

    def batch(self, first: int) -> tuple[Ref, ...] | None:
        return self.hook("batch", lambda: self.inner.batch(first), first)

    def read(self, refs: Sequence[Ref]) -> list[bytes]:
        return self.hook("read", lambda: self.inner.read(refs))

    def advance(self, old: Head, new: Head) -> None:
        self.hook("advance", lambda: self.inner.advance(old, new), new.size)


@dataclass(slots=True)
class HookedFiles:
    """The public tree of a memory store, behind a hook."""

    inner: MemoryFiles = field(default_factory=MemoryFiles)
    hook: Hook = straight

    def read(self, path: str) -> bytes:
        return self.hook("read", lambda: self.inner.read(path))

    def put_new(self, path: str, raw: bytes) -> None:
        self.hook("put_new", lambda: self.inner.put_new(path, raw), path)

    def read_version(self, path: str) -> tuple[bytes, str] | None:
        return self.hook("read_version", lambda: self.inner.read_version(path))

    def replace(self, path: str, raw: bytes, version: str | None) -> None:
        self.hook("replace", lambda: self.inner.replace(path, raw, version), path, version)

    def paths(self, prefix: str) -> Iterator[str]:
        return self.hook("paths", lambda: self.inner.paths(prefix))


@dataclass(slots=True)
class HookedPeople:
    """The sign-offs of a memory store, behind a hook."""

    inner: MemorySignOffs = field(default_factory=MemorySignOffs)
    hook: Hook = straight

    def get(self, person_key: bytes) -> SignOff | None:
        return self.hook("get", lambda: self.inner.get(person_key))

    def sign_off(
        self, sign_off: SignOff, commitment: bytes, desk_code: bytes | None = None
    ) -> None:
        def write() -> None:
            self.inner.sign_off(sign_off, commitment, desk_code)

        self.hook("sign_off", write, sign_off.person_key, desk_code)

    def put_desk_code(self, desk_code: bytes) -> None:
        self.hook("put_desk_code", lambda: self.inner.put_desk_code(desk_code), desk_code)

    def put_closed(self) -> None:
        self.hook("put_closed", self.inner.put_closed)

    def is_closed(self) -> bool:
        return self.hook("is_closed", self.inner.is_closed)

    def commitments(self) -> Iterator[tuple[str, bytes]]:
        return self.hook("commitments", self.inner.commitments)
