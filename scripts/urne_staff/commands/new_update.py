"""Begin an update of a project: today's, with the status and progress the last one left it at."""

from __future__ import annotations

import argparse
from datetime import date, timedelta

from urne.errors import BadInput
from urne.flows.content import EditionContent
from urne.flows.published import read_published
from urne.model.update import State, state_after
from urne_staff.beginning import (
    TO_COMPLETE,
    content_of,
    edition_of,
    refused,
    tell,
    today,
    write_new,
)
from urne_staff.content import public_folder, read_public
from urne_staff.output import Output

NAME = "update"
HELP = "begin an update of a project"
EXAMPLE = "urne new update rueil-2019 012"

_START = """\
---
# One line that says what happened.
title: "{to_complete} Ce qui a changé, en une ligne"
# progress, milestone, delay, cost, cancellation, completion or correction.
# A delay needs `delivery` and `reason`, a cancellation `reason`, a correction `corrects`.
kind: progress
# From where to where: identification, preparation, implementation, completion, maintenance or
# cancelled. Change `after` if the project has come further; else remove this line.
status: {{before: {status}, after: {status}}}
# How much is done, in percent.
progress: {progress}
# Money so far, in all: what is set aside, promised to companies, paid. Only what has changed.
# allocated: {allocated}
# committed: 0 EUR
# spent: {spent}
# When it is delivered, if that has changed.
# delivery: {later}
# The next thing that happens, and when.
next_step:
  what: "{to_complete}"
  date: {soon}
# Why, in a sentence: for a delay or a cancellation.
# reason: "…"
# The date of the update that was wrong: for a correction.
# corrects: {today}
# Photographs stand beside this file. Each says what it shows and when it was taken.
# pictures:
#   - file: {today}-chantier.jpg
#     alt: "Ce que la photo montre"
#     credit: "Ville"
#     taken_on: {today}
---

{to_complete} Ce qui s’est passé, et ce que cela change pour les habitants.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("edition", metavar="EDITION", help="such as rueil-2019")
    parser.add_argument("project", metavar="NUMBER", help="the project's number, such as 012")
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="another day than today")
    parser.add_argument("--content", metavar="DIR", default="content", help="the site's pages")
    parser.add_argument("--public", metavar="DIR", help="the public tree of elections")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Write the update and print its path."""
    files, content = content_of(options.content)
    edition, number = edition_of(content, options.edition), options.project
    if number not in edition.projects:
        what = f"There is no project {number} in {options.edition}."
        raise refused("NUMBER", what, "Give a number as it begins the file name.", "project")
    _require_winner(edition, number, options.public)
    day = _day(options.date)
    folder = f"editions/{options.edition}/updates/{number}/"
    path = next(p for p in _names(folder, day) if p not in files)
    raw = start(_state(edition, number), day).encode()
    tell(write_new(options.content, files, {path: raw}), output)
    return True


def start(state: State, day: date) -> str:
    """Return the first text of an update."""
    allocated, spent = state.allocated, state.spent
    return _START.format(
        status=state.status,
        progress=state.progress or 0,
        allocated=f"{allocated.cents // 100} {allocated.currency}" if allocated else "38000 EUR",
        spent=f"{spent.cents // 100} {spent.currency}" if spent else "0 EUR",
        today=day.isoformat(),
        soon=(day + timedelta(days=30)).isoformat(),
        later=(state.delivery or day + timedelta(days=180)).isoformat(),
        to_complete=TO_COMPLETE,
    )


def _state(edition: EditionContent, number: str) -> State:
    updates = sorted(edition.updates.get(number, ()), key=lambda u: (u.model.date, u.model.number))
    return state_after([update.model for update in updates])


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError as e:
        raise refused(
            "--date", f"{text!r} is no day.", "Write one like 2019-06-20.", "value"
        ) from e


def _names(folder: str, day: date) -> list[str]:
    more = [f"{folder}{day}-{n}.md" for n in range(2, 10)]
    return [f"{folder}{day}.md", *more]


def _require_winner(edition: EditionContent, number: str, public: str | None) -> None:
    """Raise BadInput if the tally is there and does not know the project as a winner."""
    try:
        published = read_published(read_public(public_folder(public)), edition.edition.id)
    except BadInput:
        return  # `urne check` tells what is wrong with the public tree
    if published is None or published.tally is None:
        return
    if all(not p.winner for p in published.tally.projects if p.id == number):
        what = f"The tally does not know {number} as a winner."
        raise refused("NUMBER", what, "Only winners have updates.", "no-winner")
