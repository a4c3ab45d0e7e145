"""The command line as staff meet it: what they type, in a folder, and what it answers."""

from __future__ import annotations

import contextlib
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from urne_staff.cli import main


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The result of a command with --json."""
        return json.loads(self.out)


def urne(
    *arguments: str,
    folder: Path | None = None,
    answer: str = "",
    piped: str = "",
    **environment: str,
) -> Said:
    """Run `urne` in a folder, with nothing of ours in the environment; `answer` is typed.

    What is `piped` comes from no terminal.
    """
    settings = {name: value for name, value in os.environ.items() if not name.startswith("URNE_")}
    out, err, typed = io.StringIO(), io.StringIO(), io.StringIO(answer or piped)
    typed.isatty = lambda: bool(answer)  # type: ignore[method-assign]
    with (
        contextlib.chdir(folder or Path.cwd()),
        mock.patch.dict(os.environ, settings | environment, clear=True),
        mock.patch("sys.stdin", typed),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            status = main(arguments)
        except SystemExit as e:  # argparse
            status = int(e.code or 0)
    return Said(status, out.getvalue(), err.getvalue())
