"""Publishing: what stands afterwards, and what stands whatever happens on the way."""

from __future__ import annotations

import pytest
from tests.release.crashing import Crash, CrashedError
from tests.release.small import (
    LOG_KEY,
    SITE,
    SITE_2,
    Place,
    page,
    release,
    two_releases,
)
from tests.stores.faulty import each_write_twice, faulty

from urne.crypto.sign import SigningKey
from urne.errors import (
    Conflict,
    LogCorrupt,
    LogForked,
    NoteUnverified,
    ReleaseBroken,
    ReleaseRefused,
)
from urne.flows.release_build import Release
from urne.flows.release_plan import plan, rollback_plan
from urne.flows.release_publish import publish
from urne.flows.release_unfinished import unfinished
from urne.flows.site_log import open_log
from urne.log.note import ED25519, VerifierKey
from urne.model.entry import decode_release
from urne.model.release import MANIFEST, ROOTS, SIGNATURE, VERSIONS, kept_path
from urne.store.memory import MemoryFiles, MemoryLog, MemoryRoot


def logged(place: Place) -> list[int]:
    """Return the releases that the site's log states, in order."""
    log = open_log(place.target().log.vkey, place.read)
    return [decode_release(raw[1:])[0] for raw in log.entries()] if log else []


def test_a_release_stands_at_the_root_and_for_ever_under_its_number() -> None:
    """The root is as built; the copy is marked; both are listed and logged."""
    place = Place()
    first = release(SITE)
    place.publish(first)
    assert place.read("index.html") == SITE["index.html"]
    assert b"noindex" in place.read("v/1/index.html")
    assert place.read("v/1/assets/urne.css") == SITE["assets/urne.css"]
    assert place.found() == place.found(1) == []
    place.publish(place.next(SITE_2))
    assert place.found() == place.found(1) == place.found(2) == []
    assert place.read("index.html") == SITE_2["index.html"]
    assert logged(place) == [1, 2]


def test_what_a_release_no_longer_has_goes_from_the_root_alone() -> None:
    """It is still there under the number of the release that had it."""
    place = two_releases()
    gone = "pagefind/index/fr_1.pf_index"
    assert gone not in set(place.paths())
    assert place.read(kept_path(1, gone)) == SITE[gone]


def test_a_plan_tells_what_changes_and_writes_nothing() -> None:
    """New, changed and removed files, by name."""
    place = Place()
    place.publish(release(SITE))
    before = place.everything()
    planned = plan(place.target(), place.next(SITE_2))
    assert planned.added == ("pagefind/index/fr_2.pf_index", "projects/019-arbres/index.html")
    assert planned.changed == ("assets/urne.css", "index.html", "versions/index.html")
    assert planned.removed == ("pagefind/index/fr_1.pf_index",)
    assert place.everything() == before


def test_publishing_again_changes_nothing() -> None:
    """Not a file, not the log."""
    place = two_releases()
    before = place.everything()
    place.publish(release(SITE_2, earlier=place.versions()[1:]))
    assert place.everything() == before


# --- Interruptions ---------------------------------------------------------------------------

AT_THE_ROOT = (*{**SITE, **SITE_2}, MANIFEST, SIGNATURE, VERSIONS)
UNLOGGED = ["broken v/2/release.json", "broken versions.json"]


def _first() -> Place:
    place = Place()
    place.publish(release(SITE))
    return place


def _crashing(place: Place, crash: Crash, second: Release) -> None:
    target = place.target(
        crash.of(place.files),
        crash.of(place.table),
        crash.of(place.table),
        crash.of(place.served),
    )
    publish(target, plan(target, second))


def _answers(place: Place) -> dict[str, bytes]:
    """Return what every address of the root answers, versions.json included."""
    return place.root(dict.fromkeys(AT_THE_ROOT))


def _writes() -> int:
    """Return how many writes publishing the second release takes."""
    place, crash = _first(), Crash(-1, after=False)
    _crashing(place, crash, place.next(SITE_2))
    return crash.writes


WRITES = _writes()
OLD, NEW = _answers(_first()), _answers(two_releases())


def _interrupted(at: int, *, after: bool) -> Place:
    """Return a place where the second release was being published until its write number `at`."""
    place = _first()
    with pytest.raises(CrashedError):
        _crashing(place, Crash(at, after=after), place.next(SITE_2))
    return place


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(WRITES))
def test_whatever_interrupts_it_the_site_is_whole_and_the_next_try_ends_it(
    at: int, after: bool
) -> None:
    """At every write: the root answers with one release, old or new, and a retry is good."""
    place = _interrupted(at, after=after)
    answers = _answers(place)
    assert answers in (OLD, NEW)
    assert place.found() in ([], UNLOGGED if answers == NEW else [])
    assert place.found(1) in ([], UNLOGGED if answers == NEW else [])
    place.publish(release(SITE_2, earlier=_first().versions()))
    assert place.found() == place.found(1) == place.found(2) == []
    assert _answers(place) == NEW
    assert logged(place) == [1, 2]


