"""List the releases published at a place, newest first.

Says as well if a publication was interrupted, and what is left to do.
"""

from __future__ import annotations

import argparse

from urne.canonical import format_instant, to_base64
from urne.errors import ReleaseRefused, UrneError
from urne.flows.release_plan import versions_at
from urne.flows.release_unfinished import unfinished
from urne_staff.output import Output
from urne_staff.sources import lister, reader

NAME = "list"
HELP = "list the published releases"
EXAMPLE = "urne release list https://budget.example.org"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("source", metavar="URL-or-DIR", help="where the site stands")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Print the releases. Raises ReleaseRefused if there is none."""
    read = reader(options.source)
    versions = versions_at(read)
    if not versions:
        raise ReleaseRefused(f"none was published at {options.source}")
    try:
        for sentence in unfinished(read, versions, lister(options.source)):
            output.remark(sentence)
    except UrneError as e:
        output.remark(f"The site's log cannot be read: {e} `urne release verify` looks at it.")
    output.table(
        (("release", True), ("of", False), ("commit", False), ("manifest", False), ("", False)),
        [
            (
                str(v.number),
                v.committed_at.date().isoformat(),
                v.commit[:12],
                to_base64(v.sha256),
                "current" if v.is_current else "",
            )
            for v in versions
        ],
    )
    output.value(
        [
            {
                "release": v.number,
                "commit": v.commit,
                "committed_at": format_instant(v.committed_at),
                "sha256": to_base64(v.sha256),
                "current": v.is_current,
            }
            for v in versions
        ]
    )
    return True
