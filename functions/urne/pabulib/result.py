"""The result of an election as a Pabulib file, its ballots in an order that tells nothing.

Projects stand in the order of the ranking. Ballots are sorted by method and choices and numbered
anew, so neither their order nor their numbers say when or by whom one was cast.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from urne.errors import CountRefused
from urne.pabulib.meta import OVER_BUDGET
from urne.pabulib.model import PabulibFile, Project, Vote
from urne.pabulib.values import write_cents, write_day

# What META says about the place and the occasion, as the caller gives it; all else is stated here.
_BEFORE = ("description", "country", "unit", "district", "subunit", "instance")
_BEHIND = ("edition", "language", "currency")
_LAST = ("experimental", "comment", "acknowledgments")

_RULES = {over_budget: rule for rule, over_budget in OVER_BUDGET.items()}
_PROJECT_COLUMNS = ("project_id", "cost", "votes", "score", "name", "selected")
_VOTE_COLUMNS = ("voter_id", "vote", "points", "voting_method")


def result_file(
    *,
    meta: Mapping[str, str],
    budget_cents: int,
    over_budget: str,
    date_begin: date,
    date_end: date,
    min_length: int,
    points: Sequence[int],
    projects: Sequence[Project],
    ballots: Iterable[tuple[Sequence[str], str]],
) -> PabulibFile:
    """Return the file of a result, for `write_pabulib`.

    `meta` gives description, country, unit and instance, and may give district, subunit, edition,
    language, currency, experimental, comment and acknowledgments; other keys of it are left out.
    `projects` are in ranking order, with votes, score and selected. `ballots` are all that were
    counted, each with its choices (the first first) and its method. `over_budget` is `skip` or
    `stop`; `points` holds the points of each rank.

    Raises CountRefused if the projects' votes and scores are not those of the ballots, BadInput
    if the parts make no valid file.
    """
    sorted_ballots = sorted((method, tuple(choices)) for choices, method in ballots)
    _require_recount(projects, points, [choices for _, choices in sorted_ballots])
    stated = {
        "num_projects": str(len(projects)),
        "num_votes": str(len(sorted_ballots)),
        "budget": write_cents(budget_cents),
        "vote_type": "ordinal",
        "rule": _RULES[over_budget],
        "date_begin": write_day(date_begin),
        "date_end": write_day(date_end),
        "min_length": str(min_length),
        "max_length": str(len(points)),
    }
    return PabulibFile(
        meta=_choose(meta, _BEFORE)
        | stated
        | _choose(meta, _BEHIND)
        | _fully_funded(projects, budget_cents)
        | _choose(meta, _LAST),
        project_columns=_PROJECT_COLUMNS,
        projects=tuple(projects),
        vote_columns=_VOTE_COLUMNS,
        votes=_number_anew(sorted_ballots, tuple(points)),
    )


def _choose(meta: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    return {key: meta[key] for key in keys if meta.get(key)}


def _fully_funded(projects: Sequence[Project], budget_cents: int) -> dict[str, str]:
    """Return the flag the format asks for when the budget pays for every project."""
    return {"fully_funded": "1"} if sum(p.cost_cents for p in projects) <= budget_cents else {}


def _number_anew(
    ballots: Sequence[tuple[str, tuple[str, ...]]], points: tuple[int, ...]
) -> tuple[Vote, ...]:
    given = [points[:count] for count in range(len(points) + 1)]
    return tuple(
        Vote(str(number), choices, method, given[min(len(choices), len(points))])
        for number, (method, choices) in enumerate(ballots, 1)
    )


def _require_recount(
    projects: Sequence[Project], points: Sequence[int], rankings: Iterable[Sequence[str]]
) -> None:
    votes: Counter[str] = Counter()
    scores: Counter[str] = Counter()
    for choices in rankings:
        votes.update(choices)
        for choice, given in zip(choices, points, strict=False):
            scores[choice] += given
    for project in projects:
        if (project.votes, project.score) != (votes[project.id], scores[project.id]):
            raise CountRefused(
                f"the project {project.id!r} is said to have {project.votes} votes and "
                f"{project.score} points; its ballots have {votes[project.id]} and "
                f"{scores[project.id]}"
            )
