"""CloudFront's key-value store on one machine, which moto has not: a fake that keeps its contract.

It stands behind boto3's own client: what the client asks is checked and signed as for AWS, and
answered here instead of being sent. Reads see every write; a write names the version of the whole
store, and is refused if that is another by now.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
from botocore.awsrequest import AWSResponse

from urne.store.aws import CLIENT_CONFIG

NOBODY: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
EVENT = "before-send.cloudfront-keyvaluestore"


class EdgeStore:
    """One key-value store. `arn` is its name, `values` what CloudFront's function would read."""

    _numbers = itertools.count(1)

    def __init__(self) -> None:
        self.arn = f"arn:aws:cloudfront::123456789012:key-value-store/{next(self._numbers)}"
        self.values: dict[str, str] = {}
        self._version, self._lock = 1, threading.Lock()

    def client(self) -> Any:
        """Return a client whose requests are answered here."""
        client: Any = boto3.client(
            "cloudfront-keyvaluestore",
            region_name="us-east-1",
            config=CLIENT_CONFIG,
            **NOBODY,
        )
        client.meta.events.register(EVENT, self.answer)
        return client

    def answer(self, request: Any, **more: object) -> AWSResponse:
        """Return the answer to a request that was signed and not sent."""
        del more  # what botocore says of the event
        assert request.headers["Authorization"].startswith(b"AWS4-ECDSA-P256-SHA256")
        _, stores, arn, *rest = unquote(urlsplit(request.url).path, errors="strict").split("/", 3)
        name, _, key = rest[0].partition("/keys/")
        if (stores, f"{arn}/{name}") != ("key-value-stores", self.arn):
            return self._refusal(404, "ResourceNotFoundException")
        with self._lock:
            if request.method == "PUT":
                return self._put(key, request)
            if not key:
                return self._good({"KvsARN": self.arn, "ItemCount": len(self.values)})
            if key not in self.values:
                return self._refusal(404, "ResourceNotFoundException")
            return self._good({"Key": key, "Value": self.values[key]})

    def _put(self, key: str, request: Any) -> AWSResponse:
        if request.headers["If-Match"] not in (self._etag, self._etag.encode()):
            return self._refusal(409, "ConflictException")
        self.values[key] = json.loads(request.body)["Value"]
        self._version += 1
        return self._good({"ItemCount": len(self.values)})

    @property
    def _etag(self) -> str:
        return f"KV{self._version}"

    def _good(self, value: dict[str, object]) -> AWSResponse:
        body = json.dumps({"TotalSizeInBytes": 0, "Created": 0, **value}).encode()
        return _answer(200, {"ETag": self._etag}, body)

    def _refusal(self, status: int, code: str) -> AWSResponse:
        return _answer(status, {"x-amzn-errortype": code}, b"{}")


def _answer(status: int, headers: Any, body: bytes) -> AWSResponse:
    return AWSResponse("http://127.0.0.1", status, headers, _Raw(body))


class _Raw(BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()
