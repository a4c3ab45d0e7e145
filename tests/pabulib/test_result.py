"""The result of an election as a file that Pabulib's own checker accepts."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.pabulib.test_real import REAL, read

from urne.errors import BadInput, CountRefused
from urne.pabulib import PabulibFile, Project, read_pabulib, result_file, write_pabulib

META = {"description": "Budget participatif", "country": "France", "unit": "Rueil-Malmaison"}
META |= {"instance": "2019", "currency": "EUR", "language": "fr", "leftover_budget": "3"}
BALLOTS = [
    (("1", "2", "3"), "internet"),
    (("2", "1"), "paper"),
    (("1",), "internet"),
    (("2", "3"), "internet"),
    (("1", "2", "3"), "internet"),
]
COSTS = {"1": 60050, "2": 70000, "3": 39950}


def ranked(selected: str, ballots: Sequence[tuple[Sequence[str], str]] = BALLOTS) -> list[Project]:
    """Return the three projects with what the ballots give them, the highest score first."""
    votes = Counter(choice for choices, _ in ballots for choice in choices)
    scores: Counter[str] = Counter()
    for choices, _ in ballots:
        for choice, points in zip(choices, (3, 2, 1), strict=False):
            scores[choice] += points
    projects = [
        Project(
            number,
            cost,
            f"Projet; {number}",
            votes[number],
            scores[number],
            int(number in selected),
        )
        for number, cost in COSTS.items()
    ]
    return sorted(projects, key=lambda project: -scores[project.id])


def result(
    projects: Sequence[Project],
    ballots: Sequence[tuple[Sequence[str], str]] = BALLOTS,
    **changes: object,
) -> PabulibFile:
    values: dict[str, object] = {
        "meta": META,
        "budget_cents": 100000,
        "over_budget": "skip",
        "date_begin": date(2019, 6, 1),
        "date_end": date(2019, 6, 14),
        "min_length": 1,
        "points": (3, 2, 1),
        "projects": projects,
        "ballots": ballots,
    }
    return result_file(**(values | changes))  # type: ignore[arg-type]


def opinion(file: PabulibFile, tmp_path: Path) -> dict[str, object]:
    """Return what Pabulib's checker finds in a file: its errors and its warnings."""
    checker = pytest.importorskip("pabulib.checker").Checker()
    path = tmp_path / "result.pb"
    path.write_bytes(write_pabulib(file))
    found: dict[str, object] = checker.process_files([str(path)])["result"]["results"]
    return found


CLEAN: dict[str, object] = {"errors": {}, "warnings": {}}


def test_the_whole_text_of_a_result() -> None:
    """META comes in the format's order, ballots are sorted and numbered from 1."""
    assert write_pabulib(result(ranked("13"))).decode() == (
        "META\nkey;value\ndescription;Budget participatif\ncountry;France\n"
        "unit;Rueil-Malmaison\ninstance;2019\nnum_projects;3\nnum_votes;5\nbudget;1000\n"
        "vote_type;ordinal\nrule;greedy\ndate_begin;01.06.2019\ndate_end;14.06.2019\n"
        "min_length;1\nmax_length;3\nlanguage;fr\ncurrency;EUR\n"
        "PROJECTS\nproject_id;cost;votes;score;name;selected\n"
        '1;600.50;4;11;"Projet; 1";1\n2;700;4;10;"Projet; 2";0\n3;399.50;3;4;"Projet; 3";1\n'
        "VOTES\nvoter_id;vote;points;voting_method\n"
        "1;1;3;internet\n2;1,2,3;3,2,1;internet\n3;1,2,3;3,2,1;internet\n"
        "4;2,3;3,2;internet\n5;2,1;3,2;paper\n"
    )


def test_the_checker_accepts_a_result(tmp_path: Path) -> None:
    """A result with a project passed over, short ballots and two methods raises no remark."""
    assert opinion(result(ranked("13")), tmp_path) == CLEAN


