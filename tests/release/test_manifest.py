"""What release.json and versions.json may say, to the byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.release.small import COMMIT, URL, release, two_releases

from urne.canonical import decode, encode
from urne.errors import BadField, NotCanonical
from urne.model.release import (
    Manifest,
    Version,
    Voting,
    decode_manifest,
    decode_versions,
    encode_manifest,
    encode_versions,
    is_ours,
    is_path,
    log_origin,
    with_current,
)

AT = datetime(2019, 6, 20, 10, tzinfo=UTC)
_paths = st.from_regex(r"[a-z0-9é ]{1,8}(/[a-z0-9é ]{1,8}){0,3}\.[a-z]{2,4}", fullmatch=True)
_hashes = st.dictionaries(_paths.filter(is_path), st.binary(min_size=32, max_size=32))


@given(_hashes, _hashes, st.integers(1, 10**9), st.none() | st.binary(min_size=32, max_size=32))
def test_a_manifest_comes_back_as_it_was(
    files: dict[str, bytes], kept: dict[str, bytes], number: int, previous: bytes | None
) -> None:
    """Whatever is encoded decodes to the same, and encodes to the same bytes again."""
    manifest = Manifest(number, COMMIT, AT, URL, previous, {**kept, **files}, kept)
    raw = encode_manifest(manifest)
    assert decode_manifest(raw) == manifest
    assert encode_manifest(decode_manifest(raw)) == raw


def _with(**changes: Any) -> bytes:
    value: Any = decode(release().raw)
    return encode({**value, **changes})


HASH = "A" * 43 + "="
REFUSED: dict[str, tuple[bytes, str]] = {
    "another version": (_with(version=2), "version"),
    "number nought": (_with(number=0), "number"),
    "no commit": (_with(commit="main"), "commit"),
    "half a commit": (_with(commit="5e" * 19), "commit"),
    "address without end": (_with(url="https://budget.example.org"), "url"),
    "a script for an address": (_with(url="javascript:alert(1)/"), "url"),
    "a short hash": (_with(files={"index.html": "AAAA"}, kept={}), "index.html"),
    "a way out": (_with(files={"../index.html": HASH}, kept={}), "files"),
    "an absolute path": (_with(files={"/index.html": HASH}, kept={}), "files"),
    "a kept release in it": (_with(files={"v/1/index.html": HASH}, kept={}), "files"),
    "the site's log in it": (_with(files={"releases/log/checkpoint": HASH}, kept={}), "files"),
    "the list in it": (_with(files={"versions.json": HASH}, kept={}), "files"),
    "itself in it": (_with(files={"release.json": HASH}, kept={}), "files"),
    "voting pages of nowhere": (_with(voting={"url": "ftp://x/", "files": {}}), "url"),
    "voting pages outside": (_with(voting={"url": URL, "files": {"../x": HASH}}), "files"),
    "kept from nowhere": (_with(files={}, kept={"index.html": HASH}), "kept"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_manifest_that_cannot_be_is_refused(name: str) -> None:
    """The refusal names the field."""
    raw, field = REFUSED[name]
    with pytest.raises(BadField) as refusal:
        decode_manifest(raw)
    assert refusal.value.field == field


def test_the_voting_pages_come_back_as_they_were() -> None:
    """Their address and each file's hash; a release without them says null."""
    voting = Voting("https://vote.example.org/", {"index.html": bytes(32)})
    manifest = replace(release().manifest, voting=voting)
    assert decode_manifest(encode_manifest(manifest)) == manifest
    value: Any = decode(release().raw)
    assert value["voting"] is None


def test_where_a_bucket_keeps_the_voting_pages_is_no_part_of_the_site() -> None:
    """No release has a file there, and publishing one takes none away."""
    assert not is_path("vote/index.html")
    assert not is_ours("vote/assets/vote-1.js")
    assert is_ours("votes/index.html")


def test_other_bytes_of_the_same_manifest_are_refused() -> None:
    """A space more is another file, under another signature."""
    with pytest.raises(NotCanonical):
        decode_manifest(release().raw + b" ")


def test_versions_come_back_as_they_were() -> None:
    """Newest first, one of them current, in the form that Material's selector reads."""
    versions = two_releases().versions()
    assert [v.number for v in versions] == [2, 1]
    assert [v.is_current for v in versions] == [True, False]
    assert decode_versions(encode_versions(versions)) == versions
    value: Any = decode(encode_versions(versions))
    assert [(v["version"], v["title"], v["aliases"]) for v in value] == [
        ("v/2", "2 (2019-06-22)", ["current"]),
        ("v/1", "1 (2019-06-21)", []),
    ]


def _one(number: int) -> Version:
    return Version(number, COMMIT, AT, bytes(32))


BAD_VERSIONS: dict[str, Callable[[], tuple[Version, ...]]] = {
    "none is current": lambda: (_one(1),),
    "two are current": lambda: tuple(replace(_one(n), is_current=True) for n in (2, 1)),
    "one twice": lambda: (*with_current([_one(1)], 1), _one(1)),
    "oldest first": lambda: (_one(1), *with_current([_one(2)], 2)),
}


@pytest.mark.parametrize("name", BAD_VERSIONS)
def test_a_list_of_versions_that_cannot_be_is_refused(name: str) -> None:
    """Nobody is led to a version that may be one of two."""
    with pytest.raises(BadField):
        decode_versions(encode_versions(BAD_VERSIONS[name]()))


def test_a_title_that_is_another_version_s_is_refused() -> None:
    """What readers see is what machines read."""
    value: Any = decode(encode_versions(with_current([_one(1)], 1)))
    value[0]["title"] = "7 (2019-06-20)"
    with pytest.raises(BadField):
        decode_versions(encode(value))


def test_what_is_not_the_sites_is_never_removed() -> None:
    """Elections, keys, logs, kept releases and hidden files belong to others."""
    others = ("elections/x/log/checkpoint", "keys/log.vkey", "releases/log/checkpoint")
    kept = ("v/1/index.html", "versions.json", "release.json", ".well-known/security.txt")
    assert not any(map(is_ours, (*others, *kept)))
    assert all(map(is_ours, ("index.html", "en/index.html", "vote.html", "version.json")))


def test_the_logs_origin_is_where_the_site_stands() -> None:
    """Without the scheme, as C2SP asks."""
    assert log_origin(URL) == "budget.example.org/releases/log"
    assert log_origin("http://127.0.0.1:8000/") == "127.0.0.1:8000/releases/log"
    assert log_origin("https://town.example/budget/") == "town.example/budget/releases/log"
