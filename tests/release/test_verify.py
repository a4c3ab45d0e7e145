"""Verifying: whatever was done to a published site is named, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.release.small import (
    KEY_LINE,
    LOG_KEY,
    RELEASE_KEY,
    SITE,
    Place,
    page,
    release,
    two_releases,
)

from urne.canonical import decode, encode
from urne.crypto.minisign import public_key_file, public_key_line
from urne.crypto.sign import SigningKey
from urne.errors import ReleaseRefused
from urne.flows.release_build import open_release, sign, voting_pages
from urne.flows.release_verify import Question, verify
from urne.log.note import ED25519, VerifierKey
from urne.model.release import MANIFEST, SIGNATURE, VERSIONS, encode_versions, with_current
from urne.store.memory import MemoryFiles

STRANGER = SigningKey.from_seed(bytes([9]) * 32)


@pytest.fixture(scope="module")
def published() -> Place:
    """A place with two releases, to be copied."""
    return two_releases()


def _put(place: Place, path: str, raw: bytes) -> None:
    stands_at = place.path(path)
    found = place.files.read_version(stands_at)
    place.files.replace(stands_at, raw, found[1] if found else None)


def _change(path: str, raw: bytes = b"changed") -> Callable[[Place], None]:
    return lambda place: _put(place, path, raw)


def _remove(path: str) -> Callable[[Place], None]:
    return lambda place: place.files.remove(place.path(path))


def _resign(place: Place) -> None:
    """Publish another first release over the first, signed, with the list to match."""
    forged = release({**SITE, "index.html": page("Faux")})
    _put(place, "v/1/release.json", forged.raw)
    _put(place, "v/1/release.json.minisig", forged.signature)
    place.files.remove("v/1/index.html")
    _put(place, "v/1/index.html", forged.kept_file("index.html"))


def _forget_newest(place: Place) -> None:
    _put(place, VERSIONS, encode_versions(with_current(place.versions()[1:], 1)))


def _other_current(place: Place) -> None:
    _put(place, VERSIONS, encode_versions(with_current(place.versions(), 1)))


def _old_log(place: Place) -> None:
    """Put the log back to when it had one entry."""
    other = Place()
    other.publish(release(SITE))
    for path in other.files.paths("releases/"):
        _put(place, path, other.read(path))


FORGERIES: dict[str, tuple[Callable[[Place], None], int | None, list[str]]] = {
    "a page": (_change("index.html"), None, ["changed index.html"]),
    "a style": (_change("assets/urne.css"), None, ["changed assets/urne.css"]),
    "a missing page": (_remove("en/index.html"), None, ["missing en/index.html"]),
    "a page too many": (_change("offer.html"), None, ["added offer.html"]),
    "an old page left": (
        _change("pagefind/index/fr_1.pf_index", SITE["pagefind/index/fr_1.pf_index"]),
        None,
        ["added pagefind/index/fr_1.pf_index"],
    ),
    "an election": (
        _change("elections/rueil-2019/election.json"),
        None,
        ["changed elections/rueil-2019/election.json"],
    ),
    "a kept page": (_change("v/1/index.html"), 1, ["changed v/1/index.html"]),
    "a kept page unmarked": (
        _change("v/1/index.html", SITE["index.html"]),
        1,
        ["changed v/1/index.html"],
    ),
    "a missing kept page": (_remove("v/1/en/index.html"), 1, ["missing v/1/en/index.html"]),
    "a kept page too many": (_change("v/1/offer.html"), 1, ["added v/1/offer.html"]),
    "the manifest at the root": (_change(MANIFEST), None, [f"changed {MANIFEST}"]),
    "its signature at the root": (_change(SIGNATURE), None, [f"changed {SIGNATURE}"]),
    "a missing manifest": (_remove("v/1/release.json"), None, ["missing v/1/release.json"]),
    "a manifest of nobody": (_change("v/1/release.json"), None, ["broken v/1/release.json"]),
    "a past written anew": (_resign, None, ["changed v/1/release.json"]),
    "a release forgotten": (
        _forget_newest,
        1,
        ["broken releases/log/entry 1", "broken versions.json"],
    ),
    "another one current": (_other_current, 1, ["broken versions.json"]),
    "a log put back": (_old_log, 1, ["broken v/2/release.json", "broken versions.json"]),
    "a log gone": (
        _remove("releases/log/checkpoint"),
        1,
        ["broken v/1/release.json", "broken v/2/release.json"],
    ),
    "a log changed": (
        _change("releases/log/tile/entries/000.p/2", b"\x00\x01x" * 2),
        None,
        ["broken releases/log/checkpoint"],
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_was_done_is_named_and_nothing_else(published: Place, name: str) -> None:
    """File by file, with what is wrong."""
    forge, number, expected = FORGERIES[name]
    place = published.snapshot()
    assert place.found(number) == []
    forge(place)
    assert place.found(number) == expected


def test_a_key_from_elsewhere_is_what_counts(published: Place) -> None:
    """Whoever exchanges keys, signatures and all is found out by it, and only by it."""
    place = published.snapshot()
    _put(place, "keys/release.pub", public_key_file(public_key_line(STRANGER.public)))
    named = {f.path for f in place.verify().findings}
    assert {"v/1/release.json", "v/2/release.json"} <= named
    good = verify(Question(place.read, release_key=KEY_LINE))
    assert not good.findings
    assert not any("same hand" in remark for remark in good.remarks)
    assert any("which other files" in remark for remark in good.remarks)


VOTING = {"index.html": b"vote", "assets/vote-1.js": b"script", "check/index.html": b"check"}
VOTE_URL = "https://vote.example.org/"

VOTING_FORGERIES: dict[str, tuple[Callable[[dict[str, bytes]], object], list[str]]] = {
    "nothing": (lambda _: None, []),
    "the script": (
        lambda pages: pages.update({"assets/vote-1.js": b"script\n"}),
        [f"changed {VOTE_URL}assets/vote-1.js"],
    ),
    "a missing page": (
        lambda pages: pages.pop("check/index.html"),
        [f"missing {VOTE_URL}check/index.html"],
    ),
}


def _with_voting() -> Place:
    """Return a place with one release, which names voting pages."""
    place, plain = Place(), release(SITE)
    files = {path: plain.file(path) for path in plain.manifest.files}
    voting = voting_pages(VOTING.items(), VOTE_URL, plain.manifest.url)
    raw, signature = sign(replace(plain.manifest, voting=voting), RELEASE_KEY)
    folder = MemoryFiles({**files, MANIFEST: raw, SIGNATURE: signature})
    place.publish(open_release(folder.read, KEY_LINE))
    return place


@pytest.mark.parametrize("name", VOTING_FORGERIES)
def test_the_voting_pages_are_held_to_the_manifest(name: str) -> None:
    """At the address that it names, script by script, beside the site itself."""
    forge, expected = VOTING_FORGERIES[name]
    pages, asked = dict(VOTING), []
    forge(pages)

    def at(url: str) -> Callable[[str], bytes]:
        asked.append(url)
        return MemoryFiles(pages).read

    report = verify(Question(_with_voting().read, voting=at))
    assert [f"{f.wrong} {f.path}" for f in report.findings] == expected
    assert report.voting_files == report.as_json()["voting_files"] == len(VOTING)
    assert asked == [VOTE_URL]


def test_voting_pages_that_were_not_looked_at_are_said_so(published: Place) -> None:
    """And a release that names none says nothing of them."""
    report = _with_voting().verify()
    assert not report.findings
    assert report.voting_files == 0
    assert any(VOTE_URL in remark and "--voting" in remark for remark in report.remarks)
    assert not any("voting" in remark for remark in published.verify().remarks)


@pytest.mark.parametrize(
    "files, url, why",
    [
        (VOTING, "https://budget.example.org/vote/", "origin of their own"),
        ({**VOTING, ".htaccess": b""}, VOTE_URL, "may not have"),
        ({"vote.html": b""}, VOTE_URL, "no index.html"),
    ],
)
def test_what_are_no_voting_pages_is_refused(files: dict[str, bytes], url: str, why: str) -> None:
    """Above all pages on the site's own origin, where residents' words stand."""
    with pytest.raises(ReleaseRefused, match=why):
        voting_pages(files.items(), url, release(SITE).manifest.url)


def test_another_logs_key_is_found_out(published: Place) -> None:
    """A log of another name, or of another key, is not this site's."""
    own = VerifierKey("evil.example/releases/log", ED25519, LOG_KEY.public)
    for vkey in (own, VerifierKey(own.name, ED25519, STRANGER.public)):
        report = published.verify(vkey=str(vkey))
        assert "releases/log/checkpoint" in {f.path for f in report.findings}


def test_a_built_release_is_verified_before_it_is_published() -> None:
    """By a key that is given: the folder has none."""
    built = release(SITE)
    files = {path: built.file(path) for path in built.manifest.files}
    folder = MemoryFiles({**files, MANIFEST: built.raw, SIGNATURE: built.signature})
    report = verify(Question(folder.read, release_key=KEY_LINE, paths=folder.paths))
    assert not report.findings
    assert not report.is_published
    folder.remove("index.html")
    report = verify(Question(folder.read, release_key=KEY_LINE, paths=folder.paths))
    assert [f.path for f in report.findings] == ["index.html"]
    with pytest.raises(ReleaseRefused, match="give a key"):
        verify(Question(folder.read))


def test_nothing_is_no_release(published: Place) -> None:
    """Neither an empty place nor a number that never was."""
    with pytest.raises(ReleaseRefused):
        verify(Question(MemoryFiles({}).read, release_key=KEY_LINE))
    with pytest.raises(ReleaseRefused, match="no release 7"):
        published.verify(7)


def test_the_report_is_plain_json(published: Place) -> None:
    """So that a machine may watch a site."""
    report = published.verify()
    assert decode(encode(report.as_json())) == report.as_json()
    assert report.as_json()["good"] is True
