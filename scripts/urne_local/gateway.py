"""API Gateway's part: an HTTP request as a function gets it, a function's answer as HTTP.

The event is that of an HTTP API with payload format 2.0 (AWS, "Create AWS Lambda proxy
integrations for HTTP APIs"): header names in lower case, repeated headers and parameters joined
by commas, cookies apart, the body as text for `text/*`, JSON, XML and JavaScript, and in base64
for everything else, forms and bodies of no declared type included. The answer is an object with
`statusCode`, or any other JSON value, which is then the body of a 200. What the specification
forbids is a failure of the function, never passed on to the browser.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from urne_local.errors import FunctionFailed
from urne_local.serving import Headers, Request, Response

_TEXT = re.compile(r"text/.*|application/(json|xml|javascript)")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[ \t\x21-\x7e\x80-\xff]*")
_NOT_PASSED_ON = frozenset(
    ("connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade")
)


def event(
    request: Request, *, route: str, domain: str, request_id: str, now: datetime
) -> dict[str, Any]:
    """Return the event of a request for the route it was matched to, such as `POST /api/cast`."""
    headers = _joined(request.headers)
    body, is_base64 = _body(request)
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": {name: value for name, value in headers.items() if name != "cookie"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": domain,
            "domainPrefix": "local",
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": route,
            "stage": "$default",
            "time": now.astimezone(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": is_base64,
    }
    if cookies := _cookies(request):
        made["cookies"] = cookies
    if request.query:
        pairs = parse_qsl(request.query, keep_blank_values=True)
        made["queryStringParameters"] = _joined(tuple(pairs))
    if request.body:
        made["body"] = body
    return made


def _joined(pairs: Headers) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _cookies(request: Request) -> list[str]:
    lines = [value for name, value in request.headers if name == "cookie"]
    return [cookie.strip() for line in lines for cookie in line.split(";") if cookie.strip()]


def _body(request: Request) -> tuple[str, bool]:
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if _TEXT.fullmatch(media_type):
        try:
            return request.body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode("ascii"), True


def response(name: str, answer: Any) -> Response:
    """Return a function's answer as HTTP. Raises FunctionFailed if it is no answer."""
    if not isinstance(answer, Mapping) or "statusCode" not in answer:
        body = json.dumps(answer, separators=(",", ":")).encode()
        return Response(200, (("Content-Type", "application/json"),), body)
    try:
        return Response(_status(answer), _headers(answer), _answer_body(answer))
    except (TypeError, ValueError) as e:
        raise FunctionFailed(name, "MalformedAnswer") from e


def _status(answer: Mapping[str, Any]) -> int:
    status = int(answer["statusCode"])
    if not 200 <= status <= 599:
        raise ValueError("statusCode")
    return status


def _headers(answer: Mapping[str, Any]) -> Headers:
    given = [(str(name), _text(value)) for name, value in (answer.get("headers") or {}).items()]
    given += [("Set-Cookie", _text(cookie)) for cookie in answer.get("cookies") or ()]
    kept = [(name, value) for name, value in given if name.lower() not in _NOT_PASSED_ON]
    if not all(_TOKEN.fullmatch(name) and _VALUE.fullmatch(value) for name, value in kept):
        raise ValueError("headers")
    if not any(name.lower() == "content-type" for name, _ in kept):
        kept.append(("Content-Type", "text/plain; charset=utf-8"))
    return tuple(kept)


def _text(value: Any) -> str:
    if isinstance(value, bool | int | float | str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    raise TypeError("a header's value")


def _answer_body(answer: Mapping[str, Any]) -> bytes:
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise TypeError("body")
    if not answer.get("isBase64Encoded"):
        return body.encode("utf-8")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as e:
        raise ValueError("body") from e
