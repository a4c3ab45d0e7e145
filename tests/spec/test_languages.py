"""The French original and the English translation of a specification page say the same."""

from __future__ import annotations

import re

import pytest
from tests.spec.pages import ENGLISH, FRENCH, NAMES, PAGES, code, rows, text
from tests.vectors.worked_example import blocks


def test_every_page_of_the_specification_is_in_the_list_and_linked_from_the_first_one() -> None:
    there = {path.name.removesuffix(".en.md") for path in PAGES.glob("*.en.md")} - {"index"}
    assert there == set(NAMES)
    for language in (FRENCH, ENGLISH):
        first = (PAGES / f"index{language}").read_text(encoding="utf-8")
        assert set(re.findall(r"\]\(([a-z-]+)\.md\)", first)) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_name_the_same_things(name: str) -> None:
    assert code(name, FRENCH) == code(name, ENGLISH)


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_tables_and_headings(name: str) -> None:
    shapes = [[len(row) for row in rows(text(name, language))] for language in (FRENCH, ENGLISH)]
    assert shapes[0] == shapes[1]
    levels = [re.findall(r"^#+", text(name, language), re.M) for language in (FRENCH, ENGLISH)]
    anchors = [re.findall(r"{#[a-z-]+}", text(name, language)) for language in (FRENCH, ENGLISH)]
    assert (levels[0], anchors[0]) == (levels[1], anchors[1])


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_show_the_same_values(name: str) -> None:
    assert blocks(text(name, FRENCH)) == blocks(text(name, ENGLISH))
