"""The audit of a log's entries as a whole: order, revisions, lists, paper, close, reveals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import merge

from urne.canonical import to_base64
from urne.crypto.sign import is_signed
from urne.errors import PaperBatchRefused, RevealRefused, UrneError
from urne.flows.audit.bundle import BundleResult
from urne.flows.audit.checks import (
    CLOSE,
    ENTRIES,
    ORDER,
    PAPER,
    REVISIONS,
    SIGN_OFFS,
    SIGN_OFFS_ENOUGH,
    SIGN_OFFS_SIGNED,
    TRUSTEES,
)
from urne.flows.audit.report import Findings
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
    sign_offs_message,
)


@dataclass(slots=True)
class EntriesCheck:
    """What has been seen of the log so far. Feed it every bundle in order, then `finish`."""

    election: Election
    findings: Findings
    recount: Recount
    close: Close | None = None
    close_index: int = 0
    reveals: list[Reveal] = field(default_factory=list)
    tally_sha256: bytes | None = None
    ballots: int = 0
    _latest_kind: Kind | None = None
    _revisions: dict[bytes, int] = field(default_factory=dict)
    _listed: Counter[tuple[str, str]] = field(default_factory=Counter)
    _last_line: dict[tuple[str, str], bytes] = field(default_factory=dict)
    _lines: set[tuple[str, bytes]] = field(default_factory=set)
    _batches: set[int] = field(default_factory=set)
    _sheets: Counter[str] = field(default_factory=Counter)

    def add(self, result: BundleResult) -> None:
        """Take one bundle's result."""
        for check, detail in result.failures:
            self.findings.fail(check, detail)
        numbered_ballots = ((ballot[0], Kind.BALLOT, b"") for ballot in result.ballots)
        others = ((index, None, raw) for index, raw in result.others)
        for index, kind, raw in merge(numbered_ballots, others, key=lambda item: item[0]):
            if kind is Kind.BALLOT:
                self._in_order(index, Kind.BALLOT)
            else:
                self._add_control(index, raw)
        for index, vk, revision, outcome in result.ballots:
            self._add_revision(index, vk, revision)
            self.recount.add_ballot(vk, revision, outcome)
        self.ballots += len(result.ballots)

    def finish(self, root_at: Callable[[int], bytes]) -> None:
        """Report on what only the whole log shows; `root_at` gives its root at a size."""
        if self._latest_kind is None:
            self.findings.fail(ORDER, "the log does not begin with the election")
        if self.tally_sha256 is not None:
            self._require(self.close is not None, "there is a tally without a close")
            missing = len(self.election.trustees) - len(self.reveals)
            self._require(missing <= 0, f"there is a tally without {missing} of the reveals")
        if self.close is not None:
            self._check_sign_offs_enough()
            self._check_close(self.close, root_at)

    def fewest_sign_offs(self) -> dict[str, int]:
        """Return, per channel, the sign-offs of the issuer that lists the fewest."""
        return {
            channel.id: min(self._listed[i.id, channel.id] for i in self.election.issuers)
            for channel in self.election.channels
        }

    def _require(self, condition: bool, detail: str) -> None:
        if not condition:
            self.findings.fail(ORDER, detail)

    def _in_order(self, index: int, kind: Kind) -> None:
        latest, self._latest_kind = self._latest_kind, kind
        if latest is None:
            self._require(kind is Kind.ELECTION, f"entry {index} comes before the election")
        elif latest is Kind.TALLY:
            self._require(False, f"entry {index} follows the tally")
        elif kind < latest or (kind == latest and kind in (Kind.ELECTION, Kind.CLOSE)):
            name, after = kind.name.lower(), latest.name.lower()
            self._require(False, f"entry {index}: {name} after {after}")

    def _add_control(self, index: int, raw: bytes) -> None:
        try:
            kind = entry_kind(raw)
            if kind is Kind.RELEASE:
                self.findings.fail(ENTRIES, f"entry {index}: a release has no place here")
                return
            self._in_order(index, kind)
            self._read_control(index, kind, raw[1:])
        except UrneError as e:
            self.findings.fail(ENTRIES, f"entry {index}: {e}")

    def _read_control(self, index: int, kind: Kind, body: bytes) -> None:
        if kind is Kind.SIGN_OFFS:
            self._add_sign_offs(index, body)
        elif kind is Kind.PAPER:
            self._add_paper(index, body)
        elif kind is Kind.CLOSE:
            self.close, self.close_index = decode_close(body, self.election.election_id), index
        elif kind is Kind.REVEAL:
            self._add_reveal(index, body)
        elif kind is Kind.TALLY:
            self.tally_sha256 = decode_tally_entry(body, self.election.election_id)

    def _add_revision(self, index: int, vk: bytes, revision: int) -> None:
        if revision >= self.election.max_revisions:
            self.findings.fail(REVISIONS, f"entry {index}: revision {revision} is too high")
            return
        used = self._revisions.get(vk, 0)
        if used >> revision & 1:
            self.findings.fail(REVISIONS, f"entry {index}: revision {revision} stands twice")
        self._revisions[vk] = used | 1 << revision

    def _add_sign_offs(self, index: int, body: bytes) -> None:
        listed, signature = decode_sign_offs(body, self.election.election_id)
        issuer = next((i for i in self.election.issuers if i.id == listed.issuer), None)
        if issuer is None or self.election.channel(listed.channel) is None:
            self.findings.fail(SIGN_OFFS, f"entry {index}: its issuer or channel is unknown")
            return
        message = sign_offs_message(self.election.election_id, listed)
        if not is_signed(issuer.sign_off_key, message, signature):
            self.findings.fail(SIGN_OFFS_SIGNED, f"entry {index}: not signed by {issuer.id!r}")
        list_of = (listed.issuer, listed.channel)
        for line in listed.commitments:
            if line <= self._last_line.get(list_of, b"") or (issuer.id, line) in self._lines:
                self.findings.fail(
                    SIGN_OFFS, f"entry {index}: {to_base64(line)} is out of order or stands twice"
                )
            self._last_line[list_of] = line
            self._lines.add((issuer.id, line))
        self._listed[list_of] += len(listed.commitments)

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

    def _add_reveal(self, index: int, body: bytes) -> None:
        shown = decode_reveal(body, self.election.election_id)
        try:
            if require_scalar(self.election, shown.trustee, shown.scalar) != len(self.reveals):
                self.findings.fail(TRUSTEES, f"entry {index}: not in the manifest's order")
        except RevealRefused as e:
            self.findings.fail(TRUSTEES, f"entry {index}: {e}")
        self.reveals.append(shown)

    def _voted(self) -> dict[str, int]:
        """Return, per channel, the voting keys or sheets: what may not exceed the sign-offs."""
        return {
            c.id: self.recount.voting_keys if c.kind == INTERNET else self._sheets[c.id]
            for c in self.election.channels
        }

    def _check_sign_offs_enough(self) -> None:
        for channel, voted in self._voted().items():
            for issuer in self.election.issuers:
                listed = self._listed[issuer.id, channel]
                if listed < voted:
                    self.findings.fail(
                        SIGN_OFFS_ENOUGH,
                        f"{channel}: issuer {issuer.id!r} signed off {listed}, {voted} voted",
                    )

    def _check_close(self, close: Close, root_at: Callable[[int], bytes]) -> None:
        if close.size != self.close_index:
            self.findings.fail(CLOSE, f"it states size {close.size}, not {self.close_index}")
        elif close.root != root_at(close.size):
            self.findings.fail(CLOSE, "it states another root than the log had before it")
        fewest = self.fewest_sign_offs()
        found = {
            c.id: ChannelCount(
                fewest[c.id], self.ballots if c.kind == INTERNET else self._sheets[c.id]
            )
            for c in self.election.channels
        }
        if dict(close.counts) != found:
            self.findings.fail(CLOSE, f"it states {_plain(close.counts)}, not {_plain(found)}")


def _plain(counts: object) -> str:
    if not isinstance(counts, dict):
        return str(counts)
    return ", ".join(f"{c}: {n.sign_offs} signed off, {n.ballots} in" for c, n in counts.items())
