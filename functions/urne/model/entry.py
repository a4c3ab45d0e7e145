"""Log entries: one type byte, then a body, at most 65,535 bytes together.

    0x01 election    election_id, the 32-byte SHA-256 of election.json
    0x02 ballot      fixed binary, model/ballot.py
    0x03 sign-offs   canonical JSON: who was handed a vote, as commitments
    0x04 paper batch canonical JSON: one box's sheets, signed by two clerks
    0x05 close       canonical JSON: counts per channel, size and root before it
    0x06 reveal      canonical JSON: one trustee's X25519 scalar
    0x07 tally       canonical JSON: SHA-256 of tally.json
    0x08 release     canonical JSON: number, SHA-256 of the release manifest (site log only)

An election's log holds them in the order of `Kind`, see `flows.audit`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from urne.canonical import Fields, Json, decode, encode, integers, to_base64
from urne.errors import BadEncoding, OtherElection
from urne.model.election import MAX_CHOICES

MAX_ENTRY_BYTES = 65_535
MAX_COMMITMENTS = 1_000
MAX_SHEETS = 1_000
SIGN_OFFS_LABEL = b"urne/v1/sign-offs\x00"
PAPER_LABEL = b"urne/v1/paper\x00"

# A sheet of paper may hold any mistake; more crosses than this are written down as this many.
MAX_CROSSES = 2 * MAX_CHOICES


class Kind(IntEnum):
    """The type byte of an entry."""

    ELECTION = 1
    BALLOT = 2
    SIGN_OFFS = 3
    PAPER = 4
    CLOSE = 5
    REVEAL = 6
    TALLY = 7
    RELEASE = 8


@dataclass(frozen=True, slots=True)
class SignOffs:
    """A part of one issuer's published list: 32-byte commitments, sorted by raw bytes.

    It may be empty: a channel in which nobody was signed off has a list that says so.
    """

    issuer: str
    channel: str
    commitments: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class PaperBatch:
    """One box's sheets, sorted; a sheet is the project numbers as written, valid or not."""

    batch: int
    place: str
    sheets: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class ChannelCount:
    """What the closer found in one channel: people signed off, and ballots or sheets."""

    sign_offs: int
    ballots: int


@dataclass(frozen=True, slots=True)
class Close:
    """The end of the vote: counts by channel id, and the log's size and root before it."""

    counts: Mapping[str, ChannelCount]
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Reveal:
    """A trustee's secret X25519 scalar, 32 bytes, clamped."""

    trustee: str
    scalar: bytes


Signatures = tuple[tuple[str, bytes], ...]


def entry(kind: Kind, body: bytes) -> bytes:
    """Return a log entry. Raises BadEncoding over 65,535 bytes."""
    if len(body) + 1 > MAX_ENTRY_BYTES:
        raise BadEncoding("log entry", f"it has {len(body) + 1} bytes, over {MAX_ENTRY_BYTES}")
    return bytes([kind]) + body


def entry_kind(raw: bytes) -> Kind:
    """Return the kind of an entry. Raises BadEncoding."""
    try:
        return Kind(raw[0])
    except (IndexError, ValueError) as e:
        raise BadEncoding("log entry", "its type is not known") from e


# --- Sign-offs ------------------------------------------------------------------------------


def sign_offs_message(election_id: bytes, sign_offs: SignOffs) -> bytes:
    """Return what the issuer signs: the label and the canonical body without the signature."""
    return SIGN_OFFS_LABEL + encode(_sign_offs_json(election_id, sign_offs))


def encode_sign_offs(election_id: bytes, sign_offs: SignOffs, signature: bytes) -> bytes:
    """Return the body of a sign-offs entry."""
    body = {**_sign_offs_json(election_id, sign_offs), "signature": to_base64(signature)}
    return encode(body)


def decode_sign_offs(body: bytes, election_id: bytes) -> tuple[SignOffs, bytes]:
    """Return the sign-offs of a body and the issuer's signature.

    Raises NotCanonical, BadField or OtherElection.
    """
    names = ("election_id", "issuer", "channel", "commitments", "signature")
    f = _fields(body, "sign-offs entry", names, election_id)
    items = f.items("commitments", most=MAX_COMMITMENTS)
    commitments = tuple(
        Fields({"commitment": item}, f.where, ("commitment",)).base64("commitment", 32)
        for item in items
    )
    found = SignOffs(f.text("issuer"), f.text("channel"), commitments)
    return found, f.base64("signature", 64)


def _sign_offs_json(election_id: bytes, sign_offs: SignOffs) -> dict[str, Json]:
    return {
        "election_id": to_base64(election_id),
        "issuer": sign_offs.issuer,
        "channel": sign_offs.channel,
        "commitments": [to_base64(commitment) for commitment in sign_offs.commitments],
    }


# --- Paper ----------------------------------------------------------------------------------


