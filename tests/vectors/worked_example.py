"""Writes worked-example.json: one tiny election with every byte that the specification explains.

    python -m tests.vectors.worked_example

Three projects, one issuer, two trustees, one witness; ada votes once, bob twice, cleo on paper.
Two projects tie and are drawn by lot; one no longer fits and is passed over. Nothing is random, so
whoever follows the specification pages comes to the same bytes.

Values are text as it stands in its file, or lower-case hexadecimal. The pages of
`content/how-it-works/` show them in code blocks that are named after them (`ballot.body`); this
program fills those blocks, and the test fails if one of them holds anything else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path

from tests.flows.town import Resident, Town, draw_of, fields_of

from urne.canonical import Json, encode, to_base64
from urne.crypto.blind import FACTOR_BYTES, blind_sign
from urne.crypto.derive import BlindingSecrets, blinding_secrets, commitment, person_key
from urne.crypto.seal import open_seal
from urne.flows.audit.promise import encode_promise
from urne.flows.cast import Promise
from urne.log.merkle import inclusion_proof, leaf_hash
from urne.log.nodes import node_reader
from urne.log.note import decode_note
from urne.log.proof import Proof
from urne.model.ballot import (
    Ballot,
    binding,
    credential_message,
    decode_ballot,
    promise_message,
)
from urne.model.card import encode_cards
from urne.model.election import Provider
from urne.model.entry import Kind, decode_close, entry_kind
from urne.model.tally import decode_tally
from urne.tally import LOT_LABEL

PATH = Path(__file__).parent / "worked-example.json"
PAGES = Path(__file__).parents[2] / "content" / "how-it-works"

COSTS = (3_000_000, 2_000_000, 1_500_000)
CHOICES = (0, 1)

Section = dict[str, str]

_BLOCK = re.compile(
    r"^```(?P<name>[a-z]+\.[a-z0-9_]+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE
)
_HEX = re.compile(r"([0-9a-f]{2}){17,}")
_HEX_LINE = 32


@cache
def town() -> Town:
    """Return the election, held to its end."""
    held = Town.new(
        projects=COSTS,
        budget_cents=4_500_000,
        title="Petit budget participatif",
        providers=(Provider("demo", "https://id.example.org", "eidas2"),),
    )
    held.open()
    held.vote("ada", CHOICES)
    held.vote("bob", (2,))
    held.vote("bob", (1, 0), revision=1)
    held.on_paper("cleo", (2,))
    held.finish()
    return held


def vectors() -> dict[str, Section]:
    """Return every value, by section and name."""
    return {
        "manifest": _manifest(),
        "keys": _keys(),
        "voter": _voter(),
        "person": _person(),
        "ballot": _ballot(),
        "promise": _promise(),
        "log": _log(),
        "entry": _entries(),
        "tally": _tally(),
        "api": _api(),
    }


def text() -> str:
    """Return the file's text."""
    about = "Made by tests/vectors/worked_example.py. Text as in its file, or hexadecimal."
    return json.dumps({"about": about, **vectors()}, indent=1, ensure_ascii=False) + "\n"


def shown(value: str) -> str:
    """Return a value as a page shows it: long hexadecimal in lines of 16 bytes."""
    if _HEX.fullmatch(value):
        value = "\n".join(value[at : at + _HEX_LINE] for at in range(0, len(value), _HEX_LINE))
    return value if value.endswith("\n") else value + "\n"


def blocks(page: str) -> list[tuple[str, str]]:
    """Return the (name, content) of each block of a page that is named after a value."""
    return [(found["name"], found["body"]) for found in _BLOCK.finditer(page)]


def filled(page: str) -> str:
    """Return a page with the blocks named after values holding those values."""
    values = vectors()

    def block(found: re.Match[str]) -> str:
        section, _, name = found["name"].partition(".")
        return f"```{found['name']}\n{shown(values[section][name])}```"

    return _BLOCK.sub(block, page)


# --- Sections ----------------------------------------------------------------------------------


def _manifest() -> Section:
    election = town().election
    cards = encode_cards(town().cards).decode()
    return {
        "election_json": _file("election.json"),
        "election_id": election.election_id.hex(),
        "election_id_base64": to_base64(election.election_id),
        "cards_json": cards,
        "card_json": cards[1 : cards.index("}") + 1],
        "card_sha256": to_base64(town().cards[0].sha256),
        "witness_policy": election.witness_policy,
    }


