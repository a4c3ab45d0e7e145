"""What `urne new` writes is valid as it stands, and does not repeat what is there already."""

from __future__ import annotations

from datetime import date

import pytest
from tests.site.tree import EDITION, ROOT, demonstration

from urne.errors import NotFound
from urne.flows.check import check_content
from urne.flows.new import new_edition, new_project, new_update
from urne_site.files import read_pages

FILES = read_pages(ROOT / "content")


def test_a_new_edition_is_valid() -> None:
    path, text = new_edition("rueil-2027", "Rueil-Malmaison", date(2026, 12, 1))
    assert path == "editions/rueil-2027/index.md"
    assert check_content(FILES | {path: text.encode()}) == ()


def test_a_new_project_is_valid_and_takes_the_next_number() -> None:
    title = 'Une "allée" fleurie, là-bas : demain'
    path, text = new_project(demonstration(), EDITION, title, date(2019, 2, 1))
    assert path == f"editions/{EDITION}/projects/132-une-allee-fleurie-la.md"
    assert check_content(FILES | {path: text.encode()}) == ()


def test_a_new_update_is_valid_and_goes_on_from_the_last() -> None:
    path, text = new_update(demonstration(), EDITION, "012", date(2020, 12, 24))
    assert path == f"editions/{EDITION}/updates/012/2020-12-24.md"
    assert "progress: 100" in text
    assert check_content(FILES | {path: text.encode()}) == ()


def test_a_second_update_of_a_day_gets_a_number() -> None:
    path, text = new_update(demonstration(), EDITION, "048", date(2020, 8, 28))
    assert path.endswith("/2020-08-28-2.md")
    assert "Inaugurer avec les clubs" in text
    assert check_content(FILES | {path: text.encode()}) == ()


def test_what_is_not_there_is_not_continued() -> None:
    with pytest.raises(NotFound, match="project 999"):
        new_update(demonstration(), EDITION, "999", date(2020, 1, 1))
    with pytest.raises(NotFound, match="edition lost"):
        new_project(demonstration(), "lost", "Titre", date(2020, 1, 1))