def test_one_write_makes_the_difference() -> None:
    """Before it every address answers with the old release, after it with the new one."""
    after = [_answers(_interrupted(at, after=True)) == NEW for at in range(WRITES)]
    assert after == sorted(after)
    turn = after.index(True)
    assert 0 < turn < WRITES - 1
    assert _answers(_interrupted(turn, after=False)) == OLD


@pytest.mark.parametrize("at", range(WRITES))
def test_after_an_interruption_the_first_release_can_be_brought_back(at: int) -> None:
    """Whether the second one was published or not; what was begun of it is in nobody's way."""
    place = _interrupted(at, after=True)
    was_published = _answers(place) == NEW
    place.rollback(1)
    assert place.found() == place.found(1) == []
    assert place.root(SITE) == {path: release(SITE).file(path) for path in SITE}
    assert logged(place) == ([1, 2, 1] if was_published else [1])


@pytest.mark.parametrize("at", range(WRITES))
def test_another_release_can_be_published_after_an_interruption(at: int) -> None:
    """Who gives a try up mends the content and builds again; nothing of it stays at the root."""
    place = _interrupted(at, after=True)
    was_published = _answers(place) == NEW
    mended = place.next({**SITE, "index.html": page("Bonjour")})
    place.publish(mended)
    assert place.found() == place.found(mended.manifest.number) == []
    assert "projects/019-arbres/index.html" not in set(place.paths("p"))
    roots = {path.split("/")[1] for path in place.files.paths(ROOTS)}
    assert len(roots) == 2, "the new root and the one before"
    assert logged(place) == ([1, 2, 3] if was_published else [1, 2])


def test_what_an_interruption_left_is_told() -> None:
    """Whether it was begun only, or served and not yet logged; nothing when all is done."""
    told = set()
    for at in range(WRITES):
        place = _interrupted(at, after=True)
        said = list(unfinished(place.read, place.versions(), place.paths))
        assert all(sentence.startswith("Release 2 ") for sentence in said)
        told.add(" ".join("begun" if "begun" in sentence else "log" for sentence in said))
        place.publish(release(SITE_2, earlier=_first().versions()))
        assert not list(unfinished(place.read, place.versions(), place.paths))
    assert told == {"", "begun", "log"}
    kept_only = _interrupted(5, after=True)
    assert not list(unfinished(kept_only.read, kept_only.versions(), None))


@pytest.mark.parametrize("at", range(0, 30, 3))
def test_a_first_release_that_was_interrupted_can_be_another(at: int) -> None:
    """Its remains are not taken for somebody else's files; once it is served, it is the first."""
    place = Place()
    with pytest.raises(CrashedError):
        _crashing(place, Crash(at, after=True), release(SITE_2))
    if not place.versions():
        assert _answers(place) == place.root({"elections/rueil-2019/election.json": None})
    place.publish(place.next(SITE))
    assert place.found() == place.found(1) == []
    assert place.read("index.html") == SITE["index.html"]


def test_each_write_may_fail_twice() -> None:
    """Once unsaved, once saved with its answer lost; nobody notices."""
    place, faults = _first(), each_write_twice()
    target = place.target(
        faulty(place.files, faults),
        faulty(place.table, faults),
        faulty(place.table, faults),
        faulty(place.served, faults),
    )
    publish(target, plan(target, place.next(SITE_2)))
    assert place.found() == place.found(1) == place.found(2) == []
    assert len(faults.happened) > 40
    assert {name for name, _ in faults.happened} >= {"put_new", "repeat", "serve"}


def test_what_was_tampered_with_is_mended_by_publishing_again() -> None:
    """At the root and where the release is kept: what was signed stands there again."""
    place = two_releases()
    before = place.everything()
    for path in ("index.html", "assets/urne.css", "v/2/assets/urne.css", "v/2/index.html"):
        place.files.remove(place.path(path))
        place.files.put_new(place.path(path), b"Votez pour moi")
    place.files.put_new(place.path("offer.html"), b"...")
    assert len(place.found()) == 3
    place.publish(release(SITE_2, earlier=place.versions()[1:]))
    assert place.everything() == before


# --- Refusals --------------------------------------------------------------------------------


def test_a_release_follows_the_newest_one() -> None:
    """One that was built after another, or after none, is refused; so is a used number."""
    place = two_releases()
    for late in (release(SITE), release({**SITE, "new.html": page("…")}), _after_first()):
        with pytest.raises(ReleaseRefused):
            plan(place.target(), late)
    assert place.found() == []


def _after_first() -> Release:
    return release({**SITE, "new.html": page("…")}, earlier=_first().versions(), number=3)


def test_a_release_that_is_not_whole_is_refused_before_anything_is_written() -> None:
    """A file that was changed since it was signed is named."""
    place, first = Place(), release(SITE)
    cut = Release(first.manifest, first.raw, first.signature, lambda path: b"cut")
    target = place.target()
    with pytest.raises(ReleaseBroken, match="is not as the manifest says"):
        publish(target, plan(target, cut))
    assert list(place.files.paths("")) == []


