"""The commands of the local platform: `python -m urne_local demo` runs all of it here."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from urne.errors import UrneError
from urne.flows.chance import SeededDraw
from urne.flows.rehearsal import sample
from urne.model.election import MAX_HOLDERS
from urne.pabulib import read_pabulib
from urne_local.configuration import Ports, Step
from urne_local.demo import REGISTER, Demo, deployment_file
from urne_local.example import HELD
from urne_local.platform import Platform, until_stopped
from urne_local.rehearsal import rehearse

EXAMPLES = """\
examples:
  python -m urne_local demo                    go on where the last run ended
  python -m urne_local demo --fresh            begin again, with a new election
  python -m urne_local demo --port 9000        another port for the site
  python -m urne_local demo --fresh --issuers 2
                                               two offices must both let each voter vote
"""


def main(words: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    arguments = _parser().parse_args(words)
    try:
        status: int = arguments.run(arguments)
    except UrneError as e:
        print(f"urne_local: {e}", file=sys.stderr)
        return 2
    return status


def hold(arguments: argparse.Namespace) -> int:
    """Hold an election over HTTP, and return the exit status."""
    file = read_pabulib(arguments.file.read_bytes(), str(arguments.file))
    votes = file.votes
    if arguments.voters is not None:
        votes = sample(votes, arguments.voters, SeededDraw(f"{arguments.seed} sample"))
    done: list[bool] = []
    with until_stopped():
        rehearse(file, votes, arguments.seed, arguments.out, arguments.issuers)
        done.append(True)
    return 0 if done else 130


def demo(arguments: argparse.Namespace) -> int:
    """Run the platform until it is stopped, and return the exit status."""
    shown = Demo(arguments.state, _ports(arguments), arguments.fresh, arguments.issuers)
    told = shown.configuration()
    told = replace(told, set_up=tuple(_told(step) for step in told.set_up))
    with until_stopped() as wait, Platform(told) as platform, contextlib.ExitStack() as stack:
        watch = shown.watch(platform)
        stack.callback(watch.stop)
        watch.start()
        print(welcome(platform, len(shown.offices)), flush=True)
        if sys.stdin.isatty():
            threading.Thread(target=_listen, args=(shown, platform), daemon=True).start()
        wait()
    return 0


def _listen(shown: Demo, platform: Platform) -> None:
    """Do what is typed: `close` ends the open vote."""
    for line in sys.stdin:
        if line.strip() == "close":
            try:
                shown.close(platform)
            except UrneError as e:
                print(f"{e} ({e.code})", file=sys.stderr)
        elif line.strip():
            print("Type close to end the vote and count it, or Ctrl-C to stop.", file=sys.stderr)


def _ports(arguments: argparse.Namespace) -> Ports:
    return Ports(
        site=arguments.port,
        vote=arguments.vote_port,
        aws=arguments.aws_port,
        provider=arguments.provider_port,
        witness=arguments.witness_port,
    )


def _told(step: Step) -> Step:
    """Return a step that says what it does before it does it."""

    def telling(platform: Platform) -> None:
        print((step.__doc__ or step.__name__).partition("\n")[0], file=sys.stderr, flush=True)
        step(platform)

    return telling


def welcome(platform: Platform, issuers: int) -> str:
    """Return the addresses to open, and what to do there."""
    sign_in = "sign in" if issuers == 1 else f"sign in with each of {issuers} offices"
    provider = platform.provider.origin if platform.provider else "not started"
    site, vote = platform.site.origin, platform.vote.origin
    register = _near(platform.state.folder / REGISTER)
    told = [_near(platform.state.folder / deployment_file(n + 1)) for n in range(issuers)]
    deployment, everywhere = told[0], " ".join(f"--deployment {path}" for path in told)
    again = f"\nEach office has its own codes and register: again with {told[-1]}.\n"
    each = again if issuers > 1 else ""
    return f"""
The platform is running on this machine, with an invented town.

  {site}/
      the site: read the projects of 2019, who won and why, and what became of them
  {vote}/
      the voting page: rank three projects, {sign_in} as an invented resident, keep a receipt

Check the result of 2019, in another terminal, from the public files alone:

  .venv/bin/urne audit {site} --edition {HELD}

Be the town hall's desk, in another terminal. Somebody whose e-ID states no address signs in,
chooses "no-address" at the provider, and is asked for a code; this hands one out:

  .venv/bin/urne desk code --deployment {deployment}

This signs off somebody who votes on paper (asks who it is; they cannot vote online then), and
this imports the register, after which "registered" needs no code:

  .venv/bin/urne desk sign-off {everywhere}
  .venv/bin/urne register import {register} --deployment {deployment}
{each}
Type close and Enter here to end the open vote and count it; Ctrl-C stops everything.
Behind the pages: the e-ID provider ({provider}) and AWS ({platform.aws.endpoint}).
What the functions print is in {platform.state.logs}; the state is kept in
{platform.state.folder} until a run with --fresh.
"""


def _near(path: Path) -> Path:
    """Return a path as it is typed in the folder that the platform was started in."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m urne_local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    command = commands.add_parser(
        "demo",
        help="run the whole platform on this machine",
        description="Run the whole platform on this machine, until Ctrl-C.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for option, default, what in (
        ("--port", 8000, "the site"),
        ("--vote-port", 8001, "the voting page"),
        ("--aws-port", 8002, "AWS"),
        ("--provider-port", 8003, "the e-ID provider"),
        ("--witness-port", 8004, "the witness"),
    ):
        command.add_argument(
            option,
            type=_port,
            default=default,
            metavar="N",
            help=f"where {what} listens (default {default}; 0 takes a free port)",
        )
    command.add_argument(
        "--state",
        type=Path,
        default=Path(".build/demo"),
        metavar="DIR",
        help="where the state is kept (default .build/demo)",
    )
    command.add_argument("--fresh", action="store_true", help="forget the state of earlier runs")
    command.add_argument(
        "--issuers",
        type=_number_of_issuers,
        metavar="N",
        help="how many offices issue credentials for the open vote (default 1): voters sign in"
        " once for each",
    )
    command.set_defaults(run=demo)
    command = commands.add_parser(
        "rehearse",
        help="hold a Pabulib election over HTTP (what `urne rehearse --via http` starts)",
        description="Hold a Pabulib election over HTTP; progress goes to stdout as JSON lines.",
    )
    command.add_argument("file", type=Path, metavar="FILE.pb", help="the election")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="the public tree")
    command.add_argument("--voters", type=int, metavar="N", help="a sample of N voters")
    command.add_argument(
        "--issuers",
        type=_number_of_issuers,
        default=1,
        metavar="N",
        help="how many offices issue credentials (default 1)",
    )
    command.add_argument("--seed", required=True, help="the same seed draws the same sample")
    command.set_defaults(run=hold)
    return parser


def _number_of_issuers(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MAX_HOLDERS:
        raise argparse.ArgumentTypeError(f"there are 1 to {MAX_HOLDERS} issuers")
    return number


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


if __name__ == "__main__":
    sys.exit(main())
