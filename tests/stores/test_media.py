"""How public files are served, by their path alone."""

import pytest

from urne.store.media import IMMUTABLE, REVALIDATE, cache_control, content_type

TILES = ["log/tile/0/000", "releases/log/tile/entries/x001/067.p/3", "e/r/log/tile/1/000.json"]


@pytest.mark.parametrize("path", TILES)
def test_tiles_are_bytes_for_ever(path: str) -> None:
    """C2SP tlog-tiles: octets, immutable, whatever the name ends in."""
    assert content_type(path) == "application/octet-stream"
    assert cache_control(path) == IMMUTABLE


@pytest.mark.parametrize(
    "path",
    ["elections/x/log/checkpoint", "catalog/tile/0/000", "log/tile", "index.html", "a/B.PNG"],
)
def test_all_else_is_asked_for_again(path: str) -> None:
    """A checkpoint most of all."""
    assert cache_control(path) == REVALIDATE


TYPES = {
    "elections/x/log/checkpoint": "text/plain; charset=utf-8",
    "index.html": "text/html; charset=utf-8",
    "a/B.PNG": "image/png",
    "elections/x/result.pb": "text/plain; charset=utf-8",
    "keys/log.vkey": "text/plain; charset=utf-8",
    "elections/x/tally.json": "application/json",
    "no-suffix": "application/octet-stream",
    ".well-known/unheard.of": "application/octet-stream",
}


@pytest.mark.parametrize("path", TYPES)
def test_a_type_goes_by_the_suffix(path: str) -> None:
    """What we do not know is bytes: a browser shall not guess."""
    assert content_type(path) == TYPES[path]
