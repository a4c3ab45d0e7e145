"""What the site costs to build: 2,000 and 10,000 projects, and once more after a change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from urne_local.bench.figures import Figure
from urne_local.bench_site.house import Usage, build, index, write_house
from urne_local.bench_site.town import EDITION, SIZE

TOWN, HALF, LARGE = 2_000, 1_000, 10_000
MEGABYTES, REBUILD_SECONDS = 400, 5
SECONDS = {TOWN: 15, LARGE: 60}
PROJECT = f"editions/{EDITION}/projects/012-projet-invente/index.html"


def measure() -> Iterator[Figure]:
    """Yield the figures of every build; the last leaves the town of 2,000 built and indexed."""
    half = write_house(HALF)
    build(half)
    yield _cold(write_house(LARGE), LARGE)
    town = write_house(TOWN)
    yield _cold(town, TOWN)
    yield _same_page(half, town)
    yield _rebuilt(town)
    yield _usage(f"search index of {TOWN:,} projects", index(town), "part of a release", None)


def drawn(without: Usage, with_pictures: Usage) -> Figure:
    """Return what the pictures of the smallest town cost, backdrops included."""
    seconds = with_pictures.seconds - without.seconds
    name = f"pictures for sharing, {SIZE} projects"
    return Figure(name, f"{seconds:.1f} s, {1000 * seconds / SIZE:.0f} ms each", "", None)


def _cold(house: Path, projects: int) -> Figure:
    usage, seconds = build(house), SECONDS[projects]
    return _usage(
        f"cold build with pictures, {projects:,} projects",
        usage,
        f"at most {seconds} s and {MEGABYTES} MB",
        usage.seconds <= seconds and usage.megabytes <= MEGABYTES,
    )


def _same_page(half: Path, town: Path) -> Figure:
    before, after = ((house / "site.out" / PROJECT).stat().st_size for house in (half, town))
    return Figure(
        f"a project's page, {HALF:,} and {TOWN:,} projects",
        f"{before:,} and {after:,} bytes",
        "no byte more",
        after <= before,
    )


def _rebuilt(town: Path) -> Figure:
    """Measure what follows a change of one page, as while `make demo` watches the content.

    Everything is read and looked at again, since any page may show the change; what comes out as
    it was is not made again.
    """
    build(town, over=True)
    changed = next((town / "content/editions" / EDITION / "projects").glob("012-*.md"))
    changed.write_text(changed.read_text("utf-8") + "\nUn mot de plus.\n", "utf-8")
    usage = build(town, over=True)
    return _usage(
        f"rebuild after a change, {TOWN:,} projects",
        usage,
        f"at most {REBUILD_SECONDS} s",
        usage.seconds <= REBUILD_SECONDS,
    )


def _usage(name: str, usage: Usage, target: str, good: bool | None) -> Figure:
    return Figure(name, f"{usage.seconds:.1f} s, {usage.megabytes:.0f} MB", target, good)
