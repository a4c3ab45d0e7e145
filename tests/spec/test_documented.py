"""Every public name that the program has is on the specification pages, in both languages."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.spec.pages import (
    ENGLISH,
    LANGUAGES,
    PAGES,
    code,
    fields,
    named,
    rows,
    section,
    text,
)
from tests.vectors import worked_example

import urne_local.errors
from urne import errors
from urne.canonical import Json
from urne.errors import NotEligible, UrneError
from urne.flows.audit import CHECKS, FAILED, NOT_CHECKED, PASSED, UNSEEN
from urne.flows.audit.report import Report
from urne.handlers.cookies import cookies_of
from urne.model import ballot
from urne.model.election import issuer_path
from urne.model.entry import Kind
from urne_local.policy import API_ANSWERS, NEVER_ANSWERED

URNE = Path(errors.__file__).parent
HANDLERS = URNE / "handlers"
BALLOT = URNE.parents[1] / "site" / "ballot"

# A label in JavaScript: text that ends in a zero byte.
_JS_LABEL = re.compile(r"""["'`](urne/v[^"'`$]*)\\0""")

# Objects whose keys are not ours: reasons, project ids, channel ids, what a Pabulib file is told.
FREE = {"pabulib", "lots", "invalid_reasons"}

each_language = pytest.mark.parametrize("language", LANGUAGES)


# --- Errors ------------------------------------------------------------------------------------


def refusals() -> set[tuple[str, int]]:
    """Return (code, status) of every refusal."""
    return {
        (found.code, found.status)
        for module in (errors, urne_local.errors)
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, UrneError)
    }


@each_language
def test_every_error_code_is_documented_with_its_status_and_no_other(language: str) -> None:
    table = [row for row in rows(text("errors", language)) if row[0].startswith("`")]
    documented = [(row[0].strip("`"), int(row[1])) for row in table]
    assert len(documented) == len(set(documented))
    assert set(documented) == refusals(), "content/how-it-works/errors.md and errors.en.md"
    assert "internal" in code("errors", language)


@each_language
def test_every_reason_not_to_be_eligible_is_documented(language: str) -> None:
    assert named(section("api", language, "{#not-eligible}")) == set(NotEligible.reasons)


@each_language
def test_codes_on_the_page_of_the_api_are_codes_that_exist(language: str) -> None:
    known = {code for code, _ in refusals()}
    for line in text("api", language).splitlines():
        if line.startswith(("Codes", "Further outcomes", "Autres issues")):
            words = set(line.split("`")[1::2]) - {"token-"}
            assert len(words) > 5
            assert words <= known


# --- Audit -------------------------------------------------------------------------------------


@each_language
def test_every_check_is_documented_in_its_order(language: str) -> None:
    checks = [row for row in rows(text("audit", language)) if row[0].strip("`") in CHECKS]
    assert [row[0].strip("`") for row in checks] == list(CHECKS)
    if language == ENGLISH:
        assert [row[1] for row in checks] == list(CHECKS.values())


@each_language
def test_what_no_audit_can_see_is_said(language: str) -> None:
    lines = section("audit", language, "{#what-no-audit-can-see}").splitlines()
    said = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    assert len(said) == len(UNSEEN)
    if language == ENGLISH:
        assert tuple(said) == UNSEEN


@each_language
def test_the_report_as_json_is_documented(language: str) -> None:
    report = Report((), {}, ()).as_json()
    assert set(report) <= named(section("audit", language, "JSON"))
    assert {PASSED, FAILED, NOT_CHECKED} <= code("audit", language)


# --- Files and entries ---------------------------------------------------------------------------


