"""The map of an edition's projects: pins on a drawing of the town, pushed apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from urne.model.edition import TownMap
from urne.model.project import Location
from urne_site.views.cards import Card

WIDTH = 550
_APART = 42.0
_ROUNDS = 40
_MANY = 200  # pushing so many apart would take long and help little


@dataclass(frozen=True, slots=True)
class Pin:
    """A project's place on the drawing."""

    x: str
    y: str
    card: Card


@dataclass(frozen=True, slots=True)
class MapView:
    """A drawing's name, its size, and the pins on it."""

    drawing: str
    width: int
    height: int
    pins: tuple[Pin, ...]


def map_of(town: TownMap, found: Sequence[tuple[Card, Location]]) -> MapView:
    """Return the map of projects that have a position on it."""
    height = height_of(town)
    cards, spots = [], []
    for card, place in found:
        if place.latitude is not None and place.longitude is not None:
            cards.append(card)
            spots.append(_project(town, height, place.latitude, place.longitude))
    placed = _apart(tuple(spots), height) if len(spots) <= _MANY else spots
    pins = (
        Pin(f"{x:.1f}", f"{y:.1f}", card)
        for (x, y), card in sorted(zip(placed, cards, strict=True), key=lambda pin: pin[0][1])
    )
    return MapView(town.drawing, WIDTH, height, tuple(pins))


def height_of(town: TownMap) -> int:
    """Return the height that keeps the town's proportions at its middle latitude."""
    middle = math.radians((town.north + town.south) / 2)
    return round(WIDTH * (town.north - town.south) / ((town.east - town.west) * math.cos(middle)))


def _project(town: TownMap, height: int, latitude: float, longitude: float) -> tuple[float, float]:
    x = WIDTH * (longitude - town.west) / (town.east - town.west)
    y = height * (town.north - latitude) / (town.north - town.south)
    return x, y


@cache  # the same in every language
def _apart(spots: tuple[tuple[float, float], ...], height: int) -> list[tuple[float, float]]:
    """Return spots pushed apart until no two touch, or nearly so, and kept on the drawing."""
    moved = [list(spot) for spot in spots]
    for _ in range(_ROUNDS):
        # From west to east: nobody beyond the first that is far away is near.
        eastwards = sorted(moved)
        for a, spot in enumerate(eastwards):
            for other in eastwards[a + 1 :]:
                if other[0] - spot[0] >= 2 * _APART:
                    break
                if -_APART < other[0] - spot[0] < _APART and -_APART < other[1] - spot[1] < _APART:
                    _push(spot, other)
        for spot in moved:
            _keep_inside(spot, height)
    return [(x, y) for x, y in moved]


def _push(a: list[float], b: list[float]) -> None:
    dx, dy = b[0] - a[0], b[1] - a[1]
    distance = math.hypot(dx, dy)
    if distance >= _APART:
        return
    if distance == 0:
        dx, distance = 1.0, 1.0
    half = (_APART - distance) / 2 / distance
    a[:] = a[0] - dx * half, a[1] - dy * half
    b[:] = b[0] + dx * half, b[1] + dy * half


def _keep_inside(spot: list[float], height: int) -> None:
    edge = _APART / 2
    spot[:] = min(max(spot[0], edge), WIDTH - edge), min(max(spot[1], edge), height - edge)
