"""Requests and answers of botocore as bytes, for tests that stand between it and AWS."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse, HeadersDict

_OURS = ("content-length", "expect", "host", "transfer-encoding")


def wire(request: Any) -> bytes:
    """Return a prepared request as it goes over the wire."""
    url = urlsplit(request.url)
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    headers = {k: v for k, v in request.headers.items() if k.lower() not in _OURS}
    headers |= {"Host": url.netloc, "Content-Length": str(len(body))}
    target = url.path or "/"
    lines = [f"{request.method} {target}{'?' * bool(url.query)}{url.query} HTTP/1.1"]
    lines += [
        f"{name}: {value.decode() if isinstance(value, bytes) else value}"
        for name, value in headers.items()
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


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
