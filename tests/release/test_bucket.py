"""Releases in a bucket, with the site's log in DynamoDB, through the command line's own target."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.release.small import LOG_KEY, SITE, SITE_2, URL, Place, release
from tests.release.small import RELEASE_KEY as KEY

from urne.flows.release_plan import plan, rollback_plan, versions_at
from urne.flows.release_publish import publish
from urne.flows.release_verify import Question, verify
from urne.model.release import log_origin
from urne.store.dynamodb import table_definitions
from urne_local.aws import Aws
from urne_staff.output import Output
from urne_staff.release_keys import ReleaseKeys
from urne_staff.targets import target

pytestmark = [pytest.mark.aws, pytest.mark.xdist_group("release-aws")]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket, and the tables of the site's log."""
    with Aws(tables=table_definitions("town-"), buckets=("town-site",)) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        yield "s3://town-site"


def test_a_bucket_is_published_to_as_a_folder_is(bucket: str, tmp_path: Path) -> None:
    """File for file; then a second release, the way back, and all in order for who reads it."""
    keys = ReleaseKeys(tmp_path, KEY, LOG_KEY, log_origin(URL))
    place = Place()
    place.publish(release(SITE))
    with target(bucket, "dynamodb:town-", keys, Output()) as town:
        publish(town, plan(town, release(SITE)))
        assert list(town.files.paths("")) == list(place.files.paths(""))
        for path in place.files.paths(""):
            assert town.files.read(path) == place.files.read(path)
        second = release(SITE_2, earlier=versions_at(town.files.read))
        publish(town, plan(town, second))
        publish(town, rollback_plan(town, 1))
        report = verify(Question(town.files.read, paths=town.files.paths))
        assert (report.number, report.releases, report.log_size) == (1, 2, 3)
        assert not report.findings
        assert not verify(Question(town.files.read, 2, paths=town.files.paths)).findings
