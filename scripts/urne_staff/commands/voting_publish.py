"""Put built voting pages where their origin serves them: a folder, or `vote/` in a bucket.

Says whose pages stand there and what will change, and asks. Scripts and styles come first and the
pages after them, so that a page never names what is not there; scripts of earlier pages stay for
whoever has such a page open. If it is interrupted, run it again.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from urne.errors import ReleaseRefused
from urne.flows.release_plan import Each
from urne.store.base import SiteFiles
from urne_staff.output import Output
from urne_staff.site import files_of
from urne_staff.targets import Several, voting_target

NAME = "publish"
HELP = "put built voting pages where their origin serves them"
EXAMPLE = "urne voting publish .build/voting --to s3://budget-public"

HOME = "index.html"
_MADE_FOR = re.compile(rb'<html [^>]*data-edition="([a-z0-9-]+)" data-election="([^"]+)"')


@dataclass(frozen=True, slots=True)
class MadeFor:
    """The election that voting pages are made for."""

    edition: str
    election_id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is put where, and in which order."""

    files: Mapping[str, bytes]
    versions: Mapping[str, str]
    """Of files that are there already: whoever changes one meanwhile is not written over."""
    before: MadeFor | None
    added: Sequence[str]
    changed: Sequence[str]
    removed: Sequence[str]

    @property
    def writes(self) -> tuple[str, ...]:
        """What is written: what pages name, other pages, and the page that people come to."""
        return (*sorted([*self.added, *self.changed], key=_turn),)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("pages", metavar="VOTING_DIR", help="what `urne voting build` made")
    parser.add_argument(
        "--to", required=True, metavar="DIR-or-s3://BUCKET", help="what the voting origin serves"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Compare, ask, write."""
    files = dict(files_of(Path(options.pages)))
    made_for = _made_for(files.get(HOME))
    if made_for is None:
        raise ReleaseRefused(
            f"there are no voting pages in {options.pages}; make them with `urne voting build`"
        )
    with voting_target(options.to) as (place, prefix):
        planned = plan(place, prefix, files)
        _show(planned, made_for, options.to, output)
        is_new = bool(planned.writes or planned.removed)
        if is_new and not (options.yes or output.must_ask(f"Put these at {options.to}?")):
            output.remark("Nothing was changed.")
            return False
        with output.progress() as bar:
            carry_out(place, prefix, planned, Several(bar))
    if is_new:
        output.line(f"The voting pages of {made_for.edition} are at {options.to}.", "bold")
    output.value(
        {
            "edition": made_for.edition,
            "election_id": made_for.election_id,
            "added": [*planned.added],
            "changed": [*planned.changed],
            "removed": [*planned.removed],
        }
    )
    return True


def plan(place: SiteFiles, prefix: str, files: Mapping[str, bytes]) -> Plan:
    """Return what differs between the pages that were built and those that are served.

    Raises ReleaseRefused if other pages than those of a vote are served there.
    """
    served = {path.removeprefix(prefix) for path in place.paths(prefix)}
    pages = {path for path in served if path.endswith(HOME)}
    was = {path: place.read_version(prefix + path) for path in sorted(served & {*files} | pages)}
    found = {path: version for path, version in was.items() if version}
    if others := [path for path in sorted(pages & found.keys()) if not _made_for(found[path][0])]:
        raise ReleaseRefused(f"{others[0]} stands there, which is no voting page; name its origin")
    return Plan(
        files=files,
        versions={path: version for path, (_, version) in found.items()},
        before=_made_for(found[HOME][0]) if HOME in found else None,
        added=sorted(files.keys() - found.keys()),
        changed=sorted(
            path for path in files.keys() & found.keys() if found[path][0] != files[path]
        ),
        removed=sorted(pages - files.keys()),
    )


def carry_out(place: SiteFiles, prefix: str, planned: Plan, each: Each) -> None:
    """Write what differs, in the order of the plan. Raises Conflict if another writes too."""

    def write(path: str) -> None:
        place.replace(prefix + path, planned.files[path], planned.versions.get(path))

    pages = [path for path in planned.writes if path.endswith(HOME)]
    each("scripts and styles", write, [path for path in planned.writes if path not in pages])
    for path in pages:
        write(path)
    for path in planned.removed:
        place.remove(prefix + path)


def _turn(path: str) -> tuple[bool, bool, str]:
    return path.endswith(HOME), path == HOME, path


def _made_for(page: bytes | None) -> MadeFor | None:
    found = _MADE_FOR.search(page or b"")
    return MadeFor(found[1].decode(), found[2].decode()) if found else None


def _show(planned: Plan, made_for: MadeFor, to: str, output: Output) -> None:
    before = planned.before
    if before is None:
        output.remark(f"At {to} stand no voting pages yet.")
    elif before == made_for:
        output.remark(f"At {to} stand voting pages of {before.edition} already.")
    else:
        output.remark(
            f"At {to} stand voting pages of {before.edition}, election {before.election_id}: from"
            f" now on nobody votes in it there, and everybody in {made_for.edition}."
        )
    if not planned.writes and not planned.removed:
        output.remark("They are the same to the byte; there is nothing to do.")
        return
    for what, paths in (
        ("new", planned.added),
        ("changed", planned.changed),
        ("removed", planned.removed),
    ):
        output.remark(f"{len(paths):>6} {what}{': ' if paths else ''}{', '.join(paths)}")
