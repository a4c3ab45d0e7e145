"""Events and answers, as API Gateway makes and reads them (payload format 2.0)."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urne_local.errors import FunctionFailed
from urne_local.gateway import event, response
from urne_local.serving import Request, Response

NOW = datetime(2019, 6, 1, 8, 0, 5, 250_000, tzinfo=UTC)


def made(request: Request) -> dict[str, Any]:
    return event(
        request,
        route=f"{request.method} {request.path}",
        domain="127.0.0.1:8001",
        request_id="one",
        now=NOW,
    )


def test_an_event_has_every_field_of_the_format() -> None:
    request = Request(
        "POST",
        "/api/cast",
        "a=1&b=x%20y&a=2&empty=",
        (
            ("host", "127.0.0.1:8001"),
            ("content-type", "application/json; charset=utf-8"),
            ("cookie", "one=1; two=2"),
            ("accept", "text/html"),
            ("accept", "*/*"),
            ("user-agent", "Browser/1"),
        ),
        '{"word":"é"}'.encode(),
    )
    assert made(request) == {
        "version": "2.0",
        "routeKey": "POST /api/cast",
        "rawPath": "/api/cast",
        "rawQueryString": "a=1&b=x%20y&a=2&empty=",
        "cookies": ["one=1", "two=2"],
        "headers": {
            "host": "127.0.0.1:8001",
            "content-type": "application/json; charset=utf-8",
            "accept": "text/html,*/*",
            "user-agent": "Browser/1",
        },
        "queryStringParameters": {"a": "1,2", "b": "x y", "empty": ""},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": "127.0.0.1:8001",
            "domainPrefix": "local",
            "http": {
                "method": "POST",
                "path": "/api/cast",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "Browser/1",
            },
            "requestId": "one",
            "routeKey": "POST /api/cast",
            "stage": "$default",
            "time": "01/Jun/2019:08:00:05 +0000",
            "timeEpoch": 1559376005250,
        },
        "body": '{"word":"é"}',
        "isBase64Encoded": False,
    }


def test_what_was_not_sent_is_not_in_the_event() -> None:
    assert not {"body", "cookies", "queryStringParameters"} & made(Request("GET", "/api/x")).keys()


@pytest.mark.parametrize(
    "media_type,is_base64",
    [
        ("application/json", False),
        ("Application/JSON; charset=utf-8", False),
        ("text/plain", False),
        ("application/xml", False),
        ("application/javascript", False),
        ("application/x-www-form-urlencoded", True),
        ("application/octet-stream", True),
        ("application/problem+json", True),
        (None, True),
    ],
)
def test_only_text_travels_as_text(media_type: str | None, is_base64: bool) -> None:
    headers = (("content-type", media_type),) if media_type else ()
    found = made(Request("POST", "/api/x", headers=headers, body=b"a=b"))
    assert found["isBase64Encoded"] is is_base64
    assert found["body"] == (base64.b64encode(b"a=b").decode() if is_base64 else "a=b")


@given(st.binary(min_size=1))
def test_no_byte_of_a_body_is_lost(body: bytes) -> None:
    headers = (("content-type", "text/plain"),)
    found = made(Request("POST", "/api/x", headers=headers, body=body))
    decode = base64.b64decode if found["isBase64Encoded"] else str.encode
    assert decode(found["body"]) == body


def test_a_full_answer_becomes_http() -> None:
    answer = {
        "statusCode": 303,
        "headers": {"Location": "/next", "X-Number": 3, "X-Flag": True},
        "cookies": ["a=1; Secure", "b=2"],
        "body": "é",
        "isBase64Encoded": False,
    }
    assert response("f", answer) == Response(
        303,
        (
            ("Location", "/next"),
            ("X-Number", "3"),
            ("X-Flag", "true"),
            ("Set-Cookie", "a=1; Secure"),
            ("Set-Cookie", "b=2"),
            ("Content-Type", "text/plain; charset=utf-8"),
        ),
        "é".encode(),
    )


def test_a_body_in_base64_is_decoded() -> None:
    answer = {"statusCode": 200, "body": "AAH/", "isBase64Encoded": True}
    assert response("f", answer).body == b"\x00\x01\xff"


@pytest.mark.parametrize("answer", [{"a": 1}, "text", [1, 2], 5, None])
def test_any_other_value_is_the_body_of_a_200(answer: Any) -> None:
    found = response("f", answer)
    assert found.status == 200
    assert found.headers == (("Content-Type", "application/json"),)


def test_headers_of_the_connection_are_the_servers_own() -> None:
    headers = {"Content-Length": "3", "Transfer-Encoding": "chunked", "Connection": "x", "X": "y"}
    found = response("f", {"statusCode": 200, "headers": headers})
    assert found.headers == (("X", "y"), ("Content-Type", "text/plain; charset=utf-8"))


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "many"},
        {"statusCode": None},
        {"statusCode": 99},
        {"statusCode": 1000},
        {"statusCode": 200, "headers": {"X": "a\r\nSet-Cookie: b=c"}},
        {"statusCode": 200, "headers": {"X\n": "a"}},
        {"statusCode": 200, "headers": {"X": ["a"]}},
        {"statusCode": 200, "headers": {"X": "€"}},
        {"statusCode": 200, "cookies": ["a=b\nX: y"]},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "body": "!", "isBase64Encoded": True},
    ],
)
def test_a_malformed_answer_is_the_functions_failure(answer: Any) -> None:
    with pytest.raises(FunctionFailed) as caught:
        response("f", answer)
    assert (caught.value.name, caught.value.error_type) == ("f", "MalformedAnswer")
