"""What the pages show is in the data too: every field of every model, in JSON and in CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from tests.site.html import read_page, target_of
from tests.site.tree import EDITION, ROOT, demonstration, public_tree

from urne.flows.content import EditionContent
from urne.flows.published import read_published
from urne.model.money import Money
from urne.model.tally import Tie
from urne_site.exports import exported
from urne_site.exports.plain import plain
from urne_site.files import read_pages
from urne_site.views.site import Site
from urne_site.words import Words

FOLDER = f"editions/{EDITION}/"
LAYOUT = {"template", "drawing"}  # how a page looks, not what it says


def site() -> Site:
    published = read_published(public_tree(demonstration()), EDITION)
    assert published is not None
    now = datetime(2020, 10, 1, tzinfo=UTC)
    content = demonstration()
    return Site(content, {EDITION: published}, Words("fr"), now, str, "https://example.org/")


@pytest.fixture(scope="module")
def made() -> Mapping[str, bytes]:
    return exported(site())


@pytest.fixture(scope="module")
def edition() -> EditionContent:
    return demonstration().editions[EDITION]


def read(made: Mapping[str, bytes], name: str) -> Any:
    return json.loads(made[FOLDER + name])


def missing(model: object, found: Any, where: str = "") -> Iterator[str]:
    """Yield the path of each field of a model that a JSON value has not, or has otherwise."""
    if is_dataclass(model) and not isinstance(model, Money | type):
        for field in fields(model):
            value = getattr(model, field.name)
            is_money = isinstance(value, Money) or "Money" in str(field.type)
            name = f"{field.name}_cents" if is_money else field.name
            if field.name in LAYOUT:
                continue
            if not isinstance(found, dict) or name not in found:
                yield f"{where}.{name}"
            else:
                yield from missing(value, found[name], f"{where}.{name}")
    elif isinstance(model, tuple) and len(model) != len(found):
        yield f"{where} has {len(found)} of {len(model)}"
    elif isinstance(model, tuple):
        for n, (item, other) in enumerate(zip(model, found, strict=True)):
            yield from missing(item, other, f"{where}[{n}]")
    elif leaf(model) is not None and leaf(model) != found:
        yield f"{where} is {found!r}"


def leaf(value: object) -> object:
    """Return what a single value is in JSON, told here a second time."""
    if isinstance(value, Money):
        return value.cents
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, Mapping | bytes) else value


def test_the_json_holds_every_field_of_every_model(
    made: Mapping[str, bytes], edition: EditionContent
) -> None:
    assert list(missing(edition.edition, read(made, "edition.json"))) == []
    projects = {p["id"]: p for p in read(made, "projects.json")}
    assert sorted(projects) == sorted(edition.projects)
    for id_, project in edition.projects.items():
        assert list(missing(project.model, projects[id_], id_)) == []
    updates = {(u["project"], u["date"], u["number"]): u for u in read(made, "updates.json")}
    everything = [u for group in edition.updates.values() for u in group]
    assert len(updates) == len(everything) > 35
    for update in everything:
        m = update.model
        found = updates[m.project, m.date.isoformat(), m.number]
        assert list(missing(m, found, update.path)) == []
        assert found["text"] == update.body.strip()
    comments = {c["id"]: c for c in read(made, "comments.json")}
    for written in edition.comments.values():
        for comment in written.model.comments:
            assert list(missing(comment, comments[comment.id])) == []
            assert comments[comment.id]["example"] == written.model.example.value


def test_the_json_of_results_holds_the_whole_tally(made: Mapping[str, bytes]) -> None:
    published = read_published(public_tree(demonstration()), EDITION)
    assert published is not None
    assert published.tally is not None
    found = read(made, "results.json")
    assert list(missing(published.tally, found)) == []
    assert found["left_cents"] == 100_000
    assert found["invalid_reasons"] == {"too-few": 9, "repeated": 5, "unreadable": 3}
    assert found["points"] == [3, 2, 1]
    assert found["example"] == "details"
    assert [c["counted"] for c in found["channels"]] == [2228, 212]
    assert len(found["skips"]) == len(published.tally.skips) > 3
    drawn = plain(Tie(("012", "048"), "lot", {"012": bytes(32)}))
    assert drawn == {
        "projects": ["012", "048"], "broken_by": "lot", "lots": {"012": "A" * 43 + "="},
    }  # fmt: skip


def test_the_search_for_missing_fields_finds_them(edition: EditionContent) -> None:
    project = edition.projects["012"].model
    whole = plain(project)
    assert isinstance(whole, dict)
    for name in ("reason", "cost_cents", "criteria"):
        less = {key: value for key, value in whole.items() if key != name}
        assert list(missing(project, less)) == [f".{name}"]
    other = replace(project, criteria=(replace(project.criteria[0], reason="x"),))
    assert list(missing(other, whole)) == [".criteria has 3 of 1"]
    assert len(list(missing(replace(project, title="x"), whole))) == 1


def leaves(model: object) -> Iterator[object]:
    """Yield every single value of a model that says something."""
    if is_dataclass(model) and not isinstance(model, Money | type):
        for field in fields(model):
            if field.name not in LAYOUT:
                yield from leaves(getattr(model, field.name))
    elif isinstance(model, tuple):
        for item in model:
            yield from leaves(item)
    elif model is not None:
        yield leaf(model)


def test_the_tables_hold_every_value_of_projects_updates_and_comments(
    made: Mapping[str, bytes], edition: EditionContent
) -> None:
    cells: set[str] = set()
    for name, raw in made.items():
        if name.startswith(FOLDER) and name.endswith(".csv"):
            for row in csv.reader(io.StringIO(raw.decode())):
                cells.update(row)
    merged = " ".join(cells)
    models: list[object] = [p.model for p in edition.projects.values()]
    models += [u.model for group in edition.updates.values() for u in group]
    models += [c for written in edition.comments.values() for c in written.model.comments]
    for model in models:
        for value in leaves(model):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            assert text in cells or (isinstance(value, str | int) and text in merged), (model, text)


def test_every_file_of_data_is_linked_and_every_link_leads_to_one(counted: Path) -> None:
    page = counted / FOLDER / "updates/index.html"
    linked = {target_of(counted, page, link)[0] for link in read_page(page).links}
    files = {*(counted / FOLDER).glob("*.csv"), *(counted / FOLDER).glob("*.json")}
    assert {f.name for f in files} >= {"edition.json", "verdicts.csv", "opinions.csv", "media.csv"}
    assert files - {counted / FOLDER / "feed.json"} <= linked


def test_translations_stand_beside_the_text(made: Mapping[str, bytes]) -> None:
    projects = {p["id"]: p for p in read(made, "projects.json")}
    dutch = projects["012"]["translations"]["nl"]
    assert dutch["title"] == "Slimme ledlampen met bewegingsmelders"
    assert dutch["opinions"][1]["office"] == "Juridische dienst"
    update = next(u for u in read(made, "updates.json") if u["date"] == "2020-09-15")
    assert update["translations"]["en"]["title"] == "What consumption came to"
    assert read(made, "edition.json")["translations"]["nl"]["names"][0]["id"] == "nature"


def test_pictures_and_documents_say_where_they_are(made: Mapping[str, bytes]) -> None:
    projects = {p["id"]: p for p in read(made, "projects.json")}
    (document,) = projects["012"]["documents"]
    prefix = "https://example.org/"
    assert document["url"] == f"{prefix}{FOLDER}projects/012-mesures.txt"
    for row in csv.DictReader(io.StringIO(made[FOLDER + "media.csv"].decode())):
        assert row["url"].removeprefix(prefix) in read_pages(ROOT / "content")
