"""Bytes, numbers and instants have one text each, and no other text is read for them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urne.canonical import format_instant, from_base64, parse_decimal, parse_instant, to_base64
from urne.errors import BadEncoding


@given(raw=st.binary(max_size=70))
def test_bytes_are_read_back_from_base64(raw: bytes) -> None:
    assert from_base64(to_base64(raw), len(raw)) == raw


@given(text=st.text(alphabet="AQgw+/=-_ \n", max_size=12))
def test_whatever_base64_is_read_is_written_again_as_it_was(text: str) -> None:
    try:
        assert to_base64(from_base64(text)) == text
    except BadEncoding:
        return


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "AA",
        "AAA",
        "AA=",
        "AA===",
        "=",
        "====",
        "AA==A",
        "AB==",
        "AAB=",
        "AA==\n",
        "A A==",
        " AA==",
        "AAAA\n",
        "AA\r\n==",
        "-_==",
        "A\u0391==",
        "\uff21A==",
        "AA==AA==",
    ],
    ids=ascii,
)
def test_other_forms_of_base64_are_refused(text: str) -> None:
    """No spaces, no other alphabet, no missing padding, no bits that mean nothing."""
    with pytest.raises(BadEncoding, match="base64"):
        from_base64(text)


def test_base64_of_another_length_is_refused() -> None:
    with pytest.raises(BadEncoding, match="3 bytes where 4 belong"):
        from_base64("AAAA", 4)
    assert from_base64("", 0) == b""


@given(instant=st.datetimes(timezones=st.just(UTC)).map(lambda i: i.replace(microsecond=0)))
def test_instants_are_read_back(instant: datetime) -> None:
    assert parse_instant(format_instant(instant)) == instant


def test_an_instant_is_written_in_utc_with_four_digits_of_year() -> None:
    paris = timezone(timedelta(hours=2))
    assert format_instant(datetime(2019, 6, 1, 8, tzinfo=paris)) == "2019-06-01T06:00:00Z"
    assert format_instant(datetime(33, 4, 3, tzinfo=UTC)) == "0033-04-03T00:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2019-06-01",
        "2019-06-01T08:00:00",
        "2019-06-01T08:00:00z",
        "2019-06-01t08:00:00Z",
        "2019-06-01 08:00:00Z",
        "2019-06-01T08:00Z",
        "2019-06-01T08:00:00.0Z",
        "2019-06-01T08:00:00+00:00",
        "2019-06-01T10:00:00+02:00",
        "2019-6-1T8:0:0Z",
        "19-06-01T08:00:00Z",
        "2019-06-31T08:00:00Z",
        "2019-06-01T24:00:00Z",
        "2016-12-31T23:59:60Z",
        "2019-06-01T08:00:00Z ",
        " 2019-06-01T08:00:00Z",
        "2019-06-01T08:00:00Z\n",
        "\u0662\u0660\u0661\u0669-06-01T08:00:00Z",
        "0000-01-01T00:00:00Z",
        "12019-06-01T08:00:00Z",
    ],
    ids=ascii,
)
def test_other_forms_of_an_instant_are_refused(text: str) -> None:
    with pytest.raises(BadEncoding, match="instant"):
        parse_instant(text)


def test_an_instant_without_a_zone_or_with_fractions_is_not_written() -> None:
    for instant in (datetime(2019, 6, 1), datetime(2019, 6, 1, microsecond=1, tzinfo=UTC)):  # noqa: DTZ001
        with pytest.raises(BadEncoding, match="instant"):
            format_instant(instant)


@given(number=st.integers(0, 2**63 - 1))
def test_numbers_are_read_back(number: int) -> None:
    assert parse_decimal(str(number)) == number


@pytest.mark.parametrize(
    "text",
    [
        *("", "-1", "+1", "01", "00", "1_0", " 1", "1 ", "1\n", "1.0", "1e3", "\u0661", "\u00b2"),
        *("0x1", str(2**63), "9" * 20, "9" * 10_000),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_other_forms_of_a_number_are_refused(text: str) -> None:
    with pytest.raises(BadEncoding, match="number"):
        parse_decimal(text)
