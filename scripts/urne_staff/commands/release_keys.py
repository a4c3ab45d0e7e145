"""Make the two keys of a site's releases: one signs each release, one the site's public log.

The secret halves can be read by their owner alone; keep a copy off this machine. Hang the public
halves, release.pub and releases.vkey, where people can compare them: publishing puts them into
keys/ on the site, but whoever can change the site could change them there.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from urne.errors import Conflict, ReleaseRefused
from urne_staff.output import Output
from urne_staff.release_keys import make_keys

NAME = "keys"
HELP = "make the keys of a site's releases"
EXAMPLE = "urne release keys --url https://budget.example.org/ --out ~/urne-keys"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("--url", required=True, help="where the site will stand, for ever")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the keys")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Write the keys and say where they are."""
    folder = Path(options.out)
    try:
        keys = make_keys(folder, options.url)
    except Conflict as e:
        raise ReleaseRefused(f"there are keys in {folder} already, and they are kept") from e
    output.line(f"release key  {keys.release_line}")
    output.line(f"site log     {keys.origin}")
    output.line(f"Both are in {folder}, with their public halves.")
    output.value({"folder": str(folder), "release_key": keys.release_line, "origin": keys.origin})
    return True
