"""Someone who holds every key of a town, and rebuilds its public tree with one thing changed.

    draft = Draft.of(small())
    draft.log.insert(draft.at(Kind.CLOSE) + 1, another_ballot)
    files = draft.build()

Everything else follows from the change as an accomplice would have it: the close states what the
log now holds, the tally and `result.pb` are a recount of it, everything is signed again. A draft
that was not changed gives the tree that the flows published, byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.audit.accomplice import Holds
from tests.flows.town import WITNESS_TIME, Town

from urne.canonical import decode, encode
from urne.crypto.minisign import public_key_file, sign_file
from urne.crypto.sign import SigningKey
from urne.flows.count import tally_comment
from urne.flows.paths import election_path
from urne.flows.result_file import result_file
from urne.log.append import Edge
from urne.log.checkpoint import Checkpoint, cosign
from urne.log.note import Note, sign_note
from urne.model.card import encode_cards
from urne.model.election import encode_election
from urne.model.entry import (
    Close,
    Kind,
    Reveal,
    SignOffs,
    encode_close,
    encode_paper,
    encode_reveal,
    encode_sign_offs,
    encode_tally_entry,
    entry,
    paper_message,
    sign_offs_message,
)
from urne.model.tally import encode_tally

Files = dict[str, bytes]

# An entry that follows from those before it, or from the tally that the forger will publish.
Later = Callable[["Draft", Sequence[bytes]], bytes]
Step = bytes | Later


def root_over(entries: Sequence[bytes]) -> bytes:
    """Return the root of a log."""
    edge = Edge()
    for _ in edge.append(entries):
        pass
    return edge.root


def close_of(draft: Draft, before: Sequence[bytes]) -> Close:
    """Return what an honest close states after these entries."""
    holds = Holds.of(draft.town, before)
    return Close(holds.counts(), len(before), root_over(before))


def close_entry(draft: Draft, before: Sequence[bytes]) -> bytes:
    """Return the entry of an honest close after these entries."""
    return entry(Kind.CLOSE, encode_close(draft.town.election.election_id, close_of(draft, before)))


def tally_entry(draft: Draft, before: Sequence[bytes]) -> bytes:
    """Return the entry that commits to the draft's tally.json."""
    digest = hashlib.sha256(draft.tally_raw).digest()
    return entry(Kind.TALLY, encode_tally_entry(draft.town.election.election_id, digest))