def _keys() -> Section:
    keys = town().keys
    issuer = keys.issuers[0]
    return {
        "issuer_p": f"{issuer.secrets.key.p:x}",
        "issuer_q": f"{issuer.secrets.key.q:x}",
        "issuer_modulus": issuer.secrets.key.modulus.hex(),
        "issuer_hash": hashlib.sha256(issuer.secrets.key.modulus).hexdigest(),
        "pepper": issuer.secrets.pepper.hex(),
        "trustee_1_scalar": keys.trustees[0].scalar.hex(),
        "trustee_1_public": keys.trustees[0].public().key.hex(),
        "trustee_2_scalar": keys.trustees[1].scalar.hex(),
        "trustee_2_public": keys.trustees[1].public().key.hex(),
        "log_vkey": _public("keys/log.vkey"),
        "tally_pub": _public("keys/tally.pub"),
    }


def _voter() -> Section:
    resident, issuer = _ada(), town().election.issuers[0]
    eid, vk = town().election.election_id, resident.voter.key
    secrets = _secrets()
    return {
        "seed": resident.voter.seed.hex(),
        "code": _seed_code(resident.voter.seed),
        "voting_key_info": (b"urne/v1/voting-key\0" + _uint16(32)).hex(),
        "voting_key_seed": vk.seed.hex(),
        "vk": vk.public.hex(),
        "blinding_info": (
            b"urne/v1/blinding\0" + hashlib.sha256(issuer.modulus).digest() + _uint16(272)
        ).hex(),
        "blinding_factor": secrets.factor.hex(),
        "pss_salt": secrets.salt.hex(),
        "nonce": secrets.nonce.hex(),
        "credential_message": credential_message(eid, vk.public).hex(),
        "blinded": resident.voter.request(issuer).blinded.hex(),
        "blind_signature": _blind_signature().hex(),
        "credential": resident.credentials[0].hex(),
    }


def _person() -> Section:
    eid, fields = town().election.election_id, fields_of("ada")
    raws = [field.encode() for field in fields]
    message = b"urne/v1/person\0" + eid + b"".join(_uint16(len(raw)) + raw for raw in raws)
    person = _person_key()
    return {
        "fields": encode(fields).decode(),
        "message": message.hex(),
        "person_key": person.hex(),
        "commitment": commitment(person, _secrets().nonce).hex(),
    }


def _ballot() -> Section:
    election, ballot = town().election, _cast()
    ephemerals = draw_of("ballots of ada")
    pairs = [(held.public().key, held.scalar) for held in town().keys.trustees]
    return {
        "choices": encode(CHOICES).decode(),
        "binding": binding(election.election_id, ballot.vk).hex(),
        "plaintext": open_seal(ballot.sealed, pairs).hex(),
        "ephemeral_1": ephemerals(32).hex(),
        "ephemeral_2": ephemerals(32).hex(),
        "sealed_once": open_seal(ballot.sealed, pairs[:1]).hex(),
        "sealed": ballot.sealed.hex(),
        "head": ballot.raw[:69].hex(),
        "signature": ballot.signature.hex(),
        "body": ballot.raw.hex(),
        "leaf_hash": _leaf().hex(),
    }


def _promise() -> Section:
    promise = _given_promise()
    message = promise_message(town().election.election_id, promise.leaf_hash)
    return {
        "message": message.hex(),
        "signature": promise.signature.hex(),
        "file": encode_promise(town().election, promise).decode(),
    }


def _log() -> Section:
    reader, entries = town().reader(), town().entries()
    size, leaves = reader.checkpoint.size, [leaf_hash(raw) for raw in entries]
    place = leaves.index(_leaf())
    proof = Proof(
        place,
        inclusion_proof(place, size, node_reader(size, reader.read)),
        reader.read("checkpoint"),
    )
    lines = [
        f"{index:>2} {entry_kind(raw).name.lower():<9} {leaf.hex()}\n".replace("_", "-")
        for index, (raw, leaf) in enumerate(zip(entries, leaves, strict=True))
    ]
    note = decode_note(reader.read("checkpoint"))
    return {
        "entries": "".join(lines),
        "tile_path": f"tile/0/000.p/{size}",
        "tile": reader.read(f"tile/0/000.p/{size}").hex(),
        "bundle_path": f"tile/entries/000.p/{size}",
        "bundle_begin": reader.read(f"tile/entries/000.p/{size}")[:35].hex(),
        "root": reader.checkpoint.root.hex(),
        "checkpoint": note.encode().decode(),
        "key_id": note.signatures[0].key_id.hex(),
        "proof": proof.encode().decode(),
    }


