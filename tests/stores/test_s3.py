"""What is S3's alone: headers, conditions, and lost answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.stores.unsteady import LOST, UNSENT, Unsteady, refusal

from urne.errors import Conflict, NotFound, OutcomeUnknown, Unavailable
from urne.store.s3 import S3Files
from urne_local.aws import Aws

pytestmark = pytest.mark.aws

BUCKET = "s3-files"
CHECKPOINT = "elections/rueil-2019/log/checkpoint"
TILE = "elections/rueil-2019/log/tile/0/000"


@pytest.fixture
def client(aws: Aws) -> Iterator[Any]:
    """Give a client of an AWS with an empty bucket."""
    aws.create_buckets((BUCKET,))
    yield aws.clients.s3
    for entry in aws.clients.s3.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        aws.clients.s3.delete_object(Bucket=BUCKET, Key=entry["Key"])


def files(client: Any) -> S3Files:
    """Return the files of the bucket."""
    return S3Files(client, BUCKET)


HEADERS = {
    CHECKPOINT: ("text/plain; charset=utf-8", "no-cache"),
    TILE: ("application/octet-stream", "public, max-age=604800, immutable"),
    f"{TILE}.p/7": ("application/octet-stream", "public, max-age=604800, immutable"),
    "elections/rueil-2019/tally.json": ("application/json", "no-cache"),
    "elections/rueil-2019/tally.json.minisig": ("text/plain; charset=utf-8", "no-cache"),
}


@pytest.mark.parametrize("path", HEADERS)
def test_a_file_is_served_as_what_it_is(client: Any, path: str) -> None:
    """Media type and caching are stored with the object, also when it is replaced."""
    files(client).put_new(path, b"1")
    _, version = files(client).read_version(path) or (b"", "")
    files(client).replace(path, b"2", version)
    head = client.head_object(Bucket=BUCKET, Key=path)
    assert (head["ContentType"], head["CacheControl"]) == HEADERS[path]


def test_every_write_has_a_condition(client: Any) -> None:
    """A new file must not be there; a replaced one must have the version that was named."""
    watched = Unsteady(client)
    files(watched).put_new(TILE, b"1")
    files(watched).replace(CHECKPOINT, b"1", None)
    _, version = files(watched).read_version(CHECKPOINT) or (b"", "")
    files(watched).replace(CHECKPOINT, b"2", version)
    conditions = [(a.get("IfNoneMatch"), a.get("IfMatch")) for a in watched.asked("put_object")]
    assert conditions == [("*", None), ("*", None), (None, version)]


@pytest.mark.parametrize("version", [None, '"0"'])
def test_a_writer_in_the_same_moment_is_waited_for(client: Any, version: str | None) -> None:
    """409 wrote nothing: asked again, it is clear who was first."""
    files(client).put_new(CHECKPOINT, b"theirs")
    unsteady = Unsteady(client, put_object=[refusal("ConditionalRequestConflict", 409)])
    with pytest.raises(Conflict):
        files(unsteady).replace(CHECKPOINT, b"ours", version)
    assert len(unsteady.calls) == 2
    unsteady = Unsteady(client, put_object=[refusal("ConditionalRequestConflict", 409)])
    files(unsteady).put_new(TILE, b"ours")
    assert files(client).read(TILE) == b"ours"


def test_a_write_without_an_answer_is_unknown(client: Any) -> None:
    """It is sent once; the caller compares."""
    unsteady = Unsteady(client, put_object=[LOST, refusal("InternalError", 500)])
    with pytest.raises(OutcomeUnknown, match=CHECKPOINT):
        files(unsteady).put_new(CHECKPOINT, b"1")
    assert files(client).read(CHECKPOINT) == b"1"
    with pytest.raises(OutcomeUnknown, match=TILE):
        files(unsteady).put_new(TILE, b"1")
    with pytest.raises(NotFound):
        files(client).read(TILE)
    assert len(unsteady.calls) == 2


def test_reads_are_repeated(client: Any) -> None:
    """And bounded."""
    files(client).put_new(TILE, b"1")
    assert files(Unsteady(client, get_object=[LOST, UNSENT])).read(TILE) == b"1"
    lost: Any = {"get_object": [LOST] * 9, "list_objects_v2": [LOST] * 9}
    with pytest.raises(Unavailable):
        files(Unsteady(client, **lost)).read(TILE)
    with pytest.raises(Unavailable):
        list(files(Unsteady(client, **lost)).paths(""))


def test_half_a_body_is_no_file(client: Any) -> None:
    """A body that ends before its length is read again."""
    files(client).put_new(TILE, b"whole file")

    def half(answer: Any) -> Any:
        answer["Body"]._raw_stream.read(5)
        return answer

    unsteady = Unsteady(client, get_object=[half])
    assert files(unsteady).read(TILE) == b"whole file"
    assert len(unsteady.calls) == 2


def test_a_permission_that_is_missing_is_no_conflict(client: Any) -> None:
    """What we do not foresee comes out as it is: 403 is neither "not there" nor "changed"."""
    denied = refusal("AccessDenied", 403)
    with pytest.raises(ClientError, match="AccessDenied"):
        files(Unsteady(client, get_object=[denied])).read(TILE)
    with pytest.raises(ClientError, match="AccessDenied"):
        files(Unsteady(client, put_object=[denied])).put_new(TILE, b"")


def test_a_list_goes_on_to_the_end(client: Any) -> None:
    """More paths than S3 gives in one answer come in several."""
    paths = [f"log/tile/0/{number:03}" for number in range(5)]
    for path in paths:
        files(client).put_new(path, b"")
    pages = _PagesOfTwo(client)
    assert list(files(pages).paths("log/")) == paths
    assert pages.pages == 3


class _PagesOfTwo:
    """A client whose lists have two entries a page."""

    def __init__(self, client: Any) -> None:
        self._client, self.meta, self.pages = client, client.meta, 0

    def list_objects_v2(self, **arguments: Any) -> Any:
        self.pages += 1
        return self._client.list_objects_v2(MaxKeys=2, **arguments)
