"""Forged results: tallies, their signatures, and files of the result."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from tests.audit.forged_opening import STRANGER
from tests.audit.forger import Draft
from tests.audit.forgeries import forgery

from urne.canonical import from_base64, to_base64
from urne.crypto.minisign import sign_file
from urne.flows.audit.checks import (
    BALLOTS_OPENED,
    COUNTS,
    RESULT_FILE,
    TALLY,
    TALLY_ENTRY,
    TALLY_SIGNATURE,
)
from urne.flows.count import tally_comment
from urne.model.entry import Kind, encode_tally_entry, entry

Change = Callable[[Any], None]


def stated(check: str, words: str, says: str, change: Change) -> None:
    """Register a tally that states something else; it is signed, and the log names it."""

    def changed(draft: Draft) -> None:
        draft.tally = change

    forgery(check, says, name=words)(changed)


def channel(number: int, **values: int | str) -> Change:
    """Return a change of one channel's line."""
    return lambda value: value["counts"]["channels"][number].update(values)


def reasons(**values: int) -> Change:
    """Return a change of the reasons of invalid ballots."""
    return lambda value: value["counts"]["invalid_reasons"].update(values)


def project(at: int, **values: Any) -> Change:
    """Return a change of the project ranked at a place."""
    return lambda value: value["projects"][at - 1].update(values)


def swap(items: list[Any], a: int = 0, b: int = 1) -> None:
    """Exchange two items of a list."""
    items[a], items[b] = items[b], items[a]


def swap_ranks(value: Any, a: int, b: int) -> None:
    """Exchange two projects, each taking the other's rank."""
    first, second = value["projects"][a - 1], value["projects"][b - 1]
    first["rank"], second["rank"] = b, a
    swap(value["projects"], a - 1, b - 1)


# Ballots opened ---------------------------------------------------------------------------------


def _rename(value: Any) -> None:
    value["counts"]["invalid_reasons"]["unreadable"] = value["counts"]["invalid_reasons"].pop(
        "repeated"
    )


stated(BALLOTS_OPENED, "reason-renamed", "invalid: it states", _rename)
stated(BALLOTS_OPENED, "reason-counted-twice", "invalid: it states", reasons(repeated=2))
stated(BALLOTS_OPENED, "reason-added", "invalid: it states", reasons(gap=0))
stated(
    BALLOTS_OPENED,
    "reason-dropped",
    "invalid: it states",
    lambda v: v["counts"]["invalid_reasons"].pop("too-few"),
)


# Counts -----------------------------------------------------------------------------------------

stated(COUNTS, "sign-offs", "internet, sign_offs: it states 10", channel(0, sign_offs=10))
stated(COUNTS, "ballots", "internet, ballots: it states 13", channel(0, ballots=13))
stated(COUNTS, "voting-keys", "internet, voting_keys: it states 11", channel(0, voting_keys=11))
stated(COUNTS, "superseded", "internet, superseded: it states 0", channel(0, superseded=0))
stated(COUNTS, "invalid", "internet, invalid: it states 0", channel(0, invalid=0))
stated(COUNTS, "counted", "mairie, counted: it states 5", channel(1, counted=5))
stated(COUNTS, "sum", "counted: it states 11", lambda v: v["counts"].update(counted=11))
stated(COUNTS, "kind", "mairie, kind: it states internet", channel(1, kind="internet"))
stated(COUNTS, "channel-dropped", "its channels", lambda v: v["counts"]["channels"].pop())
stated(COUNTS, "channel-renamed", "its channels", channel(1, channel="cellar"))
stated(COUNTS, "channels-swapped", "its channels", lambda v: swap(v["counts"]["channels"]))

# The tally --------------------------------------------------------------------------------------


def _points_moved(value: Any) -> None:
    value["projects"][3]["points"] += 1
    value["projects"][4]["points"] -= 1


def _winner_changed(value: Any) -> None:
    value["projects"][3].update(winner=False, reason="over-budget")
    value["projects"][4].update(winner=True, reason="funded")


