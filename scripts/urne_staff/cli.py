"""The arguments of `urne`, and nothing but the arguments: each command is a module of its own.

Results go to stdout, remarks and progress to stderr. Exit status: 0 good, 1 something was found
wrong (a failed audit, a difference in a rehearsal), 2 the request cannot be carried out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from urne.errors import UrneError
from urne_staff.commands import audit, check, desk, new, register, rehearse, release, voting
from urne_staff.output import Output

GOOD, WRONG, REFUSED = 0, 1, 2

# A module with COMMANDS of its own is a group: `urne release build`.
COMMANDS: tuple[Any, ...] = (rehearse, audit, check, new, release, voting, register, desk)

EPILOG = "`urne COMMAND --help` explains one command and shows an example."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    output = Output(json=options.json)
    try:
        good: bool = options.run(options, output)
    except UrneError as e:
        output.refuse(e)
        return REFUSED
    except KeyboardInterrupt:
        output.remark("Interrupted. Nothing that others read is half done.")
        return 130
    return GOOD if good else WRONG


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    top = argparse.ArgumentParser(prog="urne", description=__doc__.split("\n")[0], epilog=EPILOG)
    top.description = "Run and check a town's participatory budget."
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        _add(commands, command)
    return top


def _add(commands: Any, command: Any) -> None:
    """Add a command, or a group with the commands in it."""
    added = commands.add_parser(
        command.NAME,
        help=command.HELP,
        description=command.__doc__,
        epilog=f"Example:\n  {command.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if hasattr(command, "COMMANDS"):
        inside = added.add_subparsers(title="commands", metavar="COMMAND", required=True)
        for one in command.COMMANDS:
            _add(inside, one)
        return
    command.add_arguments(added)
    added.add_argument("--json", action="store_true", help="print the result as JSON")
    added.set_defaults(run=command.run)


if __name__ == "__main__":
    sys.exit(main())
