"""Every forgery fails exactly the check it is made for, and for the reason it is made for."""

from collections import Counter

import pytest
from tests.audit.forgeries import Forgery, all_forgeries

from urne.flows.audit import CHECKS, FAILED, Report, audit

FORGERIES = all_forgeries()


def details(report: Report, check: str) -> str:
    """Return what a report says of a check that failed."""
    return " ".join(
        detail
        for result in report.results
        if (result.id, result.status) == (check, FAILED)
        for detail in result.details
    )


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_tree_fails_exactly_one_check(forgery: Forgery) -> None:
    report = audit(forgery.make().question())
    assert report.failed == (forgery.check,), [r for r in report.results if r.status == FAILED]
    assert forgery.says in details(report, forgery.check)


def test_every_check_has_a_forgery_that_it_alone_finds() -> None:
    forged = Counter(forgery.check for forgery in FORGERIES.values())
    assert set(forged) == set(CHECKS)
