"""Tiles and bundles stand at C2SP's paths and are read back as written, and from nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urne.errors import BadEncoding
from urne.log.tiles import (
    WIDTH,
    Tile,
    bundles_of,
    decode_bundle,
    decode_path,
    decode_tile,
    edge_of,
    encode_bundle,
    encode_index,
    encode_tile,
    tiles_of,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "c2sp.json").read_text())

HASH = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize("case", VECTORS["tile_paths"], ids=lambda case: str(case["path"]))
def test_paths_are_those_of_the_specification(case: dict[str, Any]) -> None:
    tile = Tile(case["level"], case["index"], case["width"])
    assert tile.path == case["path"]
    assert decode_path(case["path"]) == tile


def test_the_specifications_own_index_is_written_in_groups_of_three() -> None:
    assert encode_index(1234067) == "x001/x234/067"


@pytest.mark.parametrize("path", VECTORS["bad_tile_paths"])
def test_a_path_written_in_any_other_way_is_refused(path: str) -> None:
    """Two paths for one tile would be two places for one promise."""
    with pytest.raises(BadEncoding, match="tile path"):
        decode_path(path)


@given(
    level=st.none() | st.integers(0, 7), index=st.integers(0, 2**56), width=st.integers(1, WIDTH)
)
def test_every_path_is_read_back(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert decode_path(tile.path) == tile


@given(path=st.text(alphabet="tileenrs/0123456789xp._- +", max_size=24).map("tile/".__add__))
def test_whatever_path_is_read_is_written_again_as_it_was(path: str) -> None:
    try:
        tile = decode_path(path)
    except BadEncoding:
        return
    assert tile.path == path


def test_seventy_thousand_entries_have_the_tiles_the_specification_counts() -> None:
    """273 full tiles and one of 112, one full and one of 17 above, one of 1 on top."""
    tiles = list(tiles_of(70_000))
    assert sum(t.level == 0 and t.width == WIDTH for t in tiles) == 273
    assert [t.path for t in tiles if t.width < WIDTH] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert sum(t.level == 1 for t in tiles) == 2
    assert len(tiles) == 277
    assert [t.path for t in edge_of(70_000)] == [
        "tile/entries/273.p/112",
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    bundles = list(bundles_of(70_000))
    assert (len(bundles), bundles[-1].path) == (274, "tile/entries/273.p/112")


def test_a_tree_of_256_has_one_full_tile_and_one_hash_above() -> None:
    assert [t.path for t in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert [t.path for t in edge_of(256)] == ["tile/1/000.p/1"]
    assert [t.path for t in bundles_of(256)] == ["tile/entries/000"]


def test_an_empty_tree_has_no_tile() -> None:
    """Empty tiles must not be served."""
    assert not [*tiles_of(0), *bundles_of(0), *edge_of(0)]


@given(hashes=st.lists(HASH, min_size=1, max_size=5))
def test_a_tile_is_read_back_at_its_width_and_at_no_other(hashes: list[bytes]) -> None:
    raw = encode_tile(hashes)
    assert decode_tile(raw, len(hashes)) == hashes
    for width in (len(hashes) - 1, len(hashes) + 1, WIDTH):
        with pytest.raises(BadEncoding, match="tile"):
            decode_tile(raw, width)
    with pytest.raises(BadEncoding, match="tile"):
        decode_tile(raw[:-1], len(hashes))


@pytest.mark.parametrize("number", [0, 257])
def test_no_tile_and_no_bundle_is_empty_or_wider_than_256(number: int) -> None:
    with pytest.raises(BadEncoding, match=f"it has {number} hashes"):
        encode_tile([bytes(32)] * number)
    with pytest.raises(BadEncoding, match=f"it has {number} entries"):
        encode_bundle([b"entry"] * number)


@given(entries=st.lists(st.binary(max_size=20), min_size=1, max_size=8))
def test_a_bundle_is_read_back_at_its_width_and_at_no_other(entries: list[bytes]) -> None:
    raw = encode_bundle(entries)
    assert decode_bundle(raw, len(entries)) == entries
    with pytest.raises(BadEncoding, match="goes on after"):
        decode_bundle(raw, len(entries) - 1)
    with pytest.raises(BadEncoding, match="ends within"):
        decode_bundle(raw, len(entries) + 1)
    with pytest.raises(BadEncoding, match="ends within"):
        decode_bundle(raw[:-1], len(entries))


@given(raw=st.binary(max_size=40), width=st.integers(1, 5))
def test_whatever_bundle_is_read_is_written_again_as_it_was(raw: bytes, width: int) -> None:
    try:
        entries = decode_bundle(raw, width)
    except BadEncoding:
        return
    assert encode_bundle(entries) == raw


def test_the_longest_entry_fits_and_a_longer_one_is_refused() -> None:
    longest = b"e" * 65_535
    assert decode_bundle(encode_bundle([longest]), 1) == [longest]
    with pytest.raises(BadEncoding, match="longer than 65535"):
        encode_bundle([longest + b"e"])