@dataclass
class Draft:
    """A public tree to be: the log entry by entry, and what is done to the files at the end.

    `log` begins as the flows' own entries, with the close and the tally to be worked out.
    `tally` changes the JSON of tally.json, `tally_bytes` the bytes of it, before they are signed.
    """

    town: Town
    log: list[Step]
    tally: Callable[[Any], None] = lambda value: None
    tally_bytes: Callable[[bytes], bytes] = lambda raw: raw
    tally_key: SigningKey | None = None
    checkpoint: Callable[[Checkpoint], str] = lambda checkpoint: checkpoint.text
    note: Callable[[Draft, str], bytes] = lambda draft, text: draft.signed(text).encode()
    files: list[Callable[[Files], None]] = field(default_factory=list)
    tally_raw: bytes = b""

    @classmethod
    def of(cls, town: Town) -> Draft:
        """Return a draft of what the town has published."""
        known: dict[int, Later] = {Kind.CLOSE: close_entry, Kind.TALLY: tally_entry}
        return cls(town, [known.get(raw[0], raw) for raw in town.entries()])

    @classmethod
    def unpublished(cls, town: Town) -> Draft:
        """Return a draft of what the town would publish; its manifest may be one no flow takes."""
        keys, eid = town.keys, town.election.election_id
        draft = cls(town, [entry(Kind.ELECTION, eid)])
        ballots = [line.ref for line in town.log.lines("ballots")]
        draft.log += town.log.read(sorted(ballots, key=lambda ref: ref.leaf_hash))
        for issuer, people in zip(keys.issuers, town.people, strict=True):
            lines = sorted(people.commitments())
            for channel in sorted({channel for channel, _ in lines}):
                part = tuple(line for at, line in lines if at == channel)
                draft.log.append(draft.sign_offs(SignOffs(issuer.id, channel, part)))
        paper = [line.ref for line in town.log.lines("inbox") if line.ref.key.startswith(b"paper")]
        draft.log += [*town.log.read(paper), close_entry]
        draft.log += [draft.reveal(t.id, t.scalar) for t in keys.trustees]
        draft.log.append(tally_entry)
        return draft

    # What stands where

    def kind(self, place: int) -> int:
        """Return the kind of the step at a place, 0 if it is empty."""
        step = self.log[place]
        if isinstance(step, bytes):
            return step[0] if step else 0
        return Kind.TALLY if step is tally_entry else Kind.CLOSE

    def places(self, kind: Kind) -> list[int]:
        """Return the places of the steps of one kind."""
        return [place for place in range(len(self.log)) if self.kind(place) == kind]

    def at(self, kind: Kind, number: int = 0) -> int:
        """Return the place of the step of one kind that has this number."""
        return self.places(kind)[number]

    def raw(self, kind: Kind, number: int = 0) -> bytes:
        """Return an entry of one kind."""
        step = self.log[self.at(kind, number)]
        assert isinstance(step, bytes)
        return step

    def path(self, name: str) -> str:
        """Return the path of one of the election's files."""
        return election_path(self.town.election.edition, name)

    # Changes

    def replace(self, place: int, step: Step) -> None:
        """Put another step in a place."""
        self.log[place] = step

    def insert(self, place: int, step: Step) -> None:
        """Put a step before a place."""
        self.log.insert(place, step)

    def append_ballot(self, body: bytes) -> None:
        """Put a ballot after the others."""
        self.insert(self.places(Kind.BALLOT)[-1] + 1, entry(Kind.BALLOT, body))

    def close_as(self, change: Callable[[Close], Close]) -> None:
        """Have the close state something else."""

        def changed(draft: Draft, before: Sequence[bytes]) -> bytes:
            stated = change(close_of(draft, before))
            return entry(Kind.CLOSE, encode_close(draft.town.election.election_id, stated))

        self.replace(self.at(Kind.CLOSE), changed)

    def edit(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Change one of the election's files after everything was signed."""

        def edited(files: Files) -> None:
            files[self.path(name)] = change(files[self.path(name)])

        self.files.append(edited)

    def remove(self, name: str) -> None:
        """Leave one of the election's files out."""
        self.files.append(lambda files: files.__delitem__(self.path(name)))

    # Signing

    def signed(self, text: str, key: SigningKey | None = None, at: int = WITNESS_TIME) -> Note:
        """Return a checkpoint's text signed by the log, or another key, and by the witness."""
        keys, origin = self.town.keys, self.town.election.origin
        note = sign_note(text, origin, key or keys.log)
        return note.with_signatures([cosign(text, keys.witness_name, keys.witness, at)])

    def sign_offs(self, part: SignOffs, key: SigningKey | None = None) -> bytes:
        """Return an entry of a list of sign-offs, signed by its issuer or by another key."""
        eid, issuers = self.town.election.election_id, self.town.keys.issuers
        own = next((i.sign_off_key for i in issuers if i.id == part.issuer), None)
        signer = key or own or issuers[0].sign_off_key
        signature = signer.sign(sign_offs_message(eid, part))
        return entry(Kind.SIGN_OFFS, encode_sign_offs(eid, part, signature))

    def paper(self, batch: Any, *clerks: str) -> bytes:
        """Return a paper batch signed by clerks; one the manifest does not know is the witness."""
        eid, keys = self.town.election.election_id, self.town.keys
        known = {clerk.id: clerk.key for clerk in keys.clerks}
        message = paper_message(eid, batch)
        signatures = [(id_, known.get(id_, keys.witness).sign(message)) for id_ in clerks]
        return entry(Kind.PAPER, encode_paper(eid, batch, signatures))

    def reveal(self, trustee: str, scalar: bytes) -> bytes:
        """Return a reveal."""
        eid = self.town.election.election_id
        return entry(Kind.REVEAL, encode_reveal(eid, Reveal(trustee, scalar)))

    # The tree

    def build(self) -> Files:
        """Return the public tree."""
        held = self._entries(without_tally=True)
        files = self._opening_files()
        if any(step is tally_entry for step in self.log):
            files |= self._result_files(held)
        entries = self._entries(without_tally=False)
        files |= {self.path(f"log/{name}"): raw for name, raw in Edge().append(entries)}
        whole = Checkpoint(self.town.election.origin, len(entries), root_over(entries))
        files[self.path("log/checkpoint")] = self.note(self, self.checkpoint(whole))
        for change in self.files:
            change(files)
        return files

    def _entries(self, *, without_tally: bool) -> list[bytes]:
        entries: list[bytes] = []
        for step in self.log:
            if isinstance(step, bytes):
                entries.append(step)
            elif step is not tally_entry or not without_tally:
                entries.append(step(self, entries))
        return entries

    def _opening_files(self) -> Files:
        town, election = self.town, self.town.election
        return {
            self.path("election.json"): encode_election(election),
            self.path("cards.json"): encode_cards(town.cards),
            "keys/log.vkey": f"{election.log_key}\n".encode(),
            "keys/tally.pub": public_key_file(election.tally_key),
        }

    def _result_files(self, entries: Sequence[bytes]) -> Files:
        election, keys = self.town.election, self.town.keys
        holds = Holds.of(self.town, entries)
        found = holds.tally()
        value: Any = decode(encode_tally(found))
        self.tally(value)
        self.tally_raw = self.tally_bytes(encode(value))
        return {
            self.path("tally.json"): self.tally_raw,
            self.path("tally.json.minisig"): sign_file(
                self.tally_key or keys.tally, self.tally_raw, tally_comment(election)
            ),
            self.path("result.pb"): result_file(
                election, self.town.cards, found, holds.recount.rankings()
            ),
        }
