"""The root of a bucket, exchanged in one step: a name in the key-value store of CloudFront.

A function of CloudFront (infra/template.yaml) reads the key `root` at each request, and asks the
bucket for `.roots/<name>/index.html` where the reader asked for `index.html`. Another value is
known at every place of CloudFront within seconds; until then a place answers from the old root,
which is still there. So each reader is answered from one root or the other, file by file.

Writing names the version of the whole store, so of two writers at once one comes too late.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from urne.errors import Conflict
from urne.store.aws import ask, error_code, require_single_attempts
from urne.store.checks import require_path

KEY = "root"
_ABSENT = "ResourceNotFoundException"
_TOO_LATE = frozenset(("ConflictException", "PreconditionFailed", "ValidationException"))


class EdgeRoot:
    """The key `root` of one key-value store; `client` is of `cloudfront-keyvaluestore`."""

    def __init__(self, client: Any, store_arn: str) -> None:
        require_single_attempts(client)
        self._client, self._arn = client, store_arn

    def served(self) -> str | None:
        """Return the name of the root that is served, or None."""
        try:
            answer = ask(lambda: self._client.get_key(KvsARN=self._arn, Key=KEY))
        except ClientError as e:
            if error_code(e) == _ABSENT and self._version():  # the key is not there; the store is
                return None
            raise
        return str(answer["Value"])

    def strays(self) -> Iterator[str]:
        """Yield nothing: the function asks for nothing that no root has."""
        return iter(())

    def serve(self, name: str, seen: str | None) -> None:
        """Serve another root in place of the one that was seen."""
        require_path(name)
        version = self._version()  # before the value: whoever writes it meanwhile changes both
        served = self.served()
        if served == name:
            return
        if served != seen:
            raise Conflict("The site's root")
        try:
            ask(
                lambda: self._client.put_key(
                    KvsARN=self._arn, Key=KEY, Value=name, IfMatch=version
                ),
                writes="the site's root",
                again=False,
            )
        except ClientError as e:
            if error_code(e) in _TOO_LATE and self._version() != version:
                raise Conflict("The site's root") from e
            raise

    def _version(self) -> str:
        """Return the version of the whole store."""
        answer = ask(lambda: self._client.describe_key_value_store(KvsARN=self._arn))
        return str(answer["ETag"])