def test_a_release_of_another_key_is_refused() -> None:
    """Its signature is not that of the key that publishes."""
    place = _first()
    stranger = SigningKey.from_seed(bytes([9]) * 32)
    other = release(SITE_2, earlier=place.versions(), key=stranger)
    place.publish(other)  # the flow trusts `open_release`, so a reader has to notice
    assert "broken v/2/release.json" in place.found()


def test_an_elections_files_are_never_changed() -> None:
    """What an election published stands; a release that says otherwise is refused."""
    place = Place()
    place.files.put_new("elections/rueil-2019/election.json", b'{"real":1}')
    with pytest.raises(ReleaseRefused, match=r"elections/rueil-2019/election\.json"):
        plan(place.target(), release(SITE))
    assert list(place.files.paths("")) == ["elections/rueil-2019/election.json"]


def test_somebody_elses_files_are_never_removed() -> None:
    """A folder that holds something else is no place for a site."""
    place = Place(MemoryFiles({"holiday.jpg": b"beach"}))
    with pytest.raises(ReleaseRefused, match=r"holiday\.jpg"):
        plan(place.target(), release(SITE))


def test_of_two_who_publish_at_once_one_is_told() -> None:
    """The second finds another root than it saw, and changes nothing."""
    place = _first()
    target = place.target()
    seen = plan(target, place.next(SITE_2))
    place.publish(place.next({**SITE, "index.html": page("Plus vite")}))
    before = place.everything()
    with pytest.raises(Conflict):
        publish(target, seen)
    assert place.everything() == before
    assert place.found() == []


def test_of_two_whose_roots_are_ready_at_once_one_is_served() -> None:
    """The step itself is for one of them; the other is told, and the first can publish again."""
    place = _first()
    mine = place.next({**SITE, "index.html": page("Plus vite")})

    class Late(MemoryRoot):
        def served(self) -> str | None:
            return place.served.served()

        def serve(self, name: str, seen: str | None) -> None:
            place.publish(mine)
            place.served.serve(name, seen)

    target = place.target(root=Late())
    with pytest.raises(Conflict):
        publish(target, plan(target, place.next(SITE_2)))
    assert place.found() == []
    place.publish(mine)
    assert place.found() == place.found(2) == []


# --- Rolling back ----------------------------------------------------------------------------


def test_an_older_release_comes_back_as_it_was() -> None:
    """To the byte; the newer one stays readable, and the log states what was done."""
    place = two_releases()
    place.rollback(1)
    assert place.root(SITE) == {path: release(SITE).file(path) for path in SITE}
    assert place.found() == place.found(2) == []
    assert [v.number for v in place.versions() if v.is_current] == [1]
    assert logged(place) == [1, 2, 1]
    place.rollback(2)
    place.publish(place.next({**SITE_2, "index.html": page("Enfin")}))
    assert place.found() == []
    assert logged(place) == [1, 2, 1, 2, 3]


def test_the_root_before_stays_until_the_next_publication() -> None:
    """So the step back needs no more than itself, its list of versions, and the log's entry."""
    place = two_releases()
    place.rollback(1)
    there = place.everything()
    written = Crash(-1, after=False)
    target = place.target(root=written.of(place.served), files=written.of(place.files))
    publish(target, rollback_plan(target, 2))
    assert place.found() == []
    new = {path for path in place.everything() if path not in there}
    assert all(path.startswith("releases/log/") for path in new), new


def test_a_release_that_never_was_cannot_come_back() -> None:
    """Nor one whose copy was changed: the manifest tells, before anything is written."""
    place = two_releases()
    with pytest.raises(ReleaseRefused, match="no release 7"):
        rollback_plan(place.target(), 7)
    raw, version = place.files.read_version("v/1/index.html") or (b"", "")
    place.files.replace("v/1/index.html", raw.replace(b"Bienvenue", b"Malvenue"), version)
    before = place.everything()
    with pytest.raises(ReleaseBroken, match=r"index\.html"):
        place.rollback(1)
    assert place.everything() == before


# --- The site's log --------------------------------------------------------------------------


def test_a_lost_table_costs_nothing() -> None:
    """The next release, from another machine, goes on with the log as it is published."""
    place = two_releases()
    place.table = MemoryLog()
    place.publish(place.next({**SITE, "index.html": page("Ailleurs")}))
    assert logged(place) == [1, 2, 3]
    assert place.found() == []


def test_another_table_is_never_published_over_the_log() -> None:
    """A table that says something else of the past stops everything."""
    place, other = two_releases(), Place()
    other.publish(release({**SITE, "index.html": page("Faux")}))
    other.publish(other.next(SITE_2))
    place.table = other.table
    with pytest.raises((LogForked, LogCorrupt)):
        place.publish(place.next({**SITE, "index.html": page("Ailleurs")}))


def test_the_log_is_signed_by_its_own_key() -> None:
    """Not by the release key, nor under another name."""
    place = two_releases()
    stranger = VerifierKey("evil.example/releases/log", ED25519, LOG_KEY.public)
    with pytest.raises(NoteUnverified):
        open_log(stranger, place.read)
