"""An answer as botocore gets it, for tests that stand between it and AWS."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from botocore.awsrequest import AWSResponse, HeadersDict


def answer_of(
    url: str, status: int, headers: Iterable[tuple[str, str]], body: bytes
) -> AWSResponse:
    """Return an answer as botocore gets it."""
    fields: Any = HeadersDict(headers)
    return AWSResponse(url, status, fields, _Stream(body))


class _Stream(io.BytesIO):
    """A body that is there already, read as botocore reads one from urllib3."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()
