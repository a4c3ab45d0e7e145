"""What a store promises. Four kinds keep these promises: memory, folder, DynamoDB and S3.

Words used below. *Atomic*: it happens whole or not at all, and of two callers at once one comes
first. *Consistent*: a read sees every write that was answered before the read began. A write whose
answer is lost raises OutcomeUnknown: it may or may not have happened; read again, consistently,
and repeat it if it is not there. Every write here may be repeated with the same arguments without
harm: what happened once does not happen again, and Conflict says so where a write is for one
caller only. A store that cannot be asked raises Unavailable; nothing was written then. A caller
that breaks the contract (a hash that has not 32 bytes, an entry under another's leaf hash) meets
ValueError, before anything is written. Bytes in, bytes out: what else they mean is the business of
the rooms above and below.

No store of an election keeps a time, an address or an order of arrival.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

# At most this many entries in one assignment: with the head and the batch it makes 100 actions.
MAX_ASSIGNED = 98

# Where entries wait for their place in the log.
BALLOTS, INBOX = "ballots", "inbox"


@dataclass(frozen=True, slots=True)
class Session:
    """What a sign-in has reached: a purpose, the server's notes on it, and when it ends.

    It ends at a whole second.
    """

    purpose: str
    payload: bytes = field(repr=False)  # it may state who somebody is
    expires_at: datetime


class Sessions(Protocol):
    """Short-lived sign-ins, by the SHA-256 of their cookie, kept apart by purpose."""

    def put(self, key: bytes, session: Session) -> None:
        """Store a session under a new key. Raises Conflict if the key is taken."""

    def get(self, key: bytes) -> Session | None:
        """Return the session of a key, or None; consistent. It may have expired: look."""

    def take(self, key: bytes) -> Session | None:
        """Remove and return a session, or None. Atomic: of two takers one gets it.

        If the answer is lost, the session may be lost with it: the person signs in again.
        """


@dataclass(frozen=True, slots=True)
class SignOff:
    """One person signed off: pseudonym, channel, and the answer that may be given again.

    `request_sha256` is that of the blinded message; on paper, where `blind_signature` is empty,
    that of the nonce on the slip.
    """

    person_key: bytes
    channel: str
    request_sha256: bytes
    blind_signature: bytes


class SignOffs(Protocol):
    """Who has been handed a vote, for the issuer's eyes; commitments stand apart from it."""

    def get(self, person_key: bytes) -> SignOff | None:
        """Return a person's sign-off, or None; consistent."""

    def sign_off(
        self, sign_off: SignOff, commitment: bytes, desk_code: bytes | None = None
    ) -> None:
        """Store the sign-off and the commitment, and use up the desk code if one is given.

        Atomic, all three. `commitment` is 32 bytes, `desk_code` the SHA-256 of a code. Raises
        Conflict if the person or the commitment is there already, whatever the code, else
        DeskCodeRefused if the code is unknown or used; then nothing is stored.
        """

    def put_desk_code(self, desk_code: bytes) -> None:
        """Store a code that may be used once. Raises Conflict if it was ever stored."""

    def put_closed(self) -> None:
        """Put the mark that no more is signed off. Stays for ever."""

    def is_closed(self) -> bool:
        """Return whether the mark is there; consistent."""


class Commitments(Protocol):
    """The published side of the sign-offs: a set of hashes per channel."""

    def commitments(self) -> Iterator[tuple[str, bytes]]:
        """Yield (channel, commitment) of each sign-off in no meaningful order; consistent."""


class RegisterLines(Protocol):
    """The town's register, as `sign-in` may ask it: keyed hashes of 32 bytes, one a person."""

    def has(self, line: bytes) -> bool:
        """Return whether a line is there; consistent."""


class RegisterTable(RegisterLines, Protocol):
    """The register in the hands of staff who import it."""

    def lines(self) -> Iterator[bytes]:
        """Yield every line, sorted; consistent."""

    def add(self, lines: Sequence[bytes]) -> None:
        """Store these lines, whether they are there or not.

        Each is stored whole or not at all; after a failure some may be there and others not.
        """

    def remove(self, lines: Sequence[bytes]) -> None:
        """Remove these lines, whether they are there or not; as `add`, line by line."""


class BallotBox(Protocol):
    """Ballots by voting key and revision, as `cast` may touch them."""

    def put_once(self, vk: bytes, revision: int, raw: bytes, leaf_hash: bytes) -> bytes:
        """Store a ballot unless one is there; return the bytes that are there now. Atomic."""

    def get(self, vk: bytes, revision: int) -> bytes | None:
        """Return a stored ballot's bytes, or None; consistent."""

    def put_closed(self) -> None:
        """Put the mark that no more is promised. Stays for ever."""

    def is_closed(self) -> bool:
        """Return whether the mark is there; consistent."""


