"""From API Gateway's events to requests, and from answers or refusals back: no rule lives here.

Payload format 2.0 of HTTP APIs. A refusal becomes `{"error": {"code", "message"}}` with its
status. What nobody foresaw becomes `internal`, and only its type is logged: a message might hold
what a person sent.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.logging import Logger

from urne.canonical import Json, encode
from urne.errors import BadField, UrneError

LONGEST_BODY = 64 * 1024
NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

Event = Mapping[str, Any]
Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names in lower case. Nothing of it shows in a traceback."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    cookies: tuple[str, ...] = field(repr=False)
    query: str = field(repr=False)
    body: bytes = field(repr=False)


def request_of(event: Event) -> Request:
    """Return the request of an event. Raises BadField if its body is too long or no base64."""
    http = event["requestContext"]["http"]
    return Request(
        method=http["method"],
        path=event["rawPath"],
        headers={name.lower(): value for name, value in event.get("headers", {}).items()},
        cookies=tuple(event.get("cookies", ())),
        query=event.get("rawQueryString", ""),
        body=_body(event),
    )


def _body(event: Event) -> bytes:
    text = event.get("body") or ""
    if len(text) > 2 * LONGEST_BODY:
        raise BadField("request", "body", "is too long")
    try:
        encoded = event.get("isBase64Encoded", False)
        return base64.b64decode(text, validate=True) if encoded else text.encode()
    except (binascii.Error, UnicodeEncodeError) as e:
        raise BadField("request", "body", "cannot be read") from e


def json_response(value: Json, status: int = 200) -> Response:
    """Return an answer with a JSON body."""
    headers = {"content-type": "application/json", **NO_STORE}
    return {"statusCode": status, "headers": headers, "body": encode(value).decode()}


def public_response(content: bytes, media_type: str, *, seconds: int) -> Response:
    """Return an answer that is for anyone, and may be kept for so long."""
    headers = {
        "content-type": media_type,
        "cache-control": f"public, max-age={seconds}",
        "x-content-type-options": "nosniff",
    }
    return {"statusCode": 200, "headers": headers, "body": content.decode()}


def redirect_response(location: str, cookies: Sequence[str]) -> Response:
    """Return a 303 answer: go there, and set these cookies."""
    headers = {"location": location, "referrer-policy": "no-referrer", **NO_STORE}
    return {"statusCode": 303, "headers": headers, "cookies": list(cookies), "body": ""}


def error_response(code: str, message: str, status: int) -> Response:
    """Return an answer that says why not."""
    return json_response({"error": {"code": code, "message": message}}, status)


def answering(
    name: str, answer: Callable[[Request], Response]
) -> Callable[[Event, object], Response]:
    """Return a Lambda handler that answers requests, refusals and surprises alike."""
    logger = Logger(service=name)

    def handler(event: Event, context: object) -> Response:
        del context
        try:
            response = answer(request_of(event))
        except UrneError as e:
            logger.info("%s refused: %s", name, e.code)
            return error_response(e.told, str(e), e.status)
        except Exception as e:  # noqa: BLE001 - the edge: nothing may leak from here
            logger.error("%s failed: %s", name, type(e).__name__)  # noqa: TRY400
            return error_response("internal", "Something went wrong here. Please try again.", 500)
        logger.info("%s answered", name)
        return response

    return handler
