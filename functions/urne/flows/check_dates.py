"""Dates that cannot be: each step of a project comes after the one it follows, by the calendar.

An idea comes in while ideas are taken; opinions and comments come after it, opinions before the
ballot they decide on; nothing is delivered, and no progress told, before there is a result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from urne.errors import Problem
from urne.flows.content import EditionContent, Written
from urne.frontmatter import PATH
from urne.model.edition import Calendar
from urne.model.media import Picture
from urne.model.project import Project
from urne.model.update import Kind, Update

_MEND = "Correct the date, or the calendar of the edition."


def date_problems(edition: EditionContent) -> Iterator[Problem]:
    """Yield every date of an edition's projects, comments and updates that cannot be."""
    calendar = edition.edition.calendar
    opens_on = edition.edition.day(calendar.ballot_opens)
    for project in edition.projects.values():
        wrong = list(_idea(project, calendar))
        yield from wrong or _opinions(project, opens_on)
        yield from _delivery(project, "planned_delivery", project.model.planned_delivery, calendar)
    for number, comments in edition.comments.items():
        begun = edition.projects[number].model.idea.date
        if not calendar.ideas_open <= begun <= calendar.ideas_close:
            continue  # it is the idea's date that is wrong, and was told
        for n, comment in enumerate(comments.model.comments, 1):
            if comment.date < begun:
                what = f"The comment is of {comment.date}, before the idea came in ({begun})."
                yield comments.problem(f"comments.{n}.date", what, _MEND, "date-before")
    for updates in edition.updates.values():
        for update in updates:
            yield from _update(update, calendar)


def _idea(project: Written[Project], calendar: Calendar) -> Iterator[Problem]:
    day = project.model.idea.date
    if not calendar.ideas_open <= day <= calendar.ideas_close:
        what = f"Ideas were taken from {calendar.ideas_open} to {calendar.ideas_close}, not {day}."
        code = "date-before" if day < calendar.ideas_open else "date-after"
        yield project.problem("idea.date", what, _MEND, code)


def _opinions(project: Written[Project], opens_on: dt.date) -> Iterator[Problem]:
    begun = project.model.idea.date
    for n, opinion in enumerate(project.model.opinions, 1):
        if opinion.date < begun:
            what = f"The opinion is of {opinion.date}, before the idea came in ({begun})."
            yield project.problem(f"opinions.{n}.date", what, _MEND, "date-before")
        elif project.model.on_ballot and opinion.date > opens_on:
            what = f"The opinion is of {opinion.date}, after the ballot opened ({opens_on})."
            yield project.problem(f"opinions.{n}.date", what, _MEND, "date-after")


def _delivery(
    written: Written[object], field: str, day: dt.date | None, calendar: Calendar
) -> Iterator[Problem]:
    if day is not None and day < calendar.results_on:
        what = f"Delivery on {day} is before the results ({calendar.results_on})."
        yield written.problem(field, what, _MEND, "date-before")


def _update(update: Written[Update], calendar: Calendar) -> Iterator[Problem]:
    model = update.model
    if model.date < calendar.results_on:
        what = f"The update is of {model.date}, before the results ({calendar.results_on})."
        yield Problem(update.path, 1, PATH, what, _MEND, "date-before")
    yield from _delivery(update, "delivery", model.delivery, calendar)
    if model.kind is Kind.DELAY and model.delivery is not None and model.delivery < model.date:
        what = f"A delay told on {model.date} cannot lead to {model.delivery}."
        yield update.problem("delivery", what, "Give the day expected now.", "date-before")
    yield from _taken(update, model.pictures)


def _taken(update: Written[Update], pictures: tuple[Picture, ...]) -> Iterator[Problem]:
    day = update.model.date
    for n, picture in enumerate(pictures, 1):
        if picture.taken_on is not None and picture.taken_on > day:
            what = f"The picture was taken on {picture.taken_on}, after this update ({day})."
            field, mend = f"pictures.{n}.taken_on", "Correct the date."
            yield update.problem(field, what, mend, "date-after")
