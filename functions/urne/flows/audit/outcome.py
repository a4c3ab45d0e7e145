"""The audit of the result: the published tally against a recount of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from urne.crypto.minisign import verify_file
from urne.errors import NotFound, UrneError
from urne.flows.audit.checks import (
    BALLOTS_OPENED,
    COUNTS,
    RESULT_FILE,
    TALLY,
    TALLY_ENTRY,
    TALLY_SIGNATURE,
)
from urne.flows.audit.entries import EntriesCheck
from urne.flows.audit.report import Findings
from urne.flows.result_file import result_file
from urne.model.card import Card
from urne.model.election import Election
from urne.model.tally import Tally, decode_tally

RECOUNTED = (BALLOTS_OPENED, COUNTS, TALLY, RESULT_FILE)


def check_tally_file(
    tally_key: str,
    seen: EntriesCheck,
    read: Callable[[str], bytes],
    findings: Findings,
) -> None:
    """Check `tally.json` as a file: its hash in the log, its signature."""
    try:
        raw = read("tally.json")
    except NotFound:
        if seen.tally_sha256 is None:
            why = "there is no tally yet"
            findings.skip((TALLY_ENTRY, TALLY_SIGNATURE), why)
        else:
            findings.fail(TALLY_ENTRY, "the log commits to a tally that is not published")
            findings.skip((TALLY_SIGNATURE,), "there is no tally.json")
        return
    if seen.tally_sha256 != hashlib.sha256(raw).digest():
        findings.fail(TALLY_ENTRY, "the log's last entry does not commit to this tally.json")
    try:
        verify_file(tally_key, raw, read("tally.json.minisig"))
    except UrneError as e:
        findings.fail(TALLY_SIGNATURE, str(e))


def check_recount(
    election: Election,
    cards: tuple[Card, ...] | None,
    seen: EntriesCheck,
    read: Callable[[str], bytes],
    findings: Findings,
) -> Tally | None:
    """Compare the published tally and result file with a recount; return the recount."""
    if seen.close is None or len(seen.reveals) < len(election.trustees):
        findings.skip(RECOUNTED, "the vote is not closed, or the ballots not yet opened")
        return None
    scalars = [shown.scalar for shown in seen.reveals[: len(election.trustees)]]
    found = seen.recount.tally(seen.fewest_sign_offs(), seen.close.root, scalars)
    try:
        stated = decode_tally(read("tally.json"))
    except NotFound:
        findings.skip(RECOUNTED, "there is no tally.json")
        return found
    except UrneError as e:
        findings.fail(TALLY, str(e))
        findings.skip(RECOUNTED, "tally.json cannot be read")
        return found
    _compare(stated, found, findings)
    if cards is None:
        findings.skip((RESULT_FILE,), "the cards, which name the projects, are not as frozen")
    else:
        _compare_result_file(
            read, result_file(election, cards, found, seen.recount.rankings()), findings
        )
    return found


def _compare(stated: Tally, found: Tally, findings: Findings) -> None:
    if dict(stated.invalid_reasons) != dict(found.invalid_reasons):
        findings.fail(
            BALLOTS_OPENED,
            f"it states {dict(stated.invalid_reasons)}, a recount {dict(found.invalid_reasons)}",
        )
    if (stated.channels, stated.counted) != (found.channels, found.counted):
        findings.fail(COUNTS, f"it states {stated.channels}, a recount {found.channels}")
    for theirs, ours in zip(stated.projects, found.projects, strict=False):
        if theirs != ours:
            findings.fail(
                TALLY,
                f"rank {ours.rank}: it states {theirs.id!r} with {theirs.points} points "
                f"({theirs.reason}), a recount {ours.id!r} with {ours.points} ({ours.reason})",
            )
    ours_otherwise = replace(
        found,
        channels=stated.channels,
        counted=stated.counted,
        invalid_reasons=stated.invalid_reasons,
        projects=stated.projects,
    )
    if ours_otherwise != stated or len(stated.projects) != len(found.projects):
        findings.fail(TALLY, "its ties, skips, sums or number of projects are not a recount's")


def _compare_result_file(read: Callable[[str], bytes], found: bytes, findings: Findings) -> None:
    try:
        if read("result.pb") != found:
            findings.fail(RESULT_FILE, "it is not what a recount writes")
    except NotFound as e:
        findings.fail(RESULT_FILE, str(e))
