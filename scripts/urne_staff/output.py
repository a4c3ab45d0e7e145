"""What commands print: results on stdout, remarks and progress bars on stderr."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from urne.canonical import Json
from urne.errors import BadInput, NobodyToAsk, UrneError

# How wide a table is where no terminal says.
PIPE_WIDTH = 120


def counted(number: int, what: str) -> str:
    """Return a number of things: `1 log entry`, `2 log entries`, `0 files`."""
    plural = what.removesuffix("y") + "ies" if what.endswith("y") else what + "s"
    return f"{number} {what if number == 1 else plural}"


class _Rate(ProgressColumn):
    """How many steps a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f}/s")


class Bar:
    """One progress bar at a time, named after what is being done; none before there is a first."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, name: str, done: int, total: int) -> None:
        """Move the bar of this name; the first call makes it."""
        if name not in self._tasks:
            self._progress.start()
            self._tasks[name] = self._progress.add_task(name, total=total)
        self._progress.update(self._tasks[name], completed=done, total=total)


class Output:
    """Where a command's words go; with `json` the result is one JSON value."""

    def __init__(self, *, json: bool = False) -> None:
        self.json = json
        self._out = Console(highlight=False, soft_wrap=True)
        if not self._out.is_terminal:
            self._out.width = PIPE_WIDTH
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)
        self._settle: Callable[[], None] = lambda: None

    def line(self, text: str = "", style: str = "") -> None:
        """Print one line of the result, unless JSON was asked for."""
        if not self.json:
            self._settle()
            self._out.print(text, style=style, markup=False)

    def table(self, columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]]) -> None:
        """Print a table, unless JSON was asked for. A column is (heading, is a number)."""
        if self.json:
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading, is_number in columns:
            table.add_column(heading, justify="right" if is_number else "left", no_wrap=True)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self._settle()
        self._out.print(table, soft_wrap=False)

    def value(self, value: Json) -> None:
        """Print the result as JSON, if that was asked for."""
        if self.json:
            self._settle()
            print(json_module.dumps(value, indent=2, ensure_ascii=False))

    def remark(self, text: str) -> None:
        """Print something that is no part of the result."""
        self._err.print(text, markup=False)

    def asks(self, question: str) -> bool:
        """Return whether whoever sits at the terminal says yes; no answer is a no."""
        self._err.print(f"{question} [y/N] ", markup=False, end="")
        answer = sys.stdin.readline()
        return answer.strip().lower() in ("y", "yes")

    def must_ask(self, question: str) -> bool:
        """Return whether whoever sits here says yes. Raises NobodyToAsk if nobody does."""
        if not sys.stdin.isatty():
            raise NobodyToAsk
        return self.asks(question)

    def ask(self, what: str) -> str:
        """Return what is typed at the terminal."""
        self._err.print(f"{what}: ", markup=False, end="")
        return sys.stdin.readline().strip()

    def refuse(self, error: UrneError) -> None:
        """Say why a request cannot be carried out."""
        if self.json and isinstance(error, BadInput):
            problems: list[Json] = [
                {
                    name: getattr(p, name)
                    for name in ("path", "line", "field", "what", "mend", "code")
                }
                for p in error.problems
            ]
            self.value({"error": {"code": error.code, "problems": problems}})
        elif self.json:
            self.value({"error": {"code": error.code, "message": str(error)}})
        self.remark(str(error) if isinstance(error, BadInput) else f"{error} ({error.code})")

    @contextmanager
    def progress(self) -> Iterator[Bar]:
        """Show progress on a terminal while the block runs."""
        columns = (
            TextColumn("{task.description:<8}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
        )
        shown = Progress(*columns, console=self._err, disable=not self._err.is_terminal)
        self._settle = shown.stop  # bars that still move would be drawn over a result
        try:
            yield Bar(shown)
        finally:
            shown.stop()