def walk(value: Json, inside: str = "") -> Iterator[tuple[str, str]]:
    """Yield (object, field) of every field in a value; the object is the field that holds it."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield inside, name
            if name not in FREE:
                yield from walk(held, name)
    elif isinstance(value, list):
        for held in value:
            yield from walk(held, inside)


def example(name: str) -> Json:
    """Return a JSON value of the worked example."""
    part, _, key = name.partition(".")
    value: Json = json.loads(worked_example.vectors()[part][key])
    return value


@each_language
@pytest.mark.parametrize(
    "value, anchor",
    [
        ("manifest.election_json", "{#election-json}"),
        ("manifest.cards_json", "{#cards-json}"),
        ("tally.tally_json", "{#tally-json}"),
        ("promise.file", "{#promise}"),
        ("entry.sign_offs", "{#sign-offs}"),
        ("entry.reveal", "{#reveal}"),
        ("entry.tally", "{#tally-entry}"),
    ],
)
def test_every_field_is_documented_and_no_other(language: str, value: str, anchor: str) -> None:
    found = set(walk(example(value)))
    assert len(found) > 1
    assert fields(section("formats", language, anchor)) == found


@each_language
@pytest.mark.parametrize(
    "value, anchor, nested",
    [
        ("entry.paper", "{#paper-batch}", {"clerk", "signature"}),
        ("entry.close", "{#close}", {"sign_offs", "ballots"}),
    ],
)
def test_entries_that_hold_objects_are_documented(
    language: str, value: str, anchor: str, nested: set[str]
) -> None:
    body = example(value)
    markdown = section("formats", language, anchor)
    assert isinstance(body, dict)
    assert named(markdown) == set(body)
    held = body["signatures"] if "signatures" in body else list(body["counts"].values())
    assert all(set(one) == nested for one in held)
    assert all(f"`{name}`" in markdown for name in nested)


@each_language
def test_every_kind_of_entry_is_documented(language: str) -> None:
    table = {row[0] for row in rows(text("formats", language)) if row[0].startswith("`0x0")}
    assert table == {f"`0x{kind:02x}`" for kind in Kind}


@each_language
def test_every_reason_for_an_invalid_ballot_is_documented(language: str) -> None:
    words = {
        word for name, word in vars(ballot).items() if name.isupper() and isinstance(word, str)
    }
    assert len(words) > 7
    assert named(section("formats", language, "{#ballot}")) == words


@each_language
def test_every_public_file_is_documented(language: str) -> None:
    edition = worked_example.town().election.edition
    paths = {
        path.replace(edition, "<edition>").partition("/tile/")[0]
        + ("/tile/…" if "/tile/" in path else "")
        for path in worked_example.town().tree()
    }
    assert named(section("formats", language, "{#the-public-tree}")) == paths


# --- Labels --------------------------------------------------------------------------------------


def constants(path: Path) -> Iterator[str]:
    """Yield every constant text or bytes of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield node.value
            elif isinstance(node.value, bytes):
                yield node.value.decode("latin-1")


def labels() -> set[str]:
    """Return every label in the code, without its zero byte."""
    modules = (constants(path) for path in URNE.rglob("*.py"))
    found = {text for texts in modules for text in texts if text.startswith("urne/v")}
    assert all(label.endswith(("\0", "/")) for label in found)
    scripts = [path.read_text(encoding="utf-8") for path in sorted(BALLOT.rglob("*.js"))]
    in_scripts = {label for script in scripts for label in _JS_LABEL.findall(script)}
    assert "urne/v1/code" in in_scripts
    return {label.removesuffix("\0") for label in found} | in_scripts


@each_language
def test_every_label_is_documented_and_no_other(language: str) -> None:
    table = [row[0] for row in rows(text("protocol", language)) if row[0].startswith("`urne/")]
    assert {cell.split("`")[1] for cell in table} == labels()


@each_language
def test_every_label_of_the_sign_in_is_documented(language: str) -> None:
    tree = ast.parse((URNE / "flows" / "sign_in_cookie.py").read_text(encoding="utf-8"))
    drawn = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "draw"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(drawn) > 4
    row = next(r for r in rows(text("protocol", language)) if r[0].startswith("`urne/v1/sign-in/"))
    assert set(row[0].split("`")[3::2]) == drawn


# --- API -----------------------------------------------------------------------------------------


