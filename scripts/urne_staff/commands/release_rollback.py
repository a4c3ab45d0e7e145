"""Bring a published release back to the root, as it was, from where it is kept.

Newer releases stay readable under their numbers. The site's log gets an entry that states it, and
the next release that is built is still a new one, after the newest.
"""

from __future__ import annotations

import argparse

from urne.flows.release_plan import rollback_plan
from urne_staff.commands.release_publish import add_target_arguments, carry_out
from urne_staff.output import Output
from urne_staff.release_keys import read_keys
from urne_staff.targets import target

NAME = "rollback"
HELP = "bring an older release back"
EXAMPLE = "urne release rollback 1 --to /srv/budget --keys ~/urne-keys"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("number", type=int, metavar="N", help="the release to bring back")
    add_target_arguments(parser)


def run(options: argparse.Namespace, output: Output) -> bool:
    """Show what will change, ask, and bring the release back."""
    keys = read_keys(options.keys)
    with target(options.to, options.log_table, keys, output, edge=options.edge) as place:
        return carry_out(place, rollback_plan(place, options.number), options, output)
