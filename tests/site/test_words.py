"""Three languages say the same things, and write dates and money each in its own way."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime

import pytest

from urne.flows.content import LANGUAGES
from urne.model.money import Money
from urne_site.words import Words


def bases(language: str) -> set[str]:
    """Return a language's keys; forms of single numbers (`key_1`) are each language's own."""
    return {re.sub(r"_\d+$", "", key) for key in sorted(Words(language).keys())}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert bases(language) == bases("fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_the_same_gaps(language: str) -> None:
    ours, french = Words(language), Words("fr")
    for key in ours.keys() & french.keys() - {"format.months"}:
        assert gaps(ours, key) == gaps(french, key) or key.endswith("_1"), key


def gaps(words: Words, key: str) -> set[str]:
    raw = words._words[key]
    return {name for _, name, _, _ in string.Formatter().parse(raw) if name}


def test_money_and_numbers() -> None:
    amount = Money(3800050)
    assert Words("fr").money(amount) == "38\u202f000,50\u00a0€"
    assert Words("nl").money(amount) == "€\u00a038.000,50"
    assert Words("en").money(amount) == "€38,000.50"
    assert Words("fr").money(Money(100, "PLN")) == "1 PLN"


def test_days_and_instants_are_the_towns() -> None:
    close = datetime(2019, 6, 17, 18, 0, tzinfo=UTC)
    assert Words("fr").instant(close) == "17 juin 2019 à 20 h"
    assert Words("en").instant(close) == "17 June 2019 at 20:00"
    assert Words("fr").day(date(2019, 6, 1)) == "1er juin 2019"
    assert Words("nl").day(date(2019, 6, 1)) == "1 juni 2019"


def test_ordinals_and_lists() -> None:
    assert [Words("fr").ordinal(n) for n in (1, 2)] == ["1er", "2e"]
    assert Words("en").ordinal(2, "results.legend_rank") == "2nd choice"
    assert Words("en").ordinal(4, "results.legend_rank") == "choice 4"
    assert Words("fr").listed(["3", "2", "1"]) == "3, 2 et 1"
    assert Words("fr").many("projects.count", 1) == "1 projet"


def test_a_missing_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        Words("fr")("results.nothing")