class Inbox(Protocol):
    """Entries that are no ballots, by name: election, sign-offs, paper, close, reveals, tally.

    And one that never goes into the log: the count of the boxes, where paper has several places.
    """

    def put_entry(self, name: str, entry: bytes, leaf_hash: bytes) -> bytes:
        """Store an entry unless one of this name is there; return what is there now. Atomic."""

    def get_entry(self, name: str) -> bytes | None:
        """Return the entry of a name, or None; consistent."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Where an entry waits: `table` is "ballots" (key = vk || revision, 36 bytes) or "inbox"."""

    table: str
    key: bytes
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One waiting or assigned entry; `index` is its place in the log, or None."""

    ref: Ref
    index: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log has come.

    Entries below `next` are assigned their place for ever; those below `size` are published
    under the signed checkpoint `note` (empty before the first), with this root.
    """

    next: int
    size: int
    root: bytes
    note: bytes


class LogTable(Protocol):
    """The sequencer's view of one log: what waits, what has its place, how far it is signed."""

    def head(self) -> Head:
        """Return the head; consistent. A new log's is at 0, 0, the empty root, no note."""

    def lines(self, table: str) -> Iterator[Line]:
        """Yield every entry of "ballots" or "inbox" with its index if it has one; consistent."""

    def assign(self, first: int, refs: Sequence[Ref]) -> None:
        """Give these entries the places from `first` on, in this order.

        Atomic, all of: the head's `next` goes from `first` to `first + len(refs)`; the batch is
        stored under `first`; each entry, stored with this leaf hash, gets its index, having had
        none. 1 to 98 different entries. Raises Conflict if any of it does not hold; then nothing
        has changed.
        """

    def batch(self, first: int) -> tuple[Ref, ...] | None:
        """Return the batch assigned from `first` on, or None; consistent."""

    def read(self, refs: Sequence[Ref]) -> list[bytes]:
        """Return the entries (type byte and body) of these places, in order; consistent.

        Raises LogCorrupt if one is missing or does not have its leaf hash.
        """

    def advance(self, old: Head, new: Head) -> None:
        """Replace size, root and note if they are still the old ones; `next` stays as it is.

        Atomic. Raises Conflict otherwise, and if fewer entries than the new size have their
        place. The size must grow.
        """


class PublicFiles(Protocol):
    """The public tree: files by path, `elections/rueil-2019/log/checkpoint`.

    A path is parts joined by "/", none of them empty, "." or ".."; no file is also a folder.
    """

    def read(self, path: str) -> bytes:
        """Return a file's bytes; consistent. Raises NotFound."""

    def put_new(self, path: str, raw: bytes) -> None:
        """Write a file that is not there yet. Atomic. Raises Conflict if it is there.

        After a lost answer, Conflict may tell of one's own write: compare the bytes.
        """

    def read_version(self, path: str) -> tuple[bytes, str] | None:
        """Return a file's bytes and the version to name in `replace`, or None; consistent."""

    def replace(self, path: str, raw: bytes, version: str | None) -> None:
        """Write a file whose version is still this one (None: that is not there yet).

        Atomic. Raises Conflict otherwise. Other bytes are another version; the same bytes,
        written again, may be the same.
        """

    def paths(self, prefix: str) -> Iterator[str]:
        """Yield the paths that begin with a prefix, sorted."""


class SiteFiles(PublicFiles, Protocol):
    """The public tree in the hands of whoever publishes the site: pages may also go."""

    def repeat(self, path: str, of: str) -> None:
        """Give a file the bytes of another, whatever it had; a store may keep them once for both.

        Atomic. Raises NotFound if the other is not there. Whoever writes one of them later leaves
        the other as it is.
        """

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""


class SiteRoot(Protocol):
    """Which of the roots below `.roots/` is the one that readers are answered from.

    `index.html` is then `.roots/<name>/index.html` and so on, but for what stands apart from any
    release (model/release.py, `is_apart`): that is where it says.
    """

    def served(self) -> str | None:
        """Return the name of the root that is served, or None before the first; consistent."""

    def strays(self) -> Iterator[str]:
        """Yield the paths that are answered though no root has them; `serve` takes them away."""

    def serve(self, name: str, seen: str | None) -> None:
        """Serve another root in place of the one that was seen, or the same one as before.

        Atomic: until then every path is answered from the old root, from then on from the new
        one. The old one stays where it is: a reader may still be at it. Raises Conflict if neither
        of the two is served, NotFound where it can be seen that there is no such root.
        """


class Secrets(Protocol):
    """Keys by name, as a function may read them."""

    def secret(self, name: str) -> bytes:
        """Return a secret's bytes. Raises NotFound."""


class SecretsKeeper(Secrets, Protocol):
    """Keys by name, in the hands of who makes them."""

    def put(self, name: str, secret: bytes) -> None:
        """Store a new secret. Atomic. Raises Conflict if there is one of this name: it stays."""
