"""Log entries are read back as written, hold what they may hold, and fit into a bundle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urne.canonical import MAX_INTEGER, decode, encode
from urne.errors import BadEncoding, BadField, NotCanonical, OtherElection, UrneError
from urne.model.election import MAX_CHANNELS, MAX_CHOICES, MAX_ID
from urne.model.entry import (
    MAX_COMMITMENTS,
    MAX_CROSSES,
    MAX_ENTRY_BYTES,
    MAX_SHEETS,
    PAPER_LABEL,
    SIGN_OFFS_LABEL,
    ChannelCount,
    Close,
    Kind,
    PaperBatch,
    Reveal,
    SignOffs,
    decode_close,
    decode_paper,
    decode_release,
    decode_reveal,
    decode_sign_offs,
    decode_tally_entry,
    encode_close,
    encode_paper,
    encode_release,
    encode_reveal,
    encode_sign_offs,
    encode_tally_entry,
    entry,
    entry_kind,
    paper_message,
    sign_offs_message,
)

EID, OTHER = b"e" * 32, b"o" * 32
HASH = st.binary(min_size=32, max_size=32)
SIGNATURE = st.binary(min_size=64, max_size=64)
ID = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
COUNT = st.integers(0, MAX_INTEGER)
SHEETS = st.lists(st.lists(st.integers(0, 0xFFFF), max_size=MAX_CROSSES), min_size=1, max_size=6)

SIGN_OFFS = st.builds(SignOffs, ID, ID, st.lists(HASH, max_size=5).map(tuple))
PAPER = st.builds(
    PaperBatch, COUNT, ID, SHEETS.map(lambda sheets: tuple(sorted(tuple(s) for s in sheets)))
)
CLOSE = st.builds(Close, st.dictionaries(ID, st.builds(ChannelCount, COUNT, COUNT)), COUNT, HASH)


@given(sign_offs=SIGN_OFFS, signature=SIGNATURE)
def test_sign_offs_are_read_back(sign_offs: SignOffs, signature: bytes) -> None:
    body = encode_sign_offs(EID, sign_offs, signature)
    assert decode_sign_offs(body, EID) == (sign_offs, signature)


@given(batch=PAPER, signatures=st.lists(st.tuples(ID, SIGNATURE), max_size=3))
def test_paper_is_read_back_with_its_signatures_by_clerk(
    batch: PaperBatch, signatures: list[tuple[str, bytes]]
) -> None:
    body = encode_paper(EID, batch, signatures)
    assert decode_paper(body, EID) == (batch, tuple(sorted(signatures)))


@given(close=CLOSE)
def test_a_close_is_read_back(close: Close) -> None:
    assert decode_close(encode_close(EID, close), EID) == close


@given(trustee=ID, scalar=HASH, number=COUNT)
def test_reveals_tallies_and_releases_are_read_back(
    trustee: str, scalar: bytes, number: int
) -> None:
    reveal = Reveal(trustee, scalar)
    assert decode_reveal(encode_reveal(EID, reveal), EID) == reveal
    assert decode_tally_entry(encode_tally_entry(EID, scalar), EID) == scalar
    assert decode_release(encode_release(number, scalar)) == (number, scalar)


# --- What is refused ---------------------------------------------------------------------------

ROOT = hashlib.sha256(b"root").digest()
SIGNED_OFF = SignOffs("town", "internet", (b"a" * 32, b"b" * 32))
BATCH = PaperBatch(3, "mairie", ((), (0, 1), (0, 1), (2,)))
BODIES: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "sign-offs": (
        encode_sign_offs(EID, SIGNED_OFF, b"s" * 64),
        lambda body: decode_sign_offs(body, EID),
    ),
    "paper": (
        encode_paper(EID, BATCH, [("clerk-2", b"2" * 64), ("clerk-1", b"1" * 64)]),
        lambda body: decode_paper(body, EID),
    ),
    "close": (
        encode_close(EID, Close({"internet": ChannelCount(5, 4)}, 9, ROOT)),
        lambda body: decode_close(body, EID),
    ),
    "reveal": (
        encode_reveal(EID, Reveal("trustee-1", ROOT)),
        lambda body: decode_reveal(body, EID),
    ),
    "tally": (encode_tally_entry(EID, ROOT), lambda body: decode_tally_entry(body, EID)),
    "release": (encode_release(7, ROOT), decode_release),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_missing_an_unknown_and_a_wrong_field_are_refused_by_name(name: str) -> None:
    raw, read = BODIES[name]
    value: dict[str, Any] = json.loads(raw)
    with pytest.raises(BadField, match="'more' is not known"):
        read(encode({**value, "more": 1}))
    for field in value:
        with pytest.raises(BadField, match=f"{field!r} is missing"):
            read(encode({k: v for k, v in value.items() if k != field}))
        for wrong in (None, -1, [None], {"?": None}, True):
            with pytest.raises(BadField):
                read(encode({**value, field: wrong}))


@pytest.mark.parametrize("name", [name for name in BODIES if name != "release"])
def test_an_entry_of_another_election_is_refused(name: str) -> None:
    raw, read = BODIES[name]
    with pytest.raises(OtherElection):
        read(encode({**json.loads(raw), "election_id": encode_tally_id()}))


def encode_tally_id() -> str:
    found = json.loads(encode_tally_entry(OTHER, ROOT))["election_id"]
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize("name", BODIES)
def test_an_entry_in_another_encoding_is_refused(name: str) -> None:
    raw, read = BODIES[name]
    for other in (raw + b"\n", raw.replace(b":", b": ", 1), json.dumps(json.loads(raw)).encode()):
        with pytest.raises(NotCanonical):
            read(other)


@pytest.mark.parametrize(
    "name, field, value, why",
    [
        ("sign-offs", "commitments", ["AAAA"], "3 bytes where 32 belong"),
        ("sign-offs", "commitments", [1], "is not text"),
        ("sign-offs", "commitments", ["A" * 43 + "="] * 1_001, "1001 items"),
        ("sign-offs", "signature", "AAAA", "3 bytes where 64 belong"),
        ("paper", "sheets", [], "0 items"),
        ("paper", "sheets", [[]] * 1_001, "1001 items"),
        ("paper", "sheets", [[0] * 17], "no list of at most 16"),
        ("paper", "sheets", [[65_536]], "no integer of 0 to 65535"),
        ("paper", "sheets", [[-1]], "no integer of 0 to 65535"),
        ("paper", "sheets", [[True]], "no integer of 0 to 65535"),
        ("paper", "sheets", [[1], [0]], "not sorted"),
        ("paper", "sheets", [[0], []], "not sorted"),
        ("paper", "sheets", [0], "no list of at most 16"),
        ("paper", "batch", -1, "not between"),
        ("close", "root", "AAAA", "3 bytes where 32 belong"),
        ("close", "size", "9", "not an integer"),
        ("close", "counts", {"internet": {"sign_offs": 1}}, "'ballots' is missing"),
        ("close", "counts", {"internet": {"sign_offs": 1, "ballots": -1}}, "not between"),
        ("close", "counts", {"internet": 5}, "is not an object"),
        ("reveal", "scalar", "AAAA", "3 bytes where 32 belong"),
        ("tally", "sha256", "AAAA", "3 bytes where 32 belong"),
        ("release", "number", -1, "not between"),
    ],
)
def test_what_no_entry_holds_is_refused(name: str, field: str, value: Any, why: str) -> None:
    raw, read = BODIES[name]
    with pytest.raises(BadField, match=why):
        read(encode({**json.loads(raw), field: value}))


def test_clerks_signatures_out_of_order_are_refused() -> None:
    """They are written by clerk: another order would be another entry for the same batch."""
    raw, read = BODIES["paper"]
    value = json.loads(raw)
    with pytest.raises(BadField, match="are not sorted"):
        read(encode({**value, "signatures": value["signatures"][::-1]}))


@given(data=st.data(), name=st.sampled_from(sorted(BODIES)))
def test_a_body_with_a_byte_changed_is_never_another_way_to_write_one(
    data: st.DataObject, name: str
) -> None:
    raw, read = BODIES[name]
    at = data.draw(st.integers(0, len(raw) - 1))
    changed = raw[:at] + data.draw(st.sampled_from([b"", b" ", b"0", b"]", b"A"])) + raw[at + 1 :]
    try:
        read(changed)
    except UrneError:
        return
    assert encode(decode(changed)) == changed


# --- What is signed -----------------------------------------------------------------------------


def test_signed_messages_begin_with_their_label_and_a_zero_byte() -> None:
    """Then the canonical body without its signatures: no signature of one kind fits another."""
    message = sign_offs_message(EID, SIGNED_OFF)
    assert message.startswith(b"urne/v1/sign-offs\x00")
    without = {k: v for k, v in json.loads(BODIES["sign-offs"][0]).items() if k != "signature"}
    assert message.removeprefix(SIGN_OFFS_LABEL) == encode(without)
    message = paper_message(EID, BATCH)
    assert message.startswith(b"urne/v1/paper\x00")
    without = {k: v for k, v in json.loads(BODIES["paper"][0]).items() if k != "signatures"}
    assert message.removeprefix(PAPER_LABEL) == encode(without)


# --- Kinds and sizes ------------------------------------------------------------------------------


def test_the_type_byte_stands_first_and_names_eight_kinds() -> None:
    assert [kind.value for kind in Kind] == [1, 2, 3, 4, 5, 6, 7, 8]
    for kind in Kind:
        assert entry(kind, b"body") == bytes([kind]) + b"body"
        assert entry_kind(entry(kind, b"")) is kind


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\x09body", b"\xff"])
def test_an_entry_of_no_kind_is_refused(raw: bytes) -> None:
    with pytest.raises(BadEncoding, match="type is not known"):
        entry_kind(raw)


def test_an_entry_has_65535_bytes_and_no_more() -> None:
    assert len(entry(Kind.BALLOT, bytes(MAX_ENTRY_BYTES - 1))) == 65_535
    with pytest.raises(BadEncoding, match="65536 bytes"):
        entry(Kind.BALLOT, bytes(MAX_ENTRY_BYTES))


LONG = "i" * MAX_ID


def test_the_longest_list_of_sign_offs_fits() -> None:
    """A thousand lines under the longest names that a manifest may give."""
    part = SignOffs(LONG, LONG, tuple(bytes([255]) * 32 for _ in range(MAX_COMMITMENTS)))
    assert len(entry(Kind.SIGN_OFFS, encode_sign_offs(EID, part, b"s" * 64))) < 48_000


def test_the_largest_batch_of_valid_sheets_fits() -> None:
    """A thousand sheets of eight choices with the highest numbers of projects there may be."""
    sheet = tuple(range(0xFFFE - MAX_CHOICES, 0xFFFE))
    batch = PaperBatch(999_999, LONG, (sheet,) * MAX_SHEETS)
    raw = entry(Kind.PAPER, encode_paper(EID, batch, [(LONG, b"1" * 64), (LONG, b"2" * 64)]))
    assert len(raw) < 51_000


def test_a_thousand_sheets_of_sixteen_crosses_fit_up_to_two_digits_and_not_beyond() -> None:
    """What does not fit is refused and has to be entered in two batches."""

    def batch(number: int) -> bytes:
        found = PaperBatch(999_999, LONG, ((number,) * MAX_CROSSES,) * MAX_SHEETS)
        return encode_paper(EID, found, [(LONG, b"1" * 64), (LONG, b"2" * 64)])

    assert len(entry(Kind.PAPER, batch(99))) < MAX_ENTRY_BYTES
    with pytest.raises(BadEncoding, match="over 65535"):
        entry(Kind.PAPER, batch(100))


def test_the_longest_close_fits() -> None:
    counts = {f"{n:0{MAX_ID}}": ChannelCount(10**9, 10**9) for n in range(MAX_CHANNELS)}
    assert len(entry(Kind.CLOSE, encode_close(EID, Close(counts, MAX_INTEGER, ROOT)))) < 32_000
