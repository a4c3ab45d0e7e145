"""An edition's page: its rules in brief, its steps, its criteria and its domains."""

from __future__ import annotations

from dataclasses import dataclass

from urne.flows.content import EditionContent
from urne.model.edition import Criterion, Edition
from urne_site.views.home import FigureView, figures_of
from urne_site.views.phases import PhaseView, Step, phase_of, steps_of
from urne_site.views.said import Said
from urne_site.views.site import Site, url_of
from urne_site.words import Words


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in two words and its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CriterionView:
    """A criterion and the question it asks."""

    id: str
    name: Said
    question: Said


@dataclass(frozen=True, slots=True)
class EditionView:
    """What an edition's page shows."""

    phase: PhaseView
    steps: tuple[Step, ...]
    figures: tuple[FigureView, ...]
    rules: tuple[Rule, ...]
    criteria: tuple[CriterionView, ...]
    domains: tuple[tuple[str, Said], ...]
    drawings: tuple[str, ...]
    projects_url: str
    results_url: str


def edition_of(site: Site, content: EditionContent) -> EditionView:
    """Return the page of an edition."""
    edition, folder = content.edition, url_of(content.written.path)
    return EditionView(
        phase=phase_of(site, content),
        steps=steps_of(site, content),
        figures=figures_of(site, content),
        rules=_rules(site.words, edition),
        criteria=criteria_of(site, content),
        domains=tuple((d.drawing, site.name(content, d.id, d.name)) for d in edition.domains),
        drawings=tuple(sorted({domain.drawing for domain in edition.domains})),
        projects_url=folder + "projects/",
        results_url=folder + "results/",
    )


def criteria_of(site: Site, content: EditionContent) -> tuple[CriterionView, ...]:
    """Return an edition's criteria in the language of the site."""
    return tuple(
        CriterionView(c.id, site.name(content, c.id, c.name), _question(site, content, c))
        for c in content.edition.criteria
    )


def _question(site: Site, content: EditionContent, criterion: Criterion) -> Said:
    name = site.names(content).get(criterion.id)
    if name is not None and name.question:
        return Said(name.question)
    return Said(criterion.question, site.other)


def _rules(w: Words, edition: Edition) -> tuple[Rule, ...]:
    values = {
        "residents": w.number(edition.residents),
        "budget": w.money(edition.budget),
        "cap": w.money(edition.cap),
        "age": w("edition.age_value", age=edition.minimum_age),
        "choices": w.number(edition.max_choices),
        "points": w.listed([w.number(n) for n in edition.points]),
        "over_budget": w(f"edition.over_budget_{edition.over_budget.value}"),
    }
    return tuple(Rule(w(f"edition.{name}"), value) for name, value in values.items())
