"""Where releases go: a folder or a bucket, and the private table of the site's log.

--to public            a folder
--to s3://bucket       a bucket of AWS, whose access comes from the environment as usual
--edge ARN             the key-value store of CloudFront in front of it, which says what is served
--log-table FILE       an SQLite file; the default stands beside the keys
--log-table dynamodb:PREFIX   the tables PREFIXheads and PREFIXinbox
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from urne.errors import ReleaseRefused, TargetRefused
from urne.flows.release_plan import Target
from urne.flows.site_log import SiteLog, SiteTable
from urne.model.release import VOTING
from urne.store.aws import CLIENT_CONFIG
from urne.store.base import SiteFiles, SiteRoot
from urne.store.dynamodb import DynamoInbox, DynamoLog
from urne.store.edge import EdgeRoot
from urne.store.folder import Database, FolderFiles, FolderLog, FolderRoot
from urne.store.s3 import S3Files
from urne_staff.output import Bar, Output
from urne_staff.release_keys import ReleaseKeys

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

AT_ONCE = 8
_DYNAMODB = "dynamodb:"
_CLOUDFRONT_REGION = "us-east-1"


@contextmanager
def target(
    to: str, table: str | None, keys: ReleaseKeys, output: Output, *, edge: str | None = None
) -> Iterator[Target]:
    """Give the place where releases are published, with the town's keys.

    Raises TargetRefused where AWS or the folder's rights say no.
    """
    place = table or str(keys.folder / "releases.sqlite")
    with _refusals(to):
        files, root = _site(to, edge)
        with _table(place, keys.origin) as (log, inbox), output.progress() as bar:
            site_log = SiteLog(keys.origin, log, inbox, files, keys.log)
            yield Target(files, root, site_log, keys.release_line, Several(bar))


@contextmanager
def voting_target(to: str) -> Iterator[tuple[SiteFiles, str]]:
    """Give the files that the voting origin serves, and what their paths begin with.

    Raises TargetRefused where AWS or the folder's rights say no.
    """
    parts = urlsplit(to)
    with _refusals(to):
        if parts.scheme == "s3":
            yield S3Files(_s3(parts, "the voting pages go"), parts.netloc), VOTING
        elif parts.scheme:
            raise ReleaseRefused(f"{to} is neither a folder nor s3://bucket")
        else:
            Path(to).mkdir(parents=True, exist_ok=True)
            yield FolderFiles(Path(to)), ""


@contextmanager
def _refusals(to: str) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as e:
        raise TargetRefused(to, str(e)) from e
    except OSError as e:
        raise TargetRefused(to, e.strerror or str(e)) from e


class Several:
    """Does something for many items, several at once, and shows how far it is."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar

    def __call__(self, what: str, do: Callable[[str], None], items: Sequence[str]) -> None:
        """Do it for every item. Raises what the first that failed raised."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                for done, _ in enumerate(pool.map(do, items), 1):
                    self._bar.show(what, done, len(items))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def _site(to: str, edge: str | None) -> tuple[SiteFiles, SiteRoot]:
    parts = urlsplit(to)
    if parts.scheme == "s3":
        client = _s3(parts, "a release goes")
        if not edge:
            raise ReleaseRefused(
                "a bucket is served through CloudFront, and what it serves is said in a key-value"
                " store; name it with --edge (it is the output SiteRoot of the stack)"
            )
        files = S3Files(client, parts.netloc)
        store = boto3.client(
            "cloudfront-keyvaluestore", region_name=_CLOUDFRONT_REGION, config=CLIENT_CONFIG
        )
        return files, EdgeRoot(store, edge)
    if parts.scheme:
        raise ReleaseRefused(f"{to} is neither a folder nor s3://bucket")
    if edge:
        raise ReleaseRefused("--edge is for a bucket; a folder is served as it is")
    Path(to).mkdir(parents=True, exist_ok=True)
    return FolderFiles(Path(to)), FolderRoot(Path(to))


def _s3(parts: SplitResult, what_goes: str) -> S3Client:
    if parts.path.strip("/"):
        raise ReleaseRefused(f"{what_goes} to a whole bucket, without a folder in it")
    return boto3.client("s3", config=CLIENT_CONFIG)


@contextmanager
def _table(
    place: str, origin: str
) -> Iterator[tuple[SiteTable | DynamoLog, SiteTable | DynamoInbox]]:
    if place.startswith(_DYNAMODB):
        prefix = place.removeprefix(_DYNAMODB)
        client = boto3.client("dynamodb", config=CLIENT_CONFIG)
        heads, ballots, inbox = (prefix + name for name in ("heads", "ballots", "inbox"))
        log = DynamoLog(client, heads=heads, ballots=ballots, inbox=inbox, election=origin)
        yield log, DynamoInbox(client, inbox, origin)
        return
    database = Database(Path(place))
    try:
        folder = FolderLog(database)
        yield folder, folder
    finally:
        database.close()
