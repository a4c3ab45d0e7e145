"""`make demo`: the town, its two elections and its pages, started as anybody would."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from urne.flows.chance import SeededDraw
from urne.model.tally import decode_tally
from urne_local import example
from urne_staff.cli import main

ROOT = Path(__file__).parents[2]
WINNERS = {"012", "019", "027", "034", "048", "063", "088", "104"}

pytestmark = [pytest.mark.aws, pytest.mark.slow, pytest.mark.timeout(180)]


@contextmanager
def demo(state: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the demonstration on free ports; give the process and what it said."""
    command = [sys.executable, "-m", "urne_local", "demo", "--state", str(state)]
    for option in ("--port", "--vote-port", "--aws-port", "--provider-port", "--witness-port"):
        command += [option, "0"]
    process = subprocess.Popen(
        [*command, *words], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    said = ""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            said += line
            if "--fresh" in line:
                break
        yield process, said
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()


def test_the_town_of_the_demonstration_funds_the_eight_projects_of_2019() -> None:
    """The winners come out of the count, two dearer projects being passed over on the way."""
    files = example.held(example.edition(ROOT / "content"), SeededDraw("a test"), lambda step: None)
    tally = decode_tally(files.read("elections/rueil-2019/tally.json"))
    assert tally.counted == 2_440
    assert {project.id for project in tally.projects if project.winner} == WINNERS
    assert tally.skips


def test_the_demonstration_serves_pages_and_elections_and_stops(tmp_path: Path) -> None:
    """Pages, results and logs are there; the audit over HTTP is good; Ctrl-C ends in order."""
    with demo(tmp_path / "state") as (process, said):
        site = re.search(r"audit (http://127\.0\.0\.1:\d+)", said)
        assert site, said
        for path in ("/", "/editions/rueil-2019/results/", "/elections/rueil-demo/election.json"):
            with urllib.request.urlopen(site[1] + path, timeout=20) as answer:
                assert answer.status == 200
        assert main(["audit", site[1], "--edition", "rueil-2019", "--workers", "1"]) == 0
        assert main(["audit", f"{site[1]}/elections/rueil-demo", "--workers", "1"]) == 0
    assert process.returncode == 0


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "urne_local", "demo", "--state", str(tmp_path / "s")]
        done = subprocess.run(
            [*command, "--port", port], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert f"Port {port} is already in use" in done.stderr