def test_the_checker_accepts_a_result_that_stopped(tmp_path: Path) -> None:
    """The rule that stops at the first project that does not fit is named as Pabulib names it."""
    file = result(ranked("1"), over_budget="stop")
    assert file.rule == "greedy-no-skip"
    assert opinion(file, tmp_path) == CLEAN


def test_the_checker_accepts_a_result_that_funds_all(tmp_path: Path) -> None:
    """A budget that pays for every project is flagged, as the format asks."""
    file = result(ranked("123"), budget_cents=170000)
    assert file.meta["fully_funded"] == "1"
    assert opinion(file, tmp_path) == CLEAN


def test_the_checker_sees_a_wrong_winner(tmp_path: Path) -> None:
    """The checker that accepts our results is one that refuses a wrong one."""
    errors = opinion(result(ranked("12")), tmp_path)["errors"]
    assert isinstance(errors, dict)
    assert "greedy rule not followed" in errors


@pytest.mark.parametrize("name", REAL)
def test_the_checker_accepts_the_results_of_real_elections(
    shared: Path, tmp_path: Path, name: str
) -> None:
    """A real election's votes and figures make a result that Pabulib's checker accepts."""
    file = read(shared, name)
    assert file.date_begin is not None
    assert file.date_end is not None
    left = file.budget_cents
    projects = []
    for project in sorted(file.projects, key=lambda project: -(project.score or 0)):
        funded = project.cost_cents <= left
        left -= project.cost_cents if funded else 0
        assert project.selected in (None, int(funded))
        figures = (project.votes, project.score, int(funded))
        projects.append(Project(project.id, project.cost_cents, project.name, *figures))
    made = result_file(
        meta=file.meta,
        budget_cents=file.budget_cents,
        over_budget=file.over_budget,
        date_begin=file.date_begin,
        date_end=file.date_end,
        min_length=file.min_length,
        points=file.points,
        projects=projects,
        ballots=[(vote.choices, vote.method or "internet") for vote in file.votes],
    )
    assert opinion(made, tmp_path) == CLEAN
    assert read_pabulib(write_pabulib(made), "result.pb") == made
    numbered = [str(number) for number in range(1, len(file.votes) + 1)]
    assert [vote.voter_id for vote in made.votes] == numbered


def test_the_order_of_the_ballots_tells_nothing() -> None:
    """However the ballots come, the file is the same to the byte."""
    expected = write_pabulib(result(ranked("13")))
    for seed in range(10):
        shuffled = random.Random(seed).sample(BALLOTS, len(BALLOTS))
        assert write_pabulib(result(ranked("13"), shuffled)) == expected


@pytest.mark.parametrize("field", ["votes", "score"])
def test_a_result_that_its_ballots_deny_is_refused(field: str) -> None:
    """Figures that are not those of the ballots are no result."""
    first, *others = ranked("13")
    wrong = replace(first, votes=1) if field == "votes" else replace(first, score=1)
    with pytest.raises(CountRefused, match="'1' is said to have"):
        result([wrong, *others])


def test_a_ballot_for_no_project_is_refused() -> None:
    """A choice that is no project of the result is refused by name."""
    ballots = [*BALLOTS, (("9",), "internet")]
    with pytest.raises(BadInput, match="'9', which is not listed"):
        result(ranked("13", ballots), ballots)


def test_a_result_needs_a_place() -> None:
    """A result without a country would be no Pabulib file, so it is not made."""
    meta = {key: value for key, value in META.items() if key != "country"}
    with pytest.raises(BadInput) as refusal:
        result(ranked("13"), meta=meta)
    assert [(p.code, p.field) for p in refusal.value.problems] == [("missing-key", "country")]
    assert "country" in json.dumps(
        [problem.mend + problem.what for problem in refusal.value.problems]
    )


def test_an_election_without_ballots_has_a_result(tmp_path: Path) -> None:
    """Nobody voted: the file says so."""
    made = result(ranked("", []), [])
    assert read_pabulib(write_pabulib(made), "result.pb").votes == ()
