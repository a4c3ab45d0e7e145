"""The rule ranks and funds as it says: by examples worked by hand, then for every input."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flows.town import keys_of, make_cards, make_election

from urne import tally
from urne.flows.recount import Recount
from urne.model.election import Election
from urne.model.tally import Tally, decode_tally, encode_tally

SEED = b"root" * 8 + b"scalar" * 10
Choices = tuple[int, ...]


def election_of(costs: Sequence[int], points: Sequence[int] = (3, 2, 1), **fields: Any) -> Election:
    return make_election(make_cards(costs), keys_of(), points, **fields)


def count(election: Election, rankings: Mapping[Choices, int], seed: bytes = SEED) -> Tally:
    return tally.count(election, rankings, channels=[], invalid_reasons={}, lot_seed=seed)


def ids(found: Tally) -> list[str]:
    return [project.id for project in found.projects]


def lot_of(project: str, seed: bytes = SEED) -> bytes:
    """Return a project's lot by the formula of the design, written out again."""
    return hashlib.sha256(b"urne/v1/lot\x00" + seed + project.encode()).digest()


# --- Points and ranking ------------------------------------------------------------------------


def test_points_are_three_two_one_for_first_second_and_third() -> None:
    """Two ballots A B C, one B A, one C: A 3+3+2 = 8, B 2+2+3 = 7, C 1+1+3 = 5."""
    found = count(election_of([100] * 4), {(0, 1, 2): 2, (1, 0): 1, (2,): 1})
    assert [(p.id, p.points, p.choices) for p in found.projects] == [
        ("001", 8, (2, 1, 0)),
        ("002", 7, (1, 2, 0)),
        ("003", 5, (1, 0, 2)),
        ("004", 0, (0, 0, 0)),
    ]
    assert [p.rank for p in found.projects] == [1, 2, 3, 4]
    assert found.ties == ()


def test_other_points_make_another_order() -> None:
    """A has two firsts, B three seconds: under 3, 2 they tie on 6, under 1, 1 B leads by 3 to 2."""
    rankings: dict[Choices, int] = {(0, 1): 2, (2, 1): 1}
    assert ids(count(election_of([100] * 3, (3, 2)), rankings)) == ["001", "002", "003"]
    assert ids(count(election_of([100] * 3, (1, 1)), rankings)) == ["002", "001", "003"]


def test_a_tie_on_points_goes_to_more_first_choices() -> None:
    """A: one first = 3. B: one second and one third = 3. A has the first choice."""
    found = count(election_of([100] * 4), {(2, 1): 1, (2, 3, 1): 1, (0,): 1})
    assert [(p.id, p.points) for p in found.projects] == [
        ("003", 6),
        ("001", 3),
        ("002", 3),
        ("004", 2),
    ]
    (tie,) = found.ties
    assert (tie.projects, tie.broken_by, tie.lots) == (("001", "002"), "choices", {})


def test_then_to_more_second_choices() -> None:
    """Points 4, 2, 1: A one first, one second, no third = 6; B one first, no second, two thirds."""
    rankings: dict[Choices, int] = {(0, 2, 1): 1, (1, 0, 2): 1, (2, 3, 1): 1}
    found = count(election_of([100] * 4, (4, 2, 1)), rankings)
    by_id = {p.id: p for p in found.projects}
    assert (by_id["001"].points, by_id["001"].choices) == (6, (1, 1, 0))
    assert (by_id["002"].points, by_id["002"].choices) == (6, (1, 0, 2))
    assert ids(found).index("001") < ids(found).index("002")
    (tie,) = found.ties
    assert (tie.projects, tie.broken_by, tie.lots) == (("001", "002"), "choices", {})


def test_a_tie_that_still_stands_is_drawn_by_lot_lowest_first() -> None:
    """Every project has one first choice: only the lot is left, computed here once more."""
    found = count(election_of([100] * 4), {(0,): 1, (1,): 1, (2,): 1, (3,): 1})
    lots = {id_: lot_of(id_) for id_ in ("001", "002", "003", "004")}
    assert ids(found) == sorted(lots, key=lots.__getitem__)
    (tie,) = found.ties
    assert (tie.projects, tie.broken_by, dict(tie.lots)) == (tuple(ids(found)), "lot", lots)


def test_another_root_or_another_scalar_draws_other_lots() -> None:
    """Nobody knows the draw before the close and the last reveal."""
    rankings: dict[Choices, int] = {(number,): 1 for number in range(4)}
    orders = {tuple(ids(count(election_of([100] * 4), rankings, bytes([n])))) for n in range(20)}
    assert len(orders) > 10


