"""Memory and folder agree: whatever is asked of both in whatever order, they answer the same."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.stores.houses import House, folder_street, memory_street
from tests.stores.made import ballot, control, hash_of, person

from urne.errors import UrneError
from urne.log.merkle import EMPTY_ROOT
from urne.store.base import Head, Ref, Session

SMALL = st.integers(0, 2)
TEXTS = st.sampled_from(["", "other"])
CODES = st.none() | SMALL.map(lambda n: hash_of("code", n))
PATHS = st.sampled_from(["log/checkpoint", "log/tile/0/000", "log/tile/0/001", "logs/x", "x"])
ENDS = datetime(2030, 1, 1, tzinfo=UTC)
REFS: st.SearchStrategy[Ref] = st.one_of(
    st.builds(lambda v, r, t: ballot(v, r, t).ref, SMALL, SMALL, TEXTS),
    st.builds(lambda n, t: control(f"paper/{n}", t).ref, SMALL, TEXTS),
)
HEADS = st.builds(
    lambda size, text: (
        Head(0, size, hash_of("root", size, text), b"note " + text.encode())
        if size
        else Head(0, 0, EMPTY_ROOT, b"")
    ),
    st.integers(0, 4),
    TEXTS,
)


class Agreement(RuleBasedStateMachine):
    """Two houses that are asked the same."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = contextlib.ExitStack()
        folder = self._stack.enter_context(tempfile.TemporaryDirectory())
        self.memory = self._stack.enter_context(memory_street())()
        self.folder = self._stack.enter_context(folder_street(Path(folder)))()

    def teardown(self) -> None:
        self._stack.close()

    def both(self, ask: Callable[[House], object]) -> None:
        """Ask both; their answers, or refusals, must be the same."""
        answers = [answer(ask, house) for house in (self.memory, self.folder)]
        assert answers[0] == answers[1]

    @rule(key=SMALL, text=TEXTS)
    def put_session(self, key: int, text: str) -> None:
        session = Session("vote", text.encode(), ENDS)
        self.both(lambda h: h.sessions.put(hash_of(key), session))

    @rule(key=SMALL)
    def take_session(self, key: int) -> None:
        self.both(lambda h: h.sessions.take(hash_of(key)))

    @rule(who=SMALL, text=TEXTS, commitment=SMALL, code=CODES)
    def sign_off(self, who: int, text: str, commitment: int, code: bytes | None) -> None:
        commitment_ = hash_of("commitment", commitment)
        self.both(lambda h: h.sign_offs.sign_off(person(who, text), commitment_, code))

    @rule(code=CODES)
    def put_desk_code(self, code: bytes | None) -> None:
        self.both(lambda h: h.sign_offs.put_desk_code(code or b""))

    @rule(sign_offs=st.booleans())
    def close(self, sign_offs: bool) -> None:
        self.both(lambda h: (h.sign_offs if sign_offs else h.box).put_closed())

    @rule(voter=SMALL, revision=SMALL, text=TEXTS)
    def put_ballot(self, voter: int, revision: int, text: str) -> None:
        b = ballot(voter, revision, text)
        self.both(lambda h: h.box.put_once(b.vk, b.revision, b.raw, b.leaf_hash))

    @rule(name=SMALL, text=TEXTS)
    def put_entry(self, name: int, text: str) -> None:
        e = control(f"paper/{name}", text)
        self.both(lambda h: h.inbox.put_entry(e.name, e.raw, e.leaf_hash))

    @rule(first=st.integers(-1, 6), refs=st.lists(REFS, max_size=3))
    def assign_anything(self, first: int, refs: list[Ref]) -> None:
        self.both(lambda h: h.log.assign(first, refs))

    @rule(count=st.integers(1, 3))
    def assign_what_waits(self, count: int) -> None:
        lines = [*self.memory.log.lines("inbox"), *self.memory.log.lines("ballots")]
        refs = [line.ref for line in lines if line.index is None][:count]
        self.both(lambda h: h.log.assign(h.log.head().next, refs))

    @rule(old=HEADS, new=HEADS)
    def advance_anything(self, old: Head, new: Head) -> None:
        self.both(lambda h: h.log.advance(old, new))

    @rule(new=HEADS)
    def advance(self, new: Head) -> None:
        self.both(lambda h: h.log.advance(h.log.head(), new))

    @rule(refs=st.lists(REFS, max_size=3))
    def read(self, refs: list[Ref]) -> None:
        self.both(lambda h: h.log.read(refs))

    @rule(path=PATHS, text=TEXTS)
    def put_new(self, path: str, text: str) -> None:
        self.both(lambda h: h.files.put_new(path, text.encode()))

    @rule(path=PATHS, text=TEXTS, stale=st.booleans())
    def replace(self, path: str, text: str, stale: bool) -> None:
        def write(h: House) -> None:
            _, version = h.files.read_version(path) or (b"", None)
            h.files.replace(path, text.encode(), "stale" if stale else version)

        self.both(write)

    @rule(prefix=st.sampled_from(["", "l", "log", "log/", "log/t", "log/tile/0/0", "none"]))
    def paths(self, prefix: str) -> None:
        self.both(lambda h: list(h.files.paths(prefix)))

    @invariant()
    def all_is_the_same(self) -> None:
        self.both(everything)


def answer(ask: Callable[[House], object], house: House) -> object:
    """Return what was answered, or the refusal."""
    try:
        return ask(house)
    except (UrneError, ValueError) as e:
        return type(e).__name__, str(e)


def everything(house: House) -> object:
    """Return all that a house holds."""
    return (
        [house.sessions.get(hash_of(key)) for key in range(3)],
        [house.sign_offs.get(person(who).person_key) for who in range(3)],
        list(house.commitments.commitments()),
        house.sign_offs.is_closed(),
        house.box.is_closed(),
        [house.box.get(hash_of("vk", v), r) for v in range(3) for r in range(3)],
        [house.inbox.get_entry(f"paper/{n}") for n in range(3)],
        house.log.head(),
        list(house.log.lines("ballots")),
        list(house.log.lines("inbox")),
        [house.log.batch(first) for first in range(6)],
        {path: house.files.read(path) for path in house.files.paths("")},
    )


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(max_examples=30, stateful_step_count=40)
