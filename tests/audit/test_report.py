"""A report says passed only of what was checked in full, and good only if nothing failed."""

import pytest

from urne.errors import BadField, NotFound, OutcomeUnknown
from urne.flows.audit import CHECKS, FAILED, NOT_CHECKED, PASSED, UNSEEN, Report
from urne.flows.audit.report import MOST_CHARACTERS, MOST_DETAILS, Findings


def status(findings: Findings, check: str) -> str:
    """Return what became of a check."""
    return next(result.status for result in findings.results() if result.id == check)


def refuse() -> None:
    """Refuse."""
    raise NotFound("file")


def test_what_nobody_mentions_has_not_been_checked() -> None:
    results = Findings().results()
    assert [result.id for result in results] == list(CHECKS)
    assert {result.status for result in results} == {NOT_CHECKED}
    assert all(result.details for result in results)


def test_a_failure_outweighs_all_else_and_a_reason_outweighs_having_looked() -> None:
    findings = Findings()
    findings.made("tally", "paper", "close")
    findings.skip(("tally", "paper"), "too early")
    findings.fail("tally", "it is wrong")
    assert [status(findings, check) for check in ("tally", "paper", "close")] == [
        FAILED,
        NOT_CHECKED,
        PASSED,
    ]


def test_giving_up_leaves_what_was_made_as_it_is() -> None:
    findings = Findings()
    findings.made("keys")
    findings.skip_rest("there is no more")
    assert status(findings, "keys") == PASSED
    rest = [result for result in findings.results() if result.id != "keys"]
    assert {result.details for result in rest} == {("there is no more",)}


def test_the_first_reason_stays() -> None:
    findings = Findings()
    findings.skip(("tally",), "first")
    findings.skip_rest("second")
    (tally,) = [result for result in findings.results() if result.id == "tally"]
    assert tally.details == ("first",)


def test_an_attempt_returns_its_value_or_notes_its_refusal() -> None:
    findings = Findings()
    assert findings.attempt("tally", lambda: 7) == 7
    assert not findings.has_failed("tally")
    assert findings.attempt("tally", refuse, "the file") is None
    (tally,) = [result for result in findings.results() if result.id == "tally"]
    assert tally.details == ("the file: There is no file.",)


def test_an_attempt_that_nobody_answered_is_no_finding() -> None:
    def silent() -> None:
        raise OutcomeUnknown("file")

    findings = Findings()
    with pytest.raises(OutcomeUnknown):
        findings.attempt("tally", silent)
    assert not findings.has_failed("tally")


def test_details_are_few_short_and_of_one_line() -> None:
    findings = Findings()
    for number in range(MOST_DETAILS + 2):
        findings.fail("tally", f"{number}\nand more")
    findings.fail("paper", "x" * 100_000)
    findings.fail("close", str(BadField("close", "counts", "is bad")))
    details = {result.id: result.details for result in findings.results()}
    assert details["tally"][0] == "0 …"
    assert details["tally"][-1] == "and 2 more"
    assert len(details["tally"]) == MOST_DETAILS + 1
    assert details["paper"] == ("x" * MOST_CHARACTERS + " …",)
    assert not details["close"][0].endswith("…")


def test_a_report_for_machines_says_all_of_it() -> None:
    findings = Findings()
    findings.fail("tally", "it is wrong")
    value = Report(findings.results(), {"size": 3}, ("a remark",)).as_json()
    assert value["good"] is False
    assert value["facts"] == {"size": 3}
    assert value["remarks"] == ["a remark"]
    assert value["unseen"] == list(UNSEEN)
    checks = value["checks"]
    assert isinstance(checks, list)
    assert len(checks) == len(CHECKS)
