"""A verifier written from the specification pages alone: none of our code, the same results.

What it reads is the worked example as the pages show it. It is short because it checks one
election; what a page leaves unsaid would show here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from nacl.bindings import crypto_box_seal_open, crypto_scalarmult_base, crypto_sign_open

VECTORS = Path(__file__).parents[1] / "vectors" / "worked-example.json"


@cache
def value(name: str) -> str:
    """Return a value of the worked example as text."""
    section, _, key = name.partition(".")
    found: str = json.loads(VECTORS.read_text(encoding="utf-8"))[section][key]
    return found


def raw(name: str) -> bytes:
    """Return the bytes of a hexadecimal value."""
    return bytes.fromhex(value(name))


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def unbase64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def canonical(thing: Any) -> bytes:
    """Return canonical JSON of a value whose keys are ASCII."""
    text = json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    return crypto_sign_open(signature + message, key) == message


def hkdf(seed: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, SHA-256."""
    key = hmac.digest(salt, seed, "sha256")
    block, out = b"", b""
    for number in range(1, -(-length // 32) + 1):
        block = hmac.digest(key, block + info + bytes([number]), "sha256")
        out += block
    return out[:length]


def mgf1(seed: bytes, length: int) -> bytes:
    blocks = (hashlib.sha384(seed + i.to_bytes(4, "big")).digest() for i in range(length // 48 + 1))
    return b"".join(blocks)[:length]


def pss(message: bytes, salt: bytes) -> bytes:
    """RFC 8017 section 9.1.1, SHA-384, 2047 bits."""
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(256 - 48 - 48 - 2) + b"\1" + salt
    masked = bytearray(a ^ b for a, b in zip(block, mgf1(digest, len(block)), strict=True))
    masked[0] &= 0x7F
    return bytes(masked) + digest + b"\xbc"


def root_of(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:]))


MANIFEST: dict[str, Any] = json.loads(value("manifest.election_json"))
EID = sha256(value("manifest.election_json").encode())
MODULUS = unbase64(MANIFEST["issuers"][0]["modulus"])
N = int.from_bytes(MODULUS, "big")
VK, BALLOT = raw("voter.vk"), raw("ballot.body")
SCALARS = [raw("keys.trustee_1_scalar"), raw("keys.trustee_2_scalar")]


def test_the_manifest_is_canonical_and_names_the_election() -> None:
    assert canonical(MANIFEST) == value("manifest.election_json").encode()
    assert EID == raw("manifest.election_id") == unbase64(value("manifest.election_id_base64"))
    cards = json.loads(value("manifest.cards_json"))
    hashes = [sha256(canonical(card)) for card in cards]
    assert hashes == [unbase64(p["card_sha256"]) for p in MANIFEST["projects"]]
    assert hashes[0] == unbase64(value("manifest.card_sha256"))
    assert value("keys.log_vkey").splitlines() == [MANIFEST["log_key"]]
    assert value("keys.tally_pub").splitlines()[1] == MANIFEST["tally_key"]


def test_the_seed_gives_every_secret() -> None:
    seed, issuer = raw("voter.seed"), sha256(MODULUS)
    assert issuer == raw("keys.issuer_hash")
    assert raw("voter.voting_key_info") == b"urne/v1/voting-key\0\0\x20"
    for label, who, name in (
        (b"urne/v1/voting-key\0", b"", "voting_key_seed"),
        (b"urne/v1/blinding\0", issuer, "blinding_factor"),
        (b"urne/v1/pss-salt\0", issuer, "pss_salt"),
        (b"urne/v1/nonce\0", issuer, "nonce"),
    ):
        expected = raw(f"voter.{name}")
        info = label + who + len(expected).to_bytes(2, "big")
        assert hkdf(seed, EID, info, len(expected)) == expected


def test_the_credential_is_blinded_signed_and_unblinded() -> None:
    message = b"urne/v1/credential\0" + EID + VK
    assert message == raw("voter.credential_message")
    encoded = int.from_bytes(pss(message, raw("voter.pss_salt")), "big")
    r = int.from_bytes(raw("voter.blinding_factor"), "big") % (N - 1) + 1
    blinded = encoded * pow(r, 65537, N) % N
    assert blinded == int(value("voter.blinded"), 16)
    p, q = int(value("keys.issuer_p"), 16), int(value("keys.issuer_q"), 16)
    answer = pow(blinded, pow(65537, -1, (p - 1) * (q - 1)), N)
    assert p * q == N
    assert answer == int(value("voter.blind_signature"), 16)
    credential = answer * pow(r, -1, N) % N
    assert credential == int(value("voter.credential"), 16)
    assert pow(credential, 65537, N) == encoded


def test_the_sign_off_is_a_line_of_the_published_list() -> None:
    message = b"urne/v1/person\0" + EID
    for field in json.loads(value("person.fields")):
        message += len(field.encode()).to_bytes(2, "big") + field.encode()
    person = hmac.digest(raw("keys.pepper"), message, "sha256")
    assert (message, person) == (raw("person.message"), raw("person.person_key"))
    line = sha256(person + raw("voter.nonce"))
    assert line == raw("person.commitment")
    listed = json.loads(value("entry.sign_offs"))
    commitments = [unbase64(one) for one in listed["commitments"]]
    assert line in commitments
    assert commitments == sorted(commitments)
    signature = unbase64(listed.pop("signature"))
    key = unbase64(MANIFEST["issuers"][0]["sign_off_key"])
    assert is_signed(key, b"urne/v1/sign-offs\0" + canonical(listed), signature)


def test_the_ballot_is_read_field_by_field_and_opened() -> None:
    assert len(BALLOT) == 1 + 32 + 32 + 4 + 256 + 32 + 48 * 2 + 64
    assert BALLOT[:69] == b"\1" + EID + VK + bytes(4) == raw("ballot.head")
    assert BALLOT[69:325] == raw("voter.credential")
    sealed, signature = BALLOT[325:-64], BALLOT[-64:]
    assert (sealed, signature) == (raw("ballot.sealed"), raw("ballot.signature"))
    assert is_signed(VK, b"urne/v1/ballot\0" + BALLOT[:-64], signature)
    plain = sealed
    for trustee, scalar in zip(MANIFEST["trustees"], SCALARS, strict=True):
        assert crypto_scalarmult_base(scalar) == unbase64(trustee["key"])
        assert plain[:32] == crypto_scalarmult_base(
            raw("ballot.ephemeral_1" if plain is sealed else "ballot.ephemeral_2")
        )
        plain = crypto_box_seal_open(plain, unbase64(trustee["key"]), scalar)
    assert plain == bytes.fromhex("0000 0001 ffff") + sha256(EID + VK)[:16] + bytes(10)
    assert plain == raw("ballot.plaintext")


def test_the_promise_is_kept() -> None:
    leaf = sha256(b"\0\2" + BALLOT)
    promise = json.loads(value("promise.file"))
    assert unbase64(promise["leaf_hash"]) == leaf == raw("ballot.leaf_hash")
    key, signature = unbase64(MANIFEST["promise_key"]), unbase64(promise["promise"])
    assert is_signed(key, b"urne/v1/promise\0" + EID + leaf, signature)
    assert leaf in leaves()


def leaves() -> list[bytes]:
    tile = raw("log.tile")
    return [tile[at : at + 32] for at in range(0, len(tile), 32)]


def test_the_checkpoint_is_signed_and_cosigned_over_the_entries() -> None:
    text, _, lines = value("log.checkpoint").rpartition("\n\n")
    origin, size, root = text.split("\n")
    assert (origin, int(size)) == (MANIFEST["origin"], len(leaves()))
    assert unbase64(root) == root_of(leaves()) == raw("log.root")
    message = f"{text}\n".encode()
    by_log, by_witness = (line.removeprefix("— ").split(" ") for line in lines.splitlines())
    name, _, key = MANIFEST["log_key"].split("+", 2)
    typed = unbase64(key)
    assert by_log[0] == name == origin
    key_id = sha256(f"{name}\n".encode() + typed)[:4]
    assert unbase64(by_log[1])[:4] == key_id == raw("log.key_id")
    assert typed[:1] == b"\1"
    assert is_signed(typed[1:], message, unbase64(by_log[1])[4:])
    vkey = MANIFEST["witness_policy"].split()[2]
    cosigned = unbase64(by_witness[1])[4:]
    seconds = int.from_bytes(cosigned[:8], "big")
    message = f"cosignature/v1\ntime {seconds}\n".encode() + message
    assert is_signed(unbase64(vkey.split("+", 2)[2])[1:], message, cosigned[8:])


def test_the_proof_leads_from_the_ballot_to_the_root() -> None:
    head, _, checkpoint = value("log.proof").partition("\n\n")
    first, index, *hashes = head.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    assert checkpoint == value("log.checkpoint")
    place, last, found = (
        int(index.removeprefix("index ")),
        len(leaves()) - 1,
        sha256(b"\0\2" + BALLOT),
    )
    for sibling in map(unbase64, hashes):
        if place & 1 or place == last:
            found = sha256(b"\1" + sibling + found)
            while not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + sibling)
        place, last = place >> 1, last >> 1
    assert (last, found) == (0, raw("log.root"))


def test_the_other_entries_are_signed_and_agree_with_the_log() -> None:
    places = {"sign_offs": 4, "paper": 6, "close": 7, "reveal": 8, "tally": 10}
    kinds = {"sign_offs": b"\3", "paper": b"\4", "close": b"\5", "reveal": b"\6", "tally": b"\7"}
    assert sha256(b"\0" + raw("entry.election")) == leaves()[0]
    for name, number in places.items():
        body = value(f"entry.{name}").encode()
        assert sha256(b"\0" + kinds[name] + body) == leaves()[number], name
    assert raw("entry.election") == b"\1" + EID
    assert raw("log.bundle_begin") == b"\0\x21" + raw("entry.election")
    close = json.loads(value("entry.close"))
    assert close["size"] == 7
    assert unbase64(close["root"]) == root_of(leaves()[:7])
    batch = json.loads(value("entry.paper"))
    keys = {clerk["id"]: unbase64(clerk["key"]) for clerk in MANIFEST["clerks"]}
    for one in batch.pop("signatures"):
        message = b"urne/v1/paper\0" + canonical(batch)
        assert is_signed(keys[one["clerk"]], message, unbase64(one["signature"]))


def test_the_tally_follows_from_the_rule() -> None:
    tally = json.loads(value("tally.tally_json"))
    root = unbase64(json.loads(value("entry.close"))["root"])
    ids, costs = zip(*((p["id"], p["cost_cents"]) for p in MANIFEST["projects"]), strict=True)
    lots = {id_: sha256(b"urne/v1/lot\0" + root + b"".join(SCALARS) + id_.encode()) for id_ in ids}
    assert sha256(raw("tally.lot_message")) == lots["001"]
    table = [[0, 0, 0] for _ in ids]
    for ranking in ((0, 1), (1, 0), (2,)):
        for rank, number in enumerate(ranking):
            table[number][rank] += 1
    points = [sum(p * n for p, n in zip(MANIFEST["points"], row, strict=True)) for row in table]
    order = sorted(range(3), key=lambda n: (-points[n], [-c for c in table[n]], lots[ids[n]]))
    left, reasons = MANIFEST["budget_cents"], []
    for number in order:
        reasons.append("funded" if costs[number] <= left else "over-budget")
        left -= costs[number] if reasons[-1] == "funded" else 0
    assert [p["id"] for p in tally["projects"]] == [ids[number] for number in order]
    assert [p["choices"] for p in tally["projects"]] == [table[number] for number in order]
    assert [p["points"] for p in tally["projects"]] == [points[number] for number in order]
    assert [p["reason"] for p in tally["projects"]] == reasons
    (tie,) = tally["ties"]
    assert {id_: unbase64(lot) for id_, lot in tie["lots"].items()} == {
        id_: lots[id_] for id_ in ("001", "002")
    }


def test_the_tally_is_signed_as_minisign_signs() -> None:
    _, line, trusted, over_all = value("tally.minisig").splitlines()
    key, first = unbase64(MANIFEST["tally_key"]), unbase64(line)
    assert (key[:2], first[:2], first[2:10]) == (b"Ed", b"ED", key[2:10])
    assert key[2:10] == sha256(key[10:])[:8]
    content = value("tally.tally_json").encode()
    assert is_signed(key[10:], hashlib.blake2b(content).digest(), first[10:])
    comment = trusted.removeprefix("trusted comment: ").encode()
    assert is_signed(key[10:], first[10:] + comment, unbase64(over_all))
    assert json.loads(value("entry.tally"))["sha256"] == base64.b64encode(sha256(content)).decode()


@pytest.mark.parametrize("place", [0, 40, 100, 400, 516])
def test_a_ballot_altered_anywhere_fails_here_too(place: int) -> None:
    """The checks above can fail."""
    altered = BALLOT[:place] + bytes([BALLOT[place] ^ 1]) + BALLOT[place + 1 :]
    assert sha256(b"\0\2" + altered) not in leaves()
