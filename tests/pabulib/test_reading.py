"""A small election read whole, whatever way its text is written."""

from datetime import date

import pytest
from tests.pabulib.samples import SMALL, altered, line_of, with_points

from urne.pabulib import Project, Vote, read_pabulib


def test_every_part_of_the_file_is_read() -> None:
    """Each cell of a file ends up in a typed field, or as text among the others."""
    file = read_pabulib(SMALL.encode(), "small.pb")
    assert file.projects == (
        Project("12", 60000, 'Bancs; et "ombre"', 3, 8, 1, ("green,public",)),
        Project("1", 50025, "LED", 3, 5, 0, ("",)),
        Project("7", 10000, "Fontaine", 1, 2, 1, ("water",)),
        Project("3", 550, "Compost", 1, 1, 1, ("green",)),
    )
    assert file.votes == (
        Vote("a", ("12", "1", "3"), "internet", None, ("34",)),
        Vote("b", ("12", "1"), "internet", None, ("",)),
        Vote("c", ("7", "12", "1"), "paper", None, ("70",)),
    )
    assert (file.other_project_columns, file.other_vote_columns) == (("category",), ("age",))
    assert [vote.line for vote in file.votes] == [25, 26, 27]
    assert [project.line for project in file.projects] == [19, 20, 21, 22]


def test_meta_is_kept_as_written_and_read_by_name() -> None:
    """META keeps its keys, their order and their text; what is asked by name is checked."""
    file = read_pabulib(SMALL.encode(), "small.pb")
    meta_lines = SMALL.splitlines()[2:16]
    assert [f"{key};{value}" for key, value in file.meta.items()] == meta_lines
    assert (file.budget_cents, file.currency, file.vote_type) == (100050, "EUR", "ordinal")
    assert (file.rule, file.over_budget) == ("greedy", "skip")
    assert (file.min_length, file.max_length, file.points) == (2, 3, (3, 2, 1))
    assert (file.date_begin, file.date_end) == (date(2019, 6, 1), date(2019, 6, 14))
    assert (file.description, file.country, file.unit) == ("Small PB", "France", "Rueil-Malmaison")
    assert (file.instance, file.edition, file.language) == ("2019", None, None)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(SMALL.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(b"\xef\xbb\xbf" + SMALL.encode(), id="byte order mark"),
        pytest.param(SMALL.encode() + b"\n\n  \n", id="blank lines at the end"),
        pytest.param(SMALL.replace("PROJECTS\n", "\nPROJECTS\n\n").encode(), id="blank between"),
        pytest.param(SMALL.removesuffix("\n").encode(), id="no line break at the end"),
        pytest.param(SMALL.replace("a;12,1,3;34;", "a ; 12, 1 ,3; 34 ; ").encode(), id="spaces"),
        pytest.param(altered(';"Bancs', '; "Bancs'), id="space before quotes"),
        pytest.param(SMALL.replace("\n", ";;;\n").encode(), id="filled up by a spreadsheet"),
        pytest.param(SMALL.replace("META", "meta").encode(), id="title in small letters"),
    ],
)
def test_the_same_election_written_otherwise(raw: bytes) -> None:
    """Line ends, a byte order mark, blank lines and space around cells change nothing."""
    file = read_pabulib(raw, "small.pb")
    assert file == read_pabulib(SMALL.encode(), "small.pb")


def test_a_name_may_hold_a_line_break() -> None:
    """A quoted cell goes on over line breaks, and lines are counted on behind it."""
    file = read_pabulib(altered("LED", '"LED\nlamps"'), "small.pb")
    assert file.projects[1].name == "LED\nlamps"
    assert file.votes[0].line == line_of("a;") + 1


def test_defaults_of_the_format() -> None:
    """Without lengths a vote has one choice at least, and as many as a ballot holds at most."""
    raw = SMALL.replace("min_length;2\n", "").replace("max_length;3\n", "").encode()
    file = read_pabulib(raw, "small.pb")
    assert (file.min_length, file.max_length) == (1, 4)
    assert file.points == (4, 3, 2, 1)


def test_without_a_length_a_long_list_of_projects_still_fits_a_ballot() -> None:
    """The default length, the number of projects, is cut to the eight choices of a ballot."""
    more = "".join(f"x{number};1;0;0;;;0\n" for number in range(8))
    text = SMALL.replace("max_length;3\n", "").replace("num_projects;4", "num_projects;12")
    file = read_pabulib(text.replace("VOTES\n", more + "VOTES\n").encode(), "small.pb")
    assert file.max_length == 8


def test_a_year_stands_for_all_of_it() -> None:
    """Where a file names only the year, voting lasts from its first day to its last."""
    raw = SMALL.replace("01.06.2019", "2019").replace("14.06.2019", "2019").encode()
    file = read_pabulib(raw, "small.pb")
    assert (file.date_begin, file.date_end) == (date(2019, 1, 1), date(2019, 12, 31))


def test_dates_may_be_absent() -> None:
    """Older files name no dates."""
    raw = SMALL.replace("date_begin;01.06.2019\ndate_end;14.06.2019\n", "").encode()
    file = read_pabulib(raw, "small.pb")
    assert (file.date_begin, file.date_end) == (None, None)


def test_fewer_columns() -> None:
    """A file may state no more than projects with their cost and voters with their votes."""
    head = SMALL[: SMALL.index("PROJECTS")]
    text = head + "PROJECTS\nproject_id;cost\n1;2\n2;3\n3;4\n4;5\nVOTES\nvoter_id;vote\n"
    file = read_pabulib((text + "a;1,2\nb;2,3\nc;3,4\n").encode(), "small.pb")
    assert file.projects[0] == Project("1", 200)
    assert file.votes[0] == Vote("a", ("1", "2"))


def test_points_are_those_that_the_votes_state() -> None:
    """The points column gives each rank its points."""
    file = read_pabulib(with_points("5,3,1", "5,3", "5,3,1"), "small.pb")
    assert file.points == (5, 3, 1)
    assert file.votes[1].points == (5, 3)
