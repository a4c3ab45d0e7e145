"""The audit from beginning to end, over a log of any size, on every core it is given.

It reads the public tree only, bundle by bundle, goes on after a failure and reports them all. A
check that rests on another that failed is reported as not made, never as passed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from urne.canonical import Json, to_base64
from urne.crypto.minisign import read_public_key_file
from urne.errors import BadEncoding, NotFound, UrneError
from urne.flows.audit.bundle import BundleResult, BundleWork, check_bundle
from urne.flows.audit.checks import (
    BALLOTS_OPENED,
    CARDS,
    CHECKPOINT,
    CHECKS,
    CLOSE,
    COSIGNATURES,
    COUNTS,
    ENTRIES,
    KEYS,
    LOG_SIGNATURE,
    MANIFEST,
    ORDER,
    ORIGIN,
    PAPER,
    PROMISE,
    RESULT_FILE,
    REVISIONS,
    SIGN_OFFS,
    SIGN_OFFS_ENOUGH,
    SINCE,
    TALLY,
    TALLY_ENTRY,
    TALLY_SIGNATURE,
    TILES,
    TRUSTEES,
)
from urne.flows.audit.entries import EntriesCheck
from urne.flows.audit.outcome import RECOUNTED, check_recount, check_tally_file
from urne.flows.audit.promise import decode_promise
from urne.flows.audit.report import Findings, Report
from urne.flows.audit.tree import Tree, check_since, check_tiles, published_tree
from urne.flows.open import require_cards
from urne.flows.paths import LOG_KEY, TALLY_KEY, election_path, log_path
from urne.flows.recount import Recount
from urne.flows.reveal import require_scalar
from urne.log.checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from urne.log.note import Note, VerifierKey, decode_note, parse_vkey, verify_note
from urne.log.policy import parse_policy
from urne.log.tiles import WIDTH, bundles_of, decode_bundle
from urne.model.card import Card, decode_cards
from urne.model.election import Election, decode_election
from urne.model.entry import Kind, decode_reveal, entry

Read = Callable[[str], bytes]
WINDOW = 8

# What says nothing while entries are missing or changed.
_NEED_ALL = (
    SINCE, ENTRIES, ORDER, REVISIONS, SIGN_OFFS, SIGN_OFFS_ENOUGH, PAPER, CLOSE, TRUSTEES,
    BALLOTS_OPENED, COUNTS, TALLY, TALLY_ENTRY, TALLY_SIGNATURE, RESULT_FILE, PROMISE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GivenKeys:
    """Keys that came from somewhere other than the tree under audit; empty if none did."""

    log_key: str = ""
    tally_key: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What to audit: the public tree by path, one edition, and what the auditor brings along."""

    read: Read
    edition: str
    given: GivenKeys = GivenKeys()
    since: bytes | None = None
    promise: bytes | None = None