def test_a_tie_broken_partly_by_choices_states_lots_only_for_who_drew() -> None:
    """A has a first choice; B and C have a second and a third each, and draw."""
    rankings: dict[Choices, int] = {(3, 1, 2): 1, (3, 2, 1): 1, (0,): 1}
    found = count(election_of([100] * 4), rankings)
    (tie,) = found.ties
    drawn = sorted(("002", "003"), key=lot_of)
    assert tie.projects == ("001", *drawn)
    assert tie.broken_by == "lot"
    assert dict(tie.lots) == {id_: lot_of(id_) for id_ in drawn}


def test_without_a_ballot_every_project_is_drawn() -> None:
    found = count(election_of([100] * 3), {})
    assert ids(found) == sorted(("001", "002", "003"), key=lot_of)
    assert found.ties[0].broken_by == "lot"


def test_many_projects_without_a_vote_are_ranked_quickly() -> None:
    """A tie of 5,000 projects takes no time that grows with its square."""
    found = count(election_of([100] * 5_000, budget_cents=0), {})
    assert len(found.ties[0].lots) == 5_000


# --- Funding -------------------------------------------------------------------------------------


def reasons(costs: Sequence[int], budget: int, rule: str) -> list[str]:
    """Return why each project is funded or not, projects in ranking order."""
    election = election_of(costs, [1], budget_cents=budget, over_budget=rule)
    found = count(election, {(n,): len(costs) - n for n in range(len(costs))})
    assert ids(found) == [f"{n + 1:03}" for n in range(len(costs))]
    assert found.spent_cents == sum(p.cost_cents for p in found.projects if p.winner) <= budget
    assert all(p.winner == (p.reason == "funded") for p in found.projects)
    return [p.reason for p in found.projects]


def test_skip_passes_over_what_no_longer_fits_and_goes_on() -> None:
    costs = [300, 300, 100, 200, 100]
    assert reasons(costs, 500, "skip") == [
        "funded", "over-budget", "funded", "over-budget", "funded"
    ]  # fmt: skip


def test_stop_ends_at_the_first_that_does_not_fit() -> None:
    costs = [300, 300, 100, 200, 100]
    assert reasons(costs, 500, "stop") == ["funded", "over-budget", "stopped", "stopped", "stopped"]


def test_each_skip_says_what_was_asked_and_what_was_left() -> None:
    election = election_of([300, 300, 100, 200], [1], budget_cents=500)
    found = count(election, {(0,): 4, (1,): 3, (2,): 2, (3,): 1})
    assert [(s.project, s.cost_cents, s.left_cents) for s in found.skips] == [
        ("002", 300, 200),
        ("004", 200, 100),
    ]
    stopped = count(replace(election, over_budget="stop"), {(0,): 4, (1,): 3, (2,): 2, (3,): 1})
    assert [(s.project, s.left_cents) for s in stopped.skips] == [("002", 200)]


@pytest.mark.parametrize("rule", ["skip", "stop"])
def test_a_project_that_costs_exactly_what_is_left_is_funded(rule: str) -> None:
    assert reasons([300, 200], 500, rule) == ["funded", "funded"]
    assert reasons([300, 201], 500, rule) == ["funded", "over-budget"]


@pytest.mark.parametrize("rule", ["skip", "stop"])
def test_a_budget_of_zero_funds_only_what_costs_nothing(rule: str) -> None:
    expected = "funded" if rule == "skip" else "stopped"
    assert reasons([0, 1, 0], 0, rule) == ["funded", "over-budget", expected]


# --- For every input ---------------------------------------------------------------------------

PROJECTS = 5
BALLOT = st.lists(st.integers(0, PROJECTS - 1), min_size=1, max_size=3, unique=True).map(tuple)
BALLOTS = st.lists(BALLOT, max_size=12)
COSTS = st.lists(st.integers(0, 300), min_size=PROJECTS, max_size=PROJECTS)
RULE = st.sampled_from(["skip", "stop"])


@given(ballots=BALLOTS, costs=COSTS, budget=st.integers(0, 800), rule=RULE, data=st.data())
def test_the_order_of_ballots_never_changes_the_tally(
    ballots: list[Choices], costs: list[int], budget: int, rule: str, data: st.DataObject
) -> None:
    """Byte for byte, through the recount that town and auditors share."""
    election = election_of(costs, budget_cents=budget, over_budget=rule)

    def recounted(order: Sequence[Choices]) -> bytes:
        recount = Recount(election)
        for number, ballot in enumerate(order):
            recount.add_ballot(number.to_bytes(32, "big"), 0, ballot)
        return encode_tally(recount.tally({}, b"r" * 32, [b"s" * 32]))

    first = recounted(ballots)
    assert recounted(data.draw(st.permutations(ballots))) == first
    assert encode_tally(decode_tally(first)) == first


