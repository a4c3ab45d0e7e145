"""`make demo`: the town, its two elections and its pages, started as anybody would."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.staff.terminal import urne

from urne.flows.chance import SeededDraw
from urne.model.election import decode_election
from urne.model.tally import decode_tally
from urne_local import example
from urne_local.configuration import Ports
from urne_local.demo import Demo
from urne_local.errors import OtherIssuers, StateUnreadable
from urne_local.http_voter import HttpVoter
from urne_local.offices import functions_of, offices
from urne_staff.cli import main

ROOT = Path(__file__).parents[2]
WINNERS = {"012", "019", "027", "034", "048", "063", "088", "104"}

pytestmark = [pytest.mark.aws, pytest.mark.slow, pytest.mark.timeout(180)]


@contextmanager
def demo(
    state: Path, *words: str, stdin: int = subprocess.DEVNULL
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the demonstration on free ports; give the process and what it said."""
    command = [sys.executable, "-m", "urne_local", "demo", "--state", str(state)]
    for option in ("--port", "--vote-port", "--aws-port", "--provider-port", "--witness-port"):
        command += [option, "0"]
    process = subprocess.Popen(
        [*command, *words], cwd=ROOT, stdout=subprocess.PIPE, stdin=stdin, text=True
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
        commands = re.findall(r"^  \.venv/bin/urne ((?:desk code|register) .+)$", said, re.M)
        assert len(commands) == 2
        for command in map(shlex.split, commands):
            more = ["--yes"] if "register" in command else []
            assert urne(*command, *more, folder=ROOT).status == 0
    assert process.returncode == 0


def test_with_two_issuers_it_votes_closes_and_goes_on(tmp_path: Path) -> None:
    """Voters sign in with both, `close` ends the vote with both lists, a restart keeps both."""
    keyboard, terminal = os.openpty()
    state = tmp_path / "state"
    with demo(state, "--issuers", "2", stdin=terminal) as (process, said):
        assert "sign in with each of 2 offices" in said
        site, vote = re.findall(r"^  (http://127\.0\.0\.1:\d+)/$", said, re.MULTILINE)
        with urllib.request.urlopen(f"{site}/elections/rueil-demo/election.json") as answer:
            election = decode_election(answer.read())
        assert [issuer.id for issuer in election.issuers] == ["issuer-1", "issuer-2"]
        HttpVoter(election, vote, "voter-000001", secrets.token_bytes).vote([[0, 1, 2]])
        os.write(keyboard, b"close\n")
        assert process.stdout is not None
        assert any("Closed and counted" in line for line in process.stdout)
        with urllib.request.urlopen(f"{site}/elections/rueil-demo/tally.json") as answer:
            assert decode_tally(answer.read()).counted == 1
        assert main(["audit", f"{site}/elections/rueil-demo", "--workers", "1"]) == 0
    os.close(keyboard)
    os.close(terminal)
    assert Demo(state, Ports()).configuration().functions == functions_of(offices(2))
    with pytest.raises(OtherIssuers):
        Demo(state, Ports(), issuers=1).configuration()
    assert Demo(state, Ports(), fresh=True).configuration().functions == functions_of(offices(1))


def test_a_state_that_says_nothing_of_issuers_has_one(tmp_path: Path) -> None:
    """It was made before there could be more; one that holds nonsense is not gone on with."""
    (tmp_path / "seed").write_text("0" * 32)
    with pytest.raises(OtherIssuers, match="has 1 "):
        Demo(tmp_path, Ports(), issuers=2).configuration()
    (tmp_path / "issuers").write_text("two")
    with pytest.raises(StateUnreadable):
        Demo(tmp_path, Ports()).configuration()


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
