"""The bytes of a batch: one encoding, and nothing else is accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urne.errors import LogCorrupt
from urne.store.base import Ref
from urne.store.refs import decode_refs, encode_refs

refs = st.builds(
    Ref,
    st.sampled_from(["ballots", "inbox"]),
    st.binary(min_size=1, max_size=40),
    st.binary(min_size=32, max_size=32),
)


@given(st.lists(refs, max_size=5))
def test_a_batch_comes_back(batch: list[Ref]) -> None:
    """What is encoded decodes to the same."""
    assert decode_refs(encode_refs(batch)) == tuple(batch)


@given(st.binary(max_size=120))
def test_what_decodes_encodes_to_the_same(raw: bytes) -> None:
    """Every batch has one encoding."""
    try:
        batch = decode_refs(raw)
    except LogCorrupt:
        return
    assert encode_refs(batch) == raw


def test_a_batch_by_hand() -> None:
    """The layout of the docstring, byte by byte."""
    raw = b"\x02\x00\x05close" + bytes(range(32))
    assert decode_refs(raw) == (Ref("inbox", b"close", bytes(range(32))),)
    assert decode_refs(b"") == ()


@pytest.mark.parametrize(
    "raw", [b"\x02", b"\x02\x00\x05close" + bytes(31), b"\x03\0\0" + bytes(32)]
)
def test_other_bytes_are_corruption(raw: bytes) -> None:
    """A part of a batch, or a table that is none."""
    with pytest.raises(LogCorrupt, match="the list of a batch cannot be read"):
        decode_refs(raw)
