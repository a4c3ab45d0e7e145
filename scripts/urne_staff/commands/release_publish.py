"""Publish a release: keep it under /v/<number>/, serve it at the root, list it, log it.

Says what will change, and asks. Readers get the old release until everything is there, and then
the new one, in one step. If it is interrupted, run it again: nothing is half published, and what
is done already is not done twice.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from urne.canonical import Json, to_base64
from urne.errors import NotFound, OutcomeUnknown, ReleaseRefused, Unavailable
from urne.flows.release_build import open_release
from urne.flows.release_plan import Plan, Target, plan
from urne.flows.release_publish import publish
from urne_staff.output import Output
from urne_staff.release_keys import read_keys
from urne_staff.sources import reader
from urne_staff.targets import target

NAME = "publish"
HELP = "publish a built release"
EXAMPLE = "urne release publish .build/r2 --to /srv/budget --keys ~/urne-keys"

_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("release", metavar="RELEASE_DIR", help="what `urne release build` made")
    add_target_arguments(parser)


def add_target_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say where releases are published."""
    parser.add_argument("--to", required=True, metavar="DIR-or-s3://BUCKET", help="the site")
    parser.add_argument(
        "--edge", metavar="ARN", help="for a bucket: the key-value store of its CloudFront"
    )
    parser.add_argument("--keys", metavar="DIR", help="what `urne release keys` made")
    parser.add_argument(
        "--log-table",
        metavar="FILE-or-dynamodb:PREFIX",
        help="private table of the site's log (default: releases.sqlite beside the keys)",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Show the plan, ask, publish."""
    keys = read_keys(options.keys)
    try:
        release = open_release(reader(options.release), keys.release_line)
    except NotFound as e:
        why = f"there is no built one in {options.release}; make one with `urne release build`"
        raise ReleaseRefused(why) from e
    with target(options.to, options.log_table, keys, output, edge=options.edge) as place:
        planned = plan(place, release)
        return carry_out(place, planned, options, output)


def carry_out(place: Target, planned: Plan, options: argparse.Namespace, output: Output) -> bool:
    """Show a plan, ask unless --yes, and carry it out; return whether it was."""
    show(planned, options.to, output)
    if not options.yes:
        if not sys.stdin.isatty():
            raise ReleaseRefused("nobody is here to ask; say --yes to publish without asking")
        if not output.asks(f"Publish this to {options.to}?"):
            output.remark("Nothing was changed.")
            return False
    try:
        publish(place, planned)
    except (KeyboardInterrupt, OutcomeUnknown, Unavailable):
        output.remark("Not finished: the site is whole, old or new. Run the same again to end it.")
        raise
    number = planned.release.manifest.number
    output.line(f"Release {number} is published at {options.to}.", "bold")
    output.value({"published": True, **plan_json(planned)})
    return True


def show(planned: Plan, to: str, output: Output) -> None:
    """Say what a plan would do."""
    manifest = planned.release.manifest
    current = f"release {planned.current.number}" if planned.current else "nothing"
    if planned.current and planned.current.number == manifest.number:
        output.remark(f"At {to} stands {current} already; what differs from it is put right.")
    else:
        output.remark(f"At {to} stands {current}; release {manifest.number} takes its place.")
    if manifest.is_dirty:
        output.remark("It was built from files that differ from its commit.")
    for what, paths in (
        ("new", planned.added),
        ("changed", planned.changed),
        ("removed", planned.removed),
    ):
        output.remark(f"{len(paths):>6} {what}{': ' if paths else ''}{_some(paths)}")


def plan_json(planned: Plan) -> dict[str, Json]:
    """Return what a plan does as plain values."""
    return {
        "release": planned.release.manifest.number,
        "sha256": to_base64(planned.release.sha256),
        "before": planned.current.number if planned.current else None,
        "added": list(planned.added),
        "changed": list(planned.changed),
        "removed": list(planned.removed),
    }


def _some(paths: Sequence[str]) -> str:
    """Return the first few paths, those that people read before the search index."""
    paths = sorted(paths, key=lambda path: (path.startswith("pagefind/"), path))
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more
