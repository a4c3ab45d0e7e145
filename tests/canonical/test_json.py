"""Every value has one JSON encoding, RFC 8785's, and no other bytes are read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urne.canonical import MAX_DEPTH, MAX_INTEGER, Fields, Json, decode, encode, integers
from urne.errors import BadField, NotCanonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(value=VALUES)
def test_every_value_is_read_back(value: Json) -> None:
    assert decode(encode(value)) == value


@given(value=VALUES)
def test_other_json_readers_read_the_same(value: Json) -> None:
    assert json.loads(encode(value)) == value


@given(data=st.data(), value=VALUES)
def test_whatever_is_read_is_written_again_as_it_was(data: st.DataObject, value: Json) -> None:
    raw = encode(value)
    at = data.draw(st.integers(0, len(raw)))
    new = data.draw(st.sampled_from([b"", b" ", b"0", b".0", b"-", b"\n", b'"', b"\\u0041", b"e1"]))
    changed = raw[:at] + new + raw[at + data.draw(st.integers(0, 1)) :]
    try:
        assert encode(decode(changed)) == changed
    except NotCanonical:
        return


def test_keys_are_in_the_order_of_their_utf_16_code_units() -> None:
    """RFC 8785 section 3.2.3, its own example: a surrogate pair stands before U+FB33."""
    names = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert (
        encode(names)
        == (
            '{"\\r":"Carriage Return","1":"One","\u0080":"Control",'
            '"\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign",'
            '"\U0001f600":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}'
        ).encode()
    )


def test_only_what_must_be_escaped_is_and_in_its_shortest_form() -> None:
    """RFC 8785 section 3.2.2.2, its own example, and every control character."""
    assert encode('\u20ac$\u000f\nA\'B"\\\\"/') == (b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"')
    short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
    for code in range(0x20):
        assert encode(chr(code)) == f'"{short.get(code, f"{chr(92)}u{code:04x}")}"'.encode()
    assert encode("\x7f\u2028\u00e9") == '"\x7f\u2028\u00e9"'.encode()


@pytest.mark.parametrize(
    "raw, value",
    [
        (b"null", None),
        (b"true", True),
        (b"0", 0),
        (b"-1", -1),
        (b"9007199254740991", MAX_INTEGER),
        (b"-9007199254740991", -MAX_INTEGER),
        (b'""', ""),
        (b"[]", []),
        (b"{}", {}),
        (b'{"a":[1,{"b":null}]}', {"a": [1, {"b": None}]}),
    ],
)
def test_the_one_form_of_each_kind_of_value(raw: bytes, value: Json) -> None:
    assert encode(value) == raw
    assert decode(raw) == value


REFUSED = {
    "a float": (b"1.5", "not an integer"),
    "a float that is whole": (b"1.0", "not an integer"),
    "an exponent": (b"1e3", "not an integer"),
    "a large exponent": (b"1E400", "not an integer"),
    "minus zero": (b"-0", "another, canonical"),
    "minus zero as a float": (b"-0.0", "not an integer"),
    "not a number": (b"NaN", "not an integer"),
    "infinity": (b"Infinity", "not an integer"),
    "minus infinity": (b"-Infinity", "not an integer"),
    "2^53": (b"9007199254740992", "beyond"),
    "-2^53": (b"-9007199254740992", "beyond"),
    "2^64": (b"18446744073709551616", "beyond"),
    "ten thousand digits": (b"9" * 10_000, "no JSON"),
    "a leading zero": (b"01", "no JSON"),
    "a plus": (b"+1", "no JSON"),
    "a key twice": (b'{"a":1,"a":1}', "stands twice"),
    "a key twice, once escaped": (b'{"a":1,"\\u0061":2}', "stands twice"),
    "a key twice below": (b'[{"a":{"b":1,"b":2}}]', "stands twice"),
    "keys in another order": (b'{"b":1,"a":2}', "another, canonical"),
    "keys in the order of UTF-8": ('{"\ufb33":1,"\U0001f600":2}'.encode(), "another, canonical"),
    "a lone high surrogate": (b'"\\ud83d"', "non-UTF-8"),
    "a lone low surrogate": (b'"\\ude00"', "non-UTF-8"),
    "a lone surrogate in a key": (b'{"\\ud83d":1}', "surrogates not allowed"),
    "a surrogate as UTF-8": (b'"\xed\xa0\x80"', "UTF-8"),
    "an escaped pair": (b'"\\ud83d\\ude00"', "another, canonical"),
    "an escaped slash": (b'"\\/"', "another, canonical"),
    "an escape that need not be": (b'"\\u0041"', "another, canonical"),
    "upper-case hexadecimals": (b'"\\u000F"', "another, canonical"),
    "a long escape": (b'"\\u000a"', "another, canonical"),
    "a control character": (b'"\n"', "no JSON"),
    "spaces": (b'{"a": 1}', "another, canonical"),
    "a space before": (b" 1", "another, canonical"),
    "a newline after": (b"1\n", "another, canonical"),
    "a byte order mark": (b"\xef\xbb\xbf1", "no JSON"),
    "UTF-16": ("1".encode("utf-16"), "UTF-8"),
    "overlong UTF-8": (b'"\xc0\x80"', "UTF-8"),
    "latin 1": (b'"\xe9"', "UTF-8"),
    "two values": (b"1 2", "no JSON"),
    "a comma too many": (b"[1,]", "no JSON"),
    "single quotes": (b"'a'", "no JSON"),
    "nothing": (b"", "no JSON"),
    "half a value": (b'{"a"', "no JSON"),
    "a word": (b"undefined", "no JSON"),
    "a zero byte": (b"1\x00", "no JSON"),
}


@pytest.mark.parametrize("raw, why", REFUSED.values(), ids=REFUSED)
def test_other_bytes_are_refused(raw: bytes, why: str) -> None:
    with pytest.raises(NotCanonical, match=why):
        decode(raw)


def nested(levels: int, inside: bytes) -> bytes:
    return b"[" * levels + inside + b"]" * levels


@pytest.mark.parametrize("inside", [b"", b"1", b'"a"', b"null"])
def test_thirty_two_levels_are_read_and_thirty_three_are_not(inside: bytes) -> None:
    """Whatever stands inside, so that every reader counts the same."""
    assert encode(decode(nested(MAX_DEPTH, inside))) == nested(MAX_DEPTH, inside)
    with pytest.raises(NotCanonical, match="too deep"):
        decode(nested(MAX_DEPTH + 1, inside))


def test_levels_are_counted_over_lists_and_objects_alike() -> None:
    raw = b'{"a":[' * 16 + b"1" + b"]}" * 16
    assert encode(decode(raw)) == raw
    with pytest.raises(NotCanonical, match="too deep"):
        decode(b"[" + raw + b"]")


def test_a_hundred_thousand_levels_are_refused_and_not_a_crash() -> None:
    with pytest.raises(NotCanonical, match="too deep"):
        decode(nested(100_000, b""))


@pytest.mark.parametrize(
    "value", [1.5, 1.0, float("nan"), b"bytes", {1: "a"}, {"a": {2, 3}}, [object()], "\ud800"]
)
def test_values_that_are_not_ours_are_not_written(value: Json) -> None:
    with pytest.raises(NotCanonical):
        encode(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), 10**400])
def test_integers_beyond_53_bits_are_not_written(value: int) -> None:
    with pytest.raises(NotCanonical, match="beyond"):
        encode({"a": [value]})


# --- Reading objects field by field ------------------------------------------------------------


def fields(**values: Json) -> Fields:
    return Fields(values, "a test", tuple(values))


def test_a_missing_and_an_unknown_field_are_refused_by_name() -> None:
    with pytest.raises(BadField, match="'b' is missing"):
        Fields({"a": 1}, "a test", ("a", "b"))
    with pytest.raises(BadField, match="'c' is not known"):
        Fields({"a": 1, "c": 2}, "a test", ("a",), ("b",))
    optional = Fields({"a": 1}, "a test", ("a",), ("b",))
    assert not optional.has("b")


@pytest.mark.parametrize("value", [None, 1, "a", [], [{}], True])
def test_what_is_no_object_is_refused(value: Json) -> None:
    with pytest.raises(BadField, match="is not an object"):
        Fields(value, "a test", ())


def test_each_reader_refuses_what_is_not_its_kind() -> None:
    """True is no integer and 1 is not true, whatever Python thinks."""
    f = fields(flag=True, number=1, word="a", none=None, list=[1, "a"], object={})
    for read in (
        lambda: f.integer("flag"),
        lambda: f.integer("word"),
        lambda: f.integer("none"),
        lambda: f.integer("number", least=2),
        lambda: f.integer("number", most=0),
        lambda: f.boolean("number"),
        lambda: f.boolean("none"),
        lambda: f.text("number"),
        lambda: f.text("none"),
        lambda: f.text("word", longest=0),
        lambda: f.one_of("word", ("b", "c")),
        lambda: f.base64("word"),
        lambda: f.base64("number"),
        lambda: f.instant("word"),
        lambda: f.items("object"),
        lambda: f.items("word"),
        lambda: f.items("list", least=3),
        lambda: f.items("list", most=1),
        lambda: f.texts("list"),
        lambda: f.integers("list"),
    ):
        with pytest.raises(BadField, match="a test: the field"):
            read()


@pytest.mark.parametrize("values", [[True], [1.0], ["1"], [None], [-1], [8]])
def test_a_list_of_integers_holds_nothing_else(values: list[Json]) -> None:
    with pytest.raises(BadField, match="no integer of 0 to 7"):
        integers(values, "a test", "numbers", most=7)
