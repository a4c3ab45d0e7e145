"""However a log grows, in whatever steps and after whatever crash, its files are the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.log.trees import entries_of, node_of, plain_root

from urne.errors import LogCorrupt
from urne.log.append import Edge, load_edge, root_of_levels
from urne.log.merkle import EMPTY_ROOT, consistency_proof, inclusion_proof, leaf_hash, range_root
from urne.log.nodes import node_reader
from urne.log.tiles import (
    bundles_of,
    decode_bundle,
    decode_path,
    decode_tile,
    encode_tile,
    tiles_of,
)

MOST = 600
ENTRIES = entries_of(MOST)
CUTS = st.lists(st.integers(0, MOST), max_size=8).map(sorted)


def grow(cuts: list[int], size: int = MOST) -> Iterator[tuple[Edge, dict[str, bytes]]]:
    """Yield the edge and the files after each step."""
    edge = Edge()
    files: dict[str, bytes] = {}
    for low, high in zip([0, *cuts], [*cuts, size], strict=True):
        for path, raw in edge.append(ENTRIES[low:high]):
            assert files.get(path, raw) == raw, f"{path} was written with other bytes"
            files[path] = raw
        yield edge, files


def final(cuts: list[int], size: int = MOST) -> tuple[Edge, dict[str, bytes]]:
    *_, last = grow(cuts, size)
    return last


WHOLE, FILES = final([])


@given(cuts=CUTS)
@settings(max_examples=40)
def test_any_steps_end_in_the_same_files_and_root(cuts: list[int]) -> None:
    """Steps leave partial tiles behind; every file of the final tree is byte for byte the same."""
    edge, files = final(cuts)
    assert edge == WHOLE
    assert edge.root == plain_root(ENTRIES)
    for tile in (*tiles_of(MOST), *bundles_of(MOST)):
        assert files[tile.path] == FILES[tile.path]


@given(size=st.integers(0, MOST) | st.sampled_from([0, 1, 255, 256, 257, 511, 512, 513]))
@settings(max_examples=60)
def test_a_writer_that_lost_everything_goes_on_as_if_nothing_had_happened(size: int) -> None:
    edge, files = final([], size)
    root = edge.root
    loaded = load_edge(size, root, files.__getitem__)
    assert (loaded.size, loaded.root) == (size, plain_root(ENTRIES[:size]))
    written = dict(loaded.append(ENTRIES[size:]))
    assert written == dict(edge.append(ENTRIES[size:]))
    assert loaded.root == WHOLE.root
    assert {**files, **written}.items() >= FILES.items()


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 512, 600])
def test_the_files_are_exactly_the_tiles_of_the_tree_and_hold_its_hashes(size: int) -> None:
    _, files = final([], size)
    assert set(files) == {tile.path for tile in (*tiles_of(size), *bundles_of(size))}
    node = node_of(ENTRIES[:size])
    for path, raw in files.items():
        tile = decode_path(path)
        if tile.level is None:
            low = tile.index * 256
            assert decode_bundle(raw, tile.width) == ENTRIES[low : low + tile.width]
        else:
            first = tile.index * 256
            hashes = [node(8 * tile.level, at) for at in range(first, first + tile.width)]
            assert decode_tile(raw, tile.width) == hashes


def test_a_tree_of_three_levels_has_the_root_its_tiles_make() -> None:
    """65,537 empty entries: one hash on the third level, made of a full tile of full tiles."""
    edge = Edge()
    files = dict(edge.append(b"" for _ in range(65_537)))
    assert len(files["tile/2/000.p/1"]) == 32
    assert set(files) == {tile.path for tile in (*tiles_of(65_537), *bundles_of(65_537))}
    node = node_reader(65_537, files.__getitem__)
    assert range_root(0, 65_537, node) == edge.root
    assert load_edge(65_537, edge.root, files.__getitem__) == edge


@given(data=st.data(), size=st.integers(1, MOST))
@settings(max_examples=60)
def test_proofs_made_from_tiles_are_those_made_from_the_entries(
    data: st.DataObject, size: int
) -> None:
    _, files = final([], size)
    node, plain = node_reader(size, files.__getitem__), node_of(ENTRIES[:size])
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    assert inclusion_proof(index, size, node) == inclusion_proof(index, size, plain)
    assert consistency_proof(old, size, node) == consistency_proof(old, size, plain)
    assert range_root(0, size, node) == plain_root(ENTRIES[:size])


def test_a_subtree_beyond_the_tree_is_refused() -> None:
    node = node_reader(MOST, FILES.__getitem__)
    for level, index in ((0, 600), (0, 10_000), (8, 2), (3, 75), (16, 0)):
        with pytest.raises(LogCorrupt, match="no node"):
            node(level, index)


@given(data=st.data())
@settings(max_examples=60)
def test_an_edge_with_one_altered_byte_is_not_taken_up(data: st.DataObject) -> None:
    """A writer that went on from it would sign another log."""
    edge, files = final([], 300)
    path = data.draw(
        st.sampled_from(["tile/entries/001.p/44", "tile/0/001.p/44", "tile/1/000.p/1"])
    )
    raw = bytearray(files[path])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    altered = {**files, path: bytes(raw)}
    with pytest.raises(LogCorrupt):
        load_edge(300, edge.root, altered.__getitem__)


def test_an_edge_under_another_root_or_size_is_not_taken_up() -> None:
    edge, files = final([], 300)
    with pytest.raises(LogCorrupt, match="signed root"):
        load_edge(300, EMPTY_ROOT, files.__getitem__)
    with pytest.raises(LogCorrupt):
        load_edge(300, edge.root, {**files, "tile/0/001.p/44": b""}.__getitem__)
    with pytest.raises(LogCorrupt, match="signed root"):
        load_edge(0, edge.root, files.__getitem__)


def test_entries_that_are_not_those_of_the_last_tile_are_not_taken_up() -> None:
    edge, files = final([], 3)
    other = dict(Edge().append([b"x", b"y", b"z"]))["tile/entries/000.p/3"]
    with pytest.raises(LogCorrupt, match="last bundle"):
        load_edge(3, edge.root, {**files, "tile/entries/000.p/3": other}.__getitem__)


def test_nothing_to_append_writes_nothing() -> None:
    edge = Edge()
    assert list(edge.append([])) == []
    assert edge.root == EMPTY_ROOT == root_of_levels([])


def test_a_tile_of_the_tree_is_the_hashes_of_its_entries() -> None:
    leaves = [leaf_hash(raw) for raw in ENTRIES[512:]]
    assert FILES["tile/0/002.p/88"] == encode_tile(leaves)
