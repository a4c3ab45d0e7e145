"""The audit of the result: the published tally and result file against a recount of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from urne.crypto.minisign import verify_file
from urne.errors import NotFound
from urne.flows.audit.checks import (
    BALLOTS_OPENED,
    COUNTS,
    RESULT_FILE,
    TALLY,
    TALLY_ENTRY,
    TALLY_SIGNATURE,
    TRUSTEES,
)
from urne.flows.audit.entries import EntriesCheck
from urne.flows.audit.question import Question, require_json_size
from urne.flows.audit.report import Findings
from urne.flows.result_file import result_file
from urne.model.card import Card
from urne.model.election import Election
from urne.model.entry import Kind
from urne.model.tally import ChannelTally, ProjectTally, Tally, decode_tally

NO_TALLY = "there is no tally yet"
RECOUNTED = (BALLOTS_OPENED, COUNTS, TALLY, RESULT_FILE)


def read_tally(question: Question) -> bytes | None:
    """Return the bytes of `tally.json`, None if there are none."""
    try:
        return question.file("tally.json")
    except NotFound:
        return None


def check_signature(
    question: Question, election: Election, tally: bytes | None, findings: Findings
) -> None:
    """Check the minisign signature under `tally.json`."""
    if tally is None:
        findings.skip((TALLY_SIGNATURE,), "there is no tally.json")
        return
    findings.made(TALLY_SIGNATURE)
    findings.attempt(
        TALLY_SIGNATURE,
        lambda: verify_file(election.tally_key, tally, question.file("tally.json.minisig")),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the result is checked from: the log as seen, and the frozen cards (none if lost).

    `opened` says whether ballots were opened with the trustees' keys as they were read.
    """

    question: Question
    election: Election
    cards: tuple[Card, ...]
    seen: EntriesCheck
    opened: bool
    findings: Findings

    def check(self, tally: bytes | None) -> None:
        """Check the published result, whose `tally.json` has these bytes."""
        self._check_entry(tally)
        if why := self._why_not_recounted(tally):
            self.findings.skip(RECOUNTED, why)
            return
        scalars = [shown.scalar for shown in self.seen.reveals]
        _, close, _ = self.seen.closes[-1]
        found = self.seen.recount.tally(self.seen.lists.fewest(), close.root, scalars)
        self._check_tally(tally, found)
        self._check_result_file(found)

    def _check_entry(self, tally: bytes | None) -> None:
        seen, findings = self.seen, self.findings
        if seen.order.kinds[Kind.TALLY] and seen.tally_sha256 is None:
            findings.skip((TALLY_ENTRY,), "the log's tally entry cannot be read")
        elif tally is None and seen.tally_sha256 is None:
            findings.skip((TALLY_ENTRY,), NO_TALLY)
        elif tally is None:
            findings.fail(TALLY_ENTRY, "the log commits to a tally that is not published")
        elif seen.tally_sha256 is None:
            findings.fail(TALLY_ENTRY, "tally.json is published, and the log does not name it")
        elif seen.tally_sha256 != hashlib.sha256(tally).digest():
            findings.fail(TALLY_ENTRY, "the log's last entry names another tally.json")
        findings.made(TALLY_ENTRY)

    def _why_not_recounted(self, tally: bytes | None) -> str:
        """Return why the result cannot be recounted, nothing if it can."""
        if not self.seen.closes:
            return "the vote is not closed"
        if self.findings.has_failed(TRUSTEES):
            return "the keys revealed are not those of the trustees"
        if len(self.seen.reveals) < len(self.election.trustees):
            return "the ballots are still sealed"
        if not self.opened:
            return "the trustees' keys do not stand at the log's end"
        if tally is None and self.seen.tally_sha256 is None:
            return NO_TALLY
        return ""

    def _check_tally(self, tally: bytes | None, found: Tally) -> None:
        if tally is None:
            self.findings.skip((BALLOTS_OPENED, COUNTS, TALLY), "there is no tally.json")
            return
        self.findings.made(TALLY)
        stated = self.findings.attempt(
            TALLY, lambda: decode_tally(require_json_size("tally.json", tally))
        )
        if stated is None:
            self.findings.skip((BALLOTS_OPENED, COUNTS), "tally.json cannot be read")
            return
        self.findings.made(BALLOTS_OPENED, COUNTS)
        for check, detail in differences(stated, found):
            self.findings.fail(check, detail)

    def _check_result_file(self, found: Tally) -> None:
        if not self.cards:
            why = "the cards, which name the projects, are not as frozen"
            self.findings.skip((RESULT_FILE,), why)
            return
        self.findings.made(RESULT_FILE)
        published = self.findings.attempt(RESULT_FILE, lambda: self.question.file("result.pb"))
        rankings = self.seen.recount.rankings()
        recounted = self.findings.attempt(
            RESULT_FILE, lambda: result_file(self.election, self.cards, found, rankings)
        )
        if None not in (published, recounted) and published != recounted:
            self.findings.fail(RESULT_FILE, "it is not what a recount writes")


def differences(stated: Tally, found: Tally) -> Iterator[tuple[str, str]]:
    """Yield (check, detail) of whatever a published tally states otherwise than a recount."""
    reasons = dict(stated.invalid_reasons), dict(found.invalid_reasons)
    if reasons[0] != reasons[1]:
        yield BALLOTS_OPENED, f"invalid: it states {reasons[0]}, a recount {reasons[1]}"
    if stated.counted != found.counted:
        yield COUNTS, f"counted: it states {stated.counted}, a recount {found.counted}"
    yield from _channel_differences(stated.channels, found.channels)
    yield from _project_differences(stated.projects, found.projects)
    for name in ("election_id", "edition", "currency", "budget_cents", "spent_cents"):
        theirs, ours = getattr(stated, name), getattr(found, name)
        if theirs != ours:
            yield TALLY, f"{name}: it states {theirs!r}, a recount {ours!r}"
    for name in ("ties", "skips"):
        if getattr(stated, name) != getattr(found, name):
            yield TALLY, f"its {name} are not those of a recount"


def _channel_differences(
    stated: Sequence[ChannelTally], found: Sequence[ChannelTally]
) -> Iterator[tuple[str, str]]:
    if [c.channel for c in stated] != [c.channel for c in found]:
        yield COUNTS, "its channels are not those of the manifest"
        return
    for theirs, ours in zip(stated, found, strict=True):
        for name in ChannelTally.__slots__:
            said, counted = getattr(theirs, name), getattr(ours, name)
            if said != counted:
                detail = f"{ours.channel}, {name}: it states {said}, a recount {counted}"
                yield COUNTS, detail


def _project_differences(
    stated: Sequence[ProjectTally], found: Sequence[ProjectTally]
) -> Iterator[tuple[str, str]]:
    if len(stated) != len(found):
        yield TALLY, f"it ranks {len(stated)} projects, a recount {len(found)}"
    for theirs, ours in zip(stated, found, strict=False):
        if theirs != ours:
            yield TALLY, f"rank {ours.rank}: it states {_plain(theirs)}, a recount {_plain(ours)}"


def _plain(project: ProjectTally) -> str:
    choices = "+".join(map(str, project.choices))
    return f"{project.id!r} with {project.points} points ({choices} choices, {project.reason})"