@given(ballots=BALLOTS, data=st.data())
def test_other_ids_change_nothing_but_lots(ballots: list[Choices], data: st.DataObject) -> None:
    """Points, choices and what choices decide stay; only within a drawn tie the order may move."""
    election = election_of([100] * PROJECTS)
    order = data.draw(st.permutations([project.id for project in election.projects]))
    renamed = replace(
        election,
        projects=tuple(replace(p, id=id_) for p, id_ in zip(election.projects, order, strict=True)),
    )
    rankings = Counter(ballots)
    before, after = count(election, rankings), count(renamed, rankings)
    assert [(p.points, p.choices) for p in before.projects] == [
        (p.points, p.choices) for p in after.projects
    ]
    places = [project.id for project in election.projects]
    for p, q in zip(before.projects, after.projects, strict=True):
        drawn = any(p.id in tie.lots for tie in before.ties)
        assert drawn or places.index(p.id) == order.index(q.id)


@given(ballots=BALLOTS)
def test_no_point_is_lost_or_made(ballots: list[Choices]) -> None:
    found = count(election_of([100] * PROJECTS), Counter(ballots))
    given_points = sum(sum((3, 2, 1)[: len(ballot)]) for ballot in ballots)
    assert sum(p.points for p in found.projects) == given_points
    assert sum(sum(p.choices) for p in found.projects) == sum(map(len, ballots))


@given(ballots=BALLOTS, costs=COSTS, budget=st.integers(0, 800), rule=RULE)
def test_the_result_obeys_the_rule(
    ballots: list[Choices], costs: list[int], budget: int, rule: str
) -> None:
    """Ordered, never over the budget, each not funded for a reason that holds."""
    election = election_of(costs, budget_cents=budget, over_budget=rule)
    found = count(election, Counter(ballots))
    keys = [(-p.points, tuple(-n for n in p.choices)) for p in found.projects]
    assert keys == sorted(keys)
    left, stopped = budget, False
    for p in found.projects:
        fits = p.cost_cents <= left and not stopped
        assert p.winner is fits
        left -= p.cost_cents if fits else 0
        stopped = stopped or (rule == "stop" and not fits)
    assert found.spent_cents == budget - left
    tied = [id_ for tie in found.ties for id_ in tie.projects]
    alike = Counter(p.points for p in found.projects)
    assert tied == [p.id for p in found.projects if alike[p.points] > 1]


# --- Revisions and sheets ------------------------------------------------------------------------


@given(data=st.data(), outcomes=st.lists(BALLOT | st.just("too-few"), min_size=1, max_size=6))
def test_of_one_voter_the_highest_revision_counts_even_if_invalid(
    data: st.DataObject, outcomes: list[Choices | str]
) -> None:
    """In whatever order the revisions stand in the log, and with whatever gaps."""
    numbers = data.draw(
        st.lists(st.integers(0, 15), min_size=len(outcomes), max_size=len(outcomes), unique=True)
    )
    recount = Recount(election_of([100] * PROJECTS))
    for revision, outcome in zip(numbers, outcomes, strict=True):
        recount.add_ballot(b"v" * 32, revision, outcome)
    last = outcomes[numbers.index(max(numbers))]
    (line, _) = recount.tally({"internet": 3}, b"", []).channels
    assert (line.sign_offs, line.ballots, line.voting_keys) == (3, len(outcomes), 1)
    assert line.superseded == len(outcomes) - 1
    assert (line.invalid, line.counted) == ((1, 0) if last == "too-few" else (0, 1))


def test_sheets_are_judged_by_the_same_rules_and_counted_by_place() -> None:
    """Sheets have no voting keys and nothing superseded; too many choices can happen on paper."""
    recount = Recount(election_of([100] * PROJECTS, min_choices=2))
    for sheet in ((0, 1), (0, 1, 2), (0,), (), (0, 0), (0, 9), (0, 1, 2, 3), (0xFFFF, 0)):
        recount.add_sheet("mairie", sheet)
    found = recount.tally({}, b"", [])
    line = found.channels[1]
    assert (line.channel, line.ballots, line.voting_keys, line.superseded) == ("mairie", 8, 0, 0)
    assert (line.invalid, line.counted) == (6, 2)
    assert dict(found.invalid_reasons) == {
        "too-few": 2, "repeated": 1, "out-of-range": 2, "too-many": 1
    }  # fmt: skip
    assert found.counted == 2
