"""An invented Pabulib election of any size: 40 projects, one vote in ten on paper."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

PROJECTS, RANKS = 40, (3, 2, 1)
PAPER_SHARE = 0.1


def election(voters: int) -> str:
    """Return the text of a Pabulib file with this many votes; the same number gives the same."""
    chance = random.Random(voters)  # noqa: S311 - figures to measure with, not secrets
    numbers = range(1, PROJECTS + 1)
    votes = [chance.sample(numbers, len(RANKS)) for _ in range(voters)]
    methods = ["paper" if chance.random() < PAPER_SHARE else "internet" for _ in votes]
    return "\n".join([*_meta(voters), *_projects(votes), *_votes(votes, methods), ""])


def _meta(voters: int) -> Iterator[str]:
    yield from ("META", "key;value", "description;An invented election", "country;France")
    yield from ("unit;Exempleville", "instance;2022", f"num_projects;{PROJECTS}")
    yield from (f"num_votes;{voters}", "budget;1000000", "vote_type;ordinal", "rule;greedy")
    yield from ("date_begin;01.06.2022", "date_end;14.06.2022", "min_length;3", "max_length;3")


def _projects(votes: list[list[int]]) -> Iterator[str]:
    score: Counter[int] = Counter()
    chosen: Counter[int] = Counter()
    for vote in votes:
        chosen.update(vote)
        for points, number in zip(RANKS, vote, strict=True):
            score[number] += points
    yield from ("PROJECTS", "project_id;cost;votes;score;name")
    for number in range(1, PROJECTS + 1):
        cost = 50_000 + 100 * number
        yield f"{number};{cost};{chosen[number]};{score[number]};Project {number}"


def _votes(votes: list[list[int]], methods: list[str]) -> Iterator[str]:
    yield from ("VOTES", "voter_id;vote;voting_method")
    for number, (vote, method) in enumerate(zip(votes, methods, strict=True)):
        yield f"{number};{','.join(map(str, vote))};{method}"