def audit(
    question: Question,
    *,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Return the report on one election.

    `executor` runs the checks of bundles in parallel; `progress` is told (entries done, of all).
    """
    return _Audit(question, executor, progress).run()


class _Audit:
    """One audit under way."""

    def __init__(
        self,
        question: Question,
        executor: Executor | None,
        progress: Callable[[int, int], None],
    ) -> None:
        self.question, self.executor, self.progress = question, executor, progress
        self.findings = Findings()
        self.facts: dict[str, Json] = {"edition": question.edition}
        self.remarks: list[str] = []

    def run(self) -> Report:
        opened = self._open()
        if opened is not None:
            election, checkpoint = opened
            self._audit_log(election, checkpoint)
        return Report(self.findings.results(), self.facts, tuple(self.remarks))

    # What stands before the log

    def _file(self, name: str) -> bytes:
        return self.question.read(election_path(self.question.edition, name))

    def _log_file(self, name: str) -> bytes:
        return self.question.read(log_path(self.question.edition, name))

    def _skip_all(self, why: str) -> None:
        self.findings.skip(tuple(CHECKS), why)

    def _open(self) -> tuple[Election, Checkpoint] | None:
        try:
            election = decode_election(self._file("election.json"))
        except UrneError as e:
            self.findings.fail(MANIFEST, str(e))
            self._skip_all("election.json cannot be read")
            return None
        self.facts["election_id"] = to_base64(election.election_id)
        self._check_keys(election)
        try:
            note = decode_note(self._log_file("checkpoint"))
            checkpoint = parse_checkpoint(note.text)
        except UrneError as e:
            self.findings.fail(CHECKPOINT, str(e))
            self._skip_all("the checkpoint cannot be read")
            return None
        self.facts.update({"size": checkpoint.size, "root": to_base64(checkpoint.root)})
        self._check_checkpoint(election, note, checkpoint)
        return election, checkpoint

    def _check_keys(self, election: Election) -> None:
        given = self.question.given
        for name, named, theirs, published in (
            ("log", election.log_key, given.log_key, self._published_log_key),
            ("tally", election.tally_key, given.tally_key, self._published_tally_key),
        ):
            if theirs and theirs != named:
                self.findings.fail(KEYS, f"the manifest's {name} key is not the one given")
            try:
                if published() != named:
                    self.findings.fail(KEYS, f"the published {name} key is not the manifest's")
            except UrneError as e:
                self.findings.fail(KEYS, f"the published {name} key: {e}")
            if not theirs:
                self.remarks.append(
                    f"The {name} key was taken from the tree under audit: key and data came from "
                    f"the same hand. Give --{name}-key to rest on one from elsewhere."
                )

    def _published_log_key(self) -> str:
        return self.question.read(LOG_KEY).decode("utf-8", "replace").removesuffix("\n")

    def _published_tally_key(self) -> str:
        return read_public_key_file(self.question.read(TALLY_KEY))

    def _log_key(self, election: Election) -> VerifierKey:
        return parse_vkey(self.question.given.log_key or election.log_key)

    def _check_checkpoint(self, election: Election, note: Note, checkpoint: Checkpoint) -> None:
        if checkpoint.origin != election.origin:
            self.findings.fail(ORIGIN, f"it says {checkpoint.origin!r}")
        try:
            verify_note(note, self._log_key(election))
        except UrneError as e:
            self.findings.fail(LOG_SIGNATURE, str(e))
        try:
            policy = parse_policy(election.witness_policy)
            if not policy.is_met(note):
                self.findings.fail(COSIGNATURES, f"the quorum {policy.quorum!r} is not met")
            if not policy.witnesses:
                self.remarks.append(
                    "The manifest names no witnesses: who runs the log could show "
                    "different people different ones."
                )
        except BadEncoding as e:
            self.findings.fail(COSIGNATURES, str(e))

    # The log

    def _audit_log(self, election: Election, checkpoint: Checkpoint) -> None:
        if not self._names_manifest(election):
            return
        cards = self._cards(election)
        promised = self._promised(election)
        published = published_tree(checkpoint.size, self._log_file)
        committed = published if published and _makes(published, checkpoint) else None
        pairs = self._revealed_pairs(election, checkpoint)
        seen, tree = EntriesCheck(election, self.findings, Recount(election)), Tree()
        whole = True
        for result in self._results(election, checkpoint, pairs, committed):
            whole = whole and result.whole
            seen.add(result)
            if result.leaves:
                tree.add(result.leaves)
            done = min(checkpoint.size, (result.tile.index + 1) * WIDTH)
            self.progress(done, checkpoint.size)
        tree = committed or tree
        if not committed and not (whole and _makes(tree, checkpoint)):
            self.findings.fail(TILES, "the tiles do not make the root of the checkpoint")
        else:
            check_tiles(tree, self._log_file, self.findings)
        self.facts.update({"ballots": seen.ballots, "voting_keys": seen.recount.voting_keys})
        if not whole:
            self.findings.skip(_NEED_ALL, "some of the log's entries are not there as signed")
            return
        check_since(self._since(election), tree, self.findings)
        self._check_promise(promised, tree)
        seen.finish(tree.root_at)
        self._check_outcome(election, cards, seen)

    def _names_manifest(self, election: Election) -> bool:
        """Return whether the log's first entry is the election; nothing can be checked if not."""
        first = entry(Kind.ELECTION, election.election_id)
        try:
            checkpoint = parse_checkpoint(decode_note(self._log_file("checkpoint")).text)
            bundle = next(bundles_of(checkpoint.size), None)
            raw = self._log_file(bundle.path) if bundle else b""
            named = bundle is not None and raw[2 : 2 + len(first)] == first
        except UrneError:
            return True  # the bundle is missing: that is said where bundles are checked
        if not named:
            self.findings.fail(MANIFEST, "the log's first entry names another election.json")
            self._skip_all("the log is not of this election.json")
        return named

    def _results(
        self,
        election: Election,
        checkpoint: Checkpoint,
        pairs: tuple[tuple[bytes, bytes], ...] | None,
        committed: Tree | None,
    ) -> Iterator[BundleResult]:
        """Yield the result of every bundle in order, a few of them under way at once."""

        def work() -> Iterator[BundleWork]:
            for tile in bundles_of(checkpoint.size):
                try:
                    raw = self._log_file(tile.path)
                except NotFound:
                    raw = b""
                hashes = committed.tiles[tile.index] if committed else None
                yield BundleWork(election, pairs, tile, raw, hashes)

        return _in_order(self.executor, work()) if self.executor else map(check_bundle, work())

    def _revealed_pairs(
        self, election: Election, checkpoint: Checkpoint
    ) -> tuple[tuple[bytes, bytes], ...] | None:
        """Return (public, scalar) of every trustee from the log's end, None before the reveal."""
        scalars: dict[str, bytes] = {}
        for tile in list(bundles_of(checkpoint.size))[-2:]:
            try:
                entries = decode_bundle(self._log_file(tile.path), tile.width)
            except UrneError:
                continue
            for raw in entries:
                if raw[:1] == bytes([Kind.REVEAL]):
                    self._take_scalar(election, raw[1:], scalars)
        if len(scalars) < len(election.trustees):
            return None
        return tuple((t.key, scalars[t.id]) for t in election.trustees)

    def _take_scalar(self, election: Election, body: bytes, scalars: dict[str, bytes]) -> None:
        try:
            shown = decode_reveal(body, election.election_id)
            require_scalar(election, shown.trustee, shown.scalar)
        except UrneError:
            return  # said where reveals are checked
        scalars.setdefault(shown.trustee, shown.scalar)

    # What the auditor brings along

    def _since(self, election: Election) -> Checkpoint | None:
        if self.question.since is None:
            return None
        return verify_checkpoint(self.question.since, self._log_key(election))

    def _promised(self, election: Election) -> bytes | None:
        if self.question.promise is None:
            return None
        return decode_promise(self.question.promise, election).leaf_hash

    def _check_promise(self, leaf: bytes | None, tree: Tree) -> None:
        if leaf is None:
            self.findings.skip((PROMISE,), "no promise was given")
        elif (index := tree.index_of(leaf)) is not None:
            self.facts["promised_entry"] = index
        else:
            self.findings.fail(PROMISE, f"no entry has the leaf hash {to_base64(leaf)}")

    # What follows from the log

    def _check_outcome(
        self, election: Election, cards: tuple[Card, ...] | None, seen: EntriesCheck
    ) -> None:
        key = self.question.given.tally_key or election.tally_key
        check_tally_file(key, seen, self._file, self.findings)
        if self.findings.has_failed(TRUSTEES):
            self.findings.skip(RECOUNTED, "the keys revealed are not the trustees'")
        elif check_recount(election, cards, seen, self._file, self.findings) is None:
            self.remarks.append("The ballots are still sealed: the rest can be checked later.")

    def _cards(self, election: Election) -> tuple[Card, ...] | None:
        try:
            cards = decode_cards(self._file("cards.json"))
            require_cards(election, cards)
        except UrneError as e:
            self.findings.fail(CARDS, str(e))
            return None
        return cards


def _makes(tree: Tree, checkpoint: Checkpoint) -> bool:
    return tree.size == checkpoint.size and tree.root_at(tree.size) == checkpoint.root


def _in_order(executor: Executor, work: Iterator[BundleWork]) -> Iterator[BundleResult]:
    """Yield results in order, with no more than a window of bundles in memory."""
    waiting: deque[Future[BundleResult]] = deque()
    for item in work:
        waiting.append(executor.submit(check_bundle, item))
        if len(waiting) >= WINDOW:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
