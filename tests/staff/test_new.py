"""`urne new`: a start that `urne check` takes, under the next number, and never over anything."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.site.tree import demonstration, public_tree, write
from tests.staff.terminal import Said, urne

from urne_staff.beginning import today
from urne_staff.content import PLACEHOLDER

EDITION = "editions/rueil-2019"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A folder with the demonstration's pages in it."""
    shutil.copytree(ROOT / "content", tmp_path / "content")
    return tmp_path


def new(town: Path, *arguments: str) -> Said:
    """Begin something in a town."""
    return urne("new", *arguments, folder=town, URNE_PUBLIC="nowhere")


def written(said: Said) -> str:
    """Return the only path that was printed."""
    assert said.status == 0, said.err
    [path] = said.out.splitlines()
    return path


def checked(town: Path) -> Said:
    """Check the town's pages."""
    return urne("check", folder=town, URNE_PUBLIC="nowhere")


def test_a_project_gets_the_next_number(town: Path) -> None:
    """After the highest of all projects and ideas, and the one after that the next."""
    path = written(new(town, "project", "rueil-2019", "--title", "Des bancs à l’ombre"))
    number = int(Path(path).name[:3])
    assert Path(path).name == f"{number:03d}-des-bancs-a-l-ombre.md"
    numbers = [int(p.name[:3]) for p in (town / "content" / EDITION).glob("projects/[0-9]*.md")]
    assert number == max(numbers)
    second = written(new(town, "project", "rueil-2019"))
    assert int(Path(second).name[:3]) == number + 1
    assert checked(town).status == 0


def test_a_start_explains_itself_and_says_what_is_left(town: Path) -> None:
    """Each field has a comment; `urne check` counts the places to complete, and takes them."""
    path = written(new(town, "project", "rueil-2019"))
    text = (town / path).read_text()
    assert text.count("\n# ") > 20
    assert "nature, cadre, mobilite" in text
    said = checked(town)
    assert said.status == 0
    left = text.count(PLACEHOLDER)
    assert left >= 5
    assert f"{left} lines to complete before a release." in said.err


@pytest.mark.parametrize("title", ['Dire "oui"', "a: b # c", "é’œ", "x\\ny", "- [1]", "'"])
def test_a_title_may_be_anything(town: Path, title: str) -> None:
    """It stands in the page as it was typed."""
    path = written(new(town, "project", "rueil-2019", "--title", title))
    assert checked(town).status == 0
    assert title.replace("\\", "\\\\").replace('"', '\\"') in (town / path).read_text()


def test_the_comments_are_true(town: Path) -> None:
    """What is commented out is right too, once it is put in."""
    path = town / written(new(town, "project", "rueil-2019"))
    lines = path.read_text().split("\n")
    begin, end = lines.index("# criteria:"), lines.index("# pictures:")
    told = [line for line in lines[begin:end] if not line.startswith(("# The", "# Pictures"))]
    lines[begin:end] = [line.removeprefix("# ") for line in told]
    path.write_text(
        "\n".join(lines).replace("  # latitude", "  latitude").replace("  # long", "  long")
    )
    assert checked(town).status == 0, checked(town).out


def test_an_update_goes_on_where_the_last_one_ended(town: Path) -> None:
    """Today's, with the status, progress and money that stand; a second one the same day."""
    path = written(new(town, "update", "rueil-2019", "012"))
    assert path == f"content/{EDITION}/updates/012/{today()}.md"
    text = (town / path).read_text()
    assert "status: {before: maintenance, after: maintenance}" in text
    assert "progress: 100" in text
    assert written(new(town, "update", "rueil-2019", "012")).endswith("-2.md")
    assert checked(town).status == 0


def test_an_update_of_another_day(town: Path) -> None:
    """The state is that of the last update, whatever the day; a day that is none is refused."""
    path = written(new(town, "update", "rueil-2019", "012", "--date", "2026-02-28"))
    assert path.endswith("updates/012/2026-02-28.md")
    said = new(town, "update", "rueil-2019", "012", "--date", "2026-02-30")
    assert (said.status, "is no day" in said.err) == (2, True)


def test_only_winners_have_updates(town: Path, tmp_path: Path) -> None:
    """Once there is a tally, it says who won; nothing is written for others."""
    public = write(public_tree(demonstration()), tmp_path / "public")
    said = new(town, "update", "rueil-2019", "009", "--public", str(public))
    assert said.status == 2
    assert "The tally does not know 009 as a winner." in said.err
    assert not (town / "content" / EDITION / "updates/009").exists()
    assert new(town, "update", "rueil-2019", "012", "--public", str(public)).status == 0


def test_an_edition_takes_over_the_rules_of_the_latest(town: Path) -> None:
    """With a calendar of its own, and every page that an edition has."""
    said = new(town, "edition", "rueil-2027")
    assert said.status == 0, said.err
    assert len(said.out.splitlines()) == 6
    text = (town / "content/editions/rueil-2027/index.md").read_text()
    for line in ("budget: 200000 EUR", "residents: 78152", "points: [3, 2, 1]"):
        assert line in text
    assert checked(town).status == 0, checked(town).out
    assert written(new(town, "project", "rueil-2027")).endswith("projects/001-projet.md")
    assert checked(town).status == 0, checked(town).out


def test_the_first_edition_of_a_town(tmp_path: Path) -> None:
    """There is nothing to take over, and it is valid all the same."""
    (tmp_path / "content").mkdir()
    assert new(tmp_path, "edition", "bourg-2027").status == 0
    assert checked(tmp_path).status == 0, checked(tmp_path).out


@pytest.mark.parametrize(
    "arguments, why",
    [
        (("edition", "rueil-2019"), "There is something here already."),
        (("edition", "Rueil 2027"), "is no id"),
        (("edition", "../out"), "is no id"),
        (("project", "rueil-2018"), "There is no edition 'rueil-2018'."),
        (("update", "rueil-2019", "999"), "There is no project 999"),
        (("update", "rueil-2019", "../012"), "There is no project ../012"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    town: Path, arguments: tuple[str, ...], why: str
) -> None:
    """With the reason."""
    before = {path: path.read_bytes() for path in town.rglob("*") if path.is_file()}
    said = new(town, *arguments)
    assert said.status == 2
    assert why in said.err
    assert {path: path.read_bytes() for path in town.rglob("*") if path.is_file()} == before


def test_json_lists_what_was_written(town: Path) -> None:
    """For whoever writes a tool around it."""
    said = new(town, "update", "rueil-2019", "034", "--json")
    [path] = said.json["written"]
    assert (town / path).is_file()
