"""The whole platform at once, with small functions: up, at work, down, and up again."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.local.asking import ask
from tests.local.handlers import function, write_handlers
from tests.local.processes import alive, all_end, children
from tests.local.test_aws import TABLES

from urne_local.__main__ import main
from urne_local.configuration import Configuration, Ports
from urne_local.errors import DidNotStart, PortUnavailable
from urne_local.platform import Platform
from urne_local.serving import Limits, Response, Server, listen
from urne_local.worker import Function

pytestmark = pytest.mark.aws


def provider(platform: Platform) -> Server:
    """Return what stands for the OpenID provider: it is made when the fronts have their ports."""
    assert platform.vote.port
    return Server(lambda _: Response(200, (), b"provider"), limits=Limits(9, 999, 5))


def set_up(platform: Platform) -> None:
    """Publishes a file, as the opening of an election does."""
    s3 = platform.aws.clients.s3
    s3.put_object(Bucket="urne-public", Key="elections/x/election.json", Body=b"{}")


def configuration(folder: Path, **more: Any) -> Configuration:
    write_handlers(folder)
    for name in ("site", "vote"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "index.html").write_text(name)
    told: dict[str, Any] = {
        "state": folder / "state",
        "site_pages": folder / "site",
        "vote_pages": folder / "vote",
        "functions": (
            function("put", folder, routes=("POST /api/put",)),
            function("environment", folder, env={"OWN": "1"}),
        ),
        "site_functions": (function("echo", folder, routes=("POST /api/speak",)),),
        "tables": TABLES,
        "provider": provider,
        "set_up": (set_up,),
        "environment": lambda platform: {"environment": {"ORIGIN": platform.vote.origin}},
        "sequence": "put",
        "sequence_seconds": 60,
    }
    return Configuration(**{**told, **more})


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("platform")
    # The sequencer's event has no key, so its function fails: that must disturb nobody.
    with Platform(configuration(folder)) as running:
        yield running


def test_each_origin_serves_its_own_pages_and_both_the_public_files(platform: Platform) -> None:
    assert ask(platform.site.port, "/").body == b"site"
    assert ask(platform.vote.port, "/").body == b"vote"
    for front in (platform.site, platform.vote):
        assert ask(front.port, "/elections/x/election.json").body == b"{}"
        assert ask(front.port, "/elections/y/election.json").status == 404
    assert platform.provider
    assert ask(urlsplit(platform.provider.origin).port or 0, "/").body == b"provider"


def test_each_origin_has_its_own_routes(platform: Platform) -> None:
    assert ask(platform.site.port, "/api/speak", method="POST").status == 200
    assert ask(platform.vote.port, "/api/speak", method="POST").code == "not-found"
    assert ask(platform.site.port, "/api/put", method="POST").code == "not-found"


def test_the_voting_page_may_send_its_form_to_the_provider(platform: Platform) -> None:
    policy = ask(platform.vote.port, "/").headers["content-security-policy"]
    assert platform.provider
    assert policy.endswith(f"form-action 'self' {platform.provider.origin}")


def test_a_function_reaches_the_local_aws(platform: Platform) -> None:
    assert platform.invoke("put", {"key": "from-a-function"}) == "put"
    found = platform.aws.clients.dynamodb.get_item(
        TableName="things", Key={"pk": {"S": "from-a-function"}}
    )
    assert found["Item"] == {"pk": {"S": "from-a-function"}}


def test_a_function_is_told_what_the_set_up_left_the_clock_and_aws(platform: Platform) -> None:
    seen = platform.invoke("environment", {})
    assert seen["OWN"] == "1"
    assert seen["ORIGIN"] == platform.vote.origin
    assert seen["URNE_CLOCK_FILE"] == str(platform.clock.path)
    assert seen["AWS_ENDPOINT_URL"] == platform.aws.endpoint


def test_the_state_survives_and_a_fresh_start_forgets_it(tmp_path: Path) -> None:
    with Platform(configuration(tmp_path, set_up=())) as first:
        first.invoke("put", {"key": "kept"})
        pids = [*first.runtime.pids(), first.aws.pid or 0]
        assert len(alive(pids)) == 4
    assert all_end(pids)
    with Platform(configuration(tmp_path, set_up=())) as second:
        assert second.aws.clients.dynamodb.scan(TableName="things")["Count"] == 1
    with Platform(configuration(tmp_path, set_up=(), fresh=True)) as third:
        assert third.aws.clients.dynamodb.scan(TableName="things")["Count"] == 0


@pytest.mark.parametrize(
    "place,what,option",
    [
        ("site", "the site", "--port"),
        ("vote", "the voting page", "--vote-port"),
        ("aws", "AWS", "--aws-port"),
    ],
)
def test_a_port_in_use_is_refused_before_anything_starts(
    tmp_path: Path, place: str, what: str, option: str
) -> None:
    before = children()
    with listen(0, purpose="a test", option="nothing") as taken:
        port = taken.getsockname()[1]
        platform = Platform(configuration(tmp_path, ports=Ports(**{place: port})))
        with pytest.raises(PortUnavailable) as caught:
            platform.start()
    assert f"Port {port} is already in use, so {what} cannot be served there" in str(caught.value)
    assert option in str(caught.value)
    assert children() == before


def test_a_failure_on_the_way_up_leaves_nothing_behind(tmp_path: Path) -> None:
    broken = Function("broken", "broken.handler", folder=tmp_path)
    platform = Platform(configuration(tmp_path, functions=(broken,), set_up=()))
    with pytest.raises(DidNotStart, match="The function broken"):
        platform.start()
    assert platform.aws.pid is None
    assert platform.runtime.pids() == ()
    for port in (platform.site.port, platform.vote.port, platform.aws.port):
        listen(port, purpose="a test", option="nothing").close()


# --- The command ------------------------------------------------------------------------------

DEMO = """
import sys
from pathlib import Path
from tests.local.test_platform import configuration
from urne_local.platform import Platform, until_stopped
told = configuration(Path(sys.argv[1]), sequence=None)
with until_stopped() as wait, Platform(told) as platform:
    print(*platform.runtime.pids(), platform.aws.pid, flush=True)
    wait()
