"""Import a town's register from a CSV file: it replaces the one that was imported before.

FILE is UTF-8, with commas or semicolons; its first line names the person fields of the vote, such
as birth_family_name, birth_given_names and birthdate, and other columns are passed over. If
anything in it cannot be read, all of it is said and nothing is imported. People who are in it once
more than once are imported once. Says what will change, and asks.

What is stored is a salted hash a person. The salt is made at the first import, is kept among the
deployment's secrets and never shown. With --add those who are not in the file stay. If it is
interrupted, run the same again.
"""

from __future__ import annotations

import argparse
import secrets

from urne.canonical import Json
from urne.flows.register import SALT_BYTES, RegisterPlan, carry_out, plan_import, read_salt
from urne.flows.register_file import RegisterFile, read_register
from urne_staff.deployment import deployed
from urne_staff.output import Output, counted
from urne_staff.sources import read_input

NAME = "import"
HELP = "import the town's register from a CSV file"
EXAMPLE = "urne register import residents.csv --deployment rueil-2019.toml --dry-run"

_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("file", metavar="FILE", help="the register, as CSV")
    parser.add_argument("--deployment", required=True, metavar="TOML", help="where it goes")
    parser.add_argument("--add", action="store_true", help="keep those who are not in the file")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, no more")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Read the file, show what will change, ask, import."""
    raw = read_input(options.file)
    with deployed(options.deployment) as place:
        file = read_register(raw, options.file, place.election.person_fields)
        salt = read_salt(place.secrets) or secrets.token_bytes(SALT_BYTES)
        plan = plan_import(file.people, salt, place.register, keeps=options.add)
        _show(file, plan, place.told.edition, output)
        imported = not options.dry_run and _agreed(options, output)
        if imported:
            with output.progress() as bar:
                carry_out(plan, place.register, place.secrets, bar.show)
    if imported:
        output.line(f"The register now has {counted(_after(plan), 'line')}.", "bold")
    else:
        output.remark("Nothing was changed.")
    output.value(_as_json(file, plan, imported=imported))
    return imported or options.dry_run


def _agreed(options: argparse.Namespace, output: Output) -> bool:
    return options.yes or output.must_ask("Import this register?")


def _show(file: RegisterFile, plan: RegisterPlan, edition: str, output: Output) -> None:
    """Say what a file holds and what importing it would change. No person is named."""
    output.remark(f"The register of {edition}, from {counted(len(file.people), 'line')}:")
    output.remark(f"{len(plan.added):>8} new")
    output.remark(f"{len(plan.removed):>8} removed")
    output.remark(f"{plan.kept:>8} stay")
    if file.passed_over:
        output.remark(f"Columns passed over, being no person field: {file.passed_over}")
    for line, first in file.repeated[:_SHOWN]:
        output.remark(f"Line {line} is the same person as line {first}.")
    if len(file.repeated) > _SHOWN:
        output.remark(f"So are {len(file.repeated) - _SHOWN} further lines, as others before them.")


def _after(plan: RegisterPlan) -> int:
    return plan.kept + len(plan.added)


def _as_json(file: RegisterFile, plan: RegisterPlan, *, imported: bool) -> dict[str, Json]:
    return {
        "imported": imported,
        "people": len(file.people),
        "added": len(plan.added),
        "removed": len(plan.removed),
        "kept": plan.kept,
        "repeated": [{"line": line, "first": first} for line, first in file.repeated],
        "passed_over": file.passed_over,
    }
