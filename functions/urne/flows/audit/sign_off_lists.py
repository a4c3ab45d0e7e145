"""The audit of the published lists of sign-offs: whose, signed, sorted, each line once.

A line is a commitment of 32 bytes; lists of a million lines are held as plain bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import pairwise

from urne.canonical import to_base64
from urne.crypto.sign import is_signed
from urne.flows.audit.checks import SIGN_OFFS, SIGN_OFFS_SIGNED
from urne.flows.audit.report import Findings
from urne.flows.sign_off_counts import fewest_sign_offs
from urne.model.election import Election, Issuer
from urne.model.entry import SignOffs, sign_offs_message

LINE_BYTES = 32


@dataclass(slots=True)
class SignOffLists:
    """The lists seen so far, by issuer and channel."""

    election: Election
    findings: Findings
    _lines: dict[tuple[str, str], bytearray] = field(default_factory=dict)

    def add(self, index: int, part: SignOffs, signature: bytes) -> None:
        """Take one entry of a list."""
        issuer = next((i for i in self.election.issuers if i.id == part.issuer), None)
        if issuer is None or self.election.channel(part.channel) is None:
            whose = f"{part.issuer!r}, {part.channel!r}"
            self.findings.fail(SIGN_OFFS, f"entry {index}: unknown issuer or channel ({whose})")
            return
        self._check_signature(index, issuer, part, signature)
        lines = self._lines.setdefault((part.issuer, part.channel), bytearray())
        for before, line in pairwise((bytes(lines[-LINE_BYTES:]), *part.commitments)):
            if line <= before:
                what = "stands twice" if line == before else "is out of order"
                self.findings.fail(SIGN_OFFS, f"entry {index}: {to_base64(line)} {what}")
        lines += b"".join(part.commitments)

    def finish(self) -> None:
        """Report lines that stand in the lists of two channels: one person, signed off twice."""
        for issuer in self.election.issuers:
            lists = [_lines(raw) for (id_, _), raw in self._lines.items() if id_ == issuer.id]
            if len(lists) < 2:
                continue
            for before, line in pairwise(merge(*lists)):
                if line == before:
                    self.findings.fail(SIGN_OFFS, f"{issuer.id}: {to_base64(line)} stands twice")

    def fewest(self) -> dict[str, int]:
        """Return, per channel, the sign-offs of the issuer that lists the fewest."""
        return fewest_sign_offs(self.election, self.number)

    def number(self, issuer: str, channel: str) -> int:
        """Return how many lines an issuer's list has for a channel."""
        return len(self._lines.get((issuer, channel), b"")) // LINE_BYTES

    def _check_signature(self, index: int, issuer: Issuer, part: SignOffs, signed: bytes) -> None:
        message = sign_offs_message(self.election.election_id, part)
        if not is_signed(issuer.sign_off_key, message, signed):
            self.findings.fail(SIGN_OFFS_SIGNED, f"entry {index}: not signed by {issuer.id!r}")


def _lines(raw: bytearray) -> Iterator[bytes]:
    return (bytes(raw[at : at + LINE_BYTES]) for at in range(0, len(raw), LINE_BYTES))
