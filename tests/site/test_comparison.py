"""What another rule would have funded is worked out of the ballots that make the signed tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.site.tree import EDITION, demonstration, election_of, public_tree, tally_of

from urne.errors import BadInput
from urne.flows.published import Published, read_published
from urne.model.tally import Tally
from urne_site.comparison import Comparison, Rankings, compare, comparisons_of, rankings_of
from urne_site.views.ranking import Ranking
from urne_site.views.shares import shares_of
from urne_site.words import Words

TREE = public_tree(demonstration(), result=True)
PATH = f"elections/{EDITION}/result.pb"


@pytest.fixture
def published() -> Published:
    found = read_published(TREE, EDITION)
    assert found is not None
    return found


def tally(published: Published) -> Tally:
    assert published.tally is not None
    return published.tally


def test_the_ballots_are_those_of_the_tally(published: Published) -> None:
    rankings = rankings_of(PATH, TREE[PATH], published, tally(published))
    assert rankings.total() == 2440


def test_ballots_that_do_not_make_the_tally_are_refused(published: Published) -> None:
    election, _ = election_of(demonstration())
    lines = TREE[PATH].decode().splitlines(keepends=True)
    first = lines.index(next(line for line in lines if line.startswith("VOTES"))) + 2
    cells = lines[first].split(";")
    chosen = next(cell for cell in cells if cell.count(",") == 2)
    other = ",".join(reversed(chosen.strip().split(",")))
    forged = "".join(lines).replace(lines[first], lines[first].replace(chosen.strip(), other), 1)
    assert forged != TREE[PATH].decode()
    with pytest.raises(BadInput, match="do not make the signed tally") as refused:
        rankings_of(PATH, forged.encode(), published, tally_of(election))
    assert refused.value.problems[0].path == PATH


def test_what_a_rule_leaves_goes_down_the_ranking_as_far_as_it_fits(published: Published) -> None:
    first, *rest = tally(published).projects
    found = compare(tally(published), Counter(), (3, 2, 1), rule=lambda *_: {first.id})
    assert found.funded[0] == first.id
    assert found.spent_cents <= tally(published).budget_cents
    left = tally(published).budget_cents - found.spent_cents
    assert all(p.cost_cents > left for p in rest if p.id not in found.funded and p.points)


def test_without_a_result_there_is_nothing_to_compare(published: Published) -> None:
    assert comparisons_of({EDITION: published}, {}) == {}


def test_equal_shares_gives_a_minority_its_part_in_any_order_of_ballots() -> None:
    pytest.importorskip("pabutools", reason="the extra `comparison` is not installed")
    found = read_published(TREE, EDITION)
    assert found is not None
    rankings = rankings_of(PATH, TREE[PATH], found, tally(found))
    turned = Counter(dict(reversed(list(rankings.items()))))
    first = compare(tally(found), rankings, (3, 2, 1))
    assert first == compare(tally(found), turned, (3, 2, 1))
    assert 0 < first.spent_cents <= tally(found).budget_cents


def test_three_lists_hold_every_project_that_either_rule_funds(published: Published) -> None:
    whole = tally(published)
    ours = [p.id for p in whole.projects if p.winner]
    other = next(p.id for p in whole.projects if not p.winner)
    found = Comparison((*ours[1:], other), 19_000_000)
    view = shares_of(Words("fr"), Ranking(Words("fr"), published, whole, {}), whole, found)
    titles = {card.id: card.title for card in published.cards}
    both, theirs, only_ours = ([title.text for title, _ in links] for _, links in view.lists)
    assert both == [titles[id_] for id_ in ours[1:]]
    assert theirs == [titles[other]]
    assert only_ours == [titles[ours[0]]]
    assert "190\u202f000\u00a0€" in view.money


def test_the_page_of_results_is_complete_without_it(counted: Path) -> None:
    text = (counted / f"editions/{EDITION}/results/index.html").read_text("utf-8")
    assert "h-shares" not in text
    assert "h-accounts" in text


def no_rule(whole: Tally, rankings: Rankings, points: Sequence[int]) -> set[str]:
    return set()


def test_a_rule_that_funds_nothing_leaves_the_ranking(published: Published) -> None:
    found = compare(tally(published), Counter(), (3, 2, 1), rule=no_rule)
    assert list(found.funded) == [p.id for p in tally(published).projects if p.winner]
