"""Notes and keys are C2SP's to the byte: others' figures verify, any other form is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urne.crypto.sign import SigningKey
from urne.errors import BadEncoding, NoteUnverified
from urne.log.note import (
    COSIGNATURE,
    ED25519,
    MAX_SIGNATURES,
    Note,
    Signature,
    VerifierKey,
    decode_note,
    parse_vkey,
    sign_note,
    signature_lines,
    verify_note,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "c2sp.json").read_text())
KEY = SigningKey.from_seed(bytes(range(32)))
VKEY = VerifierKey("example.com/log", ED25519, KEY.public)

NAME = st.text(min_size=1, max_size=20).filter(
    lambda name: "+" not in name and not any(c.isspace() or ord(c) < 0x20 for c in name)
)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
SIGNATURE = st.builds(
    Signature, NAME, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)


@pytest.mark.parametrize("case", VECTORS["notes"], ids=lambda case: str(case["of"]))
def test_notes_that_others_signed_verify_and_are_written_again_as_they_were(
    case: dict[str, str],
) -> None:
    raw, key = case["note"].encode(), parse_vkey(case["vkey"])
    note = decode_note(raw)
    assert str(key) == case["vkey"]
    assert note.encode() == raw
    verify_note(note, key)
    with pytest.raises(NoteUnverified):
        verify_note(Note(note.text + ".\n", note.signatures), key)


@pytest.mark.parametrize("text", VECTORS["bad_vkeys"])
def test_a_key_written_in_any_other_way_is_refused(text: str) -> None:
    with pytest.raises(BadEncoding):
        parse_vkey(text)


@pytest.mark.parametrize("text", VECTORS["bad_notes"])
def test_a_note_written_in_any_other_way_is_refused(text: str) -> None:
    with pytest.raises(BadEncoding):
        decode_note(text.encode())


@given(
    name=NAME,
    type_=st.sampled_from([ED25519, COSIGNATURE]),
    key=st.binary(min_size=32, max_size=32),
)
def test_every_key_is_read_back(name: str, type_: int, key: bytes) -> None:
    vkey = VerifierKey(name, type_, key)
    assert parse_vkey(str(vkey)) == vkey


@given(data=st.data())
def test_a_key_with_one_character_changed_is_never_another_way_to_write_one(
    data: st.DataObject,
) -> None:
    changed = change_one(data, str(VKEY))
    try:
        assert str(parse_vkey(changed)) == changed
    except BadEncoding:
        return


def change_one(data: st.DataObject, text: str) -> str:
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.sampled_from("+/=aA0 \n\u2014") | st.characters(exclude_categories=["Cs"]))
    return text[:at] + data.draw(st.sampled_from(["", new, text[at] + new])) + text[at + 1 :]


@given(text=TEXT, signatures=st.lists(SIGNATURE, min_size=1, max_size=4))
def test_every_note_is_read_back(text: str, signatures: list[Signature]) -> None:
    """The text may have empty lines of its own: the last one parts it from the signatures."""
    note = Note(f"{text}\n\n{text}\n", tuple(signatures))
    assert decode_note(note.encode()) == note


@given(data=st.data())
def test_whatever_note_is_read_is_written_again_as_it_was(data: st.DataObject) -> None:
    whole = sign_note("one\n\ntwo\n", "example.com/log", KEY).encode().decode()
    changed = change_one(data, change_one(data, whole)).encode()
    try:
        note = decode_note(changed)
    except BadEncoding:
        return
    assert note.encode() == changed


@given(data=st.data())
def test_no_changed_note_verifies(data: st.DataObject) -> None:
    signed = sign_note("one\ntwo\n", "example.com/log", KEY)
    whole = signed.encode().decode()
    changed = change_one(data, whole)
    try:
        note = decode_note(changed.encode())
        verify_note(note, VKEY)
    except (BadEncoding, NoteUnverified):
        return
    assert changed == whole


def test_signatures_of_others_are_ignored_even_if_they_share_name_or_id() -> None:
    """A known key has both; with one of them only it is somebody else's."""
    signed = sign_note("text\n", "example.com/log", KEY)
    others = [
        Signature("example.com/log", b"\0\0\0\0", b"x" * 64),
        Signature("other.example", VKEY.id, b"x" * 64),
    ]
    verify_note(signed.with_signatures(others), VKEY)


def test_a_note_with_a_bad_signature_beside_a_good_one_is_refused() -> None:
    signed = sign_note("text\n", "example.com/log", KEY)
    bad = Signature("example.com/log", VKEY.id, b"x" * 64)
    with pytest.raises(NoteUnverified):
        verify_note(signed.with_signatures([bad]), VKEY)


def test_a_cosigners_key_does_not_verify_a_note() -> None:
    """Types are part of the key: a witness's signature is over other bytes."""
    as_cosigner = VerifierKey("example.com/log", COSIGNATURE, KEY.public)
    signature = Signature("example.com/log", as_cosigner.id, KEY.sign(b"text\n"))
    with pytest.raises(NoteUnverified):
        verify_note(Note("text\n", (signature,)), as_cosigner)


def test_a_note_without_the_key_is_unverified_and_says_whose_is_missing() -> None:
    signed = sign_note("text\n", "other.example/log", KEY)
    with pytest.raises(NoteUnverified, match=r"example\.com/log"):
        verify_note(signed, VKEY)


def test_a_text_without_its_newline_is_not_signed() -> None:
    with pytest.raises(BadEncoding, match="newline"):
        sign_note("text", "example.com/log", KEY)


def test_sixteen_signatures_are_read_and_more_than_a_hundred_are_not() -> None:
    """The specification asks for 16 at least; a limit keeps a note from being endless."""
    lines = [Signature(f"w{number}", b"\0\0\0\0", b"s") for number in range(MAX_SIGNATURES + 1)]
    for number in (16, MAX_SIGNATURES):
        assert len(decode_note(Note("text\n", tuple(lines[:number])).encode()).signatures) == number
    with pytest.raises(BadEncoding, match="too many signatures"):
        decode_note(Note("text\n", tuple(lines)).encode())
    with pytest.raises(BadEncoding, match="too long"):
        decode_note(b"t" * 1_000_001)


def test_a_signature_is_added_once() -> None:
    signed = sign_note("text\n", "example.com/log", KEY)
    assert signed.with_signatures(signed.signatures) == signed


def test_signature_lines_alone_are_read_as_a_witness_answers_them() -> None:
    line = Signature("witness.example", b"\1\2\3\4", b"s" * 72)
    assert signature_lines(str(line).encode()) == (line,)
    for raw in (b"", b"text\n\n" + str(line).encode(), str(line).encode()[:-1]):
        with pytest.raises(BadEncoding):
            signature_lines(raw)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\nb", "a\u2028b"], ids=ascii
)
def test_no_key_has_a_name_that_a_signature_line_cannot_carry(name: str) -> None:
    with pytest.raises(BadEncoding, match="verifier key"):
        VerifierKey(name, ED25519, KEY.public)


@pytest.mark.parametrize("type_", [0, 2, 3, 5, 6, 255])
def test_keys_of_other_algorithms_are_refused(type_: int) -> None:
    with pytest.raises(BadEncoding, match="verifier key"):
        VerifierKey("example.com/log", type_, KEY.public)
