"""Files made to harm whoever reads them are failures like others: no crash, no endless work."""

import random
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.audit.forged_checkpoint import size_as
from tests.audit.forged_entries import ballot_with
from tests.audit.forger import Draft, close_entry, tally_entry
from tests.audit.forgeries import Brought, Forged
from tests.audit.small_town import hold, small
from tests.flows.town import ORIGIN

from urne.canonical import MAX_INTEGER, decode, encode, to_base64
from urne.errors import NotFound, OutcomeUnknown, Unavailable, UrneError
from urne.flows.audit import CHECKS, FAILED, NOT_CHECKED, Question, Report, audit
from urne.flows.audit.question import MOST_JSON_BYTES
from urne.model.election import Issuer, KeyHolder, encode_election
from urne.model.entry import Kind

EDITION = "petiteville-2019"

ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, MAX_INTEGER, "", " ", "x", "\u00e9" * 400, 'a\nb;"c"', "\x00"),
    *([], [[]], [1], ["x"], {}, {"a": {}}, [[[[[[]]]]]], "A" * 43 + "=", "2019-02-30"),
)


def report_on(draft: Draft) -> Report:
    """Return the report on a draft's tree."""
    return audit(Forged(draft.build(), draft.town.election.edition, Brought()).question())


def of_files(files: dict[str, bytes]) -> Report:
    """Return the report on files."""
    return audit(Forged(files, EDITION, Brought()).question())


def statuses(report: Report, *checks: str) -> list[str]:
    """Return what became of checks."""
    found = {result.id: result.status for result in report.results}
    return [found[check] for check in checks]


# Size -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [23, 256, 10**6, 10**18, 2**63 - 1])
def test_a_checkpoint_may_claim_any_size_and_little_is_read(size: int) -> None:
    draft = Draft.of(small())
    draft.checkpoint = lambda checkpoint: size_as(str(size))(checkpoint.text)
    files, reads = draft.build(), []

    def read(path: str) -> bytes:
        reads.append(path)
        if path not in files:
            raise NotFound(path)
        return files[path]

    report = audit(Question(read, EDITION))
    assert set(report.failed) == {"tiles", "bundles"}
    assert len(reads) < 30


def test_revisions_without_a_limit_take_no_memory() -> None:
    draft = Draft.unpublished(hold(max_revisions=2**32 - 1))
    for revision in (2**32 - 2, 2**31, 2**32 - 2):
        draft.append_ballot(draft.town.enrol("gus").ballot((0, 1), revision=revision))
    files = Forged(draft.build(), EDITION, Brought())
    tracemalloc.start()
    report = audit(files.question())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.failed == ("revisions",)
    assert peak < 5_000_000


@pytest.mark.parametrize("name", ["election.json", "tally.json", "cards.json"])
def test_a_file_larger_than_any_can_be_is_not_decoded(name: str) -> None:
    draft = Draft.of(small())
    files = draft.build()
    files[draft.path(name)] = b"[" * (MOST_JSON_BYTES + 1)
    tracemalloc.start()
    report = of_files(files)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert report.failed
    assert any("more than" in d for r in report.results for d in r.details)
    assert peak < 5_000_000


def test_lists_of_the_longest_entries_are_read() -> None:
    draft = Draft.of(small())
    for _ in range(3):
        draft.insert(draft.at(Kind.CLOSE), b"\x04" + b" " * 65_534)
    assert report_on(draft).failed == ("entries",)


# Manifests that no town would write -------------------------------------------------------------


def deep_policy() -> str:
    """Return a policy whose groups nest as deep as its length allows."""
    lines = [f"witness a {hold().keys.witness_key}"]
    names = ["a"]
    while sum(map(len, lines)) < 9_000:
        lines.append(f"group g{len(names)} any {names[-1]}")
        names.append(f"g{len(names)}")
    return "\n".join([*lines, f"quorum {names[-1]}", ""])


