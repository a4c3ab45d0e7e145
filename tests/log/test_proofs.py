"""A proof file carries an entry's place in the log for ever, and is written in one way only."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.log.trees import entries_of, node_of, plain_root

from urne.canonical import to_base64
from urne.crypto.sign import SigningKey
from urne.errors import BadEncoding, NoteUnverified, ProofInvalid
from urne.log.checkpoint import Checkpoint, sign_checkpoint
from urne.log.merkle import inclusion_proof, leaf_hash
from urne.log.note import ED25519, VerifierKey
from urne.log.proof import HEADER, MAX_HASHES, Proof, decode_proof, verify_proof

KEY = SigningKey.from_seed(b"k" * 32)
ORIGIN = "vote.example.org/elections/rueil-2019/log"
VKEY = VerifierKey(ORIGIN, ED25519, KEY.public)
ENTRIES = entries_of(20)
CHECKPOINT = Checkpoint(ORIGIN, 20, plain_root(ENTRIES))
NOTE = sign_checkpoint(CHECKPOINT, KEY).encode()


def proof_of(index: int) -> Proof:
    return Proof(index, inclusion_proof(index, 20, node_of(ENTRIES)), NOTE)


def test_a_proof_file_is_written_as_the_specification_shows() -> None:
    """Header, extra, index, hashes from the leaf's sibling up, an empty line, the checkpoint."""
    proof = replace(proof_of(5), extra=b"opaque")
    lines = proof.encode().decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra b3BhcXVl", "index 5"]
    assert lines[3] == to_base64(leaf_hash(ENTRIES[4]))
    assert "\n".join(lines).endswith("\n\n" + NOTE.decode())


@pytest.mark.parametrize("index", range(20))
def test_every_entrys_proof_is_read_back_and_holds(index: int) -> None:
    proof = decode_proof(proof_of(index).encode())
    assert proof == proof_of(index)
    assert verify_proof(proof, leaf_hash(ENTRIES[index]), VKEY) == CHECKPOINT


def test_a_proof_holds_for_its_own_entry_index_and_log_only() -> None:
    proof, leaf = proof_of(5), leaf_hash(ENTRIES[5])
    with pytest.raises(ProofInvalid):
        verify_proof(proof, leaf_hash(ENTRIES[6]), VKEY)
    with pytest.raises(ProofInvalid):
        verify_proof(replace(proof, index=6), leaf, VKEY)
    with pytest.raises(ProofInvalid):
        verify_proof(replace(proof, index=20), leaf, VKEY)
    other = SigningKey.from_seed(b"o" * 32)
    with pytest.raises(NoteUnverified):
        verify_proof(proof, leaf, VerifierKey(ORIGIN, ED25519, other.public))
    forged = sign_checkpoint(CHECKPOINT, other).encode()
    with pytest.raises(NoteUnverified):
        verify_proof(replace(proof, checkpoint=forged), leaf, VKEY)


def test_extra_data_proves_nothing_and_breaks_nothing() -> None:
    """It is untrusted: whatever it says, the proof is the same."""
    proof = decode_proof(replace(proof_of(5), extra=b"").encode())
    assert proof.extra == b""
    assert verify_proof(proof, leaf_hash(ENTRIES[5]), VKEY) == CHECKPOINT


HASH = to_base64(bytes(32))


@pytest.mark.parametrize(
    "head",
    [
        "",
        HEADER,
        f"{HEADER}\n{HASH}",
        f"{HEADER}\nindex",
        f"{HEADER}\nindex ",
        f"{HEADER}\nindex 05",
        f"{HEADER}\nindex -5",
        f"{HEADER}\nindex +5",
        f"{HEADER}\nindex 1_0",
        f"{HEADER}\nindex 5 ",
        f"{HEADER}\nindex {2**63}",
        f"{HEADER}\nindex {'9' * 10_000}",
        f"{HEADER}\nindex \u0665",
        f"{HEADER}\n5",
        f"{HEADER}\nextra \nindex 5 x",
        f"{HEADER}\nextra !\nindex 5",
        f"{HEADER}\nextra b3BhcXVk=\nindex 5",
        f"{HEADER}\nindex 5\nextra b3BhcXVl",
        f"{HEADER}\nindex 5\nAAEC",
        f"{HEADER}\nindex 5\n{HASH} ",
        f"{HEADER}\nindex 5\n{HASH[:-1]}",
        f" {HEADER}\nindex 5",
        f"{HEADER}\r\nindex 5",
        "c2sp.org/tlog-proof@v2\nindex 5",
        "\n".join([f"{HEADER}\nindex 5", *[HASH] * (MAX_HASHES + 1)]),
    ],
    ids=range(25),
)
def test_a_proof_file_written_in_any_other_way_is_refused(head: str) -> None:
    with pytest.raises(BadEncoding):
        decode_proof(head.encode() + b"\n\n" + NOTE)


def test_a_proof_without_a_checkpoint_is_refused() -> None:
    head = proof_of(5).encode().partition(b"\n\n")[0]
    for raw in (head, head + b"\n"):
        with pytest.raises(BadEncoding):
            decode_proof(raw)
    with pytest.raises(BadEncoding):
        verify_proof(decode_proof(head + b"\n\n"), leaf_hash(ENTRIES[5]), VKEY)


@given(data=st.data())
def test_whatever_proof_is_read_is_written_again_as_it_was(data: st.DataObject) -> None:
    raw = replace(proof_of(5), extra=b"x").encode()
    at = data.draw(st.integers(0, len(raw) - 1))
    new = data.draw(st.sampled_from([b"", b"\n", b" ", b"=", b"0", b"A", b"\xff"]))
    changed = raw[:at] + new + raw[at + 1 :]
    try:
        assert decode_proof(changed).encode() == changed
    except BadEncoding:
        return