print("ended in order", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_when_asked(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-c", DEMO, str(tmp_path)]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with running:
        assert running.stdout is not None
        assert running.stderr is not None
        pids = [int(pid) for pid in running.stdout.readline().split()]
        assert len(alive(pids)) == 4
        running.send_signal(number)
        assert running.stderr.readline() == "Stopping ...\n"
        running.send_signal(number)  # the impatient press it twice
        assert running.stdout.read() == "ended in order\n"
        assert running.stderr.read() == "Stopped; the state is saved.\n"
    assert running.returncode == 0
    assert all_end(pids, 0)
    saved = json.loads((tmp_path / "state" / "aws.json").read_bytes())
    assert [bucket["name"] for bucket in saved["buckets"]] == ["urne-public"]


def test_nothing_stays_behind_when_it_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", DEMO, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdout is not None
        pids = [int(pid) for pid in running.stdout.readline().split()]
        running.kill()
    assert all_end(pids)


def test_the_demo_refuses_a_port_in_use_with_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with listen(0, purpose="a test", option="nothing") as taken:
        port = str(taken.getsockname()[1])
        free = ["--vote-port", "0", "--aws-port", "0", "--provider-port", "0"]
        assert main(["demo", "--port", port, *free, "--state", str(tmp_path / "state")]) == 2
    assert f"urne_local: Port {port} is already in use" in capsys.readouterr().err


def test_the_help_says_what_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["demo", "--help"])
    said = capsys.readouterr().out
    for option in ("--port", "--vote-port", "--aws-port", "--provider-port", "--state", "--fresh"):
        assert option in said
    assert "python -m urne_local demo --fresh" in said


def test_a_port_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["demo", "--port", "70000"])
    assert "0 to 65535" in capsys.readouterr().err