WEIRD: dict[str, dict[str, Any]] = {
    "title-of-a-thousand-lines": {"title": "\n" * 1000},
    "title-with-quotes": {"title": 'a;"b"\r\n;c'},
    "no-points": {"points": (0, 0, 0)},
    "rising-points": {"points": (1, 2, 3)},
    "no-budget": {"budget_cents": 0},
    "largest-budget": {"budget_cents": MAX_INTEGER},
    "currency-of-nothing": {"currency": ""},
    "no-policy": {"witness_policy": ""},
    "policy-of-nonsense": {"witness_policy": "group x 99999999999999999999 y\nquorum x\n"},
    "deep-policy": {"witness_policy": deep_policy()},
    "promise-key-zero": {"promise_key": bytes(32)},
    "pabulib-of-nothing": {"pabulib": {}},
    "pabulib-of-nonsense": {"pabulib": {"country": ';\n"', "unit": " ", "num_votes": "7"}},
    "stop": {"over_budget": "stop"},
}


@pytest.mark.parametrize("name", WEIRD)
def test_an_odd_manifest_never_ends_an_audit(name: str) -> None:
    town = hold(**WEIRD[name])
    draft = Draft.unpublished(town)
    try:
        files = draft.build()
    except UrneError:  # no result file can be written of it: then the forger writes none
        draft.log.pop()
        files = draft.build()
    report = of_files(files)
    assert len(report.results) == len(CHECKS)


def test_the_deepest_policy_is_met_by_its_one_witness() -> None:
    draft = Draft.unpublished(hold(witness_policy=deep_policy()))
    assert report_on(draft).failed == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"issuers": (Issuer("issuer-1", b"\xff" * 256, bytes(32)),)},
        {"issuers": (Issuer("issuer-1", b"\x80" + bytes(254) + b"\1", b"\xff" * 32),)},
        {"trustees": tuple(KeyHolder(f"t{n}", bytes([n]) * 32) for n in range(3))},
        {"clerks": (KeyHolder("clerk-1", bytes(32)), KeyHolder("clerk-2", b"\1" * 32))},
        {"log_key": "a+b+c"},
        {"tally_key": "RWQ"},
    ],
    ids=["modulus-of-ones", "modulus-of-zeros", "trustees", "clerks", "log-key", "tally-key"],
)
def test_odd_keys_never_end_an_audit(fields: dict[str, Any]) -> None:
    """The small town's entries under a manifest of other keys: nearly all of it fails."""
    election = small().election
    other = replace(election, **fields)
    draft = Draft.of(small())
    old, new = election.election_id, other.election_id
    draft.log = [_renamed(raw, old, new) for raw in small().entries()]
    files = {**draft.build(), draft.path("election.json"): encode_election(other)}
    report = of_files(files)
    assert report.failed
    assert "manifest" not in report.failed


def _renamed(raw: bytes, old: bytes, new: bytes) -> bytes:
    return raw.replace(old, new).replace(to_base64(old).encode(), to_base64(new).encode())


# Entries of any content -------------------------------------------------------------------------


def fields_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every field within a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(items):
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from fields_of(item, (*path, key))


def changed(raw: bytes, path: tuple[Any, ...], new: Any) -> bytes:
    """Return JSON with something else in a field."""
    whole: Any = decode(raw)
    value = whole
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new
    return encode(whole)


@pytest.mark.parametrize("kind", [Kind.SIGN_OFFS, Kind.PAPER, Kind.CLOSE, Kind.REVEAL, Kind.TALLY])
def test_any_value_in_any_field_of_an_entry_is_a_failure_or_none(kind: Kind) -> None:
    honest = Draft.of(small())
    raw = small().entries()[honest.at(kind)]
    rng = random.Random(kind)
    for path in fields_of(decode(raw[1:])):
        for odd in rng.sample(ODD, 4):
            draft = Draft.of(small())
            other = raw[:1] + changed(raw[1:], path, odd)
            draft.replace(draft.at(kind), other)
            assert report_on(draft).failed or other == raw, (path, odd)


@pytest.mark.parametrize("name", ["election.json", "cards.json", "tally.json"])
def test_any_value_in_any_field_of_a_file_is_a_failure(name: str) -> None:
    draft = Draft.of(small())
    files = draft.build()
    raw = files[draft.path(name)]
    rng = random.Random(name)
    for path in fields_of(decode(raw)):
        for odd in rng.sample(ODD, 2):
            other = changed(raw, path, odd)
            report = of_files({**files, draft.path(name): other})
            assert report.failed or other == raw, (path, odd)


