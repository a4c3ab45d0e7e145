"""The towns whose public trees are forged: held by the real flows, the same bytes every time.

Ten people vote on the internet, two of them twice, two of them invalidly; five sheets come in on
paper, one of them invalid. The result has a tie broken by lot, a tie broken by first choices, and
two projects passed over for want of money.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.flows.town import Town

from urne.model.ballot import UNUSED, binding
from urne.model.ballot import encode_ranking as encode

A, B, C, D, E = range(5)
COSTS = (40_000, 40_000, 10_000, 30_000, 90_000)
BUDGET = 100_000

ONLINE = {
    "ada": (A, B, C),
    "ben": (B, A, C),
    "cleo": (A, B, D),
    "dora": (B, A, D),
    "eric": (A, B, D),
    "fay": (B, A, E),
    "gus": (C, E),
    "hana": (E, D),
}
SHEETS = ((A, B), (B, A), (A, B)), ((B, A), (C,))


def hold(**fields: Any) -> Town:
    """Return a town where everybody has voted, unpublished; `fields` are Election's, or issuers."""
    usual = {"budget_cents": BUDGET, "min_choices": 2}
    town = Town.new(projects=COSTS, trustees=3, **{**usual, **fields})
    town.vote("ada", (E, D))
    for name, choices in ONLINE.items():
        town.vote(name, choices, revision=1 if name == "ada" else 0)
    vote_invalidly(town)
    town.enrol("kim")  # asked for a credential, and stayed at home
    for name in ("lea", "max", "nils", "omar", "pia", "rosa"):
        town.sign_off(name)
    for sheets in SHEETS:
        town.enter(sheets)
    return town


def vote_invalidly(town: Town) -> None:
    """Let ina name a project twice, and jan change his mind to a ballot bound to another's key."""
    eid, (ina, jan) = town.election.election_id, map(town.enrol, ("ina", "jan"))
    bound = binding(eid, ina.voter.key.public)
    twice = encode((A, A, UNUSED), 3, bound)
    others = encode((A, B, C), 3, bound)
    town.cast(ina.voter.ballot_of_plaintext(twice, ina.credentials, ina.draw))
    town.vote("jan", (D, E, A))
    town.cast(jan.voter.ballot_of_plaintext(others, jan.credentials, jan.draw, 1))


@cache
def small() -> Town:
    """Return the town most trees are forged from."""
    town = hold()
    town.open()
    town.finish()
    return town


@cache
def with_two_issuers() -> Town:
    """Return a town in which two issuers sign each credential."""
    town = hold(issuers=2)
    town.open()
    town.finish()
    return town


@cache
def still_open() -> Town:
    """Return a town in which people are still voting."""
    town = hold()
    town.open()
    return town
