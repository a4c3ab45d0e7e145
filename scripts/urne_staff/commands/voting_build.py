"""Build the voting pages of one election: static pages in three languages, one style, the scripts.

They are made for one frozen `election.json`, and refuse any other. The same commit, manifest and
site give the same bytes: `urne release build --voting DIR` names each file with its SHA-256 in the
signed release, and anyone who builds them again can compare. What is built is a folder, to be
served by an origin of its own, beside `/elections/` and `/api/`.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from urllib.parse import urlsplit

from urne.canonical import to_base64
from urne.errors import ReleaseRefused
from urne.model.election import decode_election
from urne_staff.output import Output
from urne_staff.site import files_of
from urne_staff.sources import read_input, reader
from urne_staff.tree import appearing, require_free
from urne_staff.voting import build_voting_pages

NAME = "build"
HELP = "build the voting pages of one election"
EXAMPLE = (
    "urne voting build --election https://budget.example.org/elections/rueil-2019/election.json"
    " --site https://budget.example.org --out .build/voting"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument(
        "--election", required=True, metavar="FILE-or-URL", help="the election.json it is for"
    )
    parser.add_argument("--site", required=True, metavar="URL", help="where the town's site stands")
    parser.add_argument("--out", required=True, metavar="DIR", help="new folder for the pages")
    parser.add_argument(
        "--demonstration", action="store_true", help="say on every page that it is none"
    )


def run(options: argparse.Namespace, output: Output) -> bool:
    """Read the manifest, build, say what was built."""
    out, site = require_free(options.out), options.site.rstrip("/") + "/"
    if urlsplit(site).scheme not in ("http", "https"):
        raise ReleaseRefused(f"{options.site} is no address of a site")
    manifest = _read(options.election)
    election = decode_election(manifest)
    with appearing(out) as beside:
        build_voting_pages(
            Path.cwd(),
            beside,
            manifest=manifest,
            site=site,
            is_demonstration=options.demonstration,
        )
    files = dict(files_of(out))
    output.line(
        f"The voting pages of {election.edition} are in {options.out}: {len(files)} files, for"
        f" election {to_base64(election.election_id)}."
    )
    output.line("Name them in the next release: urne release build --voting …", "dim")
    output.value(
        {
            "edition": election.edition,
            "election_id": to_base64(election.election_id),
            "folder": options.out,
            "files": {path: to_base64(hashlib.sha256(raw).digest()) for path, raw in files.items()},
        }
    )
    return True


def _read(source: str) -> bytes:
    if urlsplit(source).scheme not in ("http", "https"):
        return read_input(source)
    folder, _, name = source.rpartition("/")
    return reader(folder)(name)
