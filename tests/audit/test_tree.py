"""The audit's tree of hashes is the one the log's writer grows: every tile, every root."""

import hashlib

import pytest

from urne.flows.audit.tree import Tree
from urne.log.append import Edge
from urne.log.merkle import EMPTY_ROOT, leaf_hash, root_of
from urne.log.tiles import WIDTH, bundles_of, tiles_of


def leaves_of(size: int) -> list[bytes]:
    """Return hashes of made-up entries."""
    return [leaf_hash(b"%d" % number) for number in range(size)]


def tree_of(leaves: list[bytes]) -> Tree:
    """Return the audit's tree of leaf hashes."""
    tree = Tree()
    for at in range(0, len(leaves), WIDTH):
        tree.add(b"".join(leaves[at : at + WIDTH]))
    return tree


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_900])
def test_every_tile_is_what_the_writer_writes(size: int) -> None:
    edge = Edge()
    written = dict(edge.append(b"%d" % number for number in range(size)))
    tree = tree_of(leaves_of(size))
    tiles = {tile.path: raw for tile, raw in tree.all_tiles()}
    assert list(tiles) == [tile.path for tile in tiles_of(size)]
    assert tiles == {path: written[path] for path in tiles}
    assert set(written) - set(tiles) == {tile.path for tile in bundles_of(size)}
    assert (tree.size, tree.root_at(size)) == (size, edge.root)


def test_the_root_at_any_size_is_that_of_the_leaves_before_it() -> None:
    leaves = leaves_of(1_100)
    tree = tree_of(leaves)
    for size in (0, 1, 2, 3, 200, 255, 256, 257, 512, 600, 1_024, 1_099, 1_100):
        assert tree.root_at(size) == root_of(leaves[:size]), size
    assert tree.root_at(0) == EMPTY_ROOT


def test_a_leaf_is_found_where_it_stands_and_nowhere_else() -> None:
    leaves = leaves_of(600)
    tree = tree_of(leaves)
    for place in (0, 1, 255, 256, 599):
        assert tree.index_of(leaves[place]) == place
    assert tree.index_of(hashlib.sha256(b"another").digest()) is None
    assert tree.index_of(leaves[7][16:] + leaves[8][:16]) is None
