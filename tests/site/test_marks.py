"""Marks that Lighthouse could not give are asked for again; a page that is at fault is told of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from urne_local.bench_site.lighthouse import STABLE, marks_of


def told(score: int | None) -> Mapping[str, Any]:
    category: dict[str, Any] = {"id": "seo", "score": score, "auditRefs": []}
    return {"audits": {}, "categories": {"seo": category}}


GOOD, UNTOLD = told(1), told(None)


def failed(code: str) -> Mapping[str, Any]:
    """A run that failed has categories too, and no score in any of them."""
    return {**UNTOLD, "runtimeError": {"code": code, "message": "It went wrong."}}


class Lighthouse:
    """Answers with the reports it was given, one by one for each address."""

    def __init__(self, **reports: Sequence[Mapping[str, Any]]) -> None:
        self.reports = {address: list(these) for address, these in reports.items()}
        self.asked: list[list[str]] = []

    def __call__(
        self, addresses: Sequence[str], categories: Sequence[str]
    ) -> Sequence[Mapping[str, Any]]:
        assert categories == STABLE
        self.asked.append(list(addresses))
        return [self.reports[address].pop(0) for address in addresses]


@pytest.mark.parametrize("broken", [failed("NO_NAVSTART"), failed("PROTOCOL_TIMEOUT"), UNTOLD])
def test_a_run_that_broke_off_is_tried_again(broken: Mapping[str, Any]) -> None:
    """Twice, and only the page it was about; the marks come in the order of the addresses."""
    lighthouse = Lighthouse(a=[broken, broken, GOOD], b=[GOOD])
    found = marks_of(["a", "b"], STABLE, lighthouse)
    assert [each.points for each in found] == [{"seo": 100}, {"seo": 100}]
    assert lighthouse.asked == [["a", "b"], ["a"], ["a"]]


def test_three_broken_runs_are_an_error() -> None:
    lighthouse = Lighthouse(a=[failed("NO_NAVSTART")] * 3)
    with pytest.raises(RuntimeError, match=r"failed on a: It went wrong\. \(NO_NAVSTART\)"):
        marks_of(["a"], STABLE, lighthouse)
    assert len(lighthouse.asked) == 3


def test_a_category_without_a_mark_three_times_has_none() -> None:
    (found,) = marks_of(["a"], STABLE, Lighthouse(a=[UNTOLD] * 3))
    assert found.points == {"seo": 0}


def test_a_page_that_is_at_fault_is_not_asked_again() -> None:
    lighthouse = Lighthouse(a=[failed("ERRORED_DOCUMENT_REQUEST")])
    with pytest.raises(RuntimeError, match="ERRORED_DOCUMENT_REQUEST"):
        marks_of(["a"], STABLE, lighthouse)
    assert lighthouse.asked == [["a"]]
