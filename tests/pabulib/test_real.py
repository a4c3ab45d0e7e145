"""Three real elections of Kraków, read in place from the shared folder."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from urne.pabulib import PabulibFile, read_pabulib, write_pabulib

REAL = {
    "Poland_Krakow_2018_Debniki.pb": (19, {"paper": 1061, "internet": 2402}),
    "Poland_Krakow_2022_Czyzyny.pb": (22, {"paper": 151, "internet": 1267}),
    "Poland_Krakow_2023_Czyzyny.pb": (15, {None: 2592}),
}


def read(folder: Path, name: str) -> PabulibFile:
    return read_pabulib((folder / "pabulib" / name).read_bytes(), name)


@pytest.mark.parametrize("name", REAL)
def test_all_of_a_real_file_is_read(shared: Path, name: str) -> None:
    """Every project and every vote is there, with the way it was cast."""
    file = read(shared, name)
    projects, methods = REAL[name]
    assert len(file.projects) == projects
    assert Counter(vote.method for vote in file.votes) == methods


@pytest.mark.parametrize("name", REAL)
def test_recounting_the_votes_gives_the_official_figures(shared: Path, name: str) -> None:
    """The votes, counted again with the points of each rank, give every `votes` and `score`."""
    file = read(shared, name)
    votes = Counter(choice for vote in file.votes for choice in vote.choices)
    scores: Counter[str] = Counter()
    for vote in file.votes:
        for choice, points in zip(vote.choices, file.points, strict=True):
            scores[choice] += points
    official = [(project.id, project.votes, project.score) for project in file.projects]
    assert [(p.id, votes[p.id], scores[p.id]) for p in file.projects] == official


@pytest.mark.parametrize("name", REAL)
def test_a_real_file_is_written_as_it_was(shared: Path, name: str) -> None:
    """Our text of a real file is Pabulib's own, but for its line ends."""
    published = (shared / "pabulib" / name).read_bytes()
    assert write_pabulib(read_pabulib(published, name)) == published.replace(b"\r\n", b"\n")


def test_what_is_particular_in_each(shared: Path) -> None:
    """Cents, columns of points, selections, dates, quoted names and odd identifiers are read."""
    debniki, czyzyny, later = (read(shared, name) for name in REAL)
    assert [project.selected for project in debniki.projects] == [None] * 19
    assert debniki.projects[17].name == '"Profesjonalne zajęcia biegowo-ruchowe dla mieszkańców"'
    assert (debniki.date_begin, debniki.date_end) == (date(2018, 6, 16), date(2018, 6, 30))
    assert {vote.points for vote in czyzyny.votes} == {(3, 2, 1)}
    assert [project.selected for project in czyzyny.projects][:4] == [1, 1, 1, 0]
    assert (later.budget_cents, later.currency) == (140477568, "PLN")
    assert later.projects[0].other == ("environmental protection",)
    assert later.votes[0].choices == ("BO.D14.4/23", "BO.D14.24/23", "BO.D14.8/23")
    assert later.votes[0].other == ("34", "M")
