"""The audit of what stands before the log's entries: manifest, cards, keys, checkpoint."""

from __future__ import annotations

from collections.abc import Callable

from urne.crypto.minisign import read_public_key_file
from urne.errors import BadEncoding, NotFound
from urne.flows.audit.checks import (
    CARDS,
    CHECKPOINT,
    COSIGNATURES,
    KEYS,
    LOG_SIGNATURE,
    MANIFEST,
    ORIGIN,
)
from urne.flows.audit.question import Question
from urne.flows.audit.report import Findings
from urne.flows.audit.tree import Tree
from urne.flows.open import require_cards
from urne.flows.paths import LOG_KEY, TALLY_KEY
from urne.log.checkpoint import Checkpoint, parse_checkpoint
from urne.log.merkle import HASH_BYTES, leaf_hash
from urne.log.note import Note, VerifierKey, decode_note, parse_vkey, verify_note
from urne.log.policy import NONE, parse_policy
from urne.log.tiles import bundles_of, decode_bundle
from urne.model.card import Card, decode_cards
from urne.model.election import Election, decode_election
from urne.model.entry import Kind, entry

NO_WITNESSES = (
    "The manifest asks for no witnesses: who runs the log could show different people different "
    "ones."
)


def read_manifest(question: Question, findings: Findings) -> Election | None:
    """Return the election of `election.json`, or None after noting what is wrong with it."""
    election = findings.attempt(
        MANIFEST, lambda: decode_election(question.json_file("election.json"))
    )
    if election is not None and election.edition != question.edition:
        findings.fail(MANIFEST, f"it is of {election.edition!r}, not of {question.edition!r}")
        return None
    return election


def read_cards(question: Question, election: Election, findings: Findings) -> tuple[Card, ...]:
    """Return the frozen cards, none after noting what is wrong with them."""

    def read() -> tuple[Card, ...]:
        cards = decode_cards(question.json_file("cards.json"))
        require_cards(election, cards)
        return cards

    findings.made(CARDS)
    return findings.attempt(CARDS, read) or ()


def check_keys(question: Question, election: Election, findings: Findings) -> list[str]:
    """Compare the keys published, named in the manifest and given; return what to remark."""
    given = question.given

    def log_keys() -> list[str]:
        lines = question.read(LOG_KEY).decode("utf-8", "replace").split("\n")
        if lines.pop():
            raise BadEncoding("list of log keys", "its last line does not end")
        return [str(parse_vkey(line)) for line in lines]

    def tally_keys() -> list[str]:
        return [read_public_key_file(question.read(TALLY_KEY))]

    findings.made(KEYS)
    _check_key("log", election.log_key, given.log_key, log_keys, findings)
    _check_key("tally", election.tally_key, given.tally_key, tally_keys, findings)
    return [
        f"The {name} key was taken from the tree under audit: key and data came from the same "
        f"hand. Give --{name}-key to rest on one from elsewhere."
        for name, key in (("log", given.log_key), ("tally", given.tally_key))
        if not key
    ]


def _check_key(
    name: str, named: str, given: str, published: Callable[[], list[str]], findings: Findings
) -> None:
    if given and given != named:
        findings.fail(KEYS, f"the manifest's {name} key is not the one given")
    found = findings.attempt(KEYS, published, f"the published {name} key")
    if found is not None and named not in found:
        findings.fail(KEYS, f"the published {name} key is not the manifest's")


def read_checkpoint(question: Question, findings: Findings) -> tuple[Note, Checkpoint] | None:
    """Return the checkpoint as a note and as its figures, None after noting what is wrong."""

    def read() -> tuple[Note, Checkpoint]:
        note = decode_note(question.log_file("checkpoint"))
        return note, parse_checkpoint(note.text)

    findings.made(CHECKPOINT)
    return findings.attempt(CHECKPOINT, read)


def check_first_entry(
    question: Question,
    election: Election,
    checkpoint: Checkpoint,
    committed: Tree | None,
    findings: Findings,
) -> None:
    """Check that the log begins with this election; say nothing if that cannot be read."""
    expected = leaf_hash(entry(Kind.ELECTION, election.election_id))
    if checkpoint.size == 0:
        findings.fail(MANIFEST, "the log is empty: nothing names this election.json")
    elif (first := _first_leaf(question, checkpoint, committed)) is not None:
        findings.made(MANIFEST)
        if first != expected:
            findings.fail(MANIFEST, "the log's first entry is not this election.json's")


def _first_leaf(question: Question, checkpoint: Checkpoint, committed: Tree | None) -> bytes | None:
    """Return the hash of entry 0: the one committed to, or else as published, None if missing."""
    if committed is not None:
        return committed.tiles[0][:HASH_BYTES]
    tile = next(bundles_of(checkpoint.size))
    try:
        return leaf_hash(decode_bundle(question.log_file(tile.path), tile.width)[0])
    except (NotFound, BadEncoding):
        return None


def read_log_key(election: Election, findings: Findings) -> VerifierKey | None:
    """Return the log's key, None after noting that it cannot be read."""
    return findings.attempt(LOG_SIGNATURE, lambda: parse_vkey(election.log_key), "the log's key")


def check_checkpoint(
    election: Election,
    key: VerifierKey | None,
    note: Note,
    checkpoint: Checkpoint,
    findings: Findings,
) -> list[str]:
    """Check the checkpoint's origin, signature and cosignatures; return what to remark."""
    findings.made(ORIGIN, LOG_SIGNATURE, COSIGNATURES)
    if checkpoint.origin != election.origin:
        findings.fail(ORIGIN, f"it says {checkpoint.origin!r}, not {election.origin!r}")
    if key is not None:
        if key.name != election.origin:
            findings.fail(ORIGIN, f"the log's key is named {key.name!r}, not {election.origin!r}")
        findings.attempt(LOG_SIGNATURE, lambda: verify_note(note, key))
    policy = findings.attempt(COSIGNATURES, lambda: parse_policy(election.witness_policy))
    if policy is None:
        return []
    if not policy.is_met(note):
        findings.fail(COSIGNATURES, f"the quorum {policy.quorum!r} is not met")
    return [NO_WITNESSES] if policy.quorum == NONE else []
