"""Once a vote is open its rules stand on the page as they were frozen, and nothing stands alone."""

from __future__ import annotations

import pytest
from tests.site.changed import FILES, RULES, TREE, codes, found, line_of, with_text
from tests.site.tree import EDITION, demonstration, public_tree

from urne.errors import BadInput
from urne.flows.published import read_published, unknown_editions

OPEN = public_tree(demonstration(), counted=False)
FOLDER = f"elections/{EDITION}/"


@pytest.mark.parametrize(
    "old,new,field",
    [
        ("budget: 200000 EUR", "budget: 250000 EUR", "budget"),
        ("points: [3, 2, 1]", "points: [5, 2, 1]", "points"),
        ("min_choices: 3", "min_choices: 1", "min_choices"),
        ("over_budget: skip", "over_budget: stop", "over_budget"),
        ("minimum_age: 16", "minimum_age: 18", "minimum_age"),
        ("age_on: 2019-06-03", "age_on: 2019-06-17", "age_on"),
        ("residence: [address, ", "residence: [", "residence"),
        ('postal_codes: ["92500"]', "postal_codes: []", "postal_codes"),
        (
            "ballot_opens: 2019-06-03T06:00:00Z",
            "ballot_opens: 2019-06-03T07:00:00Z",
            "calendar.ballot_opens",
        ),
        (
            "ballot_closes: 2019-06-17T18:00:00Z",
            "ballot_closes: 2019-06-16T18:00:00Z",
            "calendar.ballot_closes",
        ),
    ],
)
def test_rules_that_differ_from_the_frozen_ones_are_told_at_their_line(
    old: str, new: str, field: str
) -> None:
    files = with_text(RULES, old, new)
    assert codes(files) == []
    (problem,) = found(files, OPEN)
    assert (problem.path, problem.field, problem.code) == (RULES, field, "rules-differ")
    assert problem.line == line_of(files, RULES, new)
    frozen = old.partition(": ")[2].replace("200000", "200000.00")
    frozen = frozen.replace('"', "") if field != "residence" else "[address, code, register]"
    assert frozen in problem.mend


def test_both_numbers_of_choices_are_compared() -> None:
    files = with_text(RULES, "points: [3, 2, 1]", "points: [3, 2, 1, 0]")
    text = files[RULES].decode().replace("max_choices: 3", "max_choices: 4")
    said = found(files | {RULES: text.encode()}, OPEN)
    assert [(p.field, p.code) for p in said] == [
        ("points", "rules-differ"),
        ("max_choices", "rules-differ"),
    ]


@pytest.mark.parametrize(
    "gone,missing",
    [
        (["election.json"], "election.json"),
        (["election.json", "cards.json"], "election.json"),
        (["cards.json"], "cards.json"),
        (["tally.json.minisig"], "tally.json.minisig"),
        (["tally.json"], "tally.json"),
    ],
)
def test_a_public_file_without_those_it_rests_on_is_a_problem(
    gone: list[str], missing: str
) -> None:
    tree = {path: raw for path, raw in TREE.items() if path.removeprefix(FOLDER) not in gone}
    (problem,) = found(FILES_ONLY, tree)
    assert (problem.path, problem.line, problem.field) == (FOLDER + missing, 1, "path")
    assert problem.what == "The file is missing."


FILES_ONLY = dict(FILES)


@pytest.mark.parametrize(
    "name,old,new,field",
    [
        ("tally.json", b'"ballots"', b'"ballotz"', "ballots"),
        ("tally.json", b"2440", b"2441", "signature"),
        ("tally.json", b"{", b"{ ", "(all)"),
        ("election.json", b'"budget_cents":20000000', b'"budget_cents":-1', "budget_cents"),
        ("election.json", b"rueil-2019", b"rueil-2018", "edition"),
        ("cards.json", b'"cost_cents":38', b'"cost_cents":39', "projects"),
    ],
)
def test_a_public_file_that_was_altered_is_named_with_its_field(
    name: str, old: bytes, new: bytes, field: str
) -> None:
    path = FOLDER + name
    assert old in TREE[path]
    with pytest.raises(BadInput) as refused:
        read_published(dict(TREE) | {path: TREE[path].replace(old, new)}, EDITION)
    (problem,) = refused.value.problems
    assert (problem.path, problem.line, problem.field) == (path, 1, field)


def test_an_election_that_no_page_belongs_to_is_known() -> None:
    assert unknown_editions(TREE, FILES) == []
    other = {f"elections/other/{name}": b"" for name in ("election.json", "cards.json")}
    assert unknown_editions(dict(TREE) | other, FILES) == ["other"]
    assert codes(FILES_ONLY, dict(TREE) | other) == []
