"""The result of an election, `tally.json`, as canonical JSON: figures, order, ties and skips.

Its bytes are signed (minisign) and their SHA-256 is the last entry of the election's log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from urne.canonical import Fields, Json, decode, encode, from_base64, to_base64
from urne.errors import BadEncoding, BadField
from urne.model.election import INTERNET, PAPER

VERSION = 1
FUNDED, OVER_BUDGET, STOPPED = "funded", "over-budget", "stopped"
BY_CHOICES, BY_LOT = "choices", "lot"


@dataclass(frozen=True, slots=True)
class ChannelTally:
    """One line of the reconciliation: `ballots` are log entries, or sheets of paper."""

    channel: str
    kind: str
    sign_offs: int
    ballots: int
    voting_keys: int
    superseded: int
    invalid: int
    counted: int


@dataclass(frozen=True, slots=True)
class ProjectTally:
    """One project's result; `choices[r]` is how many ballots put it at rank r + 1."""

    id: str
    cost_cents: int
    points: int
    choices: tuple[int, ...]
    rank: int
    winner: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Tie:
    """Projects equal on points, as ranked; `lots` holds the draw where choices left a tie."""

    projects: tuple[str, ...]
    broken_by: str
    lots: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Skip:
    """A project passed over because it no longer fitted in what was left."""

    project: str
    cost_cents: int
    left_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A counted election; projects in ranking order, winners funded under the budget."""

    election_id: bytes
    edition: str
    currency: str
    budget_cents: int
    spent_cents: int
    channels: tuple[ChannelTally, ...]
    counted: int
    invalid_reasons: Mapping[str, int]
    projects: tuple[ProjectTally, ...]
    ties: tuple[Tie, ...]
    skips: tuple[Skip, ...]


def encode_tally(t: Tally) -> bytes:
    """Return the canonical bytes of `tally.json`."""
    return encode(
        {
            "version": VERSION,
            "election_id": to_base64(t.election_id),
            "edition": t.edition,
            "currency": t.currency,
            "budget_cents": t.budget_cents,
            "spent_cents": t.spent_cents,
            "counts": {
                "channels": [
                    {name: getattr(c, name) for name in ChannelTally.__slots__} for c in t.channels
                ],
                "counted": t.counted,
                "invalid_reasons": t.invalid_reasons,
            },
            "projects": [
                {name: getattr(p, name) for name in ProjectTally.__slots__} for p in t.projects
            ],
            "ties": [
                {
                    "projects": tie.projects,
                    "broken_by": tie.broken_by,
                    "lots": {id_: to_base64(lot) for id_, lot in tie.lots.items()},
                }
                for tie in t.ties
            ],
            "skips": [{name: getattr(s, name) for name in Skip.__slots__} for s in t.skips],
        }
    )


def decode_tally(raw: bytes) -> Tally:
    """Return the tally of canonical `tally.json` bytes. Raises NotCanonical or BadField."""
    f = Fields(decode(raw), "tally.json", _FIELDS)
    f.integer("version", least=VERSION, most=VERSION)
    c = Fields(f.raw("counts"), "tally.json, counts", ("channels", "counted", "invalid_reasons"))
    return Tally(
        election_id=f.base64("election_id", 32),
        edition=f.text("edition"),
        currency=f.text("currency"),
        budget_cents=f.integer("budget_cents"),
        spent_cents=f.integer("spent_cents"),
        channels=tuple(_channel(item) for item in c.items("channels")),
        counted=c.integer("counted"),
        invalid_reasons=_reasons(c.raw("invalid_reasons")),
        projects=tuple(_project(item) for item in f.items("projects")),
        ties=tuple(_tie(item) for item in f.items("ties")),
        skips=tuple(_skip(item) for item in f.items("skips")),
    )


_FIELDS = (
    "version election_id edition currency budget_cents spent_cents counts projects ties skips"
).split()


def _channel(value: Json) -> ChannelTally:
    f = Fields(value, "tally.json, channels", ChannelTally.__slots__)
    return ChannelTally(
        f.text("channel"),
        f.one_of("kind", (INTERNET, PAPER)),
        f.integer("sign_offs"),
        f.integer("ballots"),
        f.integer("voting_keys"),
        f.integer("superseded"),
        f.integer("invalid"),
        f.integer("counted"),
    )


def _reasons(value: Json) -> dict[str, int]:
    if not isinstance(value, Mapping):
        raise BadField("tally.json, counts", "invalid_reasons", "is not an object")
    f = Fields(value, "tally.json, invalid_reasons", tuple(value))
    return {reason: f.integer(reason) for reason in value}


def _project(value: Json) -> ProjectTally:
    f = Fields(value, "tally.json, projects", ProjectTally.__slots__)
    return ProjectTally(
        f.text("id"),
        f.integer("cost_cents"),
        f.integer("points"),
        f.integers("choices"),
        f.integer("rank", least=1),
        f.boolean("winner"),
        f.one_of("reason", (FUNDED, OVER_BUDGET, STOPPED)),
    )


def _tie(value: Json) -> Tie:
    f = Fields(value, "tally.json, ties", ("projects", "broken_by", "lots"))
    lots = f.raw("lots")
    if not isinstance(lots, Mapping):
        f.refuse("lots", "is not an object")
    try:
        drawn = {id_: from_base64(str(lot), 32) for id_, lot in lots.items()}
    except BadEncoding as e:
        raise BadField(f.where, "lots", str(e)) from e
    return Tie(f.texts("projects", least=2), f.one_of("broken_by", (BY_CHOICES, BY_LOT)), drawn)


def _skip(value: Json) -> Skip:
    f = Fields(value, "tally.json, skips", Skip.__slots__)
    return Skip(f.text("project"), f.integer("cost_cents"), f.integer("left_cents"))
