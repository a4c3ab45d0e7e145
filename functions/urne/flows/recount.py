"""From opened ballots and sheets to a tally: the same recount for the town and for anyone.

Of one voting key only the highest revision counts, even if it turns out invalid. Nothing is
verified here; who counts a log verifies it as well (flows/audit) or wrote it (flows/count).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from urne import tally
from urne.crypto.seal import open_seal
from urne.errors import SealBroken
from urne.model.ballot import UNREADABLE, Ballot, check_choices, decode_ranking
from urne.model.election import INTERNET, Election
from urne.model.tally import ChannelTally, Tally

# The choices of a valid ranking, or the word that says why it is invalid.
Outcome = tuple[int, ...] | str


def open_ballot(
    ballot: Ballot, election: Election, pairs: Sequence[tuple[bytes, bytes]]
) -> Outcome:
    """Return what a ballot says, given (public, scalar) of every trustee in order."""
    try:
        plain = open_seal(ballot.sealed, pairs)
    except SealBroken:
        return UNREADABLE
    return decode_ranking(plain, election, ballot.vk)


@dataclass(slots=True)
class Recount:
    """Running figures of one count. Feed it every ballot and sheet, then ask for the tally."""

    election: Election
    ballots: int = 0
    _latest: dict[bytes, tuple[int, Outcome]] = field(default_factory=dict)
    _paper: dict[str, Counter[Outcome]] = field(default_factory=dict)
    _known: dict[Outcome, Outcome] = field(default_factory=dict)

    def add_ballot(self, vk: bytes, revision: int, outcome: Outcome) -> None:
        """Count a ballot, in place of a lower revision by the same voting key."""
        self.ballots += 1
        latest = self._latest.get(vk)
        if latest is None or latest[0] < revision:
            # Equal outcomes share one object: a million ballots then fit in memory.
            self._latest[vk] = revision, self._known.setdefault(outcome, outcome)

    def revision_of(self, vk: bytes) -> int | None:
        """Return the highest revision counted so far of a voting key, or None."""
        latest = self._latest.get(vk)
        return None if latest is None else latest[0]

    def add_sheet(self, place: str, sheet: Sequence[int]) -> None:
        """Count a paper sheet of a place."""
        outcome = check_choices(sheet, self.election)
        self._paper.setdefault(place, Counter())[outcome] += 1

    @property
    def voting_keys(self) -> int:
        """Return how many voting keys have cast a ballot."""
        return len(self._latest)

    def rankings(self) -> dict[str, Counter[tuple[int, ...]]]:
        """Return the valid rankings per channel, and how often each was cast."""
        return {
            channel: Counter({o: n for o, n in found.items() if isinstance(o, tuple)})
            for channel, found in self._outcomes().items()
        }

    def tally(self, sign_offs: dict[str, int], root: bytes, scalars: Sequence[bytes]) -> Tally:
        """Return the tally.

        `sign_offs` are per channel; `root` is the one inside the close entry; `scalars` are the
        revealed keys in trustee order.
        """
        outcomes = self._outcomes()
        valid: Counter[tuple[int, ...]] = Counter()
        invalid: Counter[str] = Counter()
        for found in outcomes.values():
            for outcome, times in found.items():
                if isinstance(outcome, str):
                    invalid[outcome] += times
                else:
                    valid[outcome] += times
        return tally.count(
            self.election,
            valid,
            channels=[
                self._channel(c.id, c.kind, sign_offs.get(c.id, 0), outcomes[c.id])
                for c in self.election.channels
            ],
            invalid_reasons=invalid,
            lot_seed=root + b"".join(scalars),
        )

    def _outcomes(self) -> dict[str, Counter[Outcome]]:
        found: dict[str, Counter[Outcome]] = {}
        for channel in self.election.channels:
            if channel.kind == INTERNET:
                found[channel.id] = Counter(outcome for _, outcome in self._latest.values())
            else:
                found[channel.id] = self._paper.get(channel.id, Counter())
        return found

    def _channel(
        self, channel: str, kind: str, sign_offs: int, found: Counter[Outcome]
    ) -> ChannelTally:
        invalid = sum(times for outcome, times in found.items() if isinstance(outcome, str))
        ballots = self.ballots if kind == INTERNET else found.total()
        keys = self.voting_keys if kind == INTERNET else 0
        return ChannelTally(
            channel=channel,
            kind=kind,
            sign_offs=sign_offs,
            ballots=ballots,
            voting_keys=keys,
            superseded=ballots - found.total(),
            invalid=invalid,
            counted=found.total() - invalid,
        )
