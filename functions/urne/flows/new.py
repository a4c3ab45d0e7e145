"""A valid start for a new edition, project or update: a path and the text to complete.

Everything that follows from what is there already is filled in (the next free number, the rules
of the edition, the present status); what only a person knows is a sentence to be replaced.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from urne.errors import NotFound
from urne.flows.content import Content, EditionContent
from urne.model.update import state_after

TO_WRITE = "À compléter"


def new_edition(id_: str, town: str, today: date) -> tuple[str, str]:
    """Return the path and text of a new edition whose ideas open in four weeks."""
    opens = today + timedelta(weeks=4)
    weeks = {"ideas_close": 6, "review_ends": 18, "results_on": 23, "finished_on": 90}
    days = {name: opens + timedelta(weeks=n) for name, n in weeks.items()}
    ballot = opens + timedelta(weeks=20)
    text = f"""---
id: {id_}
title: "Budget participatif {opens.year}"
summary: "{TO_WRITE}"
town: "{town}"
residents: 0
time_zone: Europe/Paris
budget: 200000 EUR
cap: 40000 EUR
points: [3, 2, 1]
min_choices: 3
max_choices: 3
over_budget: skip
minimum_age: 16
age_on: {ballot}
residence: [address, register, code]
postal_codes: []
domains:
  - {{id: cadre, name: "Cadre de vie", drawing: cadre}}
places:
  - {{id: toute-la-ville, name: "Toute la ville"}}
criteria:
  - id: interet-general
    name: "Intérêt général"
    question: "Le projet profite-t-il à tous ?"
calendar:
  ideas_open: {opens}
  ideas_close: {days["ideas_close"]}
  review_ends: {days["review_ends"]}
  ballot_opens: {ballot}T06:00:00Z
  ballot_closes: {ballot + timedelta(weeks=2)}T18:00:00Z
  results_on: {days["results_on"]}
  finished_on: {days["finished_on"]}
template: edition.html
---

{TO_WRITE}
"""
    return f"editions/{id_}/index.md", text


def new_project(content: Content, edition_id: str, title: str, today: date) -> tuple[str, str]:
    """Return the path and text of a new project, under the next free number. Raises NotFound."""
    edition = _edition(content, edition_id)
    number = _next_number(edition)
    id_ = f"{number:03}"
    rules = edition.edition
    text = f"""---
id: "{id_}"
title: {_quoted(title)}
summary: "{TO_WRITE}"
domain: {rules.domains[0].id}
cost: 0 {rules.budget.currency}
location:
  place: {rules.places[0].id}
  spot: "{TO_WRITE}"
feasibility: undecided
on_ballot: false
idea:
  number: {number}
  origin: online
  date: {today}
  text: "{TO_WRITE}"
template: project.html
---

{TO_WRITE}
"""
    return f"editions/{edition_id}/projects/{id_}-{_words(title)}.md", text


def new_update(content: Content, edition_id: str, project_id: str, today: date) -> tuple[str, str]:
    """Return the path and text of a new update, which repeats the next step. Raises NotFound."""
    edition = _edition(content, edition_id)
    if project_id not in edition.projects:
        raise NotFound(f"project {project_id} in {edition_id}")
    found = sorted(
        edition.updates.get(project_id, []), key=lambda u: (u.model.date, u.model.number)
    )
    state = state_after([u.model for u in found])
    same_day = sum(u.model.date == today for u in found)
    name = f"{today}-{same_day + 1}" if same_day else f"{today}"
    step = state.next_step
    coming = ""
    if step is not None and step.date >= today:
        coming = f"next_step:\n  what: {_quoted(step.what)}\n  date: {step.date}\n"
    text = f"""---
title: "{TO_WRITE}"
kind: progress
progress: {state.progress or 0}
{coming}---

{TO_WRITE}
"""
    return f"editions/{edition_id}/updates/{project_id}/{name}.md", text


def _edition(content: Content, edition_id: str) -> EditionContent:
    if edition_id not in content.editions:
        raise NotFound(f"edition {edition_id}")
    return content.editions[edition_id]


def _next_number(edition: EditionContent) -> int:
    used = {0}
    for project in edition.projects.values():
        used |= {int(project.model.id), project.model.idea.number}
        used |= {merged.number for merged in project.model.merged}
    return max(used) + 1


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _words(title: str) -> str:
    """Return a title as lower-case words for a file name, at most four."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:4]) or "projet"
