"""Trees have the hashes and proofs of RFC 6962, and no altered proof holds."""

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.trees import entries_of, node_of, plain_root

from urne.errors import ProofInvalid
from urne.log.merkle import (
    EMPTY_ROOT,
    NodeReader,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    range_root,
    root_of,
    verify_consistency,
    verify_inclusion,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "rfc6962.json").read_text())
INPUTS = [bytes.fromhex(text) for text in VECTORS["inputs"]]
ROOTS = [bytes.fromhex(text) for text in VECTORS["roots"]]
MOST = 70
ENTRIES = entries_of(MOST)
NODE = node_of(ENTRIES)


@cache
def root_at(size: int) -> bytes:
    return plain_root(ENTRIES[:size])


def hashes(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text) for text in texts)


@pytest.mark.parametrize("size", range(9))
def test_tree_hashes_are_the_reference_figures(size: int) -> None:
    """The root over the first inputs is the one Certificate Transparency's tests give."""
    leaves = [leaf_hash(raw) for raw in INPUTS[:size]]
    assert root_of(leaves) == ROOTS[size]
    assert range_root(0, size, node_of(INPUTS[:size])) == ROOTS[size]


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=lambda c: f"{c['index']}of{c['size']}")
def test_inclusion_proofs_are_the_reference_figures(case: dict[str, list[str]]) -> None:
    index, size = int(str(case["index"])), int(str(case["size"]))
    proof = inclusion_proof(index, size, node_of(INPUTS))
    assert proof == hashes(case["proof"])
    verify_inclusion(leaf_hash(INPUTS[index]), index, size, proof, ROOTS[size])


@pytest.mark.parametrize(
    "case", VECTORS["consistency"], ids=lambda c: f"{c['old_size']}to{c['size']}"
)
def test_consistency_proofs_are_the_reference_figures(case: dict[str, list[str]]) -> None:
    old, size = int(str(case["old_size"])), int(str(case["size"]))
    proof = consistency_proof(old, size, node_of(INPUTS))
    assert proof == hashes(case["proof"])
    verify_consistency(old, ROOTS[old], size, ROOTS[size], proof)


@pytest.mark.parametrize("size", [*range(1, MOST + 1), 255, 256, 257, 511, 513])
def test_the_fast_root_is_the_plain_one(size: int) -> None:
    entries = entries_of(size)
    assert root_of([leaf_hash(raw) for raw in entries]) == plain_root(entries)


def test_every_entry_of_every_tree_is_proven_at_its_place_and_at_no_other() -> None:
    """All places in all trees of up to 70 entries; the same proof never holds elsewhere."""
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, NODE)
            leaf = leaf_hash(ENTRIES[index])
            verify_inclusion(leaf, index, size, proof, root_at(size))
            for elsewhere in {0, index - 1, index + 1, size - 1} - {index}:
                refused(leaf, elsewhere, size, proof, root_at(size))
            refused(leaf, index, size, proof, root_at(size - 1))


def refused(leaf: bytes, index: int, size: int, proof: tuple[bytes, ...], root: bytes) -> None:
    with pytest.raises(ProofInvalid):
        verify_inclusion(leaf, index, size, proof, root)


def test_every_tree_is_proven_to_begin_with_every_older_one() -> None:
    """All pairs of sizes up to 70; with another older root, or another order, nothing holds."""
    for size in range(MOST + 1):
        for old in range(size + 1):
            proof = consistency_proof(old, size, NODE)
            verify_consistency(old, root_at(old), size, root_at(size), proof)
            if 0 < old < size:
                for wrong in (
                    (old, root_at(old - 1), size, root_at(size), proof),
                    (old, root_at(old), size, root_at(size - 1), proof),
                    (old - 1, root_at(old - 1), size, root_at(size), proof),
                    (old, root_at(old), size, root_at(size), (*proof, EMPTY_ROOT)),
                    (old, root_at(old), size, root_at(size), proof[:-1]),
                ):
                    with pytest.raises(ProofInvalid):
                        verify_consistency(*wrong)


@given(data=st.data(), size=st.integers(1, MOST))
def test_no_flipped_bit_leaves_an_inclusion_proof_standing(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, NODE)
    parts = [leaf_hash(ENTRIES[index]), root_at(size), *proof]
    leaf, root, *altered = flip_one(data, parts)
    with pytest.raises(ProofInvalid, match="another root"):
        verify_inclusion(leaf, index, size, altered, root)


@given(data=st.data(), size=st.integers(2, MOST))
def test_no_flipped_bit_leaves_a_consistency_proof_standing(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(1, size - 1))
    proof = consistency_proof(old, size, NODE)
    old_root, root, *altered = flip_one(data, [root_at(old), root_at(size), *proof])
    with pytest.raises(ProofInvalid, match="another"):
        verify_consistency(old, old_root, size, root, altered)


def flip_one(data: st.DataObject, parts: list[bytes]) -> list[bytes]:
    place = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, 255))
    number = int.from_bytes(parts[place], "big") ^ 1 << bit
    return [*parts[:place], number.to_bytes(32, "big"), *parts[place + 1 :]]


@given(data=st.data(), size=st.integers(1, MOST), extra=st.binary(min_size=32, max_size=32))
def test_a_proof_of_another_length_is_refused_for_its_length(
    data: st.DataObject, size: int, extra: bytes
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, leaf = inclusion_proof(index, size, NODE), leaf_hash(ENTRIES[index])
    with pytest.raises(ProofInvalid, match="too many"):
        verify_inclusion(leaf, index, size, (*proof, extra), root_at(size))
    if proof:
        with pytest.raises(ProofInvalid, match="too few"):
            verify_inclusion(leaf, index, size, proof[:-1], root_at(size))


def test_places_and_sizes_that_do_not_exist_are_refused() -> None:
    for index, size in ((-1, 5), (5, 5), (0, 0)):
        with pytest.raises(ProofInvalid, match="no entry"):
            inclusion_proof(index, size, NODE)
        with pytest.raises(ProofInvalid, match="no entry"):
            verify_inclusion(EMPTY_ROOT, index, size, (), EMPTY_ROOT)
    for old, size in ((-1, 5), (6, 5)):
        with pytest.raises(ProofInvalid, match="no older size"):
            consistency_proof(old, size, NODE)
        with pytest.raises(ProofInvalid, match="no older size"):
            verify_consistency(old, EMPTY_ROOT, size, EMPTY_ROOT, ())


def test_from_the_empty_tree_only_the_empty_root_and_no_hashes_hold() -> None:
    """A witness that has seen nothing must not take a made-up root for the beginning."""
    verify_consistency(0, EMPTY_ROOT, 5, root_at(5), ())
    for old_root, proof in ((root_at(1), ()), (EMPTY_ROOT, (root_at(1),))):
        with pytest.raises(ProofInvalid, match="differ or"):
            verify_consistency(0, old_root, 5, root_at(5), proof)
    with pytest.raises(ProofInvalid, match="differ or"):
        verify_consistency(0, EMPTY_ROOT, 0, root_at(1), ())
    with pytest.raises(ProofInvalid, match="differ or"):
        verify_consistency(5, root_at(4), 5, root_at(5), ())


def test_a_proof_never_reads_a_subtree_that_is_not_complete() -> None:
    """`node_of` above asserts it: proofs are made of complete subtrees only."""
    read: list[tuple[int, int]] = []

    def watched(level: int, index: int) -> bytes:
        read.append((level, index))
        return NODE(level, index)

    node: NodeReader = watched
    consistency_proof(37, 69, node)
    assert read
    assert all((index + 1) << level <= 69 for level, index in read)
