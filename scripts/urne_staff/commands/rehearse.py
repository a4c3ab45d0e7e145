"""Hold the election of a Pabulib file again, voter by voter, as before the real day.

Every internet voter draws a seed, is signed off, gets a credential, seals and casts a ballot and
keeps a promise; paper votes go through the desk and two clerks. Then the vote is closed, three
trustees reveal their keys, the count is signed and published, and the whole is audited. What is
left under --out is the public tree and nothing else.

`--via flows` runs the flows in this process. `--via http` starts the whole platform on this
machine and votes through the e-ID provider, the functions and the local AWS: name a sample with
--voters.
"""

from __future__ import annotations

import argparse
import secrets
import time

from urne.errors import BadInput, Problem
from urne.flows.audit import GivenKeys, Question
from urne.flows.chance import SeededDraw
from urne.flows.rehearsal import edition_of, hold, in_memory, sample
from urne.model.election import MAX_HOLDERS
from urne.pabulib import PabulibFile, Vote, read_pabulib
from urne.store.memory import MemoryFiles
from urne_staff.commands.audit import print_report, run_audit
from urne_staff.commands.rehearse_http import hold_over_http
from urne_staff.comparison import compare, print_comparison
from urne_staff.output import Output
from urne_staff.sources import read_input
from urne_staff.tree import require_free, write_tree

NAME = "rehearse"
HELP = "hold the election of a Pabulib file again, and compare the results"
EXAMPLE = "urne rehearse Poland_Krakow_2018_Debniki.pb --out .build/rehearsal"

_EVERY = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's arguments."""
    parser.add_argument("file", metavar="FILE.pb", help="a Pabulib file of ranked votes")
    parser.add_argument("--out", required=True, metavar="DIR", help="new folder for the result")
    parser.add_argument("--via", choices=("flows", "http"), default="flows", help="what to run")
    parser.add_argument("--voters", type=int, metavar="N", help="hold it with a sample of N voters")
    parser.add_argument(
        "--issuers",
        type=int,
        default=1,
        metavar="N",
        help="offices that must all sign each voter's credential (default 1)",
    )
    parser.add_argument("--seed", help="repeat a rehearsal: the same seed gives the same bytes")
    parser.add_argument("--workers", type=int, default=2, help="processes of the audit")


def run(options: argparse.Namespace, output: Output) -> bool:
    """Rehearse, audit, compare; return whether everything is as the file says."""
    file = read_pabulib(read_input(options.file), options.file)
    out = require_free(options.out)
    seed = options.seed or secrets.token_hex(8)
    votes = file.votes
    _require_issuers(options.issuers)
    if options.voters is not None:
        _require_sample(file, options.voters)
        votes = sample(file.votes, options.voters, SeededDraw(f"{seed} sample"))
    output.remark(f"{len(votes)} voters, {len(file.projects)} projects; --seed {seed}")
    began = time.monotonic()
    if options.via == "http":
        held = hold_over_http(options.file, options.voters, options.issuers, seed, output)
        files, given = held, GivenKeys()
    else:
        files, given = _hold(file, votes, options.issuers, seed, output)
    edition = edition_of(file)
    write_tree(files, out)
    seconds = time.monotonic() - began
    report = run_audit(Question(files.read, edition, given), output, workers=options.workers)
    found = compare(file, votes, files.read(f"elections/{edition}/tally.json"))
    print_comparison(found, output)
    if report.failed:
        print_report(report, output)
    output.line(
        f"{len(votes)} voters in {seconds:.1f} s ({len(votes) / seconds:,.0f}/s), "
        f"{len(found.differences)} differences; audit {'NOT GOOD' if report.failed else 'good'}. "
        f"The public tree is in {options.out}."
    )
    output.value(
        {
            "seed": seed,
            "voters": len(votes),
            "edition": edition,
            "projects": [row.as_json() for row in found.rows],
            "differences": list(found.differences),
            "audit": report.as_json(),
            "good": not found.differences and not report.failed,
        }
    )
    return not found.differences and not report.failed


def _require_sample(file: PabulibFile, number: int) -> None:
    if not 0 < number <= len(file.votes):
        what = f"--voters {number} is not 1 to {len(file.votes)}, the votes of the file."
        mend = "Give a smaller number, or leave it out for all voters."
        raise BadInput([Problem("--voters", None, None, what, mend, "no-such-sample")])


def _require_issuers(number: int) -> None:
    if not 0 < number <= MAX_HOLDERS:
        what = f"--issuers {number} is not 1 to {MAX_HOLDERS}."
        mend = "Give a smaller number, or leave it out for one."
        raise BadInput([Problem("--issuers", None, None, what, mend, "no-such-issuers")])


def _hold(
    file: PabulibFile, votes: tuple[Vote, ...], issuers: int, seed: str, output: Output
) -> tuple[MemoryFiles, GivenKeys]:
    """Return the public tree, and the keys as they were made."""
    stage, files = in_memory(file, SeededDraw(seed), issuers)
    with output.progress() as bar:
        for step in hold(stage, votes):
            if step.done % _EVERY == 0 or step.done == step.total:
                bar.show(step.name, step.done, step.total)
    return files, GivenKeys(stage.election.log_key, stage.election.tally_key)
