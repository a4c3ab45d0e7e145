"""What a store promises of the public tree, sentence by sentence."""

from __future__ import annotations

import pytest
from tests.stores.houses import House, Street

from urne.errors import Conflict, NotFound

TILE = "elections/rueil-2019/log/tile/0/x001/067.p/12"
CHECKPOINT = "elections/rueil-2019/log/checkpoint"


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"x" * 70_000])
def test_a_file_comes_back_as_it_was(street: Street, raw: bytes) -> None:
    """What was put is read, by whoever asks."""
    street().files.put_new(TILE, raw)
    assert street().files.read(TILE) == raw


def test_a_file_that_is_not_there_is_not_found(house: House) -> None:
    """Neither is a folder a file."""
    house.files.put_new(TILE, b"tile")
    for path in (CHECKPOINT, "elections", "elections/rueil-2019/log"):
        with pytest.raises(NotFound):
            house.files.read(path)
        assert house.files.read_version(path) is None


@pytest.mark.parametrize("raw", [b"tile", b"other"])
def test_a_file_is_put_once(house: House, raw: bytes) -> None:
    """A second time is a conflict, even with the same bytes, and the first bytes stay."""
    house.files.put_new(TILE, b"tile")
    with pytest.raises(Conflict):
        house.files.put_new(TILE, raw)
    assert house.files.read(TILE) == b"tile"


def test_a_file_is_replaced_by_version(street: Street) -> None:
    """Who names the version that is there writes; other bytes are another version."""
    files = street().files
    files.replace(CHECKPOINT, b"1", None)
    first = street().files.read_version(CHECKPOINT)
    assert first is not None
    assert first[0] == b"1"
    files.replace(CHECKPOINT, b"2", first[1])
    second = street().files.read_version(CHECKPOINT)
    assert second is not None
    assert second[0] == b"2"
    assert second[1] != first[1]
    assert street().files.read(CHECKPOINT) == b"2"


def test_an_old_version_is_a_conflict(house: House) -> None:
    """So is none for a file that is there, and any for one that is not; nothing is written."""
    house.files.put_new(CHECKPOINT, b"1")
    _, first = house.files.read_version(CHECKPOINT) or (b"", "")
    house.files.replace(CHECKPOINT, b"2", first)
    for version in (first, None, "invented"):
        with pytest.raises(Conflict):
            house.files.replace(CHECKPOINT, b"3", version)
    with pytest.raises(Conflict):
        house.files.replace(TILE, b"3", first)
    assert house.files.read(CHECKPOINT) == b"2"
    assert list(house.files.paths("")) == [CHECKPOINT]


def test_a_file_that_was_removed_is_gone(street: Street) -> None:
    """Removing may be repeated, and the place is free again; its neighbours stay."""
    street().files.put_new(TILE, b"tile")
    street().files.put_new(CHECKPOINT, b"1")
    for _ in range(2):
        street().files.remove(TILE)
        assert list(street().files.paths("")) == [CHECKPOINT]
        assert street().files.read_version(TILE) is None
    street().files.put_new(TILE, b"other")
    assert street().files.read(TILE) == b"other"
    street().files.remove(TILE)
    street().files.put_new(TILE.rpartition("/")[0], b"a file where a folder was")
    assert len(list(street().files.paths("elections/rueil-2019/log/tile/"))) == 1


def test_paths_are_those_that_begin_so(street: Street) -> None:
    """A prefix may end within a name; the paths come sorted, over many of them."""
    paths = ["a", "ab/c.txt", "ab/c/d", "ab.d", "b/é", "b/~"]
    for path in reversed(paths):
        street().files.put_new(path, b"")
    files = street().files
    assert list(files.paths("")) == sorted(paths)
    assert list(files.paths("ab")) == ["ab.d", "ab/c.txt", "ab/c/d"]
    assert list(files.paths("ab/")) == ["ab/c.txt", "ab/c/d"]
    assert list(files.paths("ab/c")) == ["ab/c.txt", "ab/c/d"]
    assert list(files.paths("b/")) == ["b/~", "b/é"]
    assert list(files.paths("nowhere/at/all")) == []


OUTSIDE = [
    "",
    "/etc/passwd",
    "../secret",
    "a/../../secret",
    "a/./b",
    "a//b",
    "a/",
    "a\\..\\b",
    "a\x00b",
    "a\nb",
    "log/.new-1234",
    "a" * 256,
    "é" * 128 + "/x",
    "/".join(["a"] * 513),
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_out_of_the_tree_is_a_mistake(house: House, path: str) -> None:
    """Nothing is read or written but parts joined by "/", none of them leading elsewhere."""
    for attempt in (
        lambda: house.files.read(path),
        lambda: house.files.read_version(path),
        lambda: house.files.put_new(path, b""),
        lambda: house.files.replace(path, b"", None),
        lambda: house.files.replace(path, b"", "1"),
        lambda: house.files.remove(path),
    ):
        with pytest.raises(ValueError, match="is no path in the public tree"):
            attempt()
    assert list(house.files.paths("")) == []


@pytest.mark.parametrize("path", [".well-known/security.txt", "fr/été/photo 1.jpg", "..a/b.."])
def test_unusual_paths_are_paths(house: House, path: str) -> None:
    """Names with points, spaces and accents are kept as they are."""
    house.files.put_new(path, b"x")
    assert list(house.files.paths("")) == [path]
    assert house.files.read(path) == b"x"
