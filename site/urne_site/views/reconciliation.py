"""The accounts of a vote: per channel, from people signed off to ballots counted."""

from __future__ import annotations

from dataclasses import dataclass

from urne.model.election import INTERNET
from urne.model.tally import ChannelTally, Tally
from urne_site.words import Words

COLUMNS = ("sign_offs", "ballots", "voting_keys", "superseded", "invalid", "counted")


@dataclass(frozen=True, slots=True)
class Accounts:
    """The reconciliation as a table, and invalid ballots by reason."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    total: tuple[str, ...]
    invalid: tuple[tuple[str, str], ...]
    text: str
    unused: str


def accounts_of(w: Words, tally: Tally) -> Accounts:
    """Return the accounts of a tally."""
    unused = sum(c.sign_offs for c in tally.channels) - tally.counted
    return Accounts(
        columns=tuple(w(f"results.{name}") for name in COLUMNS),
        rows=tuple((_name(w, c), _cells(w, c)) for c in tally.channels),
        total=tuple(w.number(sum(getattr(c, name) for c in tally.channels)) for name in COLUMNS),
        invalid=tuple(
            (_reason(w, reason), w.many("results.invalid_count", n))
            for reason, n in sorted(tally.invalid_reasons.items())
            if n
        ),
        text=w("results.reconciliation_text", counted=w.number(tally.counted)),
        unused=w("results.unused_help", n=w.number(unused)) if unused > 0 else "",
    )


def _cells(w: Words, channel: ChannelTally) -> tuple[str, ...]:
    """Return a channel's figures; paper has no voting keys and is never superseded."""
    online = channel.kind == INTERNET
    return tuple(
        w.number(getattr(channel, name))
        if online or name not in ("voting_keys", "superseded")
        else w("results.not_applicable")
        for name in COLUMNS
    )


def _name(w: Words, channel: ChannelTally) -> str:
    if channel.channel == channel.kind:  # a channel that is named like its kind is the only one
        return w(f"results.channel_{channel.kind}")
    return w(f"results.channel_{channel.kind}_at", id=channel.channel)


def _reason(w: Words, reason: str) -> str:
    key = f"invalid.{reason}"
    return w(key) if w.has(key) else w("invalid.other", reason=reason)
