"""Releases in a bucket, with the site's log in DynamoDB, through the command line's own target."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.release.small import LOG_KEY, SITE, SITE_2, URL, Place, release
from tests.release.small import RELEASE_KEY as KEY
from tests.stores.edge import EVENT, EdgeStore

from urne.errors import ReleaseRefused
from urne.flows.release_plan import one_by_one, plan, rollback_plan, versions_at
from urne.flows.release_publish import publish
from urne.flows.release_verify import Question, verify
from urne.model.release import log_origin
from urne.store.dynamodb import table_definitions
from urne_local.aws import Aws
from urne_staff.commands.voting_publish import carry_out
from urne_staff.commands.voting_publish import plan as voting_plan
from urne_staff.output import Output
from urne_staff.release_keys import ReleaseKeys
from urne_staff.targets import target, voting_target

pytestmark = pytest.mark.aws


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket, and the tables of the site's log."""
    with Aws(tables=table_definitions("town-"), buckets=("town-site",)) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        yield "s3://town-site"


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> EdgeStore:
    """A key-value store that whatever boto3 makes a client for finds."""
    store, session = EdgeStore(), boto3.Session()
    answer: Any = store.answer  # what comes back is the answer, which the types do not know
    session.events.register(EVENT, answer)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    return store


def test_a_bucket_is_published_to_as_a_folder_is(
    bucket: str, edge: EdgeStore, tmp_path: Path
) -> None:
    """File for file; then a second release, the way back, and all in order for who reads it."""
    keys = ReleaseKeys(tmp_path, KEY, LOG_KEY, log_origin(URL))
    place = Place()
    place.publish(release(SITE))
    with target(bucket, "dynamodb:town-", keys, Output(), edge=edge.arn) as town:
        publish(town, plan(town, release(SITE)))
        assert list(town.files.paths("")) == list(place.files.paths(""))
        for path in place.files.paths(""):
            assert town.files.read(path) == place.files.read(path)
        assert edge.values == {"root": place.served.served()}
        second = release(SITE_2, earlier=versions_at(town.read))
        publish(town, plan(town, second))
        publish(town, rollback_plan(town, 1))
        seen = Place(town.files, served=town.root)
        report = verify(Question(town.read, paths=seen.paths))
        assert (report.number, report.releases, report.log_size) == (1, 2, 3)
        assert not report.findings
        assert not verify(Question(town.read, 2, paths=seen.paths)).findings
        assert len({path.split("/")[1] for path in town.files.paths(".roots/")}) == 2


def test_a_bucket_of_an_earlier_program_is_taken_over(
    bucket: str, edge: EdgeStore, tmp_path: Path
) -> None:
    """Its root stood at the bucket's own; what is published next stands beside it."""
    keys = ReleaseKeys(tmp_path, KEY, LOG_KEY, log_origin(URL))
    place = Place()
    place.publish(release(SITE))
    with target(bucket, "dynamodb:town-", keys, Output(), edge=edge.arn) as town:
        for path in place.paths():
            town.files.put_new(path, place.read(path))
        assert not verify(Question(town.read)).findings
        second = release(SITE_2, earlier=versions_at(town.read))
        publish(town, plan(town, second))
        seen = Place(town.files, served=town.root)
        assert not verify(Question(town.read, paths=seen.paths)).findings
        assert seen.root(SITE_2) == {path: second.file(path) for path in SITE_2}


def test_a_bucket_without_its_edge_is_refused(tmp_path: Path) -> None:
    """With what to name; and a folder has no edge."""
    keys = ReleaseKeys(tmp_path, KEY, LOG_KEY, log_origin(URL))
    with (
        pytest.raises(ReleaseRefused, match="--edge"),
        target("s3://town-site", None, keys, Output()),
    ):
        pass
    with (
        pytest.raises(ReleaseRefused, match="for a bucket"),
        target(str(tmp_path / "site"), None, keys, Output(), edge="arn:aws:cloudfront::1:x/y"),
    ):
        pass
    assert not (tmp_path / "site").exists()


def test_voting_pages_stand_below_vote(bucket: str, tmp_path: Path) -> None:
    """Where the voting origin looks for them; a whole bucket is named, and no folder in it."""
    pages = {"index.html": b'<html data-edition="rueil-2019" data-election="AAAA">'}
    with voting_target(bucket) as (files, prefix):
        carry_out(files, prefix, voting_plan(files, prefix, pages), one_by_one)
        assert list(files.paths("")) == ["vote/index.html"]
        assert not voting_plan(files, prefix, pages).writes
    with pytest.raises(ReleaseRefused), voting_target(f"{bucket}/vote"):
        pass
