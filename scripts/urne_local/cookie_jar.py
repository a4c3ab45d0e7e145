"""The cookies of one browser on one origin: kept by name and path, sent where the path allows.

RFC 6265, as far as our own cookies go: a cookie of `/api/enrol` is sent to `/api/enrol` and below
it, and nowhere else; one that is set with `Max-Age=0` is gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class CookieJar:
    """Cookies by (name, path)."""

    _kept: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def keep(self, line: str) -> None:
        """Take a Set-Cookie line."""
        pair, *attributes = [part.strip() for part in line.split(";")]
        name, _, value = pair.partition("=")
        told = dict(attribute.partition("=")[::2] for attribute in attributes)
        place = name, told.get("Path", "/")
        self._kept.pop(place, None)
        if told.get("Max-Age") != "0":
            self._kept[place] = value

    def line(self, path: str) -> str:
        """Return the Cookie line of a request to a path."""
        sent = [f"{name}={value}" for (name, at), value in self._kept.items() if _fits(path, at)]
        return "; ".join(sent)

    def take(self, name: str) -> str:
        """Remove and return what a page reads from a cookie and then deletes; empty if none."""
        found = [place for place in self._kept if place[0] == name]
        return "".join(self._kept.pop(place) for place in found)

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """Yield (name, path, value)."""
        return iter([(name, path, value) for (name, path), value in self._kept.items()])


def _fits(path: str, at: str) -> bool:
    """Return whether a cookie kept at a path goes with a request to another (RFC 6265, 5.1.4)."""
    return path == at or path.startswith(at if at.endswith("/") else f"{at}/")
