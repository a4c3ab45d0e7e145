"""What does not add up along a project's updates: statuses, progress, money and corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from urne.errors import Problem
from urne.flows.content import EditionContent, Written
from urne.flows.published import Published
from urne.model.update import Kind, State, Status, Update, state_after

_ORDER = tuple(Status)


def update_problems(edition: EditionContent, published: Published | None) -> Iterator[Problem]:
    """Yield every problem of an edition's updates."""
    winners = _winners(published)
    for project_id, found in sorted(edition.updates.items()):
        updates = sorted(found, key=lambda u: (u.model.date, u.model.number))
        if winners is not None and project_id not in winners:
            what = f"The tally does not know {project_id} as a winner, yet it has updates."
            mend = "Move the update to the project it belongs to."
            yield Problem(updates[0].path, None, None, what, mend, "no-winner")
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


def _problem(written: Written[Update], field: str, what: str, mend: str, code: str) -> Problem:
    return Problem(written.path, written.line(field), field, what, mend, code)


def _status(before: State, update: Written[Update]) -> Iterator[Problem]:
    change = update.model.status
    if change is None:
        return
    if change.before is not before.status:
        what = f"The status was {before.status}, not {change.before}."
        yield _problem(update, "status", what, f"Write before: {before.status}.", "status-before")
    elif before.status is Status.CANCELLED and update.model.kind is not Kind.CORRECTION:
        what = "The project was cancelled."
        yield _problem(update, "status", what, "Only a correction can undo that.", "cancelled")
    elif (
        _ORDER.index(change.after) < _ORDER.index(change.before)
        and update.model.kind is not Kind.CORRECTION
    ):
        what = f"The status goes back from {change.before} to {change.after}."
        mend = "If the earlier update was wrong, write one of kind correction."
        yield _problem(update, "status", what, mend, "status-back")


def _backwards(before: State, update: Written[Update]) -> Iterator[Problem]:
    """Yield figures that fall though they can only grow, unless they correct an error."""
    model = update.model
    if model.kind is Kind.CORRECTION:
        return
    mend = "Correct the figure, or write an update of kind correction."
    if model.progress is not None and model.progress < (before.progress or 0):
        what = f"Progress falls from {before.progress} % to {model.progress} %."
        yield _problem(update, "progress", what, mend, "progress-back")
    if model.spent and before.spent and model.spent < before.spent:
        what = "Less is spent than in the update before."
        yield _problem(update, "spent", what, mend, "spent-back")


def _corrected(earlier: Sequence[Written[Update]], update: Written[Update]) -> Iterator[Problem]:
    corrects = update.model.corrects
    if corrects is not None and corrects not in {u.model.date for u in earlier}:
        what = f"There is no earlier update of {corrects}."
        mend = "Give the date in the file name of the update that was wrong."
        yield _problem(update, "corrects", what, mend, "corrects-nothing")


def _money(edition: EditionContent) -> Iterator[Problem]:
    """Yield updates that spend more than allocated, and allocations over the budget."""
    allocated = 0
    for _, found in sorted(edition.updates.items()):
        updates = sorted(found, key=lambda u: (u.model.date, u.model.number))
        for n, update in enumerate(updates, 1):
            state, model = state_after([u.model for u in updates[:n]]), update.model
            limit = state.allocated
            for field, amount in (("committed", model.committed), ("spent", model.spent)):
                if amount and limit and amount > limit:
                    what = f"More is {field} than the {limit.cents / 100:.2f} allocated."
                    mend = "Correct the figure, or raise what is allocated in the same update."
                    yield _problem(update, field, what, mend, f"{field}-over")
        last = state_after([u.model for u in updates]).allocated
        allocated += last.cents if last else 0
    if allocated > edition.edition.budget.cents:
        what = f"{allocated / 100:.2f} are allocated in all, more than the budget."
        mend = "Correct an allocation in an update of kind correction."
        line = edition.written.line("budget")
        yield Problem(edition.written.path, line, "budget", what, mend, "over-budget")
