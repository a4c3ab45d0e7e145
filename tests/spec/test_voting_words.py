"""The voting pages' words: the same in three languages, and a sentence for every code there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.spec.pages import FRENCH, code, text

from urne import errors
from urne.errors import NotEligible, UrneError

BALLOT = Path(__file__).parents[2] / "site" / "ballot"
WORDS = {
    language: json.loads((BALLOT / "page" / "words" / f"{language}.json").read_text("utf-8"))
    for language in ("fr", "nl", "en")
}
# Sentences of the page's own: for whatever has none, for the browser, and for words that several
# codes share.
OWN = {"other", "offline", "cookies-off", "token", "not-eligible.no-code"}

# What offers a paper ballot, and where it is left out by other means than `online_only`: the notice
# to those without script, the sentence under a stop; and what the audit says of sheets offers none.
OFFERS = re.compile("papi?er|votez au guichet|stem aan het loket|vote at the desk", re.IGNORECASE)
ELSEWHERE = ("/no_script/paper", "/no_script/where", "/audit/")


def told(words: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, text) of every text in a file of words."""
    if isinstance(words, str):
        yield name, words
        return
    items = words.items() if isinstance(words, dict) else enumerate(words)
    for key, value in items:
        yield from told(value, f"{name}/{key}")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_language_has_the_same_words_with_the_same_gaps(language: str) -> None:
    french, other = dict(told(WORDS["fr"])), dict(told(WORDS[language]))
    assert set(other) == set(french)
    for name, sentence in french.items():
        gaps = [set(re.findall(r"\{(\w+)\}", said)) for said in (sentence, other[name])]
        assert gaps[0] == gaps[1], name
        assert bool(other[name].strip()) == bool(sentence.strip()), name


@pytest.mark.parametrize("language", WORDS)
def test_every_offer_of_a_paper_ballot_has_other_words_for_a_vote_without(language: str) -> None:
    words = dict(WORDS[language])
    instead = dict(told(words.pop("online_only")))
    offers = {
        name
        for name, sentence in told(words)
        if OFFERS.search(sentence) and not name.startswith(ELSEWHERE)
    }
    assert len(offers) > 5
    assert set(instead) == offers
    assert not any(OFFERS.search(sentence) for sentence in instead.values())


def test_every_sentence_is_about_a_code_that_exists() -> None:
    """Of errors.py, with its reason, or one that errors.md says the page alone knows."""
    refusals = {
        found.code
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, UrneError)
    }
    reasons = {f"not-eligible.{reason}" for reason in NotEligible.reasons}
    known = refusals | reasons | code("errors", FRENCH)
    assert set(WORDS["fr"]["errors"]) - OWN <= known


def test_what_the_api_may_refuse_has_a_sentence_or_is_the_pages_own_fault() -> None:
    """The page tells a resident something of use about every code but those that blame itself."""
    source = (BALLOT / "page" / "stop.js").read_text("utf-8")
    shared = [re.compile(found) for found in re.findall(r"^  \[/(.+)/, ", source, re.MULTILINE)]
    lines = text("api", FRENCH).splitlines()
    answered = {
        word
        for line in lines
        if line.startswith(("Codes", "Autres issues"))
        for word in line.split("`")[1::2]
    }
    said = set(WORDS["fr"]["errors"])
    unsaid = {
        name
        for name in answered - {"token-"}
        if name not in said and not any(pattern.search(name) for pattern in shared)
    }
    assert len(answered) > 30
    assert unsaid == {
        "bad-field",
        "bad-encoding",
        "not-canonical",
        "blinded-message-invalid",
        "channel-unknown",
        "ballot-malformed",
        "ballot-signature-invalid",
    }
