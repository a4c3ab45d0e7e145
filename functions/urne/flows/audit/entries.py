"""The audit of a log's entries as a whole: order, revisions, lists, paper, close, reveals.

What an entry says is counted wherever it stands, as the count does; that it stands in the wrong
place is said under `order`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from urne.errors import PaperBatchRefused, RevealRefused, UrneError
from urne.flows.audit.bundle import BundleResult, SeenBallot
from urne.flows.audit.checks import (
    BALLOT_SIGNATURES,
    CLOSE,
    CREDENTIALS,
    ENTRIES,
    PAPER,
    REVISIONS,
    SIGN_OFFS,
    SIGN_OFFS_ENOUGH,
    SIGN_OFFS_SIGNED,
    TRUSTEES,
)
from urne.flows.audit.order import OrderCheck
from urne.flows.audit.report import Findings
from urne.flows.audit.sign_off_lists import SignOffLists
from urne.flows.paper import require_batch
from urne.flows.recount import Recount
from urne.flows.reveal import require_scalar
from urne.model.election import INTERNET, Election
from urne.model.entry import (
    ChannelCount,
    Close,
    Kind,
    Reveal,
    decode_close,
    decode_paper,
    decode_reveal,
    decode_sign_offs,
    decode_tally_entry,
    entry_kind,
)

Counts = Mapping[str, ChannelCount]


@dataclass(slots=True)
class EntriesCheck:
    """What has been seen of the log so far. Feed it every bundle in order, then `finish`.

    `closes` are (index, what the entry states, what was counted before it).
    """

    election: Election
    findings: Findings
    recount: Recount
    lists: SignOffLists
    order: OrderCheck
    closes: list[tuple[int, Close, Counts]] = field(default_factory=list)
    reveals: list[Reveal] = field(default_factory=list)
    tally_sha256: bytes | None = None
    _revised: dict[bytes, set[int]] = field(default_factory=dict)
    _batches: set[int] = field(default_factory=set)
    _sheets: Counter[str] = field(default_factory=Counter)
    _places: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, election: Election, findings: Findings) -> EntriesCheck:
        """Return a check that has seen nothing yet."""
        return cls(
            election,
            findings,
            Recount(election),
            SignOffLists(election, findings),
            OrderCheck(len(election.trustees), findings),
        )

    def add(self, result: BundleResult) -> None:
        """Take one bundle's result."""
        for check, detail in result.failures:
            self.findings.fail(check, detail)
        done = 0
        for index, raw in result.others:
            upto = done
            while upto < len(result.ballots) and result.ballots[upto].place < index:
                upto += 1
            self._add_ballots(result.ballots[done:upto])
            self._add_control(index, raw)
            done = upto
        self._add_ballots(result.ballots[done:])

    def finish(self, root_at: Callable[[int], bytes]) -> None:
        """Report on what only the whole log shows; `root_at` gives its root at a size."""
        self.findings.made(ENTRIES, CREDENTIALS, BALLOT_SIGNATURES, REVISIONS)
        self.order.finish()
        self._finish_close(root_at)
        self._finish_reveals()

    # One entry after the other

    def _add_ballots(self, ballots: Sequence[SeenBallot]) -> None:
        """Take ballots that follow one upon the other."""
        if not ballots:
            return
        self.order.add(ballots[0].place, Kind.BALLOT, len(ballots))
        for index, vk, revision, outcome in ballots:
            self._check_revision(index, vk, revision)
            self.recount.add_ballot(vk, revision, outcome)

    def _check_revision(self, index: int, vk: bytes, revision: int) -> None:
        """Check a revision before it is counted. Most keys have one: only others get a set."""
        if revision >= self.election.max_revisions:
            self.findings.fail(REVISIONS, f"entry {index}: revision {revision} is too high")
        first = self.recount.revision_of(vk)
        if first is None:
            return
        used = self._revised.setdefault(vk, {first})
        if revision in used:
            self.findings.fail(REVISIONS, f"entry {index}: revision {revision} stands twice")
        used.add(revision)

    def _add_control(self, index: int, raw: bytes) -> None:
        if index == 0:
            return  # the election: that it stands here is checked with the manifest
        try:
            kind = entry_kind(raw)
            if kind is Kind.RELEASE:
                self.findings.fail(ENTRIES, f"entry {index}: a release has no place here")
                return
            self.order.add(index, kind)
            self._read_control(index, kind, raw[1:])
        except UrneError as e:
            self.findings.fail(ENTRIES, f"entry {index}: {e}")

    def _read_control(self, index: int, kind: Kind, body: bytes) -> None:
        election_id = self.election.election_id
        if kind is Kind.SIGN_OFFS:
            self.lists.add(index, *decode_sign_offs(body, election_id))
        elif kind is Kind.PAPER:
            self._add_paper(index, body)
        elif kind is Kind.CLOSE:
            self.closes.append((index, decode_close(body, election_id), self._counts()))
        elif kind is Kind.REVEAL:
            self._add_reveal(index, decode_reveal(body, election_id))
        elif kind is Kind.TALLY:
            self.tally_sha256 = decode_tally_entry(body, election_id)

    def _add_paper(self, index: int, body: bytes) -> None:
        batch, signatures = decode_paper(body, self.election.election_id)
        if batch.batch in self._batches:
            self.findings.fail(PAPER, f"entry {index}: batch number {batch.batch} stands twice")
        self._batches.add(batch.batch)
        try:
            require_batch(self.election, batch, signatures)
        except PaperBatchRefused as e:
            self.findings.fail(PAPER, f"entry {index}: {e}")
        self._sheets[batch.place] += len(batch.sheets)
        for sheet in batch.sheets:
            self.recount.add_sheet(batch.place, sheet)

    def _add_reveal(self, index: int, shown: Reveal) -> None:
        self.reveals.append(shown)
        try:
            place = require_scalar(self.election, shown.trustee, shown.scalar)
        except RevealRefused as e:
            self.findings.fail(TRUSTEES, f"entry {index}: {e}")
            return
        if self._places and place <= self._places[-1]:
            self.findings.fail(TRUSTEES, f"entry {index}: not in the manifest's order")
        self._places.append(place)

    def _counts(self) -> Counts:
        """Return what has been counted so far, per channel, as a close entry states it."""
        fewest = self.lists.fewest()
        ballots = self.order.kinds[Kind.BALLOT]
        return {
            c.id: ChannelCount(fewest[c.id], ballots if c.kind == INTERNET else self._sheets[c.id])
            for c in self.election.channels
        }

    # The log as a whole

    def _finish_close(self, root_at: Callable[[int], bytes]) -> None:
        self.lists.finish()
        after_close = (SIGN_OFFS, SIGN_OFFS_SIGNED, SIGN_OFFS_ENOUGH, PAPER, CLOSE)
        if not self.closes:
            unread = self.order.kinds[Kind.CLOSE]
            why = "the close cannot be read" if unread else "the vote is not closed in the log"
            self.findings.skip(after_close, why)
            return
        self.findings.made(*after_close)
        self._check_sign_offs_enough()
        for index, close, counts in self.closes:
            self._check_close(index, close, counts, root_at)

    def _check_sign_offs_enough(self) -> None:
        for channel in self.election.channels:
            internet = channel.kind == INTERNET
            voted = self.recount.voting_keys if internet else self._sheets[channel.id]
            for issuer in self.election.issuers:
                listed = self.lists.number(issuer.id, channel.id)
                if listed < voted:
                    self.findings.fail(
                        SIGN_OFFS_ENOUGH,
                        f"{channel.id}: {issuer.id!r} signed off {listed} people, {voted} voted",
                    )

    def _check_close(
        self, index: int, close: Close, counts: Counts, root_at: Callable[[int], bytes]
    ) -> None:
        where = f"entry {index}"
        if close.size != index:
            self.findings.fail(CLOSE, f"{where}: it states size {close.size}, not {index}")
        if close.root != root_at(index):
            self.findings.fail(CLOSE, f"{where}: it states another root than the log had before it")
        for channel in sorted({*close.counts, *counts}):
            stated, found = close.counts.get(channel), counts.get(channel)
            if stated != found:
                self.findings.fail(
                    CLOSE, f"{where}, {channel!r}: it states {_plain(stated)}, not {_plain(found)}"
                )

    def _finish_reveals(self) -> None:
        expected, unread = len(self.election.trustees), self.order.kinds[Kind.REVEAL]
        unread -= len(self.reveals)
        if unread:
            self.findings.skip((TRUSTEES,), f"{unread} of the reveals cannot be read")
        elif len(self.reveals) < expected:
            shown = f"{len(self.reveals)} of {expected} trustees' keys are revealed"
            self.findings.skip((TRUSTEES,), shown)
        self.findings.made(TRUSTEES)
        passed_over = self._places != list(range(len(self._places)))
        if passed_over and not unread and not self.findings.has_failed(TRUSTEES):
            self.findings.fail(TRUSTEES, "one of them was passed over")


def _plain(count: ChannelCount | None) -> str:
    if count is None:
        return "nothing"
    return f"{count.sign_offs} signed off and {count.ballots} ballots"
