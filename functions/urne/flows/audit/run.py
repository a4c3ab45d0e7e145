"""The audit from beginning to end, over a log of any size, on every core it is given.

It reads the public tree only, bundle by bundle, goes on after a failure and reports them all. A
check that rests on another that failed is reported as not made, never as passed. What rests on
what, from the ground up:

    manifest      everything else is measured by it; its own proof is the log's first entry
    checkpoint    without it there is no log, only cards, keys and the tally's signature
    tiles         since, promise, and the roots that the close states
    bundles       whatever is said of entries as a whole: if one is missing, nothing is
    trustees      the recount
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from urne.canonical import Json, to_base64
from urne.flows.audit import opening, outcome
from urne.flows.audit.bundle import Pairs
from urne.flows.audit.bundles import Bundles
from urne.flows.audit.checks import BUNDLES, MANIFEST, PROMISE, SINCE, TILES
from urne.flows.audit.entries import EntriesCheck
from urne.flows.audit.question import (
    Question,
    older_checkpoint,
    promised_leaf,
    require_keys,
)
from urne.flows.audit.report import Findings, Report
from urne.flows.audit.tree import Tree, check_since, check_tiles, published_tree
from urne.log.checkpoint import Checkpoint
from urne.log.note import VerifierKey
from urne.log.tiles import WIDTH
from urne.model.card import Card
from urne.model.election import Election

Progress = Callable[[int, int], None]


def audit(
    question: Question,
    *,
    executor: Executor | None = None,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Return the report on one election.

    `executor` runs the checks of bundles in parallel; `progress` is told (entries done, of all).
    Raises BadEvidence if what the auditor brought along cannot be used, and OutcomeUnknown or
    Unavailable if the tree cannot be read: neither says anything of the election.
    """
    require_keys(question.given)
    run = _Audit(question, executor, progress)
    run.run()
    return Report(run.findings.results(), run.facts, tuple(run.remarks))


@dataclass(frozen=True, slots=True)
class Ground:
    """What the audit of a log stands on, once its manifest is known to be the log's.

    `key` is None if it cannot be read, `cards` are none if they are not as frozen, `tally` is None
    if it is not published, `committed` is None if the published tiles do not make the root.
    """

    election: Election
    key: VerifierKey | None
    cards: tuple[Card, ...]
    tally: bytes | None
    checkpoint: Checkpoint
    committed: Tree | None


@dataclass(slots=True)
class _Audit:
    """One audit under way."""

    question: Question
    executor: Executor | None
    progress: Progress
    findings: Findings = field(default_factory=Findings)
    facts: dict[str, Json] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def run(self) -> None:
        question, findings = self.question, self.findings
        self.facts["edition"] = question.edition
        election = opening.read_manifest(question, findings)
        if election is None:
            findings.skip_rest("election.json cannot be relied on")
            return
        self.facts["election_id"] = to_base64(election.election_id)
        found = opening.read_checkpoint(question, findings)
        committed = published_tree(found[1], question.log_file) if found else None
        if found:
            opening.check_first_entry(question, election, found[1], committed, findings)
        if findings.has_failed(MANIFEST):
            findings.skip_rest("the log is not of this election.json")
            return
        key = opening.read_log_key(election, findings)
        cards = opening.read_cards(question, election, findings)
        self.remarks += opening.check_keys(question, election, findings)
        tally = outcome.read_tally(question)
        outcome.check_signature(question, election, tally, findings)
        if found is None:
            findings.skip_rest("the checkpoint cannot be read")
            return
        note, checkpoint = found
        self.remarks += opening.check_checkpoint(election, key, note, checkpoint, findings)
        self._audit_log(Ground(election, key, cards, tally, checkpoint, committed))

    def _audit_log(self, ground: Ground) -> None:
        checkpoint, findings = ground.checkpoint, self.findings
        self.facts.update({"size": checkpoint.size, "root": to_base64(checkpoint.root)})
        since = self._since(ground.key)
        promised = promised_leaf(self.question, ground.election)
        seen = EntriesCheck.of(ground.election, findings)
        read, committed = self.question.log_file, ground.committed
        bundles = Bundles(ground.election, checkpoint.size, read, committed)
        pairs = bundles.revealed()
        whole, of_entries = self._read_bundles(bundles, pairs, seen)
        self.facts.update(
            {"ballots": seen.recount.ballots, "voting_keys": seen.recount.voting_keys}
        )
        tree = committed or (of_entries if whole and of_entries.makes(checkpoint) else None)
        if tree is not None:
            findings.made(BUNDLES)
            check_tiles(tree, read, findings, leaves_read=tree is committed)
            check_since(since, tree, findings)
            self._check_promise(promised, tree)
        else:
            findings.fail(TILES, "the tiles do not make the root of the checkpoint")
            findings.skip((BUNDLES, SINCE, PROMISE), "the tiles do not make the signed root")
        if not whole:
            findings.skip_rest("some of the log's entries are not there as signed")
            return
        seen.finish((tree or of_entries).root_at)
        opened = pairs is not None
        cards, election = ground.cards, ground.election
        outcome.Outcome(self.question, election, cards, seen, opened, findings).check(ground.tally)

    def _read_bundles(
        self, bundles: Bundles, pairs: Pairs | None, seen: EntriesCheck
    ) -> tuple[bool, Tree]:
        """Feed every bundle to `seen`; return whether all are whole, and the entries' own tree."""
        whole, tree = True, Tree()
        for result in bundles.results(pairs, self.executor):
            seen.add(result)
            whole = whole and result.whole
            if result.leaves:
                tree.add(result.leaves)
            self.progress(min(bundles.size, (result.tile.index + 1) * WIDTH), bundles.size)
        return whole, tree

    def _since(self, key: VerifierKey | None) -> Checkpoint | None:
        if key is None and not self.question.given.log_key:
            self.findings.skip((SINCE,), "the log's key cannot be read")
            return None
        return older_checkpoint(self.question, key)

    def _check_promise(self, leaf: bytes | None, tree: Tree) -> None:
        if leaf is None:
            self.findings.skip((PROMISE,), "no promise was given")
            return
        self.findings.made(PROMISE)
        index = tree.index_of(leaf)
        if index is None:
            self.findings.fail(PROMISE, f"no entry has the leaf hash {to_base64(leaf)}")
        else:
            self.facts["promised_entry"] = index
