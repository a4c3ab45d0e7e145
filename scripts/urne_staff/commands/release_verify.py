"""Verify a published site, or a built release, to the last file, from what is public alone.

Looks at the signature of every release, at the chain of releases, at the site's log, and at every
file of the current release; with --release N at the files kept of that one. Each file that is
changed, missing or one too many is named. Give --key from elsewhere (the town hall's wall) to
rest on that; without it keys and files come from the same hand.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from urllib.parse import urlsplit

from urne.crypto.minisign import parse_public_key_line
from urne.flows.release_plan import Each
from urne.flows.release_verify import Question, Report, verify
from urne_staff.output import Output, counted
from urne_staff.sources import Read, lister, read_input, reader
from urne_staff.targets import Several

NAME = "verify"
HELP = "verify a site to the last file"
EXAMPLE = "urne release verify https://budget.example.org --key release.pub"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("source", metavar="URL-or-DIR", help="where the site, or the release, is")
    parser.add_argument("--release", type=int, metavar="N", help="files kept of this release")
    parser.add_argument(
        "--voting",
        metavar="URL-or-DIR",
        help="where the voting pages are (default: where the manifest says, if the site is at an"
        " address)",
    )
    parser.add_argument("--key", metavar="FILE", help="the release key, from elsewhere")
    parser.add_argument("--log-key", metavar="FILE", help="the site log's vkey, from elsewhere")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Verify, name everything that is wrong, and return whether nothing is."""
    with output.progress() as bar:
        report = verify(_question(options, Several(bar)))
    for finding in report.findings:
        output.line(f"{finding.wrong:<8} {finding.path}: {finding.why}", "bold red")
    for remark in report.remarks:
        output.remark(remark)
    output.line(_summary(report), "bold")
    output.value(report.as_json())
    return not report.findings


def _question(options: argparse.Namespace, each: Each) -> Question:
    return Question(
        reader(options.source),
        number=options.release,
        release_key=_release_key(options.key),
        vkey=_text(options.log_key),
        paths=lister(options.source),
        each=each,
        voting=_voting(options),
    )


def _voting(options: argparse.Namespace) -> Callable[[str], Read] | None:
    """Return how to read the voting pages: as named, else where the manifest says.

    A folder is looked at without asking any address, and no address has pages of an old release.
    """
    if options.voting:
        return lambda _: reader(options.voting)
    is_now = bool(urlsplit(options.source).scheme) and options.release is None
    return reader if is_now else None


def _release_key(path: str | None) -> str:
    """Return the base64 line of a key file, or of a file that holds the line alone."""
    line = _text(path).split("\n")[-1]
    if line:
        parse_public_key_line(line)
    return line


def _text(path: str | None) -> str:
    return read_input(path).decode("utf-8", "replace").strip() if path else ""


def _summary(report: Report) -> str:
    where = f"release {report.number}, {counted(report.files, 'file')}"
    if report.voting_files:
        where += f" and {report.voting_files} of the voting pages"
    if report.findings:
        return f"NOT GOOD: {where}; {counted(len(report.findings), 'finding')}."
    if not report.is_published:
        return f"GOOD: {where}, not published yet."
    chain = counted(report.releases, "release")
    return f"GOOD: {where}; {chain} in a chain, {counted(report.log_size, 'log entry')}."
