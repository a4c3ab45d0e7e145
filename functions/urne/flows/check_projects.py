"""What does not add up among the projects of an edition, its rules and its tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from urne.errors import Problem
from urne.flows.content import EditionContent, Written
from urne.flows.published import Published
from urne.model.project import OpinionKind, Project


def edition_problems(edition: EditionContent, published: Published | None) -> Iterator[Problem]:
    """Yield every problem of an edition's projects."""
    for project in edition.projects.values():
        yield from _against_rules(edition, project)
        if project.model.on_ballot:
            yield from _screening(edition, project)
    yield from _ideas(edition)
    if published is not None:
        yield from _against_tally(edition, published)


def _problem(written: Written[Project], field: str, what: str, mend: str, code: str) -> Problem:
    return Problem(written.path, written.line(field), field, what, mend, code)


def _against_rules(edition: EditionContent, project: Written[Project]) -> Iterator[Problem]:
    rules, model = edition.edition, project.model
    domains, places = [d.id for d in rules.domains], [p.id for p in rules.places]
    if model.domain not in domains:
        what, mend = f"There is no domain {model.domain!r}.", f"Use one of: {', '.join(domains)}."
        yield _problem(project, "domain", what, mend, "domain-unknown")
    if model.location.place not in places:
        what = f"There is no place {model.location.place!r}."
        mend = f"Use one of: {', '.join(places)}."
        yield _problem(project, "location.place", what, mend, "place-unknown")
    if (model.location.latitude is None) != (model.location.longitude is None):
        what, mend = "Only one of latitude and longitude is given.", "Give both or none."
        yield _problem(project, "location", what, mend, "half-location")
    if model.cost.currency != rules.budget.currency:
        what = f"The cost is in {model.cost.currency}, the budget in {rules.budget.currency}."
        yield _problem(project, "cost", what, "Use the budget's currency.", "currency")
    elif model.on_ballot and model.cost.cents > rules.cap.cents:
        what = f"The cost is over the cap of {rules.cap.cents // 100} {rules.cap.currency}."
        mend = "Lower the cost, or take the project off the ballot."
        yield _problem(project, "cost", what, mend, "over-cap")


def _screening(edition: EditionContent, project: Written[Project]) -> Iterator[Problem]:
    """Yield what is missing of the verdicts and opinions a project on the ballot needs."""
    criteria = [criterion.id for criterion in edition.edition.criteria]
    given = Counter(verdict.criterion for verdict in project.model.criteria)
    for criterion in criteria:
        if not given[criterion]:
            what = f"The criterion {criterion!r} has no verdict."
            mend = "Add it with its verdict and reason."
            yield _problem(project, "criteria", what, mend, "criterion-missing")
    for criterion, times in given.items():
        if criterion not in criteria:
            what = f"There is no criterion {criterion!r}."
            mend = f"Use one of: {', '.join(criteria)}."
            yield _problem(project, "criteria", what, mend, "criterion-unknown")
        elif times > 1:
            what = f"The criterion {criterion!r} has {times} verdicts."
            yield _problem(project, "criteria", what, "Keep one.", "criterion-twice")
    opinions = Counter(opinion.kind for opinion in project.model.opinions)
    for kind in OpinionKind:
        if opinions[kind] != 1:
            what = f"There are {opinions[kind]} {kind} opinions."
            mend = "Give exactly one technical, one legal and one financial opinion."
            yield _problem(project, "opinions", what, mend, "opinions")


def _ideas(edition: EditionContent) -> Iterator[Problem]:
    """Yield ideas that stand in two projects."""
    seen: dict[int, str] = {}
    for project in edition.projects.values():
        numbers = [("idea", project.model.idea.number)]
        numbers += [("merged", merged.number) for merged in project.model.merged]
        for field, number in numbers:
            if number in seen:
                what = f"Idea {number} is also in {seen[number]}."
                mend = "An idea belongs to one project: remove it from the other."
                yield _problem(project, field, what, mend, "idea-twice")
            seen.setdefault(number, project.path)


def _against_tally(edition: EditionContent, published: Published) -> Iterator[Problem]:
    for frozen in published.election.projects:
        project = edition.projects.get(frozen.id)
        if project is None:
            what = f"The ballot has a project {frozen.id} that is not among the pages."
            mend = "Bring back the page: nothing published may go."
            yield Problem(edition.written.path, None, None, what, mend, "project-gone")
        elif not project.model.on_ballot:
            what, mend = "This project stands on the frozen ballot.", "Write on_ballot: true."
            yield _problem(project, "on_ballot", what, mend, "ballot-differs")
        elif project.model.cost.cents != frozen.cost_cents:
            what = f"The ballot was frozen with a cost of {frozen.cost_cents / 100:.2f}."
            mend = "Put the old cost back and tell the new one in an update of kind cost."
            yield _problem(project, "cost", what, mend, "cost-differs")
    frozen_ids = {frozen.id for frozen in published.election.projects}
    for project in edition.on_ballot():
        if project.model.id not in frozen_ids:
            what, mend = "This project is not on the frozen ballot.", "Write on_ballot: false."
            yield _problem(project, "on_ballot", what, mend, "ballot-differs")
    if published.tally is not None:
        spent = sum(p.cost_cents for p in published.tally.projects if p.winner)
        if spent > edition.edition.budget.cents:
            what = f"The winners cost {spent / 100:.2f} together, more than the budget."
            mend = "Correct the budget; if it is right, have the tally audited."
            line = edition.written.line("budget")
            yield Problem(edition.written.path, line, "budget", what, mend, "over-budget")
