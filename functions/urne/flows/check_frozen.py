"""What was frozen when the vote opened binds the pages: its rules, its projects, their costs.

The page of an edition tells residents by which rules they vote; `election.json` says by which they
are counted. Where the two differ, the page is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from urne.canonical import format_instant
from urne.errors import Problem
from urne.flows.content import EditionContent
from urne.flows.published import Published
from urne.model.edition import Edition
from urne.model.election import Election
from urne.model.money import Money


def frozen_problems(edition: EditionContent, published: Published) -> Iterator[Problem]:
    """Yield everything in which an edition's pages differ from what its vote froze."""
    yield from _rules(edition, published.election)
    yield from _projects(edition, published.election)
    if published.tally is not None:
        spent = sum(p.cost_cents for p in published.tally.projects if p.winner)
        if spent > edition.edition.budget.cents:
            what = f"The winners cost {spent / 100:.2f} together, more than the budget."
            mend = "Correct the budget; if it is right, have the tally audited."
            yield edition.written.problem("budget", what, mend, "over-budget")


def _rules(edition: EditionContent, election: Election) -> Iterator[Problem]:
    for field, (typed, frozen) in _compared(edition.edition, election).items():
        if typed != frozen:
            what = f"The page says {_said(typed)}; the vote was opened with {_said(frozen)}."
            mend = f"Write {_said(frozen)}: the rules of a vote stay once it is open."
            yield edition.written.problem(field, what, mend, "rules-differ")


def _compared(page: Edition, election: Election) -> dict[str, tuple[object, object]]:
    """Return, by field, what the page says and what was frozen."""
    eligibility = election.eligibility
    return {
        "budget": (page.budget, Money(election.budget_cents, election.currency)),
        "points": (page.points, election.points),
        "min_choices": (page.min_choices, election.min_choices),
        "max_choices": (page.max_choices, election.max_choices),
        "over_budget": (page.over_budget.value, election.over_budget),
        "minimum_age": (page.minimum_age, eligibility.minimum_age),
        "age_on": (page.age_on, eligibility.age_on),
        "residence": (set(page.residence), set(eligibility.residence)),
        "postal_codes": (set(page.postal_codes), set(eligibility.postal_codes)),
        "calendar.ballot_opens": (page.calendar.ballot_opens, election.opens_at),
        "calendar.ballot_closes": (page.calendar.ballot_closes, election.closes_at),
    }


def _said(value: object) -> str:
    """Return a value as a page would write it."""
    if isinstance(value, Money):
        return f"{value.cents / 100:.2f} {value.currency}"
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | set):
        items = value if isinstance(value, tuple) else sorted(value)
        return f"[{', '.join(str(item) for item in items)}]"
    return str(value)


def _projects(edition: EditionContent, election: Election) -> Iterator[Problem]:
    for frozen in election.projects:
        project = edition.projects.get(frozen.id)
        if project is None:
            if frozen.id not in edition.unread:
                what = f"The ballot has a project {frozen.id} that is not among the pages."
                mend = "Bring back the page: nothing published may go."
                yield edition.written.problem("path", what, mend, "project-gone")
        elif not project.model.on_ballot:
            what, mend = "This project stands on the frozen ballot.", "Write on_ballot: true."
            yield project.problem("on_ballot", what, mend, "ballot-differs")
        elif project.model.cost.cents != frozen.cost_cents:
            what = f"The ballot was frozen with a cost of {frozen.cost_cents / 100:.2f}."
            mend = "Put the old cost back and tell the new one in an update of kind cost."
            yield project.problem("cost", what, mend, "cost-differs")
    frozen_ids = {frozen.id for frozen in election.projects}
    for project in edition.on_ballot():
        if project.model.id not in frozen_ids:
            what, mend = "This project is not on the frozen ballot.", "Write on_ballot: false."
            yield project.problem("on_ballot", what, mend, "ballot-differs")
