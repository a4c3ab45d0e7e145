"""`check_content` finds each mistake staff can make, and says file, line, field and the mend."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest
from tests.site.changed import FILES, LED, RULES, TREE, line_of, with_text
from tests.site.tree import EDITION, ROOT

from urne.errors import BadInput, Problem
from urne.flows.check import check_content, checked
from urne_site.files import read_pages

REFUSED = f"editions/{EDITION}/projects/112-parking-prive.md"
UPDATES = f"editions/{EDITION}/updates/012/"


def found(files: Mapping[str, bytes], public: Mapping[str, bytes] | None = None) -> list[Problem]:
    return list(check_content(files, public))


def test_the_demonstration_has_no_problem_with_or_without_its_tally() -> None:
    files = read_pages(ROOT / "content")
    assert found(files) == []
    assert found(files, TREE) == []


@pytest.mark.parametrize(
    "path,old,new,code,field,at",
    [
        (LED, "domain: cadre", "domain: [cadre", "yaml", "front matter", None),
        (LED, "\n---\n\nUne rue", "\n\nUne rue", "no-end", "front matter", "---"),
        (LED, "domain: cadre", "domaine: cadre", "field-unknown", "domaine", "domaine:"),
        (LED, "domain: cadre", "domain: cadre\ndomain: sport", "field-twice", "domain", "sport"),
        (LED, "domain: cadre", "domain: art", "domain-unknown", "domain", "domain: art"),
        (LED, "place: plateau", "place: lune", "place-unknown", "location.place", "place: lune"),
        (LED, "  latitude: 48.8716\n", "", "half-location", "location", "location:"),
        (LED, "cost: 38000 EUR", "cost: 40000.01 EUR", "over-cap", "cost", "cost:"),
        (LED, "cost: 38000 EUR", "cost: 38000 USD", "currency", "cost", "cost:"),
        (LED, "cost: 38000 EUR", "cost: 38000", "value", "cost", "cost:"),
        (LED, "cost: 38000 EUR", "cost: 38,000 EUR", "value", "cost", "cost:"),
        (LED, "cost: 38000 EUR\n", "", "field-missing", "cost", "id:"),
        (LED, "date: 2019-01-15", "date: 2019-02-30", "value", "idea.date", "02-30"),
        (LED, "on_ballot: true", "on_ballot: yes", "value", "on_ballot", "on_ballot"),
        (LED, "feasible", "undecided", "ballot-unfeasible", "on_ballot", "on_ballot"),
        (LED, "verdict: met", "verdict: not-met", "ballot-criterion", "criteria", "criteria:"),
        (LED, "criterion: domaine", "criterion: beau", "criterion-unknown", "criteria", "criteria"),
        (LED, "kind: legal", "kind: financial", "opinions", "opinions", "opinions:"),
        (LED, "number: 28", "number: 12", "merged-itself", "merged", "merged:"),
        (LED, "number: 28", "number: 9", "idea-twice", "merged.1.number", "number: 9"),
        (LED, "La nuit,", "La <b>nuit</b>,", "residents-html", "idea.text", "<b>nuit"),
        (LED, "Une rue", "<script>Une rue", "script", "text", "<script>"),
        (LED, "Une rue", "<i style='x'>Une</i> rue", "style", "text", "style="),
        (LED, "Une rue", "![](../index.md) Une rue", "alt-missing", "text", "![]"),
        (LED, "Une rue", "[Une](../none.md) rue", "link", "text", "none.md"),
        (LED, 'id: "012"', 'id: "013"', "path", "id", "id:"),
        (REFUSED, "reason: ", "# ", "reason-missing", "reason", "id:"),
        (RULES, "cap: 40000 EUR", "cap: 400000 EUR", "cap-over-budget", "cap", "cap:"),
        (RULES, "points: [3, 2, 1]", "points: [3, 2]", "points-per-choice", "points", "points:"),
        (RULES, "points: [3, 2, 1]", "points: [1, 2, 3]", "points-order", "points", "points:"),
        (RULES, "id: sport,", "id: nature,", "duplicate-id", "domains", "domains:"),
        (RULES, "Europe/Paris", "Europe/Rueil", "time-zone", "time_zone", "time_zone"),
        (
            RULES,
            "ideas_close: 2019-02-28",
            "ideas_close: 2019-01-01",
            "calendar-order",
            "calendar.ideas_close",
            "ideas_close",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_field(
    *, path: str, old: str, new: str, code: str, field: str | None, at: str | None
) -> None:
    files = with_text(path, old, new)
    problems = [problem for problem in found(files) if problem.path == path]
    assert code in {problem.code for problem in problems}
    problem = next(problem for problem in problems if problem.code == code)
    assert problem.field == field
    if at is not None:
        assert problem.line == line_of(files, path, at)
    assert problem.what.endswith(".")
    assert problem.mend


def test_all_mistakes_are_told_at_once() -> None:
    text = FILES[LED].decode().replace("cadre", "art").replace("plateau", "lune")
    codes = [p.code for p in found(dict(FILES) | {LED: text.encode()})]
    assert codes == ["domain-unknown", "place-unknown"]


def test_bytes_that_are_no_text_and_a_page_without_fields_are_told() -> None:
    bytes_only = found(dict(FILES) | {LED: b"---\ntitle: \xff\n---\n"})
    assert (LED, "encoding") in {(p.path, p.code) for p in bytes_only}
    codes = {p.code for p in found(dict(FILES) | {"new.md": b"# Words"})}
    assert codes == {"field-missing"}


def test_two_projects_of_one_number_and_a_page_of_a_wrong_name_are_told() -> None:
    folder = f"editions/{EDITION}/projects/"
    twice = found(dict(FILES) | {folder + "012-other.md": FILES[LED]})
    assert [p.code for p in twice] == ["duplicate-id"]
    stray = found(dict(FILES) | {folder + "new idea.md": FILES[LED]})
    assert [p.code for p in stray] == ["path"]


def update(text: str, day: str = "2020-12-24") -> dict[str, bytes]:
    """Return the content with one more update of the lamps."""
    return dict(FILES) | {f"{UPDATES}{day}.md": f"---\n{text}\n---\n".encode()}


BEGIN = "title: Suite\nkind: progress\n"


@pytest.mark.parametrize(
    "text,code,field",
    [
        (BEGIN + "status: {before: preparation, after: completion}", "status-before", "status"),
        (BEGIN + "status: {before: maintenance, after: preparation}", "status-back", "status"),
        (BEGIN + "progress: 101", "progress", "progress"),
        (BEGIN + "progress: 3", "progress-back", "progress"),
        (BEGIN + "spent: 1 EUR", "spent-back", "spent"),
        (BEGIN + "spent: 39000 EUR", "spent-over", "spent"),
        (BEGIN + "corrects: 2019-09-30", "corrects", "corrects"),
        (BEGIN + "next_step: {what: Suite, date: 2019-01-01}", "next-step-past", "next_step"),
        ("title: Suite\nkind: correction\ncorrects: 2018-01-01", "corrects-nothing", "corrects"),
        ("title: Suite\nkind: delay\nreason: La pluie", "delivery-missing", "delivery"),
        ("title: Suite\nkind: cancellation", "reason-missing", "reason"),
        (BEGIN + "date: 2019-01-01", "field-unknown", "date"),
        (
            BEGIN + "pictures: [{file: none.jpg, alt: Une rue, credit: Ville}]",
            "file-missing",
            "pictures.1.file",
        ),
    ],
)
def test_an_update_that_does_not_add_up_is_told(text: str, code: str, field: str) -> None:
    problems = found(update(text))
    assert [(p.code, p.field) for p in problems] == [(code, field)]


def test_a_correction_may_go_back() -> None:
    fine = "title: Suite\nkind: correction\ncorrects: 2019-09-30\nprogress: 3\nspent: 1 EUR"
    assert found(update(fine + "\nstatus: {before: maintenance, after: completion}")) == []


def test_an_update_of_no_project_or_of_a_day_that_is_none_is_told() -> None:
    text = f"---\n{BEGIN}---\n".encode()
    folder = f"editions/{EDITION}/updates/"
    assert [p.code for p in found(dict(FILES) | {folder + "999/2020-01-01.md": text})] == [
        "project-unknown"
    ]
    assert [p.code for p in found(dict(FILES) | {folder + "012/2020-02-30.md": text})] == ["value"]


def test_allocations_over_the_budget_are_told() -> None:
    files = update(BEGIN + "allocated: 39001 EUR")
    assert [(p.path, p.code) for p in found(files)] == [(RULES, "over-budget")]


@pytest.mark.parametrize(
    "path,old,new,code",
    [
        (LED, "cost: 38000 EUR", "cost: 37000 EUR", "cost-differs"),
        (LED, "on_ballot: true", "on_ballot: false", "ballot-differs"),
        (REFUSED, "unfeasible\n", "feasible\n", ""),
        (RULES, "budget: 200000 EUR", "budget: 198999 EUR", "over-budget rules-differ"),
    ],
)
def test_content_that_contradicts_the_tally_is_told(
    path: str, old: str, new: str, code: str
) -> None:
    codes = {p.code for p in found(with_text(path, old, new), TREE)}
    assert codes == set(code.split())


def test_an_update_of_a_project_that_did_not_win_is_told_once_there_is_a_tally() -> None:
    text = f"---\n{BEGIN}---\n".encode()
    files = dict(FILES) | {f"editions/{EDITION}/updates/052/2019-07-01.md": text}
    assert found(files) == []
    assert [p.code for p in found(files, TREE)] == ["no-winner"]


def test_a_project_that_was_on_the_ballot_may_not_go() -> None:
    files = {path: raw for path, raw in FILES.items() if "052-" not in path}
    assert [p.code for p in found(files, TREE)] == ["project-gone"]


def test_a_translation_of_nothing_is_told() -> None:
    text = b"---\ntitle: Niets\nsummary: Niets.\n---\n"
    assert [p.code for p in found(dict(FILES) | {"nothing.nl.md": text})] == [
        "translation-of-nothing"
    ]


def test_the_build_refuses_what_the_check_refuses() -> None:
    files = with_text(LED, "domain: cadre", "domain: art")
    with pytest.raises(BadInput) as refused:
        checked(files)
    assert refused.value.problems == tuple(found(files))


def test_two_thousand_projects_are_checked_in_under_three_seconds() -> None:
    text = FILES[LED].decode()
    begin = text.index("merged:")
    lone = text[:begin] + text[text.index("criteria:") :]
    many = dict(FILES)
    for n in range(10_000, 12_000):
        own = lone.replace('"012"', f'"{n}"').replace("number: 12", f"number: {n}")
        many[f"editions/{EDITION}/projects/{n}-copy.md"] = own.encode()
    begun = time.process_time()
    assert found(many) == []
    assert time.process_time() - begun < 3