def paper_message(election_id: bytes, batch: PaperBatch) -> bytes:
    """Return what each clerk signs: the label and the canonical body without signatures."""
    return PAPER_LABEL + encode(_paper_json(election_id, batch))


def encode_paper(
    election_id: bytes, batch: PaperBatch, signatures: Sequence[tuple[str, bytes]]
) -> bytes:
    """Return the body of a paper batch with its clerks' signatures, sorted by clerk."""
    signed: list[Json] = [
        {"clerk": clerk, "signature": to_base64(signature)}
        for clerk, signature in sorted(signatures)
    ]
    return encode({**_paper_json(election_id, batch), "signatures": signed})


def decode_paper(body: bytes, election_id: bytes) -> tuple[PaperBatch, Signatures]:
    """Return the paper batch of a body and its (clerk, signature) pairs.

    Raises NotCanonical, BadField or OtherElection.
    """
    names = ("election_id", "batch", "place", "sheets", "signatures")
    f = _fields(body, "paper batch", names, election_id)
    sheets = []
    for item in f.items("sheets", least=1, most=MAX_SHEETS):
        if not isinstance(item, list) or len(item) > MAX_CROSSES:
            f.refuse("sheets", f"holds something that is no list of at most {MAX_CROSSES} numbers")
        sheets.append(integers(item, f.where, "sheets", most=0xFFFF))
    if sheets != sorted(sheets):
        f.refuse("sheets", "are not sorted")
    signatures = []
    for item in f.items("signatures"):
        s = Fields(item, "paper batch, signatures", ("clerk", "signature"))
        signatures.append((s.text("clerk"), s.base64("signature", 64)))
    if signatures != sorted(signatures):
        f.refuse("signatures", "are not sorted")
    batch = PaperBatch(f.integer("batch"), f.text("place"), tuple(sheets))
    return batch, tuple(signatures)


def _paper_json(election_id: bytes, batch: PaperBatch) -> dict[str, Json]:
    return {
        "election_id": to_base64(election_id),
        "batch": batch.batch,
        "place": batch.place,
        "sheets": batch.sheets,
    }


# --- Close, reveal, tally, release ------------------------------------------------------------


def encode_close(election_id: bytes, close: Close) -> bytes:
    """Return the body of a close entry."""
    return encode(
        {
            "election_id": to_base64(election_id),
            "counts": {
                channel: {"sign_offs": count.sign_offs, "ballots": count.ballots}
                for channel, count in close.counts.items()
            },
            "size": close.size,
            "root": to_base64(close.root),
        }
    )


def decode_close(body: bytes, election_id: bytes) -> Close:
    """Return the close of a body. Raises NotCanonical, BadField or OtherElection."""
    f = _fields(body, "close entry", ("election_id", "counts", "size", "root"), election_id)
    counts = f.raw("counts")
    if not isinstance(counts, Mapping):
        f.refuse("counts", "is not an object")
    return Close(
        {channel: _channel_count(value) for channel, value in counts.items()},
        f.integer("size"),
        f.base64("root", 32),
    )


def _channel_count(value: Json) -> ChannelCount:
    f = Fields(value, "close entry, counts", ("sign_offs", "ballots"))
    return ChannelCount(f.integer("sign_offs"), f.integer("ballots"))


def encode_reveal(election_id: bytes, reveal: Reveal) -> bytes:
    """Return the body of a reveal entry."""
    return encode(
        {
            "election_id": to_base64(election_id),
            "trustee": reveal.trustee,
            "scalar": to_base64(reveal.scalar),
        }
    )


def decode_reveal(body: bytes, election_id: bytes) -> Reveal:
    """Return the reveal of a body. Raises NotCanonical, BadField or OtherElection."""
    f = _fields(body, "reveal entry", ("election_id", "trustee", "scalar"), election_id)
    return Reveal(f.text("trustee"), f.base64("scalar", 32))


def encode_tally_entry(election_id: bytes, tally_sha256: bytes) -> bytes:
    """Return the body of a tally entry."""
    return encode({"election_id": to_base64(election_id), "sha256": to_base64(tally_sha256)})


def decode_tally_entry(body: bytes, election_id: bytes) -> bytes:
    """Return the 32-byte SHA-256 of tally.json that a tally entry commits to."""
    return _fields(body, "tally entry", ("election_id", "sha256"), election_id).base64("sha256", 32)


def encode_release(number: int, manifest_sha256: bytes) -> bytes:
    """Return the body of a release entry, for the site's log."""
    return encode({"number": number, "sha256": to_base64(manifest_sha256)})


def decode_release(body: bytes) -> tuple[int, bytes]:
    """Return the release number and the SHA-256 of its manifest."""
    f = Fields(decode(body), "release entry", ("number", "sha256"))
    return f.integer("number"), f.base64("sha256", 32)


def _fields(body: bytes, where: str, names: Sequence[str], election_id: bytes) -> Fields:
    f = Fields(decode(body), where, names)
    if f.base64("election_id", 32) != election_id:
        raise OtherElection
    return f