def _lots_swapped(value: Any) -> None:
    lots = value["ties"][0]["lots"]
    lots["001"], lots["002"] = lots["002"], lots["001"]


def _lot_changed(value: Any) -> None:
    raw = from_base64(value["ties"][0]["lots"]["001"])
    value["ties"][0]["lots"]["001"] = to_base64(bytes([raw[0] ^ 1]) + raw[1:])


stated(TALLY, "points-moved", "rank 4", _points_moved)
stated(TALLY, "choices-moved", "rank 5", project(5, choices=[1, 1, 3]))
stated(TALLY, "winner-changed", "rank 4", _winner_changed)
stated(TALLY, "winner-without-reason", "rank 3", project(3, winner=True))
stated(TALLY, "reason-changed", "rank 5", project(5, reason="stopped"))
stated(TALLY, "cost-changed", "rank 1", project(1, cost_cents=1))
stated(TALLY, "lot-s-order-changed", "rank 1", lambda v: swap_ranks(v, 1, 2))
stated(TALLY, "tie-s-order-changed", "rank 4", lambda v: swap_ranks(v, 4, 5))
stated(TALLY, "rank-twice", "rank 2", project(2, rank=1))
stated(TALLY, "project-dropped", "it ranks 4 projects", lambda v: v["projects"].pop())
stated(TALLY, "project-added", "ranks 6", lambda v: v["projects"].append(v["projects"][0]))
stated(TALLY, "tie-removed", "its ties", lambda v: v["ties"].pop())
stated(TALLY, "tie-said-in-another-order", "ties", lambda v: swap(v["ties"][0]["projects"]))
stated(TALLY, "tie-broken-otherwise", "ties", lambda v: v["ties"][1].update(broken_by="lot"))
stated(TALLY, "lots-swapped", "its ties", _lots_swapped)
stated(TALLY, "lot-changed", "its ties", _lot_changed)
stated(TALLY, "skip-removed", "its skips", lambda v: v["skips"].pop(0))
stated(TALLY, "skip-changed", "its skips", lambda v: v["skips"][1].update(left_cents=9))
stated(TALLY, "spent-changed", "spent_cents", lambda v: v.update(spent_cents=0))
stated(TALLY, "budget-changed", "budget_cents", lambda v: v.update(budget_cents=1))
stated(TALLY, "currency-changed", "currency", lambda v: v.update(currency="PLN"))
stated(TALLY, "edition-changed", "edition", lambda v: v.update(edition="x"))
stated(
    TALLY, "election-changed", "election_id", lambda v: v.update(election_id=to_base64(bytes(32)))
)
stated(TALLY, "version-2", "version", lambda v: v.update(version=2))
stated(TALLY, "field-added", "is not known", lambda v: v.update(note="all is well"))
stated(TALLY, "field-missing", "is missing", lambda v: v.pop("skips"))
stated(TALLY, "points-below-0", "points", project(5, points=-1))


def written(words: str, change: Callable[[bytes], bytes]) -> None:
    """Register a tally that is written otherwise; its bytes are signed, and the log names them."""

    def changed(draft: Draft) -> None:
        draft.tally_bytes = change

    forgery(TALLY, "canonical", name=words)(changed)


written("with-a-newline", lambda raw: raw + b"\n")
written("with-a-space", lambda raw: raw.replace(b":", b": ", 1))
written("empty", lambda raw: b"")
written("no-utf-8", lambda raw: b"\xff" + raw)


# The log's entry --------------------------------------------------------------------------------


@forgery(TALLY_ENTRY, "names another tally.json")
def of_another_tally(draft: Draft) -> None:
    eid = draft.town.election.election_id
    other = encode_tally_entry(eid, hashlib.sha256(b"another").digest())
    draft.files.append(_keep_result(Draft.of(draft.town)))
    draft.replace(draft.at(Kind.TALLY), entry(Kind.TALLY, other))