def _entries() -> Section:
    bodies: dict[Kind, list[str]] = {}
    for raw in town().entries():
        kind = entry_kind(raw)
        body = raw[1:].hex() if kind in (Kind.ELECTION, Kind.BALLOT) else raw[1:].decode()
        bodies.setdefault(kind, []).append(body)
    return {
        "election": "01" + bodies[Kind.ELECTION][0],
        "sign_offs": bodies[Kind.SIGN_OFFS][0],
        "paper": bodies[Kind.PAPER][0],
        "close": bodies[Kind.CLOSE][0],
        "reveal": bodies[Kind.REVEAL][0],
        "tally": bodies[Kind.TALLY][0],
    }


def _tally() -> Section:
    close = next(raw for raw in town().entries() if entry_kind(raw) is Kind.CLOSE)
    root = decode_close(close[1:], town().election.election_id).root
    seed = root + b"".join(trustee.scalar for trustee in town().keys.trustees)
    drawn = sorted(decode_tally(_file("tally.json").encode()).ties[0].lots.items())
    return {
        "lot_message": (LOT_LABEL + seed + drawn[0][0].encode()).hex(),
        "lots": "".join(f"{project} {lot.hex()}\n" for project, lot in drawn),
        "tally_json": _file("tally.json"),
        "tally_sha256": hashlib.sha256(_file("tally.json").encode()).hexdigest(),
        "minisig": _file("tally.json.minisig"),
        "result_pb": _file("result.pb"),
    }


def _api() -> Section:
    request = _ada().voter.request(town().election.issuers[0])
    promise = _given_promise()
    error = {"code": "not-signed-in", "message": "Please sign in with your e-ID."}
    return {
        "start_request": _json(
            {"election_id": to_base64(town().election.election_id), "provider": "demo"}
        ),
        "enrol_request": _json(
            {
                "election_id": to_base64(town().election.election_id),
                "blinded": to_base64(request.blinded),
                "nonce": to_base64(request.nonce),
            }
        ),
        "enrol_response": _json(
            {
                "blind_signature": to_base64(_blind_signature()),
                "person_key": to_base64(_person_key()),
            }
        ),
        "cast_request": _json({"ballot": to_base64(_cast_raw())}),
        "cast_response": _json(
            {"leaf_hash": to_base64(promise.leaf_hash), "promise": to_base64(promise.signature)}
        ),
        "error": _json({"error": error}),
    }


# --- What the sections are made from -------------------------------------------------------------


def _ada() -> Resident:
    return town().residents["ada"]


def _secrets() -> BlindingSecrets:
    election = town().election
    return blinding_secrets(_ada().voter.seed, election.election_id, election.issuers[0].modulus)


def _person_key() -> bytes:
    pepper = town().keys.issuers[0].secrets.pepper
    return person_key(pepper, town().election.election_id, fields_of("ada"))


def _blind_signature() -> bytes:
    """Return the issuer's answer to ada; it is the same whatever the mask was."""
    blinded = _ada().voter.request(town().election.issuers[0]).blinded
    return blind_sign(town().keys.issuers[0].secrets.key, blinded, draw_of("mask")(FACTOR_BYTES))


def _given_promise() -> Promise:
    message = promise_message(town().election.election_id, _leaf())
    return Promise(_leaf(), town().keys.promise.sign(message))


def _cast_raw() -> bytes:
    """Return ada's ballot as it stands in the log."""
    vk = _ada().voter.key.public
    found = town().log.get(vk, 0)
    assert found is not None
    return found


def _cast() -> Ballot:
    return decode_ballot(_cast_raw(), town().election)


def _leaf() -> bytes:
    return leaf_hash(bytes([Kind.BALLOT]) + _cast_raw())


def _file(name: str) -> str:
    return _public(town().path(name))


def _public(path: str) -> str:
    return town().files.read(path).decode()


def _seed_code(seed: bytes) -> str:
    """Return the code that restores a seed, as site/ballot/crypto/seed-code.js writes it."""
    check = hashlib.sha256(b"urne/v1/code\0" + seed).digest()
    code = base64.b32encode(seed).decode()[:26] + base64.b32encode(check).decode()[:4]
    return "-".join(code[at : at + 5] for at in range(0, len(code), 5))


def _json(value: Json) -> str:
    return encode(value).decode()


def _uint16(number: int) -> bytes:
    return number.to_bytes(2, "big")


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    for path in sorted(PAGES.glob("*.md")):
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
