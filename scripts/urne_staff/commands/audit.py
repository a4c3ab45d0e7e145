"""Check an election from its public files alone: every signature, every hash, the whole count.

DIR or URL is where `elections/` and `keys/` stand. Nothing is asked of the town, nothing is sent
to it. Give keys from elsewhere (a newspaper, the town hall's wall) to rest on those; without
them the audit says that keys and data came from the same hand.
"""

from __future__ import annotations

import argparse
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from urne.errors import BadInput, Problem
from urne.flows.audit import FAILED, PASSED, UNSEEN, GivenKeys, Question, Report, audit
from urne_staff.output import Output
from urne_staff.sources import editions, read_input, reader

NAME = "audit"
HELP = "check an election from its public files alone"
EXAMPLE = "urne audit https://budget.example.org/ --log-key log.vkey --tally-key tally.pub"

_SIGNS = {PASSED: ("✓", ""), FAILED: ("✗", "bold red")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("source", metavar="DIR-or-URL", help="where the public tree stands")
    parser.add_argument("--edition", help="which election, if there are several")
    parser.add_argument("--log-key", metavar="FILE", help="the log's vkey, from elsewhere")
    parser.add_argument("--tally-key", metavar="FILE", help="the minisign key, from elsewhere")
    parser.add_argument("--since", metavar="FILE", help="an older checkpoint of this log")
    parser.add_argument("--promise", metavar="FILE", help="a voter's promise to be held to")
    parser.add_argument("--workers", type=int, default=2, help="processes to use (default: 2)")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Audit, print the report, and return whether nothing failed."""
    source, edition = _place(options.source, options.edition, output)
    question = Question(
        read=reader(source),
        edition=edition,
        given=GivenKeys(_log_key(options.log_key, edition), _tally_key(options.tally_key)),
        since=read_input(options.since) if options.since else None,
        promise=read_input(options.promise) if options.promise else None,
    )
    report = run_audit(question, output, workers=options.workers)
    print_report(report, output)
    output.value(report.as_json())
    return not report.failed


def run_audit(question: Question, output: Output, *, workers: int) -> Report:
    """Return the report of an audit on this many processes, with a progress bar."""
    with output.progress() as bar:

        def progress(done: int, total: int) -> None:
            bar.show("audit", done, total)

        if workers <= 1:
            return audit(question, progress=progress)
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context) as executor:
            return audit(question, executor=executor, progress=progress)


def print_report(report: Report, output: Output) -> None:
    """Print each check with its sign, then what was not and cannot be checked."""
    for result in report.results:
        sign, style = _SIGNS.get(result.status, ("–", "dim"))
        output.line(f"{sign} {result.id:<18} {result.sentence}", style)
        for detail in result.details:
            output.line(f"  {'':<18} {detail}", style)
    output.line()
    for remark in report.remarks:
        output.line(remark)
    output.line("No audit can see:")
    for unseen in UNSEEN:
        output.line(f"- {unseen}")
    output.line()
    output.line(_summary(report), "bold")


def _summary(report: Report) -> str:
    passed = sum(result.status == PASSED for result in report.results)
    skipped = sum(result.status not in (PASSED, FAILED) for result in report.results)
    rest = f", {skipped} could not be made" if skipped else ""
    if report.failed:
        return f"NOT GOOD: {len(report.failed)} failed ({', '.join(report.failed)}){rest}."
    return f"GOOD: {passed} checks passed{rest}."


def _place(source: str, edition: str | None, output: Output) -> tuple[str, str]:
    """Return the tree's address and the edition: the one named, or the one opened last."""
    source = source.rstrip("/")
    if edition:
        return source, edition
    parts = source.rsplit("/elections/", 1)
    if len(parts) == 2 and parts[1] and "/" not in parts[1]:
        return parts[0] or "/", parts[1]
    found = editions(source)
    if not found:
        what, mend = (
            "There is no election here.",
            "Name the folder that holds elections/ and keys/.",
        )
        raise BadInput([Problem(source, None, None, what, mend, "which-edition")])
    if len(found) > 1:
        others = ", ".join(found[:-1])
        output.remark(f"Auditing {found[-1]}, opened last; --edition names another: {others}.")
    return source, found[-1]


def _log_key(path: str | None, edition: str) -> str:
    """Return the vkey of a file, of several the one of this edition's log."""
    if not path:
        return ""
    lines = read_input(path).decode("utf-8", "replace").split()
    ours = [line for line in lines if line.partition("+")[0].endswith(f"/{edition}/log")]
    return (ours or lines or ["(no key)"])[0]


def _tally_key(path: str | None) -> str:
    """Return the base64 line of a key file, or of a file that holds the line alone."""
    return read_input(path).decode("utf-8", "replace").strip().split("\n")[-1] if path else ""
