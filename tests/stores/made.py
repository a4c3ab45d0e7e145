"""Things to store, each made from a number, the same every time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tests.stores.houses import House

from urne.log.merkle import leaf_hash
from urne.store.base import Ref, SignOff


def hash_of(*parts: object) -> bytes:
    """Return 32 bytes that are these parts' own."""
    return hashlib.sha256(repr(parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot as the box takes it."""

    vk: bytes
    revision: int
    raw: bytes
    leaf_hash: bytes

    @property
    def key(self) -> bytes:
        return self.vk + self.revision.to_bytes(4, "big")

    @property
    def ref(self) -> Ref:
        return Ref("ballots", self.key, self.leaf_hash)

    @property
    def entry(self) -> bytes:
        return b"\x02" + self.raw


def ballot(voter: int, revision: int = 0, text: str = "") -> Ballot:
    """Return a ballot; `text` makes another one under the same key."""
    raw = b"ballot " + hash_of("ballot", voter, revision, text) * 3
    return Ballot(hash_of("vk", voter), revision, raw, leaf_hash(b"\x02" + raw))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the inbox takes it."""

    name: str
    raw: bytes

    @property
    def leaf_hash(self) -> bytes:
        return leaf_hash(self.raw)

    @property
    def ref(self) -> Ref:
        return Ref("inbox", self.name.encode(), self.leaf_hash)


def control(name: str, text: str = "") -> Entry:
    """Return an entry that is no ballot; `text` makes another one of the same name."""
    return Entry(name, b"\x05" + hash_of("entry", name, text))


def person(number: int, text: str = "") -> SignOff:
    """Return someone's sign-off; `text` makes another one of the same person."""
    return SignOff(
        hash_of("person", number),
        "internet",
        hash_of("blinded", number, text),
        hash_of("signature", number, text) * 8,
    )


def put_ballots(house: House, ballots: list[Ballot]) -> list[Ref]:
    """Store ballots, and return where they wait."""
    for b in ballots:
        house.box.put_once(b.vk, b.revision, b.raw, b.leaf_hash)
    return [b.ref for b in ballots]


def put_entry(house: House, entry: Entry) -> Ref:
    """Store an entry, and return where it waits."""
    house.inbox.put_entry(entry.name, entry.raw, entry.leaf_hash)
    return entry.ref
