"""What stands on a terminal: a result is not drawn over by the bars before it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

from urne_staff.output import counted

SHOWS = """
from urne_staff.output import Output
output = Output()
with output.progress() as bar:
    output.remark("a remark")
    for done in range(3):
        bar.show("keep", done + 1, 3)
    output.line("the result")
    output.line("and more")
"""


def test_a_result_stands_below_the_bars_on_a_terminal() -> None:
    """Nothing is erased once it is there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    done = subprocess.run(
        [sys.executable, "-c", SHOWS], stdout=theirs, stderr=theirs, env=environment, check=True
    )
    os.close(theirs)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "3/3" in said
    after = said.partition("the result")[2]
    assert "and more" in after
    assert "\x1b[2K" not in after, "a line is erased"
    assert "\x1b[1A" not in after, "the cursor goes up"


def test_nothing_is_drawn_where_nobody_looks() -> None:
    """In a pipe there are no bars, and no empty lines in their place."""
    done = subprocess.run([sys.executable, "-c", SHOWS], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("the result\nand more\n", "a remark\n")


def test_things_are_counted_in_words() -> None:
    """One is not several."""
    assert [counted(n, "log entry") for n in (0, 1, 2)] == [
        "0 log entries",
        "1 log entry",
        "2 log entries",
    ]
    assert counted(2, "file") == "2 files"
