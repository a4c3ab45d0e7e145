"""Checkpoints have three lines and no more, and cosignatures cover time and text, as C2SP says."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urne.crypto.sign import SigningKey
from urne.errors import BadEncoding, NoteUnverified
from urne.log.checkpoint import (
    Checkpoint,
    cosign,
    is_cosigned,
    parse_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from urne.log.note import (
    COSIGNATURE,
    ED25519,
    Note,
    Signature,
    VerifierKey,
    decode_note,
    sign_note,
)

COSIGNED = json.loads((Path(__file__).parents[1] / "vectors" / "c2sp.json").read_text())["cosigned"]
LOG = SigningKey.from_seed(b"l" * 32)
WITNESS = SigningKey.from_seed(b"w" * 32)
ORIGIN = "vote.example.org/elections/rueil-2019/log"
LOG_KEY = VerifierKey(ORIGIN, ED25519, LOG.public)
WITNESS_KEY = VerifierKey("witness.example/w1", COSIGNATURE, WITNESS.public)
CHECKPOINT = Checkpoint(ORIGIN, 1234, bytes(range(32)))


def test_the_specifications_checkpoint_is_read_and_written_again_as_it_was() -> None:
    note = decode_note(COSIGNED["note"].encode())
    assert note.encode() == COSIGNED["note"].encode()
    checkpoint = parse_checkpoint(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", COSIGNED["size"])
    assert checkpoint.text == note.text


def test_the_specifications_cosignature_carries_the_time_it_says() -> None:
    line = decode_note(COSIGNED["note"].encode()).signatures[1]
    assert len(line.signature) == 8 + 64
    assert int.from_bytes(line.signature[:8], "big") == COSIGNED["time"]


def test_a_cosignature_signs_the_specifications_message() -> None:
    """At the example's time over the example's checkpoint, the signed bytes are the example's."""
    text = decode_note(COSIGNED["note"].encode()).text
    line = cosign(text, "witness.example/w1", WITNESS, COSIGNED["time"])
    assert line.signature == COSIGNED["time"].to_bytes(8, "big") + WITNESS.sign(
        COSIGNED["message"].encode()
    )
    assert is_cosigned(Note(text, (line,)), WITNESS_KEY)


def test_a_signed_checkpoint_verifies_under_its_origins_key() -> None:
    assert verify_checkpoint(sign_checkpoint(CHECKPOINT, LOG).encode(), LOG_KEY) == CHECKPOINT


def test_a_checkpoint_of_another_origin_is_refused_though_the_same_key_signed_it() -> None:
    """One key under two names must not make one log pass for the other."""
    other = "vote.example.org/elections/rueil-2020/log"
    note = sign_note(CHECKPOINT.text, other, LOG)
    with pytest.raises(NoteUnverified):
        verify_checkpoint(note.encode(), VerifierKey(other, ED25519, LOG.public))


def test_another_logs_signature_does_not_verify() -> None:
    note = sign_checkpoint(CHECKPOINT, WITNESS)
    with pytest.raises(NoteUnverified):
        verify_checkpoint(note.encode(), LOG_KEY)


ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.mark.parametrize(
    "text",
    [
        f"origin\n5\n{ROOT}",
        f"origin\n5\n{ROOT}\nextension\n",
        f"origin\n5\n{ROOT}\n\n",
        f"\n5\n{ROOT}\n",
        f"origin\n\n{ROOT}\n",
        f"origin\n05\n{ROOT}\n",
        f"origin\n+5\n{ROOT}\n",
        f"origin\n-5\n{ROOT}\n",
        f"origin\n 5\n{ROOT}\n",
        f"origin\n1_0\n{ROOT}\n",
        f"origin\n\u0665\n{ROOT}\n",
        f"origin\n{2**63}\n{ROOT}\n",
        f"origin\n5\n{ROOT[:-1]}\n",
        f"origin\n5\n{ROOT[:-2]}i=\n",
        "origin\n5\nAAEC\n",
        "origin\n5\n\n",
        "origin\n",
    ],
)
def test_a_checkpoint_written_in_any_other_way_is_refused(text: str) -> None:
    """sigstore's parser once took 1_0 for 10."""
    with pytest.raises(BadEncoding):
        parse_checkpoint(text)


def test_a_size_of_ten_thousand_digits_is_refused_and_not_a_failure() -> None:
    """Python answers very long numbers with a ValueError of its own, which nobody translates."""
    with pytest.raises(BadEncoding, match="number"):
        parse_checkpoint(f"origin\n{'9' * 10_000}\n{ROOT}\n")


@given(
    origin=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20),
    size=st.integers(0, 2**63 - 1),
    root=st.binary(min_size=32, max_size=32),
)
def test_every_checkpoint_is_read_back(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    assert parse_checkpoint(checkpoint.text) == checkpoint


@given(data=st.data())
def test_whatever_checkpoint_is_read_is_written_again_as_it_was(data: st.DataObject) -> None:
    text = CHECKPOINT.text
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(st.sampled_from([*"0123456789+-_ \n=A", ""]))
    changed = text[:at] + new + text[at + 1 :]
    try:
        assert parse_checkpoint(changed).text == changed
    except BadEncoding:
        return


# --- Cosignatures ----------------------------------------------------------------------------


def cosigned(time: int = 1_561_000_000) -> Note:
    note = sign_checkpoint(CHECKPOINT, LOG)
    return note.with_signatures([cosign(note.text, WITNESS_KEY.name, WITNESS, time)])


def test_a_cosignature_holds_for_its_text_and_time_only() -> None:
    note = cosigned()
    line = note.signatures[1]
    assert is_cosigned(note, WITNESS_KEY)
    other_time = (1_561_000_001).to_bytes(8, "big") + line.signature[8:]
    for changed in (
        Note(note.text.replace("1234", "1235"), note.signatures),
        Note(note.text, (Signature(line.name, line.key_id, other_time),)),
        Note(note.text, (Signature(line.name, line.key_id, line.signature[:-1]),)),
        Note(note.text, (Signature(line.name, line.key_id, line.signature[8:]),)),
        Note(note.text, note.signatures[:1]),
    ):
        assert not is_cosigned(changed, WITNESS_KEY)


def test_another_witnesss_key_and_a_key_of_another_type_do_not_hold() -> None:
    other = SigningKey.from_seed(b"o" * 32).public
    assert not is_cosigned(cosigned(), VerifierKey(WITNESS_KEY.name, COSIGNATURE, other))
    assert not is_cosigned(cosigned(), VerifierKey(WITNESS_KEY.name, ED25519, WITNESS.public))


def test_a_plain_signature_of_the_log_is_no_cosignature() -> None:
    """The log's key must not pass for a witness of itself."""
    note = sign_checkpoint(CHECKPOINT, LOG)
    assert not is_cosigned(note, VerifierKey(ORIGIN, COSIGNATURE, LOG.public))


def test_cosigning_does_not_touch_the_logs_signature() -> None:
    assert verify_checkpoint(cosigned().encode(), LOG_KEY) == CHECKPOINT
