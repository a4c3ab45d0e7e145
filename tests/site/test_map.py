"""The map keeps the town's proportions and its pins apart; the filters offer what there is."""

from __future__ import annotations

import dataclasses
import math
from datetime import UTC, datetime

import pytest
from jinja2 import Environment
from tests.site.tree import EDITION, demonstration

from urne.model.edition import TownMap
from urne.model.project import Location
from urne_site.links import at
from urne_site.views.cards import card_of
from urne_site.views.filters import cost_steps
from urne_site.views.map import WIDTH, height_of, map_of
from urne_site.views.projects import projects_of
from urne_site.views.said import Said
from urne_site.views.site import Site
from urne_site.words import Words

TOWN = TownMap("rueil-malmaison", 2.0, 48.0, 2.1, 48.1)


@pytest.fixture
def site() -> Site:
    return Site(demonstration(), {}, Words("fr"), datetime(2019, 6, 10, tzinfo=UTC), str)


def test_the_drawing_keeps_the_proportions_of_the_ground() -> None:
    assert height_of(TOWN) == pytest.approx(WIDTH / math.cos(math.radians(48.05)), abs=1)


def test_pins_on_one_spot_are_pushed_apart_and_stay_on_the_map(site: Site) -> None:
    edition = site.content.editions[EDITION]
    cards = [card_of(site, edition, p) for p in edition.on_ballot()[:6]]
    corner = Location("centre", "coin", 48.1, 2.0)
    view = map_of(TOWN, [(card, corner) for card in cards])
    spots = [(float(pin.x), float(pin.y)) for pin in view.pins]
    assert all(0 <= x <= WIDTH and 0 <= y <= view.height for x, y in spots)
    pairs = [(a, b) for n, a in enumerate(spots) for b in spots[n + 1 :]]
    assert min(math.dist(a, b) for a, b in pairs) > 30


def test_a_lone_pin_stands_where_its_degrees_say(site: Site) -> None:
    edition = site.content.editions[EDITION]
    card = card_of(site, edition, edition.on_ballot()[0])
    (pin,) = map_of(TOWN, [(card, Location("centre", "milieu", 48.05, 2.05))]).pins
    assert (pin.x, pin.y) == (f"{WIDTH / 2:.1f}", f"{height_of(TOWN) / 2:.1f}")


def test_a_project_without_position_is_not_on_the_map(site: Site) -> None:
    edition = site.content.editions[EDITION]
    view = projects_of(site, edition)
    assert view.map is not None
    shown = {pin.card.id for pin in view.map.pins}
    located = {p.model.id for p in edition.on_ballot() if p.model.location.latitude is not None}
    assert shown == located
    assert "009" not in shown


def test_filters_offer_only_what_would_show_something(site: Site) -> None:
    filters = {f.name: f.options for f in projects_of(site, site.content.editions[EDITION]).filters}
    assert list(filters) == ["domain", "place", "status", "cost"]
    states = {value: label.text for value, label in filters["status"]}
    assert states == {"on_ballot": "Soumis au vote", "unfeasible": "Non faisable"}
    assert ("1000000", Said("Jusqu’à 10\u202f000\u00a0€")) in filters["cost"]


def test_projects_under_way_can_be_chosen_by_how_far_they_are() -> None:
    content = demonstration()
    now = datetime(2020, 4, 1, tzinfo=UTC)
    site = Site(content, {}, Words("fr"), now, str)
    filters = {f.name: f.options for f in projects_of(site, content.editions[EDITION]).filters}
    assert [(value, label.text) for value, label in filters["step"]] == [
        ("implementation", "En cours de réalisation"),
        ("completion", "Livré"),
    ]


@pytest.mark.parametrize(
    "cap,steps",
    [
        (40_000, (10_000, 20_000, 30_000)),
        (75_000, (19_000, 38_000, 56_000)),
        (1_000_000, (250_000, 500_000, 750_000)),
        (0, ()),
    ],
)
def test_costs_are_offered_in_quarters_of_the_cap(cap: int, steps: tuple[int, ...]) -> None:
    assert cost_steps(cap * 100) == tuple(100 * step for step in steps)


def test_filters_do_not_offer_an_empty_domain(site: Site) -> None:
    edition = dataclasses.replace(site.content.editions[EDITION])
    edition.projects = {"012": edition.projects["012"]}
    filters = {f.name: f.options for f in projects_of(site, edition).filters}
    assert [value for value, _ in filters["domain"]] == ["cadre"]


@pytest.mark.parametrize(
    "base,target,link",
    [
        (".", "", "./"),
        (".", "assets/urne.css", "assets/urne.css"),
        ("../..", "", "../../"),
        ("../..", "../nl/a/", "../../../nl/a/"),
        ("/", "nl/", "/nl/"),
        ("..", "https://vote.example.org/", "https://vote.example.org/"),
    ],
)
def test_links_are_relative_to_their_page(base: str, target: str, link: str) -> None:
    context = Environment(autoescape=True).from_string("").new_context({"base_url": base})
    assert at(context, target) == link
