"""The worked example is what the program makes, and what the pages show."""

from __future__ import annotations

from tests.spec.pages import FRENCH, LANGUAGES, NAMES, text
from tests.vectors import worked_example

from urne.errors import UrneError
from urne.flows.audit import NOT_CHECKED, Question, audit
from urne.handlers.http import error_response


def test_the_vector_file_is_what_the_program_writes() -> None:
    assert worked_example.PATH.read_text(encoding="utf-8") == worked_example.text(), (
        "Run: python -m tests.vectors.worked_example"
    )


def test_pages_show_the_values_of_the_vector_file() -> None:
    for name in NAMES:
        for language in LANGUAGES:
            page = text(name, language)
            assert worked_example.filled(page) == page, (
                f"{name}{language}: run python -m tests.vectors.worked_example"
            )


def test_every_value_is_shown() -> None:
    every = {f"{s}.{name}" for s, values in worked_example.vectors().items() for name in values}
    shown = {name for page in NAMES for name, _ in worked_example.blocks(text(page, FRENCH))}
    assert shown == every


def test_pages_show_no_value_outside_a_named_block() -> None:
    for name in NAMES:
        for language in LANGUAGES:
            page = text(name, language)
            assert page.count("\n```\n") == len(worked_example.blocks(page)), f"{name}{language}"


def test_the_election_of_the_example_passes_its_audit() -> None:
    town = worked_example.town()
    report = audit(Question(town.files.read, town.election.edition))
    assert report.failed == ()
    skipped = [result.id for result in report.results if result.status == NOT_CHECKED]
    assert skipped == ["since", "promise"]


def test_the_error_shown_is_the_one_that_the_api_answers() -> None:
    refusal = next(e for e in UrneError.__subclasses__() if e.code == "not-signed-in")()
    answer = error_response(refusal.code, str(refusal), refusal.status)
    assert answer["body"] == worked_example.vectors()["api"]["error"]
