"""Check everything that staff have written: each problem with its file, line, field and mend.

DIR holds the site's pages, `content` if nothing is said. What elections have published is looked
at too, where it is there: winners come from the tally and nowhere else. So is the theme, for the
drawings and templates that pages name. The site is built, and released, from nothing else than what
is good here.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path, PurePath

from urne.canonical import Json
from urne.errors import Problem
from urne.flows.check import check_content
from urne.flows.history import is_shallow, read_history
from urne.flows.published import unknown_editions
from urne_staff.content import (
    THEME,
    placeholders,
    public_folder,
    read_content,
    read_public,
    read_theme,
    what_was_published,
)
from urne_staff.output import Output, counted

NAME = "check"
HELP = "check what is written in content/"
EXAMPLE = "urne check content"
SHALLOW = (
    "This clone has no older commits, so updates could not be held to what they first said: "
    "`git fetch --unshallow` brings them."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("folder", metavar="DIR", nargs="?", default="content", help="the pages")
    parser.add_argument("--public", metavar="DIR", help="the public tree of elections")
    parser.add_argument("--theme", metavar="DIR", default=THEME, help="the site's theme")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Print every problem and return whether there is none."""
    files = read_content(options.folder)
    tree = public_folder(options.public)
    public, theme = read_public(tree), read_theme(options.theme)
    problems = check_content(files, public, read_history(Path(options.folder)), theme)
    for problem in problems:
        print_problem(problem, options.folder if problem.path in files else "", output)
    wrong = {problem.path for problem in problems}
    good = sum(path.endswith(".md") for path in files if path not in wrong)
    if problems:
        output.line(f"{counted(len(problems), 'problem')} in {_files(problems)}.", "bold")
    else:
        output.line(f"{counted(good, 'file')} good.", "bold")
    output.remark(what_was_published(tree, public))
    if is_shallow(Path(options.folder)):
        output.remark(SHALLOW)
    unknown = unknown_editions(public, files)
    for edition in unknown:
        place = PurePath(options.folder, f"editions/{edition}/index.md")
        output.remark(f"An election of {edition!r} is published, and has no page {place}.")
    if theme is None:
        output.remark(f"No theme in {options.theme}: drawings and templates were not looked up.")
    waiting = placeholders(files)
    for problem in waiting:
        output.remark(f"{PurePath(options.folder, problem.path)}:{problem.line}: {problem.what}")
    if waiting:
        output.remark(f"{counted(len(waiting), 'line')} to complete before a release.")
    output.value(
        {
            "good": not problems,
            "files": good,
            "problems": [problem_json(problem) for problem in problems],
            "to_complete": [problem_json(problem) for problem in waiting],
            "unknown_editions": list(unknown),
        }
    )
    return not problems


def print_problem(problem: Problem, folder: str, output: Output) -> None:
    """Print where a problem is, so that a terminal makes a link of it, and how to mend it."""
    place = PurePath(folder, problem.path).as_posix()
    place += "" if problem.line is None else f":{problem.line}"
    field = f" {problem.field}:" if problem.field else ""
    output.line(f"{place}:{field} {problem.what}")
    output.line(f"    {problem.mend} ({problem.code})", "dim")


def problem_json(problem: Problem) -> Json:
    """Return a problem as plain values."""
    names = ("path", "line", "field", "what", "mend", "code")
    return {name: getattr(problem, name) for name in names}


def _files(problems: Sequence[Problem]) -> str:
    return counted(len({problem.path for problem in problems}), "file")
