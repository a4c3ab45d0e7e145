"""Whichever write a process dies at, whoever comes next ends with the very same public tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import pytest
from tests.flows.hooked import Crash, CrashAt, HookedFiles, HookedLog, HookedPeople
from tests.flows.test_sequence import put
from tests.flows.town import Town
from tests.flows.watched import WatchedFiles

from urne.flows.rehearsal import count_all
from urne.log.append import Edge
from urne.log.tiles import decode_path

Step = Callable[[Town], object]


@cache
def ballots() -> dict[str, bytes]:
    """Return ballots made beforehand: after a crash a voter sends the same bytes again."""
    town = Town.new(issuers=2)
    return {
        "ada": town.enrol("ada").ballot((0, 1)),
        "bob": town.enrol("bob").ballot((1,)),
        "eve": town.enrol("eve").ballot((2, 0)),
        "ada again": town.enrol("ada").ballot((2,), 1),
    }


def vote(name: str) -> Step:
    def step(town: Town) -> None:
        town.enrol(name.split(maxsplit=1)[0])
        town.cast(ballots()[name])

    return step


def desk(town: Town) -> None:
    town.on_paper("joe", (1, 3))


def count(town: Town) -> None:
    count_all(town.stage, town.reader())


STEPS: Sequence[Step] = (
    Town.open,
    vote("ada"),
    vote("bob"),
    Town.sequence,
    vote("eve"),
    vote("ada again"),
    Town.sequence,
    desk,
    Town.close,
    Town.reveal,
    count,
    Town.sequence,
)


def hold(town: Town, steps: Sequence[Step] = STEPS) -> int:
    """Do every step, again if it crashes; return how many crashes there were."""
    crashes = 0
    for step in steps:
        try:
            step(town)
        except Crash:
            crashes += 1
            town.residents.clear()
            step(town)
    return crashes


def town_dying_at(number: int, after: bool) -> tuple[Town, CrashAt]:
    """Return a town whose stores share one hook: the write of this number kills the process."""
    hook = CrashAt(number, after)
    people = [HookedPeople(hook=hook) for _ in range(2)]
    files = HookedFiles(WatchedFiles(), hook)
    return Town.new(issuers=2, log=HookedLog(hook=hook), people=people, files=files), hook


@cache
def undisturbed() -> tuple[dict[str, bytes], int]:
    """Return the tree of an election without a crash, and how many writes it took."""
    town, hook = town_dying_at(-1, after=False)
    assert hold(town) == 0
    return town.tree(), hook.seen


WRITES = undisturbed()[1]


def require_same_tree(town: Town, expected: dict[str, bytes]) -> None:
    """Check that the tree has all that is expected, and else only partial tiles of the same log."""
    tree = town.tree()
    assert {path: tree.get(path) for path in expected} == expected
    entries, log = town.entries(), town.path("log/")
    for path in tree.keys() - expected.keys():
        tile = decode_path(path.removeprefix(log))
        above = 256 ** (tile.level or 0)
        size = (tile.index * 256 + tile.width) * above
        assert dict(Edge().append(entries[:size]))[tile.path] == tree[path]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(WRITES))
def test_a_crash_at_any_write_changes_nothing_of_the_result(number: int, after: bool) -> None:
    """Every single write of a whole election, died at before and after it was made."""
    town, _ = town_dying_at(number, after)
    assert hold(town) == 1
    require_same_tree(town, undisturbed()[0])


def test_the_brute_force_covers_every_kind_of_write() -> None:
    """If this fails, the election above no longer exercises what it is there for."""
    kinds: set[str] = set()

    def note(name: str, call, *about):  # type: ignore[no-untyped-def]
        kinds.add(name)
        return call()

    people = [HookedPeople(hook=note) for _ in range(2)]
    hold(Town.new(issuers=2, log=HookedLog(hook=note), people=people, files=HookedFiles(hook=note)))
    assert kinds >= set("put_once put_entry put_closed assign advance put_new replace".split())
    assert WRITES > 50


# --- Many ballots: three assignments and two bundles at once ------------------------------------


def town_of_many(number: int, after: bool) -> tuple[Town, CrashAt]:
    log, hook = HookedLog(), CrashAt(number, after)
    files = HookedFiles(WatchedFiles())
    town = Town.new(log=log, files=files)
    town.open()
    put(log.inner, [(voter, 0) for voter in range(280)])
    log.hook = files.hook = hook
    return town, hook


@cache
def many_undisturbed() -> tuple[dict[str, bytes], int]:
    town, hook = town_of_many(-1, after=False)
    assert town.sequence().size == 281
    return town.tree(), hook.seen


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(many_undisturbed()[1]))
def test_a_crash_while_a_large_batch_is_published_changes_nothing(number: int, after: bool) -> None:
    town, _ = town_of_many(number, after)
    assert hold(town, [Town.sequence]) == 1
    require_same_tree(town, many_undisturbed()[0])


@pytest.mark.parametrize("first", range(0, many_undisturbed()[1], 2))
def test_a_second_crash_after_the_first_changes_nothing(first: int) -> None:
    """At every second write, then at each of the next three of whoever takes over."""
    for second in range(3):
        town, hook = town_of_many(first, after=bool(first % 4))
        with pytest.raises(Crash):
            town.sequence()
        hook.number = hook.seen + second
        hold(town, [Town.sequence])
        require_same_tree(town, many_undisturbed()[0])
