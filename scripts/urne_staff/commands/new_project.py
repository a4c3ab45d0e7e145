"""Begin a project under the next free number: an idea just received, not yet looked at."""

from __future__ import annotations

import argparse
from datetime import date

from urne.flows.content import EditionContent
from urne_staff.beginning import (
    TO_COMPLETE,
    content_of,
    edition_of,
    quoted,
    slug,
    tell,
    today,
    write_new,
)
from urne_staff.output import Output

NAME = "project"
HELP = "begin a project under the next free number"
EXAMPLE = 'urne new project rueil-2019 --title "Des bancs à l’ombre"'

_START = """\
---
# The project's number. It stays for ever, and begins the file's name.
id: "{id}"
# What residents will read first. Say what it is, not who asked for it.
title: {title}
# One sentence for cards and search results: what changes, and for whom.
summary: "{to_complete} En une phrase, ce que le projet change pour les habitants."
# One of the edition's domains: {domains}.
domain: {domain}
# What it would cost, as the offices estimate it, like 38000 EUR. At most {cap} on the ballot.
cost: 0 EUR # {to_complete}
location:
  # One of the edition's places: {places}.
  place: {place}
  # Where exactly, in words.
  spot: "{to_complete}"
  # The pin on the map. Without both, the project is in the list only.
  # latitude: 48.8768
  # longitude: 2.1805
# The experts' answer: undecided, feasible or unfeasible. An unfeasible one needs a reason:
feasibility: undecided
# reason: "Pourquoi cela ne peut pas se faire."
# true once it is feasible, and has all verdicts and the three opinions below.
on_ballot: false
# When it would be delivered if it won.
# planned_delivery: {year}-09-30
# The idea as it came in, in the resident's own words, without a name.
idea:
  number: {number}
  # online or paper-box
  origin: online
  date: {day}
  text: "{to_complete} Le texte de l’idée, tel qu’il a été reçu."
# Other ideas that went into this project.
# merged:
#   - {{number: {other}, title: "Une idée semblable"}}
# Every criterion of the edition, met or not-met, with the reason that will be published.
# criteria:
{criteria}
# The three opinions: favourable, reserved or unfavourable, from an office, never a person.
# opinions:
{opinions}
# Pictures and documents stand beside this file. A picture must say what it shows.
# pictures:
#   - {{file: {id}-vue.jpg, alt: "Ce que l’image montre", credit: "Ville"}}
# documents:
#   - {{file: {id}-etude.pdf, title: "L’étude"}}
---

{to_complete} Ce qui est prévu, en quelques phrases simples.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("edition", metavar="EDITION", help="such as rueil-2019")
    parser.add_argument("--title", default="", help="the project's title")
    parser.add_argument("--content", metavar="DIR", default="content", help="the site's pages")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Write the project and print its path."""
    files, content = content_of(options.content)
    edition = edition_of(content, options.edition)
    number = next_number(edition)
    title = options.title or f"{TO_COMPLETE} Le titre du projet {number:03d}"
    name = f"{number:03d}-{slug(options.title)}.md"
    path = f"editions/{options.edition}/projects/{name}"
    raw = start(edition, number, title).encode()
    tell(write_new(options.content, files, {path: raw}), output)
    return True


def next_number(edition: EditionContent) -> int:
    """Return the number after the highest of all projects and ideas, merged ones too."""
    numbers = [0]
    for project in edition.projects.values():
        model = project.model
        numbers += [int(model.id), model.idea.number, *(m.number for m in model.merged)]
    return max(numbers) + 1


def start(edition: EditionContent, number: int, title: str) -> str:
    """Return the first text of a project's page."""
    rules = edition.edition
    calendar = rules.calendar
    day = min(max(today(), calendar.ideas_open), calendar.ideas_close)
    return _START.format(
        id=f"{number:03d}",
        number=number,
        other=number + 1,
        title=quoted(title),
        domains=", ".join(domain.id for domain in rules.domains),
        domain=rules.domains[0].id,
        places=", ".join(place.id for place in rules.places),
        place=rules.places[0].id,
        cap=f"{rules.cap.cents // 100} {rules.cap.currency}",
        year=rules.calendar.finished_on.year,
        day=day.isoformat(),
        criteria="\n".join(_criterion(c.id, c.question) for c in rules.criteria),
        opinions="\n".join(_opinion(kind, day) for kind in ("technical", "legal", "financial")),
        to_complete=TO_COMPLETE,
    )


def _criterion(id_: str, question: str) -> str:
    lines = (f"- criterion: {id_} # {question}", "  verdict: met", '  reason: "…"')
    return "\n".join(f"#   {line}" for line in lines)


def _opinion(kind: str, day: date) -> str:
    lines = f'- kind: {kind}|  advice: favourable|  office: "…"|  date: {day}|  text: "…"'
    return "\n".join(f"#   {line}" for line in lines.split("|"))
