"""A town of any number of invented projects, made of the demonstration's own pages and rules.

Editions are filled from the newest, that of 2019, back: 156 projects each, all on the ballot and
on the map, eight winners with four updates each. The same number always gives the same bytes, and
a project's page comes out the same however many projects there are.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from urne_local.bench_site.projects import project, updates

EDITION, YEAR, SIZE = "rueil-2019", 2019, 156
_OF_AN_EDITION = (
    "index.md", "rules.md", "results.md", "projects/.meta.yml", "projects/index.md",
    "updates/index.md",
)  # fmt: skip

Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Year:
    """One edition of the invented town: its year and how many projects it has."""

    year: int
    size: int

    @property
    def id(self) -> str:
        """Return the edition's id."""
        return EDITION.replace(str(YEAR), str(self.year))

    def chance(self, number: int) -> random.Random:
        """Return the chance that draws one project, and nothing else."""
        return random.Random(f"{self.year}/{number}")  # noqa: S311 - figures to measure with


def years(projects: int) -> list[Year]:
    """Return the editions of a town with this many projects, the newest first."""
    full, rest = divmod(projects, SIZE)
    sizes = [SIZE] * full + ([rest] if rest else [])
    return [Year(YEAR - n, size) for n, size in enumerate(sizes)]


def pages(projects: int, demonstration: Mapping[str, bytes]) -> Files:
    """Return the content of a town without its updates, from the demonstration's content."""
    found = {path: raw for path, raw in demonstration.items() if not path.startswith("editions/")}
    for year in years(projects):
        folder = f"editions/{year.id}/"
        for name in _OF_AN_EDITION:
            raw = demonstration[f"editions/{EDITION}/{name}"]
            found[folder + name] = _moved(raw.decode(), year.year).encode()
        for number in range(1, year.size + 1):
            path, text = project(year.chance(number), number, year.year)
            found[folder + path] = text.encode()
    return found


def news(year: Year, winners: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    """Yield the path and bytes of each update of an edition's winners, given by id and cost."""
    for id_, cost_cents in winners.items():
        for path, text in updates(year.chance(int(id_)), id_, year.year, cost_cents // 100):
            yield f"editions/{year.id}/{path}", text.encode()


def read(folder: Path) -> Files:
    """Return the files of the demonstration's content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _moved(text: str, year: int) -> str:
    """Return a page of the edition of 2019 as one of another year."""
    return text.replace("2020", "\0").replace("2019", str(year)).replace("\0", str(year + 1))
