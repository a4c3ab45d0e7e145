"""The part of browser.json about texts: which JSON, base64, numbers and instants are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from urne.canonical import from_base64, parse_decimal, parse_instant
from urne.errors import UrneError


def texts() -> dict[str, Any]:
    emoji = "\U0001f600"
    return {
        "json": {
            "read": [
                *("null", "true", "0", "-1", "9007199254740991", "-9007199254740991", '""', "[]"),
                *("{}", '{"a":1,"b":[null,{"":"\u20ac"}]}', '{"1":0,"10":0,"2":0}', '"\\u000f\\n"'),
                *('"\x7f\u2028"', f'{{"{emoji}":1,"\ufb33":2}}', '{"__proto__":{"a":1}}'),
                *("[" * 32 + "]" * 32, f'"{emoji}"', '{"constructor":0,"toString":1}'),
            ],
            "refused": [
                text.encode("utf-8", "surrogatepass").hex()
                for text in (
                    *("", " 1", "1 ", "01", "-0", "1.0", "1e0", "1.5", "NaN", "Infinity", "+1"),
                    *("9007199254740992", "-9007199254740992", "9007199254740993", "'a'", "nul"),
                    *('{"a":1,"a":1}', '{"b":1,"a":2}', '{"a": 1}', "[1,]", '"\\u0041"', '"\\/"'),
                    *('"\\ud800"', '"\ud800"', '"\t"', f'{{"\ufb33":2,"{emoji}":1}}', "\ufeff{}"),
                    *("[" * 33 + "]" * 33, "[" * 5000 + "]" * 5000, '{"a":1}\n', "1 2", '"a'),
                    *("1" * 400, '{"__proto__":1,"__proto__":1}', '"\u20ac\\u20ac"', '"\\u007f"'),
                )
            ]
            + ["22ff22", "22c080 22".replace(" ", ""), "22eda08022"],
        },
        "base64": _kind(
            from_base64,
            *("", "AA==", "AAA=", "AAAA", "+/+/", "A", "AA", "AAA", "AA=", "AA===", "=", "AB=="),
            *("AAB=", "AA==\n", " AAA", "A AA", "-_-_", "AAA\u00c1", "AA==AA==", "\u0410AAA"),
        ),
        "decimal": _kind(
            parse_decimal,
            *("0", "1", "10", "9007199254740991", "9223372036854775807", "9223372036854775808"),
            *("", "00", "01", "+1", "-1", "1_0", " 1", "1 ", "1.0", "1e3", "\u0661", "9" * 20, "x"),
        ),
        "instant": _kind(
            parse_instant,
            *("2019-06-01T08:00:00Z", "2000-02-29T23:59:59Z", "0001-01-01T00:00:00Z"),
            *("9999-12-31T23:59:59Z", "0099-01-01T00:00:00Z", "1969-12-31T23:59:59Z"),
            *("0000-01-01T00:00:00Z", "2019-02-29T00:00:00Z", "2019-06-01T24:00:00Z", "", "2019"),
            *("2019-06-01T08:00:60Z", "2019-06-01T08:00:00.0Z", "2019-06-01T08:00:00+00:00"),
            *("2019-06-01t08:00:00z", "2019-06-01 08:00:00Z", "2019-6-01T08:00:00Z"),
            *(" 2019-06-01T08:00:00Z", "2019-06-01T08:00:00Z\n", "12019-06-01T08:00:00Z"),
            *("2019-06-31T00:00:00Z", "2019-13-01T00:00:00Z", "2019-06-01T08:60:00Z"),
        ),
    }


def _kind(read: Callable[[str], Any], *tried: str) -> dict[str, Any]:
    found: dict[str, Any] = {"read": [], "refused": []}
    for text in tried:
        try:
            value = read(text)
        except UrneError:
            found["refused"].append(text)
        else:
            timed = hasattr(value, "timestamp")
            found["read"].append([text, int(value.timestamp())] if timed else text)
    return found
