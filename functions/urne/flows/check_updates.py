"""What does not add up along a project's updates: statuses, progress, money and corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from urne.errors import Problem
from urne.flows.content import EditionContent, Written
from urne.flows.published import Published
from urne.frontmatter import PATH
from urne.model.edition import Edition
from urne.model.money import Money
from urne.model.update import Kind, State, Status, Update, state_after

_ORDER = tuple(Status)

# Each sum is part of another: nothing is paid that was not promised, nor promised that was not
# set aside.
_WITHIN = (("committed", "allocated"), ("spent", "allocated"), ("spent", "committed"))
_MEND = {
    "allocated": "Correct the figure, or raise what is allocated in the same update.",
    "committed": "Correct the figure, or first tell in an update of kind cost what was committed.",
}


def update_problems(edition: EditionContent, published: Published | None) -> Iterator[Problem]:
    """Yield every problem of an edition's updates."""
    winners = _winners(published)
    for project_id, found in sorted(edition.updates.items()):
        updates = sorted(found, key=lambda u: (u.model.date, u.model.number))
        if project_id in edition.unread_news:
            continue  # what they lead to cannot be known
        if winners is not None and project_id not in winners:
            what = f"The tally does not know {project_id} as a winner, yet it has updates."
            mend = "Move the update to the project it belongs to."
            yield Problem(updates[0].path, 1, PATH, what, mend, "no-winner")
        for n, update in enumerate(updates):
            before = state_after([u.model for u in updates[:n]])
            yield from _status(before, update)
            yield from _backwards(before, update)
            yield from _corrected(updates[:n], update)
    yield from _money(edition)


def _winners(published: Published | None) -> set[str] | None:
    if published is None or published.tally is None:
        return None
    return {p.id for p in published.tally.projects if p.winner}


def _status(before: State, update: Written[Update]) -> Iterator[Problem]:
    change = update.model.status
    if change is None:
        return
    if change.before is not before.status:
        what = f"The status was {before.status}, not {change.before}."
        yield update.problem("status", what, f"Write before: {before.status}.", "status-before")
    elif before.status is Status.CANCELLED and update.model.kind is not Kind.CORRECTION:
        what = "The project was cancelled."
        yield update.problem("status", what, "Only a correction can undo that.", "cancelled")
    elif (
        _ORDER.index(change.after) < _ORDER.index(change.before)
        and update.model.kind is not Kind.CORRECTION
    ):
        what = f"The status goes back from {change.before} to {change.after}."
        mend = "If the earlier update was wrong, write one of kind correction."
        yield update.problem("status", what, mend, "status-back")


def _backwards(before: State, update: Written[Update]) -> Iterator[Problem]:
    """Yield figures that fall though they can only grow, unless they correct an error."""
    model = update.model
    if model.kind is Kind.CORRECTION:
        return
    mend = "Correct the figure, or write an update of kind correction."
    if model.progress is not None and model.progress < (before.progress or 0):
        what = f"Progress falls from {before.progress} % to {model.progress} %."
        yield update.problem("progress", what, mend, "progress-back")
    if model.spent and before.spent and model.spent < before.spent:
        what = "Less is spent than in the update before."
        yield update.problem("spent", what, mend, "spent-back")


def _corrected(earlier: Sequence[Written[Update]], update: Written[Update]) -> Iterator[Problem]:
    corrects = update.model.corrects
    if corrects is not None and corrects not in {u.model.date for u in earlier}:
        what = f"There is no earlier update of {corrects}."
        mend = "Give the date in the file name of the update that was wrong."
        yield update.problem("corrects", what, mend, "corrects-nothing")


def _money(edition: EditionContent) -> Iterator[Problem]:
    """Yield sums that cannot be paid from another, and allocations over cap or budget."""
    allocated, rules = 0, edition.edition
    for _, found in sorted(edition.updates.items()):
        updates = sorted(found, key=lambda u: (u.model.date, u.model.number))
        for n, update in enumerate(updates, 1):
            yield from _sums(state_after([u.model for u in updates[:n]]), update)
            yield from _currency(rules, update)
            if update.model.allocated and update.model.allocated.cents > rules.cap.cents:
                what = f"More is allocated than the cap of {rules.cap.cents / 100:.2f}."
                mend = "Correct the figure: no project may be given more than the cap."
                yield update.problem("allocated", what, mend, "allocated-over")
        last = state_after([u.model for u in updates]).allocated
        allocated += last.cents if last else 0
    if allocated > rules.budget.cents:
        what = f"{allocated / 100:.2f} are allocated in all, more than the budget."
        mend = "Correct an allocation in an update of kind correction."
        yield edition.written.problem("budget", what, mend, "over-budget")


def _currency(rules: Edition, update: Written[Update]) -> Iterator[Problem]:
    for name in ("allocated", "committed", "spent"):
        amount = getattr(update.model, name)
        if amount is not None and amount.currency != rules.budget.currency:
            what = f"This is in {amount.currency}, the budget in {rules.budget.currency}."
            yield update.problem(name, what, "Use the budget's currency.", "currency")


def _same(one: Money, other: Money) -> bool:
    return one.currency == other.currency


def _sums(state: State, update: Written[Update]) -> Iterator[Problem]:
    """Yield where an update leaves more committed than allocated, or spent than committed."""
    for part, whole in _WITHIN:
        amount, limit = getattr(state, part), getattr(state, whole)
        told = [name for name in (part, whole) if getattr(update.model, name) is not None]
        if told and amount and limit and amount.cents > limit.cents and _same(amount, limit):
            what = f"More is {part} than the {limit.cents / 100:.2f} {whole}."
            code = f"{part}-over" if whole == "allocated" else "spent-uncommitted"
            yield update.problem(told[0], what, _MEND[whole], code)
            return
