"""One mistake is one problem, at its file, line and field, whatever hangs on the file."""

from __future__ import annotations

import pytest
from tests.site.changed import (
    FILES,
    FOLDER,
    LED,
    NEWS,
    RULES,
    TREE,
    codes,
    found,
    line_of,
    with_text,
)

META = f"{FOLDER}projects/.meta.yml"


def said(files: dict[str, bytes]) -> list[tuple[str, int | None, str | None, str]]:
    return [(p.path, p.line, p.field, p.code) for p in found(files, TREE)]


def test_an_editions_mistake_is_told_once_though_everything_hangs_on_it() -> None:
    files = with_text(RULES, "town:", "twon:")
    line = line_of(files, RULES, "twon:")
    first = line_of(files, RULES, "id:")
    assert said(files) == [
        (RULES, first, "town", "field-missing"),
        (RULES, line, "twon", "field-unknown"),
    ]


def test_a_projects_mistake_is_told_once_though_it_has_updates_comments_and_translations() -> None:
    files = with_text(LED, "domain: cadre", "domain: [cadre")
    assert [(p[0], p[2], p[3]) for p in said(files)] == [(LED, "front matter", "yaml")]


def test_an_updates_mistake_does_not_make_the_next_one_wrong() -> None:
    path = f"{FOLDER}updates/012/2019-06-20.md"
    files = with_text(path, "kind: milestone", "kind: mileston")
    assert said(files) == [(path, line_of(files, path, "kind:"), "kind", "value")]


def test_a_mistake_in_the_fields_of_a_folder_is_told_once_and_there() -> None:
    for raw, field, code in (
        (b"template: a: b", "front matter", "yaml"),
        (b"templat: project.html\n", "templat", "field-unknown"),
        (b"template: nope.html\n", "template", "template-unknown"),
        (b"on_ballot: perhaps\n", "on_ballot", "value"),
    ):
        own = {
            path: raw.replace(b"on_ballot", b"#on_ballot") if code == "value" else raw
            for path, raw in FILES.items()
        }
        problems = found(own | {META: raw})
        places = {(p.path, p.line, p.field, p.code) for p in problems if p.code == code}
        assert places == {(META, 1, field, code)}
        assert len(problems) == 1, problems


def test_a_folders_fields_go_to_the_pages_that_know_them() -> None:
    """The index of projects, in the same folder, has no domain."""
    files = dict(FILES) | {META: FILES[META] + b"drawing: sport\n"}
    assert codes(files) == []


def test_an_edition_without_a_page_is_told_once() -> None:
    files = {path: raw for path, raw in FILES.items() if path != RULES}
    files = {path: raw for path, raw in files.items() if f"{FOLDER}index." not in path}
    assert [(p.path, p.code) for p in found(files) if p.code != "link"] == [
        (RULES, "edition-unknown")
    ]


@pytest.mark.parametrize(
    "path,raw,code,field,line",
    [
        ("new.md", b"\xef\xbb\xbf---\ntitle: a\n---\n", "byte-order-mark", "text", 1),
        ("new.md", b"---\ntitle: a\nsummary: \x00\n---\n", "unseen-character", "text", 3),
        ("new.md", b"---\ntitle: a\nsummary: b\n---\n\n\x1b", "unseen-character", "text", 6),
        ("new.md", b"---\ntitle: a\n\xff: b\n---\n", "encoding", "text", 3),
        ("new.md", b"---\ntitle: a\nsummary: b\n[c, d]: e\n---\n", "field-name", "front matter", 4),
        ("new.md", b"---\ntitle: a\n- b\n---\n", "yaml", "front matter", 3),
        ("new.md", b"---\n- a\n---\n", "yaml", "front matter", 2),
        (f"{FOLDER}updates/999/2020-01-01.md", FILES[NEWS], "project-unknown", "path", 1),
        (f"{FOLDER}updates/012/2020-02-30.md", FILES[NEWS], "value", "path", 1),
        (f"{FOLDER}updates/012/today.md", FILES[NEWS], "path", "path", 1),
        (f"{FOLDER}projects/lamps.md", FILES[LED], "path", "path", 1),
        (f"{FOLDER}comments/led.yml", b"", "path", "path", 1),
        ("nothing.nl.md", b"---\ntitle: a\nsummary: b\n---\n", "translation-of-nothing", "path", 1),
        ("page.de.md", b"---\ntitle: a\nsummary: b\n---\n", "path", "path", 1),
        ("New page.md", b"---\ntitle: a\nsummary: b\n---\n", "path", "path", 1),
        ("page.MD", b"---\ntitle: a\nsummary: b\n---\n", "path", "path", 1),
        ("a picture.jpg", b"", "path", "path", 1),
        ("page.html", b"<script>", "file-kind", "path", 1),
        ("notes.js", b"", "file-kind", "path", 1),
        ("page.md~", b"", "file-kind", "path", 1),
        ("notes", b"", "file-kind", "path", 1),
    ],
)
def test_a_file_that_cannot_be_has_file_line_and_field(
    path: str, raw: bytes, code: str, field: str, line: int
) -> None:
    assert said(dict(FILES) | {path: raw}) == [(path, line, field, code)]


def test_files_whose_name_begins_with_a_dot_are_left_alone() -> None:
    assert codes(dict(FILES) | {".DS_Store": b"", "images/.hidden/a.js": b""}) == []


@pytest.mark.parametrize(
    "path,old,new,code,field",
    [
        (RULES, "drawing: cadre", "drawing: unicorn", "drawing-unknown", "domains.2.drawing"),
        (RULES, "drawing: rueil-malmaison", "drawing: mars", "map-unknown", "map.drawing"),
        (RULES, "edition.html", "nope.html", "template-unknown", "template"),
        (RULES, "edition.html", "project.html", "template-unknown", "template"),
        (LED, "example: details", "template: home.html", "template-unknown", "template"),
        (LED, "example: details", "drawing: unicorn", "drawing-unknown", "drawing"),
        ("index.md", "home.html", "project.html", "template-unknown", "template"),
        ("index.md", "home.html", "404.html", "template-unknown", "template"),
        ("index.md", "home.html", "partials/footer.html", "template-unknown", "template"),
    ],
)
def test_what_the_theme_does_not_have_is_told(
    path: str, old: str, new: str, code: str, field: str
) -> None:
    files = with_text(path, old, new)
    assert said(files) == [(path, line_of(files, path, new), field, code)]


@pytest.mark.parametrize(
    "path,old,new,code,field",
    [
        (f"{FOLDER}index.nl.md", "id: nature,", "id: nature2,", "name-unknown", "names.1.id"),
        (f"{FOLDER}index.nl.md", "id: cadre,", "id: sport,", "duplicate-id", "names.2.id"),
        (
            f"{FOLDER}index.nl.md",
            'name: "Sport"',
            'name: "Sport", question: "Waarom?"',
            "name-question",
            "names.4.question",
        ),
        (
            "index.nl.md",
            "label:",
            "names: [{id: a, name: b}]\nlabel:",
            "names-elsewhere",
            "names",
        ),
    ],
)
def test_names_of_a_translation_are_those_of_the_edition(
    path: str, old: str, new: str, code: str, field: str
) -> None:
    problems = said(with_text(path, old, new))
    assert (path, code) in {(p[0], p[3]) for p in problems}
    assert field in {p[2] for p in problems}
    assert {p[3] for p in problems} == {code}
