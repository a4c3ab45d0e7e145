"""Numbers, amounts and dates are read exactly, or refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urne.pabulib.values import MOST, parse_cents, parse_day, parse_whole, write_cents, write_day


@pytest.mark.parametrize(
    "text, cents",
    [
        ("500000", 50000000),
        ("1404775.68", 140477568),
        ("1404775,68", 140477568),
        ("0.1", 10),
        ("0.07", 7),
        ("100.0", 10000),
        ("12.500", 1250),
        ("007", 700),
        ("90071992547409.91", MOST),
    ],
)
def test_amounts_are_exact_to_the_cent(text: str, cents: int) -> None:
    """An amount is read in whole cents, however many zeros follow."""
    assert parse_cents(text) == cents


@pytest.mark.parametrize(
    "text, why",
    [
        ("free", "no amount"),
        ("-1", "no amount"),
        ("1e6", "no amount"),
        ("1_000", "no amount"),
        ("1 000", "no amount"),
        ("1.", "no amount"),
        (".5", "no amount"),
        ("1.000.000", "no amount"),
        ("١٢", "no amount"),
        ("NaN", "no amount"),
        ("1,000", "thousands or"),
        ("0.125", "fractions of a cent"),
        ("90071992547409.92", "too large"),
        ("9" * 5000, "too large"),
    ],
)
def test_what_is_no_amount_is_refused(text: str, why: str) -> None:
    """Nothing that could mean two amounts, or none, is read."""
    with pytest.raises(ValueError, match=why):
        parse_cents(text)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "+1", "1_0", "٣", "1" * 40, "1" * 5000])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    """Only digits make a number, and not too many of them."""
    with pytest.raises(ValueError, match=r"no whole number|too large"):
        parse_whole(text)


@given(st.integers(0, MOST))
def test_amounts_read_as_they_were_written(cents: int) -> None:
    """Writing an amount and reading it gives the same cents."""
    assert parse_cents(write_cents(cents)) == cents


@given(st.dates())
def test_days_read_as_they_were_written(day: date) -> None:
    """Writing a day and reading it gives the same day."""
    assert parse_day(write_day(day), last=True) == day


@pytest.mark.parametrize(
    "text", ["1.6.2018", "31.02.2018", "2018-06-16", "16/06/2018", "18", "0000"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    """A day is DD.MM.YYYY of the calendar, or a year."""
    with pytest.raises(ValueError, match=r"no date|no day of the calendar"):
        parse_day(text, last=False)
