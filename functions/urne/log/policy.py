"""Which witnesses must have cosigned a checkpoint: C2SP tlog-policy.

log <vkey> [<url>]
witness <name> <vkey> [<url>]
group <name> all|any|<k> <name>...
quorum <name>|none

Words are parted by spaces and tabs, and by nothing else that Unicode calls a space.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from urne.canonical import parse_decimal
from urne.errors import BadEncoding
from urne.log.checkpoint import is_cosigned
from urne.log.note import COSIGNATURE, ED25519, Note, VerifierKey, parse_vkey

NONE = "none"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness the policy names; `url` is its submission prefix, or empty."""

    name: str
    key: VerifierKey
    url: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy. Groups are name → (threshold, members)."""

    logs: tuple[VerifierKey, ...]
    witnesses: tuple[Witness, ...]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    quorum: str

    def is_met(self, note: Note) -> bool:
        """Return whether a checkpoint's cosignatures satisfy the quorum."""
        # A group's members stand above it, so one pass in order is enough, however deep they nest.
        met = {w.name for w in self.witnesses if is_cosigned(note, w.key)}
        for name, (threshold, members) in self.groups.items():
            if len(met.intersection(members)) >= threshold:
                met.add(name)
        return self.quorum == NONE or self.quorum in met


def parse_policy(text: str) -> Policy:
    """Return the policy of a text. Raises BadEncoding, naming the line."""
    logs: list[VerifierKey] = []
    witnesses: dict[str, Witness] = {}
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}
    used: set[str] = set()
    quorum = None
    for number, line in enumerate(text.split("\n"), start=1):
        _require(not _CONTROL.search(line), number, "it has a control character")
        words = re.findall(r"[^ \t]+", line)
        if not words or words[0].startswith("#"):
            continue
        known = {*witnesses, *groups}
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                logs.append(_key(vkey, ED25519, [*logs], number))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                _require(name not in known and name != NONE, number, "the name is taken")
                others = [w.key for w in witnesses.values()]
                key = _key(vkey, COSIGNATURE, others, number)
                witnesses[name] = Witness(name, key, url[0] if url else "")
            case ["group", name, k, *members] if members:
                _require(name not in known and name != NONE, number, "the name is taken")
                _require(set(members) <= known, number, "a member is not defined above")
                _require(not used & set(members), number, "a member is in another group")
                _require(len(set(members)) == len(members), number, "a member stands twice")
                used |= set(members)
                groups[name] = _threshold(k, len(members), number), tuple(members)
            case ["quorum", name]:
                _require(quorum is None, number, "there is a second quorum")
                _require(name in known or name == NONE, number, "the quorum is not defined above")
                quorum = name
            case _:
                _require(False, number, "it is no log, witness, group or quorum")
    if quorum is None:
        raise BadEncoding("witness policy", "it has no quorum line")
    return Policy(tuple(logs), tuple(witnesses.values()), groups, quorum)


def _require(condition: bool, line: int, why: str) -> None:
    if not condition:
        raise BadEncoding("witness policy", f"line {line}: {why}")


def _key(vkey: str, type_: int, others: list[VerifierKey], line: int) -> VerifierKey:
    key = parse_vkey(vkey)
    _require(key.type == type_, line, "the key is not of the type it must be")
    _require(all(other.key != key.key for other in others), line, "the key stands twice")
    return key


def _threshold(word: str, members: int, line: int) -> int:
    if word in ("all", "any"):
        return members if word == "all" else 1
    try:
        threshold = parse_decimal(word)
    except BadEncoding as e:
        raise BadEncoding("witness policy", f"line {line}: the threshold is no number") from e
    _require(1 <= threshold <= members, line, "the threshold is not 1 to the number of members")
    return threshold