@pytest.mark.parametrize("seed", range(30))
def test_random_entries_are_failures(seed: int) -> None:
    rng = random.Random(seed)
    draft = Draft.of(small())
    for _ in range(rng.randrange(1, 5)):
        body = rng.randbytes(rng.choice((0, 1, 40, 600)))
        draft.insert(rng.randrange(1, len(draft.log) + 1), bytes([rng.randrange(256)]) + body)
    assert set(report_on(draft).failed) & {"entries", "order"}


@pytest.mark.parametrize("seed", range(30))
def test_entries_in_any_order_never_end_an_audit(seed: int) -> None:
    rng = random.Random(seed)
    draft = Draft.of(small())
    rest = [*small().entries()[1:], b"", b"\x01", ballot_with(bytes)(draft)]
    draft.log[1:] = rng.choices(rest, k=rng.randrange(1, 40))
    assert report_on(draft).failed


# What cannot be known ---------------------------------------------------------------------------


def test_reveals_out_of_reach_leave_the_recount_unmade_and_never_wrong() -> None:
    """Hundreds of entries follow the tally, so the reveals do not stand at the log's end."""
    draft = Draft.of(small())
    draft.log += [tally_entry] * 900
    report = report_on(draft)
    assert report.failed == ("order",)
    assert statuses(report, "ballots-opened", "tally", "result-file") == [NOT_CHECKED] * 3


def test_a_few_stray_entries_do_not_hide_the_reveals() -> None:
    draft = Draft.of(small())
    draft.log += [tally_entry] * 200
    report = report_on(draft)
    assert report.failed == ("order",)
    assert statuses(report, "tally", "result-file") == ["passed", "passed"]


@pytest.mark.parametrize("error", [OutcomeUnknown("the file"), Unavailable()])
def test_a_server_that_does_not_answer_has_failed_nothing(error: UrneError) -> None:
    files = Draft.of(small()).build()
    for silent in files:

        def read(path: str, silent: str = silent) -> bytes:
            if path == silent:
                raise error
            return files[path]

        with pytest.raises(type(error)):
            audit(Question(read, EDITION))


# All at once ------------------------------------------------------------------------------------


def test_every_failure_is_reported_not_only_the_first() -> None:
    draft = Draft.of(small())
    changes: list[Callable[[Draft], None]] = [
        lambda d: d.append_ballot(d.town.enrol("gus").ballot((0, 1), revision=0)),
        lambda d: d.append_ballot(d.town.enrol("fay").ballot((0, 1), revision=99)),
        lambda d: d.append_ballot(d.town.enrol("ben").ballot((0, 1), revision=1)[:-1] + b"\0"),
        lambda d: d.insert(d.at(Kind.PAPER), b"\x09"),
        lambda d: d.insert(d.at(Kind.CLOSE), close_entry),
        lambda d: d.remove("result.pb"),
        lambda d: d.remove("cards.json"),
        lambda d: d.files.append(lambda files: files.__delitem__("keys/log.vkey")),
        lambda d: d.edit("tally.json.minisig", lambda raw: b""),
    ]
    for change in changes:
        change(draft)
    draft.tally = lambda value: value.update(spent_cents=1, currency="PLN")
    draft.checkpoint = lambda checkpoint: checkpoint.text.replace(ORIGIN, f"x.{ORIGIN}")
    expected = {
        *("cards", "keys", "origin", "entries", "order", "ballot-signatures", "revisions"),
        *("tally", "tally-signature"),
    }
    report = report_on(draft)
    assert set(report.failed) == expected
    assert statuses(report, "result-file") == [NOT_CHECKED]  # its projects' names are lost


def test_of_many_failures_ten_are_told_and_the_rest_counted() -> None:
    draft = Draft.of(small())
    for _ in range(25):
        draft.insert(draft.at(Kind.PAPER), b"\x09")
    report = report_on(draft)
    (entries,) = [result for result in report.results if result.status == FAILED]
    assert len(entries.details) == 11
    assert entries.details[-1] == "and 15 more"