@forgery(TALLY_ENTRY, "and the log does not name it")
def missing_in_the_log(draft: Draft) -> None:
    draft.files.append(_keep_result(Draft.of(draft.town)))
    del draft.log[draft.at(Kind.TALLY)]


@forgery(TALLY_ENTRY, "a tally that is not published")
def tally_not_published(draft: Draft) -> None:
    draft.remove("tally.json")


def _keep_result(honest: Draft) -> Callable[[dict[str, bytes]], None]:
    """Return a change that publishes the honest result, whatever the log says of it."""
    names = ("tally.json", "tally.json.minisig", "result.pb")
    kept = {honest.path(name): raw for name, raw in _files(honest, names).items()}
    return lambda files: files.update(kept)


def _files(draft: Draft, names: tuple[str, ...]) -> dict[str, bytes]:
    built = draft.build()
    return {name: built[draft.path(name)] for name in names}


# The signature ----------------------------------------------------------------------------------


@forgery(TALLY_SIGNATURE, "no valid signature")
def by_another_key(draft: Draft) -> None:
    draft.tally_key = STRANGER


@forgery(TALLY_SIGNATURE, "There is no")
def missing(draft: Draft) -> None:
    draft.remove("tally.json.minisig")


@forgery(TALLY_SIGNATURE, "no valid signature")
def of_another_tally_s_bytes(draft: Draft) -> None:
    comment = tally_comment(draft.town.election)
    draft.edit("tally.json.minisig", lambda raw: sign_file(draft.town.keys.tally, b"{}", comment))


@forgery(TALLY_SIGNATURE, "no valid signature")
def comment_changed(draft: Draft) -> None:
    draft.edit("tally.json.minisig", lambda raw: raw.replace(b"tally of", b"TALLY of"))


@forgery(TALLY_SIGNATURE, "no valid signature")
def under_another_id(draft: Draft) -> None:
    draft.edit(
        "tally.json.minisig", lambda raw: _first_line(raw, lambda s: s[:2] + bytes(8) + s[10:])
    )


@forgery(TALLY_SIGNATURE, "no valid signature")
def of_the_old_kind(draft: Draft) -> None:
    """Minisign's first format signs the file itself, not its hash."""

    def signed(raw: bytes) -> bytes:
        key, tally = draft.town.keys.tally, draft.tally_raw
        return _first_line(raw, lambda s: b"Ed" + s[2:10] + key.sign(tally))

    draft.edit("tally.json.minisig", signed)


@forgery(TALLY_SIGNATURE, "This is no valid minisign signature")
def a_line_more(draft: Draft) -> None:
    draft.edit("tally.json.minisig", lambda raw: raw + b"\n")


def _first_line(raw: bytes, change: Callable[[bytes], bytes]) -> bytes:
    lines = raw.split(b"\n")
    lines[1] = to_base64(change(from_base64(lines[1].decode()))).encode()
    return b"\n".join(lines)


# The result file --------------------------------------------------------------------------------


def pabulib(words: str, change: Callable[[bytes], bytes], says: str = "a recount writes") -> None:
    """Register another `result.pb`."""
    forgery(RESULT_FILE, says, name=words)(lambda draft: draft.edit("result.pb", change))


def _votes_swapped(raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True)
    swap(lines, -1, -2)
    return b"".join(lines)


pabulib("score-changed", lambda raw: raw.replace(b";25;", b";26;", 1))
pabulib("winner-changed", lambda raw: raw.replace(b"Project 5;0", b"Project 5;1"))
pabulib("ballots-swapped", _votes_swapped)
pabulib("dos-line-ends", lambda raw: raw.replace(b"\n", b"\r\n"))
pabulib("newline-added", lambda raw: raw + b"\n")
pabulib("last-ballot-dropped", lambda raw: raw[: raw.rindex(b"\n", 0, -1) + 1])
pabulib("empty", lambda raw: b"")


@forgery(RESULT_FILE, "There is no", name="missing")
def result_missing(draft: Draft) -> None:
    draft.remove("result.pb")
