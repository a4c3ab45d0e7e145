"""With several editions the present one is told of, and the others are no further than a link."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.site.tree import EDITION, ROOT, demonstration, public_tree

from urne.flows.content import Content, read_content
from urne.flows.published import read_published
from urne_site.exports import exported
from urne_site.files import read_pages
from urne_site.views.home import HomeView, home_of
from urne_site.views.projects import ProjectsView, projects_of
from urne_site.views.site import Site
from urne_site.words import Words

FILES = read_pages(ROOT / "content")
NEXT = "rueil-2027"
IDEA = f"editions/{NEXT}/projects/001-un-banc.md"
FOLDER = f"editions/{NEXT}/"


def with_next(feasibility: str = "undecided") -> Content:
    """Return the demonstration and a second edition, of 2027, with one idea."""
    text = FILES[f"editions/{EDITION}/index.md"].decode()
    for year, then in (("2020-", "2028-"), ("2019-", "2027-"), ("rueil-2019", NEXT)):
        text = text.replace(year, then)
    text = text.replace("example: details\n", "").replace("Budget participatif 2019", "Budget 2027")
    head, tail = text.split("figures:\n")[0], text.split("winners, value")[1].split("\n", 1)[1]
    idea = FILES[f"editions/{EDITION}/projects/005-bancs-ombrages.md"].decode()
    idea = idea.replace('id: "005"', 'id: "001"').replace("on_ballot: true", "on_ballot: false")
    idea = idea.replace("feasibility: feasible", f"feasibility: {feasibility}")
    added = {f"editions/{NEXT}/index.md": (head + tail).encode(), IDEA: idea.encode()}
    return read_content(dict(FILES) | added)


def site_on(day: str, content: Content) -> Site:
    found = read_published(public_tree(demonstration()), EDITION)
    assert found is not None
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return Site(content, {EDITION: found}, Words("fr"), now, str)


def home(day: str) -> HomeView:
    site = site_on(day, with_next())
    current = site.current()
    assert current is not None
    return home_of(site, current)


def index(day: str, feasibility: str = "undecided") -> ProjectsView:
    site = site_on(day, with_next(feasibility))
    return projects_of(site, site.content.editions[NEXT])


@pytest.mark.parametrize(
    "day,current",
    [
        ("2018-01-01", EDITION),
        ("2019-01-14", EDITION),
        ("2027-01-12", EDITION),
        ("2027-01-14", NEXT),
        ("2030-01-01", NEXT),
    ],
)
def test_the_present_edition_is_the_last_that_has_begun(day: str, current: str) -> None:
    found = site_on(day, with_next()).current()
    assert found is not None
    assert found.edition.id == current


def test_an_edition_to_come_is_announced_in_a_line_and_takes_nothing_over() -> None:
    found = home("2026-11-20")
    assert found.phase.id == "finished"
    assert len(found.cards) == 8
    (coming,) = found.coming
    assert (coming.title.text, coming.url) == ("Budget 2027", FOLDER)
    assert coming.text == "Le dépôt des idées ouvre le 14 janvier 2027."
    assert found.earlier == ()
    assert found.example_note


def test_once_it_has_begun_the_one_before_is_a_link_to_its_results() -> None:
    found = home("2027-02-01")
    assert found.phase.edition_title.text == "Budget 2027"
    (earlier,) = found.earlier
    assert earlier.url == f"editions/{EDITION}/results/"
    assert earlier.text == "Les projets sont livrés."
    assert found.coming == ()
    assert found.figures == ()
    assert found.cards == ()
    assert found.example_note == ""


@pytest.mark.parametrize(
    "feasibility,group,state",
    [
        ("undecided", "Les idées à l’étude", "À l’étude"),
        ("feasible", "Les idées faisables qui ne sont pas au vote", "Non soumis au vote"),
    ],
)
@pytest.mark.parametrize("day", ["2027-02-01", "2027-04-01", "2027-06-10"])
def test_an_idea_that_is_not_on_the_ballot_is_in_the_index(
    feasibility: str, group: str, state: str, day: str
) -> None:
    view = index(day, feasibility)
    (found,) = view.groups
    assert found.title == group
    assert [chip.text for chip in found.cards[0].chips] == [state]
    assert view.count_all == "1 projet"
    assert view.map is not None
    assert [pin.card.id for pin in view.map.pins] == ["001"]


def test_every_project_of_the_demonstration_is_in_one_group() -> None:
    site = site_on("2020-10-01", demonstration())
    edition = site.content.editions[EDITION]
    shown = [card.id for group in projects_of(site, edition).groups for card in group.cards]
    assert sorted(shown) == sorted(edition.projects)


def test_every_project_can_be_followed() -> None:
    files = exported(site_on("2027-02-01", with_next()))
    assert IDEA.removesuffix(".md") + "/feed.xml" in files
    assert f"editions/{EDITION}/projects/112-parking-prive/feed.json" in files


def test_an_edition_without_any_idea_says_so() -> None:
    content = with_next()
    content.editions[NEXT].projects.clear()
    site = site_on("2026-11-20", content)
    view = projects_of(site, content.editions[NEXT])
    assert view.groups == ()
    assert view.map is None
    assert view.none.startswith("Pas encore de projet")