def called(module: str, function: str) -> Iterator[ast.Call]:
    """Yield every call of a function in a handler."""
    tree = ast.parse((HANDLERS / f"{module}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function:
            yield node


def asked(module: str) -> set[str]:
    """Return the fields of the body that a handler reads."""
    (call,) = called(module, "Fields")
    return {str(name) for names in call.args[2:] for name in ast.literal_eval(names)}


def answered(module: str) -> set[str]:
    """Return the fields of the body that a handler answers."""
    dicts = [call.args[0] for call in called(module, "json_response")]
    keys = [key for found in dicts if isinstance(found, ast.Dict) for key in found.keys]
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def returned(module: str) -> set[str]:
    """Return the keys of the one object that a handler which is not asked over HTTP returns."""
    tree = ast.parse((HANDLERS / f"{module}.py").read_text(encoding="utf-8"))
    returns = [n.value for n in ast.walk(tree) if isinstance(n, ast.Return)]
    (found,) = (value for value in returns if isinstance(value, ast.Dict))
    return {str(key.value) for key in found.keys if isinstance(key, ast.Constant)}


ROUTES = {
    "POST /api/sign-in/start": "sign_in_redirects",
    "POST /api/enrol": "enrol",
    "POST /api/cast": "cast",
}


@each_language
@pytest.mark.parametrize("route", ROUTES)
def test_every_field_of_a_body_is_documented_and_no_other(language: str, route: str) -> None:
    module = ROUTES[route]
    names = asked(module) | answered(module)
    assert len(names) > 2
    assert named(section("api", language, route)) == names


def test_the_bodies_shown_are_of_the_fields_that_the_handlers_read_and_write() -> None:
    shown = {name: set(json.loads(body)) for name, body in worked_example.vectors()["api"].items()}
    assert shown["start_request"] == asked("sign_in_redirects") - {"language"}
    assert shown["enrol_request"] == asked("enrol") - {"desk_code"}
    assert shown["enrol_response"] == answered("enrol")
    assert shown["cast_request"] == asked("cast")
    assert shown["cast_response"] == answered("cast")


@each_language
def test_every_route_is_documented(language: str) -> None:
    routes = {
        line.removeprefix("## ")
        for line in text("api", language).splitlines()
        if line.startswith(("## POST", "## GET"))
    }
    assert routes == {*ROUTES, "GET /api/sign-in/callback", "GET /api/sign-in/keys"}
    handlers = {path.stem for path in HANDLERS.glob("*.py") if list(called(path.stem, "answering"))}
    assert handlers == {"sign_in", "enrol", "cast"}


@each_language
def test_what_other_functions_return_is_documented(language: str) -> None:
    for module in ("sequence", "count"):
        row = next(r for r in rows(text("api", language)) if r[0] == f"`{module}`")
        assert set(row[2].split("`")[1::2]) == returned(module)


@each_language
def test_every_cookie_is_documented_with_its_attributes(language: str) -> None:
    cookies = cookies_of("https://vote.example.org")
    table = {row[0]: row for row in rows(section("api", language, "{#cookies}")) if len(row) == 5}
    for cookie in (cookies.sign_in, cookies.session, cookies.outcome):
        row = table[f"`{cookie.name.removeprefix('__Host-')}`"]
        assert row[4] == f"`{cookie.same_site}`"
        assert (
            row[3]
            == {True: ("no", "non"), False: ("yes", "oui")}[cookie.readable][language != ENGLISH]
        )


@each_language
def test_the_cookies_of_several_issuers_are_documented_with_their_paths(language: str) -> None:
    ours = cookies_of("https://vote.example.org", "…")
    table = {row[0]: row for row in rows(section("api", language, "{#cookies}")) if len(row) == 3}
    for cookie in (ours.sign_in, ours.session, ours.outcome):
        short = cookie.name.removeprefix("__Host-").removeprefix("__Secure-")
        assert table[f"`{short}`"] == (f"`{short}`", f"`{cookie.name}`", f"`{cookie.path}`")


@each_language
def test_where_each_issuer_answers_is_documented(language: str) -> None:
    paths = [row[1] for row in rows(section("api", language, "{#issuers}"))]
    first, further = issuer_path("<id>", is_first=True), issuer_path("<id>", is_first=False)
    assert paths[-2:] == [f"`{first}`", f"`{further}`"]


@each_language
def test_what_an_answer_of_the_api_may_do_is_documented(language: str) -> None:
    said = section("api", language, "{#issuers}")
    assert all(f"`{name}: {value}`" in said for name, value in API_ANSWERS)
    assert all(name in said.lower() for name in NEVER_ANSWERED)


def test_the_pages_are_where_the_site_looks_for_them() -> None:
    assert (PAGES / "index.md").is_file()
