"""The audit of one bundle of entries on its own: nearly all of the work, done in parallel.

Every signature of every ballot is verified, every seal opened. What needs the rest of the log
(duplicates, order, the tree) is handed back in a small result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from urne.crypto.blind import is_credential
from urne.crypto.sign import is_signed
from urne.errors import BadEncoding, UrneError
from urne.flows.audit.checks import BALLOT_SIGNATURES, BUNDLES, CREDENTIALS, ENTRIES
from urne.flows.recount import Outcome, open_ballot
from urne.log.merkle import HASH_BYTES, leaf_hash
from urne.log.tiles import WIDTH, Tile, decode_bundle
from urne.model.ballot import Ballot, credential_message, decode_ballot
from urne.model.election import Election
from urne.model.entry import Kind

# The outcome of a ballot that is still sealed.
SEALED = "sealed"

Pairs = tuple[tuple[bytes, bytes], ...]

_BALLOT = int(Kind.BALLOT)


@dataclass(frozen=True, slots=True)
class BundleWork:
    """What a worker needs: the bundle, and the trustees' (public, scalar) if revealed.

    `raw` is None if the file is missing. `committed` are the leaf hashes that the signed root
    commits to, if they are known.
    """

    election: Election
    pairs: Pairs | None
    tile: Tile
    raw: bytes | None
    committed: bytes | None


class SeenBallot(NamedTuple):
    """A ballot as the rest of the audit needs it; `outcome` is SEALED before the reveal."""

    place: int
    vk: bytes
    revision: int
    outcome: Outcome


@dataclass(slots=True)
class BundleResult:
    """What one bundle holds, and what was found wrong in it.

    `leaves` are its entries' hashes, one after the other, if they are not known to be committed
    to and the bundle can be read. `others` are (index, entry) of what is no ballot. Of entries
    that the root does not commit to, nothing but that is said, and the result is not `whole`.
    """

    tile: Tile
    leaves: bytes = b""
    ballots: list[SeenBallot] = field(default_factory=list)
    others: list[tuple[int, bytes]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    whole: bool = True


def check_bundle(work: BundleWork) -> BundleResult:
    """Return what one bundle of entries holds and what is wrong in it."""
    result = BundleResult(work.tile)
    if work.raw is None:
        return _broken(result, f"{work.tile.path} is missing")
    try:
        entries = decode_bundle(work.raw, work.tile.width)
    except BadEncoding as e:
        return _broken(result, f"{work.tile.path}: {e}")
    leaves = [leaf_hash(raw) for raw in entries]
    if work.committed is None:
        result.leaves = b"".join(leaves)
    for index, raw, leaf in zip(count(work.tile.index * WIDTH), entries, leaves, strict=False):
        at = HASH_BYTES * (index % WIDTH)
        if work.committed is not None and work.committed[at : at + HASH_BYTES] != leaf:
            _broken(result, f"{work.tile.path}: entry {index} is not the one committed to")
        elif raw and raw[0] == _BALLOT:
            _check_ballot(work, result, index, raw[1:])
        else:
            result.others.append((index, raw))
    return result


def _broken(result: BundleResult, detail: str) -> BundleResult:
    result.failures.append((BUNDLES, detail))
    result.whole = False
    return result


def _check_ballot(work: BundleWork, result: BundleResult, index: int, body: bytes) -> None:
    election = work.election
    try:
        ballot = decode_ballot(body, election)
    except UrneError as e:
        result.failures.append((ENTRIES, f"entry {index}: {e}"))
        return
    _check_signatures(election, result, index, ballot)
    outcome = SEALED if work.pairs is None else open_ballot(ballot, election, work.pairs)
    result.ballots.append(SeenBallot(index, ballot.vk, ballot.revision, outcome))


def _check_signatures(election: Election, result: BundleResult, index: int, ballot: Ballot) -> None:
    message = credential_message(election.election_id, ballot.vk)
    for issuer, credential in zip(election.issuers, ballot.credentials, strict=True):
        if not is_credential(issuer.modulus, message, credential):
            result.failures.append(
                (CREDENTIALS, f"entry {index}: no valid credential of issuer {issuer.id!r}")
            )
    if not is_signed(ballot.vk, ballot.signed_message, ballot.signature):
        result.failures.append((BALLOT_SIGNATURES, f"entry {index}: the signature is not valid"))
