"""Dates that cannot be, money that does not add up, and pins off the map are told."""

from __future__ import annotations

import pytest
from tests.site.changed import FILES, FOLDER, LED, found, line_of, with_text

COMMENTS = f"{FOLDER}comments/012.yml"


@pytest.mark.parametrize(
    "path,old,new,code,field",
    [
        (LED, "date: 2019-01-15", "date: 2999-01-15", "date-after", "idea.date"),
        (LED, "date: 2019-01-15", "date: 2019-01-13", "date-before", "idea.date"),
        (LED, "date: 2019-03-08", "date: 2009-03-08", "date-before", "opinions.1.date"),
        (LED, "date: 2019-03-29", "date: 2019-06-04", "date-after", "opinions.3.date"),
        (LED, "2020-03-31", "2001-03-31", "date-before", "planned_delivery"),
        (COMMENTS, "2019-04-06", "2019-01-14", "date-before", "comments.1.date"),
        (LED, "latitude: 48.8716", "latitude: 12.5", "off-map", "location.latitude"),
        (LED, "longitude: 2.2049", "longitude: 2.2161", "off-map", "location.longitude"),
        (LED, "cost: 38000 EUR", "cost: 0 EUR", "cost-nothing", "cost"),
        (
            f"{FOLDER}updates/012/2020-09-15.md",
            "taken_on: 2020-09-15",
            "taken_on: 2020-09-16",
            "date-after",
            "pictures.1.taken_on",
        ),
    ],
)
def test_what_cannot_be_is_told_at_its_line(
    path: str, old: str, new: str, code: str, field: str
) -> None:
    files = with_text(path, old, new)
    (problem,) = found(files)
    assert (problem.path, problem.code, problem.field) == (path, code, field)
    assert problem.line == line_of(files, path, new)


def test_a_pin_on_the_edge_is_on_the_map() -> None:
    assert found(with_text(LED, "longitude: 2.2049", "longitude: 2.2160")) == []


def of_lamps(text: str, day: str = "2020-12-24") -> dict[str, bytes]:
    """Return the content with one more update of the lamps."""
    path = f"{FOLDER}updates/012/{day}.md"
    return dict(FILES) | {path: f"---\ntitle: Suite\n{text}\n---\n".encode()}


@pytest.mark.parametrize(
    "text,code,field",
    [
        ("kind: cost\nspent: 37000 EUR", "spent-uncommitted", "spent"),
        ("kind: cost\ncommitted: 30000 EUR", "spent-uncommitted", "committed"),
        ("kind: cost\ncommitted: 38001 EUR", "committed-over", "committed"),
        ("kind: cost\nallocated: 36000 EUR", "committed-over", "allocated"),
        ("kind: cost\ncommitted: 38000 USD", "currency", "committed"),
        ("kind: delay\nreason: Pluie\ndelivery: 2020-12-23", "date-before", "delivery"),
        ("kind: progress\ndelivery: 2019-06-19", "date-before", "delivery"),
    ],
)
def test_an_update_that_cannot_be_is_told(text: str, code: str, field: str) -> None:
    assert [(p.code, p.field) for p in found(of_lamps(text))] == [(code, field)]


def test_an_update_from_before_the_results_is_told() -> None:
    (problem,) = found(of_lamps("kind: progress", "2019-06-19"))
    assert (problem.code, problem.line, problem.field) == ("date-before", 1, "path")


def test_one_project_may_not_be_given_more_than_the_cap() -> None:
    (problem, *others) = found(of_lamps("kind: cost\nallocated: 40500 EUR"))
    assert (problem.code, problem.field) == ("over-budget", "budget")
    assert [(p.code, p.field) for p in others] == [("allocated-over", "allocated")]


def test_money_that_is_promised_before_it_is_spent_is_good() -> None:
    assert found(of_lamps("kind: cost\ncommitted: 38000 EUR\nspent: 38000 EUR")) == []
