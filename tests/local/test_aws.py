"""The local AWS: its lock, its state that survives, its end."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.local.processes import all_end

from urne_local.aws import PAUSE_SECONDS, Aws
from urne_local.aws_clients import Clients
from urne_local.errors import DidNotStart, PortUnavailable
from urne_local.serving import listen

pytestmark = pytest.mark.aws

TABLE = "things"
TABLES = (
    {
        "TableName": TABLE,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    },
)
WRITERS = 8


def race_to_put(aws: Clients, key: str) -> int:
    """Return how many of some concurrent writers were told that they wrote the item first."""
    dynamodb, won = aws.dynamodb, []
    ready = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        ready.wait()
        try:
            dynamodb.put_item(
                TableName=TABLE,
                Item={"pk": {"S": key}, "writer": {"N": str(writer)}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return
        won.append(writer)

    run_all(write)
    return len(won)


def race_to_add(aws: Clients, key: str) -> int:
    """Return what stands there after some concurrent writers each added one."""
    ready = threading.Barrier(WRITERS)

    def add(_: int) -> None:
        ready.wait()
        aws.dynamodb.update_item(
            TableName=TABLE,
            Key={"pk": {"S": key}},
            UpdateExpression="ADD n :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    run_all(add)
    return int(aws.dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": key}})["Item"]["n"]["N"])


def race_to_create(aws: Clients, key: str) -> int:
    """Return how many of some concurrent writers were told that they created the object."""
    won, refused = [], []
    ready = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        ready.wait()
        try:
            aws.s3.put_object(Bucket="public", Key=key, Body=b"%d" % writer, IfNoneMatch="*")
        except aws.s3.exceptions.ClientError as e:
            refused.append(e.response["Error"]["Code"])
        else:
            won.append(writer)

    run_all(write)
    assert set(refused) <= {"PreconditionFailed"}
    return len(won)


def run_all(action: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=action, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


Race = Callable[[Clients, str], int]
RACES: list[tuple[Race, int]] = [(race_to_put, 1), (race_to_add, WRITERS), (race_to_create, 1)]


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with Aws(tables=TABLES, buckets=("public",), pause=PAUSE_SECONDS) as running:
        yield running


@pytest.mark.parametrize("race,fair", RACES)
def test_behind_the_lock_every_promise_is_kept_at_the_slowest_speed(
    aws: Aws, race: Race, fair: int
) -> None:
    assert [race(aws.clients, f"key-{n}") for n in range(10)] == [fair] * 10


def test_without_the_lock_each_promise_is_broken_within_a_few_tries() -> None:
    """Evidence: moto alone is not atomic, so the lock above is what keeps the promises."""
    with Aws(tables=TABLES, buckets=("public",), locked=False) as aws:
        for race, fair in RACES:
            assert any(race(aws.clients, f"key-{n}") != fair for n in range(50)), race


def test_two_of_them_are_two(aws: Aws) -> None:
    with Aws(tables=TABLES) as other:
        aws.clients.dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "mine"}})
        assert "Item" not in other.clients.dynamodb.get_item(
            TableName=TABLE, Key={"pk": {"S": "mine"}}
        )


def test_the_environment_leads_an_sdk_here_and_nowhere_else(aws: Aws) -> None:
    """Whatever account, profile or proxy the machine has: nothing of it is passed on."""
    program = "import boto3; print(boto3.client('dynamodb').list_tables()['TableNames'])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=aws.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str([TABLE])


def test_clients_ask_no_profile_and_no_proxy(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "the-towns-own")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    del aws.__dict__["clients"]
    assert aws.clients.dynamodb.list_tables()["TableNames"] == [TABLE]


# --- State ------------------------------------------------------------------------------------

ITEM: Mapping[str, Any] = {
    "pk": {"S": "clé"},
    "raw": {"B": bytes(range(256))},
    "many": {"BS": [b"\x00", b"\x01"]},
    "deep": {"M": {"list": {"L": [{"B": b"\xff"}, {"N": "12"}, {"NULL": True}]}}},
    "yes": {"BOOL": True},
    "words": {"SS": ["a", "b"]},
}
TILE = "elections/x/log/tile/0/x001/234.p/5"


def fill(aws: Clients) -> None:
    aws.dynamodb.put_item(TableName=TABLE, Item=ITEM)
    for number in range(60):
        aws.dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": str(number)}})
    aws.s3.put_object(
        Bucket="public",
        Key=TILE,
        Body=bytes(range(256)),
        ContentType="application/octet-stream",
        CacheControl="max-age=604800, immutable",
        Metadata={"kind": "tile"},
    )
    aws.secretsmanager.create_secret(Name="urne/pepper", SecretBinary=b"\x00\xff")
    aws.secretsmanager.create_secret(Name="urne/words", SecretString="mot de passe")


def everything(aws: Clients) -> object:
    tile = aws.s3.get_object(Bucket="public", Key=TILE)
    described = aws.dynamodb.describe_table(TableName=TABLE)["Table"]
    return (
        sorted(aws.dynamodb.scan(TableName=TABLE)["Items"], key=lambda item: item["pk"]["S"]),
        described["KeySchema"],
        (tile["Body"].read(), tile["ETag"], tile["ContentType"], tile["CacheControl"]),
        tile["Metadata"],
        aws.secretsmanager.get_secret_value(SecretId="urne/pepper")["SecretBinary"],
        aws.secretsmanager.get_secret_value(SecretId="urne/words")["SecretString"],
    )


def test_the_state_survives_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "aws.json"
    with Aws(state=state, tables=TABLES, buckets=("public",)) as aws:
        fill(aws.clients)
        before = everything(aws.clients)
    with Aws(state=state, tables=TABLES, buckets=("public",)) as aws:
        assert everything(aws.clients) == before
        assert race_to_put(aws.clients, "clé") == 0
        first = state.read_bytes()
    # Only reads and writes that were refused came after: the file is as it was.
    assert state.read_bytes() == first
    assert json.loads(first)["version"] == 1


def test_what_was_saved_survives_a_kill_of_everything(tmp_path: Path) -> None:
    state = tmp_path / "aws.json"
    with Aws(state=state, tables=TABLES, save_every=60) as aws:
        aws.clients.dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "saved"}})
        aws.save()
        aws.clients.dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "lost"}})
        assert aws.pid
        os.kill(aws.pid, 9)
        assert all_end([aws.pid])
    with Aws(port=aws.port, state=state, tables=TABLES) as aws:
        assert aws.clients.dynamodb.scan(TableName=TABLE)["Items"] == [{"pk": {"S": "saved"}}]


def test_it_saves_by_itself_when_something_was_written(tmp_path: Path) -> None:
    state = tmp_path / "aws.json"
    with Aws(state=state, tables=TABLES, save_every=0.05) as aws:
        aws.clients.dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": "one"}})
        for _ in range(100):
            if state.exists() and "one" in state.read_text():
                break
            threading.Event().wait(0.05)
        assert "one" in state.read_text()


PARENT = """
import sys, time
from pathlib import Path
from typing import Any
from urne_local.aws import PAUSE_SECONDS, Aws
aws = Aws(state=Path(sys.argv[1]), save_every=60)
aws.start()
aws.create_buckets(["written"])
print(aws.pid, flush=True)
time.sleep(60)
"""


def test_it_saves_and_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    state = tmp_path / "aws.json"
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(state)], stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    assert all_end([pid])
    assert [bucket["name"] for bucket in json.loads(state.read_bytes())["buckets"]] == ["written"]


@pytest.mark.parametrize("content", ["", '{"version": 2}'])
def test_a_state_that_is_not_ours_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    state = tmp_path / "aws.json"
    state.write_text(content)
    aws = Aws(state=state)
    with pytest.raises(DidNotStart, match=r"aws\.json cannot be read .* or start with --fresh"):
        aws.start()
    assert aws.pid is None
    assert state.read_text() == content


def test_a_port_in_use_is_refused_before_anything_starts() -> None:
    with listen(0, purpose="a test", option="nothing") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortUnavailable, match=f"Port {port} .* AWS .* --aws-port"):
            Aws(port=port)


def test_an_upload_is_not_kept_waiting(aws: Aws) -> None:
    """S3 clients ask before they send a body; an answer that is not sent at once costs a second."""
    began = time.monotonic()
    for number in range(5):
        aws.clients.s3.put_object(Bucket="public", Key=f"quick/{number}", Body=b"x" * 1000)
    assert time.monotonic() - began < 2
