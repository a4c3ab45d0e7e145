"""What a log holds, whatever is wrong with it: the count that a forger would publish of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.flows.town import Town

from urne.errors import UrneError
from urne.flows.recount import Recount, open_ballot
from urne.model.ballot import decode_ballot
from urne.model.entry import (
    ChannelCount,
    Kind,
    decode_close,
    decode_paper,
    decode_sign_offs,
)
from urne.model.tally import Tally


@dataclass
class Holds:
    """The count of a log, as it grows."""

    town: Town
    recount: Recount
    listed: dict[tuple[str, str], int]
    sheets: dict[str, int]
    close_root: bytes = bytes(32)

    @classmethod
    def of(cls, town: Town, entries: Sequence[bytes]) -> Holds:
        """Return the count of entries; those that cannot be read count for nothing."""
        holds = cls(town, Recount(town.election), {}, {})
        for raw in entries:
            try:
                holds._add(raw[0], raw[1:])
            except (UrneError, IndexError):
                continue
        return holds

    def _add(self, kind: int, body: bytes) -> None:
        election = self.town.election
        if kind == Kind.BALLOT:
            ballot = decode_ballot(body, election)
            pairs = [(t.public().key, t.scalar) for t in self.town.keys.trustees]
            self.recount.add_ballot(
                ballot.vk, ballot.revision, open_ballot(ballot, election, pairs)
            )
        elif kind == Kind.SIGN_OFFS:
            part, _ = decode_sign_offs(body, election.election_id)
            whose = part.issuer, part.channel
            self.listed[whose] = self.listed.get(whose, 0) + len(part.commitments)
        elif kind == Kind.PAPER:
            batch, _ = decode_paper(body, election.election_id)
            self.sheets[batch.place] = self.sheets.get(batch.place, 0) + len(batch.sheets)
            for sheet in batch.sheets:
                self.recount.add_sheet(batch.place, sheet)
        elif kind == Kind.CLOSE:
            self.close_root = decode_close(body, election.election_id).root

    def fewest(self) -> dict[str, int]:
        """Return, per channel, the sign-offs of the issuer that lists the fewest."""
        election = self.town.election
        return {
            c.id: min(self.listed.get((i.id, c.id), 0) for i in election.issuers)
            for c in election.channels
        }

    def counts(self) -> dict[str, ChannelCount]:
        """Return what a close states of this."""
        fewest = self.fewest()
        online = self.recount.ballots
        return {
            c.id: ChannelCount(
                fewest[c.id], online if c.kind == "internet" else self.sheets.get(c.id, 0)
            )
            for c in self.town.election.channels
        }

    def tally(self) -> Tally:
        """Return the tally."""
        scalars = [trustee.scalar for trustee in self.town.keys.trustees]
        return self.recount.tally(self.fewest(), self.close_root, scalars)
