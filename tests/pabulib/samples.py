"""A small election as Pabulib text, to be altered in one place, and strategies for whole files."""

from hypothesis import strategies as st

from urne.pabulib import PabulibFile, Project, Vote

# The tests name its lines by number: PROJECTS is line 17, VOTES line 23.
SMALL = """\
META
key;value
description;Small PB
country;France
unit;Rueil-Malmaison
instance;2019
num_projects;4
num_votes;3
budget;1000.50
vote_type;ordinal
rule;greedy
date_begin;01.06.2019
date_end;14.06.2019
min_length;2
max_length;3
currency;EUR
PROJECTS
project_id;cost;votes;score;name;category;selected
12;600;3;8;"Bancs; et ""ombre\""";green,public;1
1;500.25;3;5;LED;;0
7;100;1;2;Fontaine;water;1
3;5,5;1;1;Compost;green;1
VOTES
voter_id;vote;age;voting_method
a;12,1,3;34;internet
b;12,1;;internet
c;7,12,1;70;paper
"""
LINES = {text: number for number, text in enumerate(SMALL.splitlines(), 1)}


def line_of(start: str) -> int:
    """Return the number of the one line that begins like this."""
    (number,) = (number for text, number in LINES.items() if text.startswith(start))
    return number


def altered(old: str, new: str) -> bytes:
    """Return the small election with the one place that reads `old` altered."""
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new).encode()


def with_points(*points: str) -> bytes:
    """Return the small election with points in place of ages, one cell for each vote."""
    head, votes = SMALL.split("VOTES\n")
    header, *records = [line.split(";") for line in votes.splitlines()]
    header[2] = "points"
    for record, given in zip(records, points, strict=True):
        record[2] = given
    return (
        head + "VOTES\n" + "".join(";".join(cells) + "\n" for cells in [header, *records])
    ).encode()


TITLES = ("META", "PROJECTS", "VOTES")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(str.strip)
names = texts.filter(lambda text: text and text.upper() not in TITLES)
identifiers = names.filter(lambda text: "," not in text)
counts = st.none() | st.integers(0, 2**53 - 1)
MINE = {"project_id", "cost", "name", "votes", "score", "selected"}
MEANT = {"min_length", "max_length", "date_begin", "date_end", "currency"}
YOURS = {"voter_id", "vote", "voting_method", "points"}


@st.composite
def files(draw: st.DrawFn) -> PabulibFile:
    """Draw whole files with every set of columns, in every order."""
    ids = draw(st.lists(identifiers, min_size=1, max_size=6, unique=True))
    most = draw(st.integers(1, len(ids)))
    project_columns = ("project_id", *draw(_columns(["cost"], MINE)))
    projects = tuple(draw(_project(identifier, project_columns)) for identifier in ids)
    vote_columns = ("voter_id", *draw(_columns(["vote"], YOURS)))
    voters = draw(st.lists(names, max_size=6, unique=True))
    votes = tuple(draw(_vote(voter, vote_columns, ids, most)) for voter in voters)
    meta = draw(st.dictionaries(names.filter(lambda key: key not in MEANT), texts, max_size=4)) | {
        "description": draw(names),
        "country": "France",
        "unit": draw(names),
        "instance": "2019",
        "num_projects": str(len(ids)),
        "num_votes": str(len(votes)),
        "budget": draw(st.sampled_from(["1", "1404775.68", "0,5"])),
        "vote_type": "ordinal",
        "rule": draw(st.sampled_from(["greedy", "greedy-no-skip"])),
        "max_length": str(most),
    }
    return PabulibFile(meta, project_columns, projects, vote_columns, votes)


def _columns(required: list[str], known: set[str]) -> st.SearchStrategy[list[str]]:
    optional = sorted(known - {*required, "project_id", "voter_id"})
    others = st.lists(names.filter(lambda name: name not in known), max_size=2, unique=True)
    chosen = st.lists(st.sampled_from(optional), unique=True)
    return st.builds(lambda mine, more: required + mine + more, chosen, others).flatmap(
        st.permutations
    )


@st.composite
def _project(draw: st.DrawFn, identifier: str, columns: tuple[str, ...]) -> Project:
    return Project(
        identifier,
        draw(st.integers(0, 2**40)),
        name=draw(texts) if "name" in columns else "",
        votes=draw(counts) if "votes" in columns else None,
        score=draw(counts) if "score" in columns else None,
        selected=draw(st.sampled_from([None, 0, 1, 2, 3])) if "selected" in columns else None,
        other=tuple(draw(texts) for column in columns if column not in MINE),
    )


@st.composite
def _vote(draw: st.DrawFn, voter: str, columns: tuple[str, ...], ids: list[str], most: int) -> Vote:
    choices = draw(st.permutations(ids))[: draw(st.integers(1, most))]
    methods = st.sampled_from([None, "internet", "paper"])
    return Vote(
        voter,
        tuple(choices),
        method=draw(methods) if "voting_method" in columns else None,
        points=tuple(range(most, most - len(choices), -1)) if "points" in columns else None,
        other=tuple(draw(texts) for column in columns if column not in YOURS),
    )
