"""What another rule would have funded with the same ballots: the Method of Equal Shares.

Computed by pabutools, which brings a commercial solver's package along and so is an extra
(`pip install '.[comparison]'`) that no release depends on: mkdocs.yml says whether to compare.
The ballots are those of `result.pb`, used only if they come to the signed tally's points.

Every ballot gets an equal share of the budget and pays for projects it ranked, a choice's points
being its worth. While money is left, shares are raised by one unit of money and the rule is run
again, as long as the whole stays within the budget. What is left then goes down the ranking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from urne.errors import BadInput, Problem
from urne.flows.published import Published
from urne.model.tally import Tally
from urne.pabulib import read_pabulib

Rankings = Counter[tuple[str, ...]]
Rule = Callable[[Tally, Rankings, Sequence[int]], set[str]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The projects that Equal Shares would have funded, in ranking order, and what they cost."""

    funded: tuple[str, ...]
    spent_cents: int


def comparisons_of(
    published: Mapping[str, Published], public: Mapping[str, bytes]
) -> dict[str, Comparison]:
    """Return a comparison for each edition with a result. Raises BadInput, ModuleNotFoundError."""
    found: dict[str, Comparison] = {}
    for edition, election in published.items():
        path = f"elections/{edition}/result.pb"
        if election.tally is not None and path in public:
            rankings = rankings_of(path, public[path], election, election.tally)
            found[edition] = compare(election.tally, rankings, election.election.points)
    return found


def rankings_of(path: str, raw: bytes, published: Published, tally: Tally) -> Rankings:
    """Return how often each ranking was cast. Raises BadInput unless they make the tally."""
    rankings = Counter(vote.choices for vote in read_pabulib(raw, path).votes)
    points: Counter[str] = Counter()
    for choices, times in rankings.items():
        for given, choice in zip(published.election.points, choices, strict=False):
            points[choice] += given * times
    if {p.id: p.points for p in tally.projects} != {p.id: points[p.id] for p in tally.projects}:
        what, mend = "Its ballots do not make the signed tally.", "Fetch the public tree again."
        raise BadInput([Problem(path, None, None, what, mend, "published")])
    return rankings


def compare(
    tally: Tally, rankings: Rankings, points: Sequence[int], *, rule: Rule | None = None
) -> Comparison:
    """Return what Equal Shares, or another rule, funds of a tally's projects.

    Raises ModuleNotFoundError.
    """
    chosen = set((rule or equal_shares)(tally, rankings, points))
    costs = {p.id: p.cost_cents for p in tally.projects}
    left = tally.budget_cents - sum(costs[id_] for id_ in chosen)
    for project in tally.projects:
        if project.id not in chosen and project.points > 0 and project.cost_cents <= left:
            chosen.add(project.id)
            left -= project.cost_cents
    funded = tuple(p.id for p in tally.projects if p.id in chosen)
    return Comparison(funded, tally.budget_cents - left)


def equal_shares(tally: Tally, rankings: Rankings, points: Sequence[int]) -> set[str]:
    """Return the projects that Equal Shares funds. Raises ModuleNotFoundError."""
    from pabutools.election import (  # noqa: PLC0415, an extra, only where it is asked for
        Additive_Cardinal_Sat,
        CardinalBallot,
        CardinalProfile,
        Instance,
        Project,
    )
    from pabutools.rules import method_of_equal_shares  # noqa: PLC0415

    projects = {p.id: Project(p.id, p.cost_cents) for p in tally.projects}
    instance = Instance(list(projects.values()), budget_limit=tally.budget_cents)
    profile = CardinalProfile(instance=instance)
    for choices, times in sorted(rankings.items()):
        worth = {projects[id_]: n for id_, n in zip(choices, points, strict=False)}
        profile.extend([CardinalBallot(worth)] * times)
    funded = method_of_equal_shares(
        instance,
        profile.as_multiprofile(),
        sat_class=Additive_Cardinal_Sat,
        voter_budget_increment=100,
    )
    return {str(project.name) for project in funded}
