"""The public tree in an S3 bucket. A version is the object's ETag.

S3 answers 412 when a condition does not hold, 404 when `If-Match` finds no object, and 409 when
another writer was at it in the same moment; then nothing was written, and it is asked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from urne.errors import Conflict, NotFound
from urne.store.aws import ask, error_code, require_single_attempts
from urne.store.checks import require_path
from urne.store.media import cache_control, content_type

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT = "NoSuchKey"
_CONDITION_FAILED = ("PreconditionFailed", _ABSENT)


class S3Files:
    """The files of one bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        require_single_attempts(client)
        self._client, self._bucket = client, bucket

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        if (found := self.read_version(path)) is None:
            raise NotFound(path)
        return found[0]

    def put_new(self, path: str, raw: bytes) -> None:
        """Write a file that is not there yet."""
        self.replace(path, raw, None)

    def read_version(self, path: str) -> tuple[bytes, str] | None:
        """Return a file's bytes and version, or None."""
        require_path(path)

        def call() -> tuple[bytes, str]:
            answer = self._client.get_object(Bucket=self._bucket, Key=path)
            return answer["Body"].read(), answer["ETag"]

        try:
            return ask(call)
        except ClientError as e:
            if error_code(e) == _ABSENT:
                return None
            raise

    def replace(self, path: str, raw: bytes, version: str | None) -> None:
        """Write a file whose version is still this one."""
        require_path(path)
        condition: Any = {"IfNoneMatch": "*"} if version is None else {"IfMatch": version}
        try:
            ask(
                lambda: self._client.put_object(
                    Bucket=self._bucket,
                    Key=path,
                    Body=raw,
                    ContentType=content_type(path),
                    CacheControl=cache_control(path),
                    **condition,
                ),
                writes=path,
                again=False,
            )
        except ClientError as e:
            if error_code(e) in _CONDITION_FAILED:
                raise Conflict(path) from e
            raise

    def repeat(self, path: str, of: str) -> None:
        """Give a file the bytes of another, without sending them."""
        require_path(path)
        require_path(of)
        try:
            ask(
                lambda: self._client.copy_object(
                    Bucket=self._bucket,
                    Key=path,
                    CopySource={"Bucket": self._bucket, "Key": of},
                    ContentType=content_type(path),
                    CacheControl=cache_control(path),
                    MetadataDirective="REPLACE",
                ),
                writes=path,
            )
        except ClientError as e:
            if error_code(e) == _ABSENT:
                raise NotFound(of) from e
            raise

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        require_path(path)
        ask(lambda: self._client.delete_object(Bucket=self._bucket, Key=path), writes=path)

    def paths(self, prefix: str) -> Iterator[str]:
        """Yield the paths that begin with a prefix, sorted."""
        request: dict[str, Any] = {"Bucket": self._bucket, "Prefix": prefix}
        while True:
            answer = ask(lambda: self._client.list_objects_v2(**request))
            yield from (entry["Key"] for entry in answer.get("Contents", ()))
            if not answer["IsTruncated"]:
                return
            request["ContinuationToken"] = answer["NextContinuationToken"]
