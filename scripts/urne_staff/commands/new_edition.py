"""Begin an edition: its rules, calendar and pages, taken over from the latest one if there is one.

The calendar is a proposal: ideas from the first Monday in eight weeks on, for a month and a half,
then twelve weeks of review, and two weeks of voting.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import date, timedelta

from urne.flows.content import Content
from urne.model.edition import Criterion, Domain, Edition, Place
from urne_staff.beginning import TO_COMPLETE, content_of, quoted, refused, tell, today, write_new
from urne_staff.output import Output

NAME = "edition"
HELP = "begin an edition"
EXAMPLE = "urne new edition rueil-2027"

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_START = """\
---
# The edition's name in addresses and in its election: it stays for ever.
id: {id}
title: {title}
summary: "{to_complete} Une phrase qui dit ce que cette édition décide."
town: {town}
residents: {residents}
time_zone: {time_zone}
# The money to share out, and the most that one project may cost.
budget: {budget}
cap: {cap}
# Points for the first, second, … choice, and how many projects a voter ranks.
points: {points}
min_choices: {min_choices}
max_choices: {max_choices}
# A project that costs more than what is left: skip (go on to the next) or stop.
over_budget: {over_budget}
# Who may vote: from this age, on this day, and how residence is shown.
minimum_age: {minimum_age}
age_on: {age_on}
residence: [{residence}]
postal_codes: [{postal_codes}]
# What ideas may be about; a drawing is one of the theme's.
domains:
{domains}
# Parts of the town, for the filter of the index.
places:
{places}
# The questions that every idea is asked, and that are answered on its page.
criteria:
{criteria}
# Days in the town's own time; the ballot opens and closes at an instant (Z is UTC).
calendar: # {to_complete} a proposal: decide each of these days
{calendar}
# Numbers worth telling, once there are any.
# figures:
#   - {{id: ideas, value: 156, label: "idées soumises au vote"}}
template: edition.html
---

{to_complete} Ce que la ville propose cette fois, et comment chacun peut participer.
"""

_PAGE = """\
---
title: {title}
summary: {summary}
template: {template}
---
{body}"""

# Days after the ideas open: ideas close, review ends, ballot opens and closes, results, finished.
_DAYS = (0, 45, 129, 140, 154, 157, 625)

_DOMAINS = (Domain("cadre", "Cadre de vie", "cadre"), Domain("nature", "Nature", "nature"))
_PLACES = (Place("toute-la-ville", "Toute la ville"),)
_CRITERIA = (
    Criterion("interet-general", "Intérêt général", "Le projet profite-t-il à tous ?"),
    Criterion("domaine", "Domaine publié", "Le projet relève-t-il d’un des domaines ouverts ?"),
    Criterion("plafond", "Plafond de coût", "Le projet reste-t-il sous le plafond ?"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("id", metavar="ID", help="town and year, such as rueil-2027")
    parser.add_argument("--title", default="", help="the edition's title")
    parser.add_argument("--content", metavar="DIR", default="content", help="the site's pages")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Write the edition's pages and print their paths."""
    if not _ID.fullmatch(options.id):
        what, mend = f"{options.id!r} is no id.", "Use lower-case words and hyphens."
        raise refused("ID", what, mend, "bad-id")
    files, content = content_of(options.content)
    title = options.title or f"Budget participatif {options.id.rpartition('-')[2]}"
    folder = f"editions/{options.id}/"
    pages = {folder + "index.md": start(options.id, title, _latest(content))} | {
        folder + name: text for name, text in _pages().items()
    }
    new = {path: text.encode() for path, text in pages.items()}
    tell(write_new(options.content, files, new), output)
    output.remark("To show it in the menu, name its pages under nav in mkdocs.yml.")
    return True


def start(id_: str, title: str, model: Edition | None) -> str:
    """Return the first text of an edition's page, after an earlier edition if there is one."""
    opens = _monday(today() + timedelta(weeks=8))
    days = [opens + timedelta(days=number) for number in _DAYS]
    return _START.format(
        id=id_,
        title=quoted(title),
        town=quoted(model.town if model else TO_COMPLETE),
        residents=model.residents if model else f"0 # {TO_COMPLETE}",
        time_zone=model.time_zone if model else "Europe/Paris",
        budget=_money(model.budget.cents if model else 20000000, model),
        cap=_money(model.cap.cents if model else 4000000, model),
        points=list(model.points) if model else [3, 2, 1],
        min_choices=model.min_choices if model else 3,
        max_choices=model.max_choices if model else 3,
        over_budget=model.over_budget if model else "skip",
        minimum_age=model.minimum_age if model else 16,
        age_on=days[3].isoformat(),
        residence=", ".join(model.residence if model else ("address", "register", "code")),
        postal_codes=", ".join(quoted(code) for code in (model.postal_codes if model else ())),
        domains=_domains(model.domains if model else _DOMAINS),
        places=_places(model.places if model else _PLACES),
        criteria=_criteria(model.criteria if model else _CRITERIA),
        calendar=_calendar(days),
        to_complete=TO_COMPLETE,
    )


def _pages() -> dict[str, str]:
    """Return the pages that every edition has, beside its own."""
    listed = {
        "projects/index.md": ("Les projets", "Tous les projets de l’édition.", "projects.html"),
        "updates/index.md": ("Les nouvelles", "Tout ce qui a changé.", "updates.html"),
        "results.md": ("Les résultats", "Le classement, et comment le vérifier.", "results.html"),
    }
    pages = {
        name: _PAGE.format(title=quoted(title), summary=quoted(summary), template=template, body="")
        for name, (title, summary, template) in listed.items()
    }
    rules = _PAGE.format(
        title=quoted("Le règlement"),
        summary=quoted("Qui propose, qui étudie, qui vote, qui gagne."),
        template="main.html",
        body=f"\n{TO_COMPLETE} Les règles de cette édition.\n",
    )
    return {**pages, "rules.md": rules, "projects/.meta.yml": "template: project.html\n"}


def _latest(content: Content) -> Edition | None:
    editions = [edition.edition for edition in content.editions.values()]
    return max(editions, key=lambda edition: edition.calendar.ideas_open, default=None)


def _monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _money(cents: int, model: Edition | None) -> str:
    currency = model.budget.currency if model else "EUR"
    return f"{cents // 100}{f'.{cents % 100:02d}' if cents % 100 else ''} {currency}"


def _calendar(days: Sequence[date]) -> str:
    opens, ideas, review, ballot, closes, results, finished = days
    return "\n".join(
        (
            f"  ideas_open: {opens}",
            f"  ideas_close: {ideas}",
            f"  review_ends: {review}",
            f"  ballot_opens: {ballot}T06:00:00Z",
            f"  ballot_closes: {closes}T18:00:00Z",
            f"  results_on: {results}",
            f"  finished_on: {finished}",
        )
    )


def _domains(domains: Sequence[Domain]) -> str:
    return "\n".join(
        f"  - {{id: {d.id}, name: {quoted(d.name)}, drawing: {d.drawing}}}" for d in domains
    )


def _places(places: Sequence[Place]) -> str:
    return "\n".join(f"  - {{id: {p.id}, name: {quoted(p.name)}}}" for p in places)


def _criteria(criteria: Sequence[Criterion]) -> str:
    return "\n".join(
        f"  - {{id: {c.id}, name: {quoted(c.name)}, question: {quoted(c.question)}}}"
        for c in criteria
    )
