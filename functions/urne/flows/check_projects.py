"""What does not add up among the projects of an edition and its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from urne.errors import Problem
from urne.flows.content import EditionContent, Written
from urne.model.edition import TownMap
from urne.model.project import OpinionKind, Project


def edition_problems(edition: EditionContent) -> Iterator[Problem]:
    """Yield every problem of an edition's projects."""
    for project in edition.projects.values():
        yield from _against_rules(edition, project)
        if project.model.on_ballot:
            yield from _screening(edition, project)
    yield from _ideas(edition)


def _against_rules(edition: EditionContent, project: Written[Project]) -> Iterator[Problem]:
    rules, model = edition.edition, project.model
    domains, places = [d.id for d in rules.domains], [p.id for p in rules.places]
    if model.domain not in domains:
        what, mend = f"There is no domain {model.domain!r}.", f"Use one of: {', '.join(domains)}."
        yield project.problem("domain", what, mend, "domain-unknown")
    if model.location.place not in places:
        what = f"There is no place {model.location.place!r}."
        mend = f"Use one of: {', '.join(places)}."
        yield project.problem("location.place", what, mend, "place-unknown")
    yield from _location(edition.edition.map, project)
    if model.cost.currency != rules.budget.currency:
        what = f"The cost is in {model.cost.currency}, the budget in {rules.budget.currency}."
        yield project.problem("cost", what, "Use the budget's currency.", "currency")
    elif model.on_ballot and model.cost.cents > rules.cap.cents:
        what = f"The cost is over the cap of {rules.cap.cents // 100} {rules.cap.currency}."
        mend = "Lower the cost, or take the project off the ballot."
        yield project.problem("cost", what, mend, "over-cap")
    elif model.on_ballot and model.cost.cents == 0:
        what = "A project that costs nothing stands on the ballot."
        mend = "Give its estimated cost, or take the project off the ballot."
        yield project.problem("cost", what, mend, "cost-nothing")


def _location(town: TownMap | None, project: Written[Project]) -> Iterator[Problem]:
    """Yield a pin that cannot stand on the edition's map."""
    latitude, longitude = project.model.location.latitude, project.model.location.longitude
    if (latitude is None) != (longitude is None):
        what, mend = "Only one of latitude and longitude is given.", "Give both or none."
        yield project.problem("location", what, mend, "half-location")
    if town is None:
        return
    for name, degrees, least, most in (
        ("latitude", latitude, town.south, town.north),
        ("longitude", longitude, town.west, town.east),
    ):
        if degrees is not None and not least <= degrees <= most:
            what = f"The {name} {degrees} is off the edition's map, {least} to {most}."
            mend = "Correct it, or give neither latitude nor longitude."
            yield project.problem(f"location.{name}", what, mend, "off-map")


def _screening(edition: EditionContent, project: Written[Project]) -> Iterator[Problem]:
    """Yield what is missing of the verdicts and opinions a project on the ballot needs."""
    criteria = [criterion.id for criterion in edition.edition.criteria]
    given = Counter(verdict.criterion for verdict in project.model.criteria)
    for criterion in criteria:
        if not given[criterion]:
            what = f"The criterion {criterion!r} has no verdict."
            mend = "Add it with its verdict and reason."
            yield project.problem("criteria", what, mend, "criterion-missing")
    for criterion, times in given.items():
        if criterion not in criteria:
            what = f"There is no criterion {criterion!r}."
            mend = f"Use one of: {', '.join(criteria)}."
            yield project.problem("criteria", what, mend, "criterion-unknown")
        elif times > 1:
            what = f"The criterion {criterion!r} has {times} verdicts."
            yield project.problem("criteria", what, "Keep one.", "criterion-twice")
    opinions = Counter(opinion.kind for opinion in project.model.opinions)
    for kind in OpinionKind:
        if opinions[kind] != 1:
            what = f"There are {opinions[kind]} {kind} opinions."
            mend = "Give exactly one technical, one legal and one financial opinion."
            yield project.problem("opinions", what, mend, "opinions")


def _ideas(edition: EditionContent) -> Iterator[Problem]:
    """Yield ideas that stand in two projects."""
    seen: dict[int, str] = {}
    for project in edition.projects.values():
        merged = enumerate(project.model.merged, 1)
        numbers = [("idea.number", project.model.idea.number)]
        numbers += [(f"merged.{n}.number", idea.number) for n, idea in merged]
        for field, number in numbers:
            if number in seen:
                what = f"Idea {number} is also in {seen[number]}."
                mend = "An idea belongs to one project: remove it from the other."
                yield project.problem(field, what, mend, "idea-twice")
            seen.setdefault(number, project.path)
