"""Every problem a file can have is refused under its own code, with the line and the field."""

import pytest
from tests.pabulib.samples import LINES, SMALL, altered, line_of, with_points

from urne.errors import BadInput, Problem
from urne.pabulib import MENDS, PabulibFile, Project, Vote, read_pabulib

Found = tuple[str, int | None, str | None]


def problems_of(raw: bytes) -> tuple[Problem, ...]:
    with pytest.raises(BadInput) as refusal:
        read_pabulib(raw, "small.pb")
    return refusal.value.problems


def without(section: str) -> bytes:
    """Return the small election without the title of a section and all that is in it."""
    lines = SMALL.splitlines(keepends=True)
    starts = [LINES[title] - 1 for title in ("META", "PROJECTS", "VOTES")] + [len(lines)]
    place = ("META", "PROJECTS", "VOTES").index(section)
    return "".join(lines[: starts[place]] + lines[starts[place + 1] :]).encode()


def swapped() -> bytes:
    """Return the small election with VOTES before PROJECTS."""
    head, votes = SMALL.split("VOTES\n")
    meta, projects = head.split("PROJECTS\n")
    return (meta + "VOTES\n" + votes + "PROJECTS\n" + projects).encode()


HEADER = line_of("voter_id")
CASES: dict[str, tuple[bytes, list[Found]]] = {
    # The bytes.
    "an empty file": (b"", [("empty-file", None, None)]),
    "a file of line breaks": (b"\xef\xbb\xbf\r\n\r\n", [("empty-file", None, None)]),
    "Latin-1": (altered("Small", "Zupa").replace(b"Zupa", b"\xbfupa"), [("not-utf8", 3, None)]),
    "UTF-16": (
        "META\nkey;value\n".encode("utf-16"),
        [("not-utf8", 1, None)],
    ),
    "cut inside a character": (SMALL.encode() + b"d;12,1;\xc3", [("not-utf8", 28, None)]),
    # Records.
    "a quote that goes on": (
        altered(";LED;", ';"LED" lamps;'),
        [("bad-quotes", line_of("1;500"), None)],
    ),
    "a quote that never closes": (
        altered(";internet\nb", ';"internet\nb'),
        [("unclosed-quote", line_of("a;"), None)],
    ),
    "too few fields": (
        altered("b;12,1;;internet", "b;12,1;"),
        [("too-few-fields", line_of("b;"), "voting_method")],
    ),
    "a key alone": (
        altered("currency;EUR", "currency"),
        [("too-few-fields", line_of("currency"), "value")],
    ),
    "too many fields": (
        altered("Fontaine", "Fontaine; bassin"),
        [("too-many-fields", line_of("7;"), None)],
    ),
    # Sections and columns.
    "no META": (without("META"), [("missing-section", None, "META")]),
    "no PROJECTS": (without("PROJECTS"), [("missing-section", None, "PROJECTS")]),
    "no VOTES": (without("VOTES"), [("missing-section", None, "VOTES")]),
    "another kind of file": (
        b"name,age\nx,3\n",
        [
            ("missing-section", None, "META"),
            ("missing-section", None, "PROJECTS"),
            ("missing-section", None, "VOTES"),
            ("outside-section", 1, None),
        ],
    ),
    "META twice": (SMALL.encode() + b"META\nkey;value\nx;y\n", [("repeated-section", 28, "META")]),
    "VOTES before PROJECTS": (swapped(), [("section-order", 22, "PROJECTS")]),
    "META without key;value": (altered("key;value\n", ""), [("missing-header", 2, None)]),
    "VOTES without a header": (
        SMALL[: SMALL.index("voter_id")].replace("num_votes;3", "num_votes;0").encode(),
        [("missing-column", 23, "voter_id"), ("missing-column", 23, "vote")],
    ),
    "no cost column": (
        altered("project_id;cost;", "project_id;price;"),
        [("missing-column", line_of("project_id"), "cost")],
    ),
    "no vote column": (
        altered("voter_id;vote;", "voter_id;choice;"),
        [("missing-column", HEADER, "vote")],
    ),
    "another first column": (
        altered("voter_id;vote;age", "age;vote;voter_id"),
        [("missing-column", HEADER, "voter_id")],
    ),
    "a column without a name": (
        altered("vote;age;voting", "vote;;voting"),
        [("missing-column", HEADER, None)],
    ),
    "a column twice": (
        altered("vote;age;voting", "vote;vote;voting"),
        [("repeated-column", HEADER, "vote")],
    ),
    # META.
    "a key twice": (altered("currency;EUR", "unit;EUR"), [("repeated-key", 16, "unit")]),
    "no key": (altered("currency;EUR", ";EUR"), [("empty-id", 16, "key")]),
    "a title for a key": (altered("currency;EUR", "Votes;3"), [("reserved-word", 16, "Votes")]),
    "no budget": (altered("budget;1000.50\n", ""), [("missing-key", None, "budget")]),
    "an empty budget": (altered("budget;1000.50", "budget;"), [("missing-key", 9, "budget")]),
    "no rule": (altered("rule;greedy\n", ""), [("missing-key", None, "rule")]),
    "no country": (altered("country;France\n", ""), [("missing-key", None, "country")]),
    "a budget in words": (altered("1000.50", "a lot"), [("bad-amount", 9, "budget")]),
    "more projects stated": (
        altered("projects;4", "projects;5"),
        [("wrong-count", 7, "num_projects")],
    ),
    "fewer votes stated": (altered("votes;3", "votes;2"), [("wrong-count", 8, "num_votes")]),
    "votes stated in words": (altered("votes;3", "votes;three"), [("bad-number", 8, "num_votes")]),
    "approval votes": (altered("ordinal", "approval"), [("unknown-vote-type", 10, "vote_type")]),
    "equal shares": (altered("greedy", "equalshares"), [("unknown-rule", 11, "rule")]),
    "a date that is none": (altered("14.06", "31.06"), [("bad-date", 13, "date_end")]),
    "a date the other way": (altered("14.06.2019", "2019-06-14"), [("bad-date", 13, "date_end")]),
    "an end before the beginning": (
        altered("14.06", "14.05"),
        [("dates-reversed", 13, "date_end")],
    ),
    "a length in words": (
        altered("min_length;2", "min_length;two"),
        [("bad-number", 14, "min_length")],
    ),
    "no choice at all": (
        altered("min_length;2", "min_length;0"),
        [("bad-length", 15, "max_length")],
    ),
    "a least above the most": (
        altered("min_length;2", "min_length;4"),
        [
            ("bad-length", 14, "min_length"),
            ("too-few-choices", 25, "vote"),
            ("too-few-choices", 26, "vote"),
            ("too-few-choices", 27, "vote"),
        ],
    ),
    "more choices than projects": (
        altered("max_length;3", "max_length;5"),
        [("bad-length", 15, "max_length")],
    ),
    "more choices than a ballot holds": (
        altered("max_length;3", "max_length;9"),
        [("too-long-ballot", 15, "max_length")],
    ),
    "a currency sign": (altered("EUR", "€"), [("bad-currency", 16, "currency")]),
    # PROJECTS.
    "no projects": (
        altered(SMALL[SMALL.index("12;600") : SMALL.index("VOTES")], "")
        .replace(b"num_projects;4", b"num_projects;0")
        .replace(b"num_votes;3", b"num_votes;0")[: -len(SMALL[SMALL.index("a;12") :])],
        [("no-projects", None, None)],
    ),
    "a project twice": (
        altered("3;5,5;1", "7;5,5;1"),
        [
            ("repeated-project", 22, "project_id"),
            ("unknown-project", 25, "vote"),
        ],
    ),
    "a project without identifier": (
        altered("3;5,5;1", ";5,5;1"),
        [
            ("empty-id", 22, "project_id"),
            ("unknown-project", 25, "vote"),
        ],
    ),
    "a project called VOTES": (
        altered("3;5,5;1", "VOTES;5,5;1"),
        [
            ("reserved-word", 22, "project_id"),
            ("unknown-project", 25, "vote"),
        ],
    ),
    "a comma in an identifier": (
        altered("7;100;1", "7,5;100;1"),
        [
            ("comma-in-id", 21, "project_id"),
            ("unknown-project", 27, "vote"),
        ],
    ),
    "a cost that is no number": (altered("7;100;", "7;free;"), [("bad-amount", 21, "cost")]),
    "no cost": (altered("7;100;", "7;;"), [("bad-amount", 21, "cost")]),
    "a cost below zero": (altered("7;100;", "7;-100;"), [("bad-amount", 21, "cost")]),
    "a score that is no number": (altered("100;1;2", "100;1;2.5"), [("bad-number", 21, "score")]),
    "selected as a word": (altered("water;1", "water;yes"), [("bad-number", 21, "selected")]),
    "selected out of range": (altered("water;1", "water;4"), [("bad-selected", 21, "selected")]),
    # VOTES.
    "a voter twice": (altered("c;7", "a;7"), [("repeated-voter", 27, "voter_id")]),
    "no voter": (altered("c;7", ";7"), [("empty-id", 27, "voter_id")]),
    "an unknown project": (altered("7,12,1", "7,12,8"), [("unknown-project", 27, "vote")]),
    "a choice twice": (altered("7,12,1", "7,12,7"), [("repeated-choice", 27, "vote")]),
    "too few choices": (altered("7,12,1", "7"), [("too-few-choices", 27, "vote")]),
    "no choices": (altered("7,12,1", ""), [("too-few-choices", 27, "vote")]),
    "too many choices": (altered("7,12,1", "7,12,1,3"), [("too-many-choices", 27, "vote")]),
    "a comma too many": (altered("7,12,1", "7,12,1,"), [("empty-choice", 27, "vote")]),
    "voted by post": (altered("paper", "post"), [("unknown-method", 27, "voting_method")]),
    "points for two of three": (with_points("3,2", "3,2", "3,2,1"), [("bad-points", 25, "points")]),
    "no points": (with_points("3,2,1", "", "3,2,1"), [("bad-points", 26, "points")]),
    "points of zero": (
        with_points("3,2,0", "3,2", "3,2,0"),
        [
            ("bad-points", 25, "points"),
            ("bad-points", 27, "points"),
        ],
    ),
    "points that differ": (with_points("3,2,1", "2,2", "3,2,1"), [("uneven-points", 26, "points")]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_problem_is_named_with_its_place(case: str) -> None:
    """The codes, lines and fields reported are those of the one thing that was altered."""
    raw, expected = CASES[case]
    assert [(p.code, p.line, p.field) for p in problems_of(raw)] == expected


@pytest.mark.parametrize("case", CASES)
def test_a_problem_says_the_file_and_what_to_do(case: str) -> None:
    """Each problem names the file as it was called, says what is wrong, and how to mend it."""
    for problem in problems_of(CASES[case][0]):
        assert problem.path == "small.pb"
        assert problem.what.endswith(".")
        assert problem.mend == MENDS[problem.code]


TRUNCATED: dict[str, tuple[bytes, list[Found]]] = {
    "after the choices": (
        SMALL.encode()[: -len(";70;paper\n")],
        [("too-few-fields", 27, "age"), ("truncated-line", 27, None)],
    ),
    "inside the choices": (
        SMALL.encode()[: -len(",1;70;paper\n")],
        [("too-few-fields", 27, "age"), ("truncated-line", 27, None)],
    ),
    "inside the last word": (
        SMALL.encode()[:-3],
        [("unknown-method", 27, "voting_method"), ("truncated-line", 27, None)],
    ),
    "before the last word": (SMALL.encode()[: -len("paper\n")], [("truncated-line", 27, None)]),
    "in a last column of choices": (
        altered("voter_id;vote;age;voting_method", "voter_id;age;voting_method;vote")
        .replace(b"a;12,1,3;34;internet", b"a;34;internet;12,1,3")
        .replace(b"b;12,1;;internet", b"b;;internet;12,1")
        .replace(b"c;7,12,1;70;paper\n", b"c;70;paper;7,3,1"),
        [("truncated-line", 27, None)],
    ),
    "in a last column of choices, one missing": (
        altered("voter_id;vote;age;voting_method", "voter_id;age;voting_method;vote")
        .replace(b"a;12,1,3;34;internet", b"a;34;internet;12,1,3")
        .replace(b"b;12,1;;internet", b"b;;internet;12,1")
        .replace(b"c;7,12,1;70;paper\n", b"c;70;paper;7,12"),
        [("truncated-line", 27, None)],
    ),
    "in another column": (
        altered("voter_id;vote;age;voting_method", "voter_id;vote;voting_method;age")
        .replace(b"a;12,1,3;34;internet", b"a;12,1,3;internet;34")
        .replace(b"b;12,1;;internet", b"b;12,1;internet;")
        .replace(b"c;7,12,1;70;paper\n", b"c;7,12,1;paper;"),
        [("truncated-line", 27, None)],
    ),
    "in PROJECTS": (
        SMALL.encode()[: SMALL.index(";100;1;2")],
        [
            ("missing-section", None, "VOTES"),
            ("wrong-count", 7, "num_projects"),
            ("too-few-fields", 21, "cost"),
            ("truncated-line", 21, None),
        ],
    ),
    "between two votes": (
        SMALL.encode()[: SMALL.index("c;7")],
        [("wrong-count", 8, "num_votes")],
    ),
}


@pytest.mark.parametrize("case", TRUNCATED)
def test_a_truncated_file_is_refused(case: str) -> None:
    """A file that ends too early is refused wherever it ends, and a cut last line is called so."""
    raw, expected = TRUNCATED[case]
    assert [(p.code, p.line, p.field) for p in problems_of(raw)] == expected


@pytest.mark.parametrize("missing", range(2, len(SMALL.encode())))
def test_no_beginning_of_a_file_is_taken_for_the_whole(missing: int) -> None:
    """Whatever is cut off the end of a file, more than its last line break, it is refused."""
    with pytest.raises(BadInput):
        read_pabulib(SMALL.encode()[:-missing], "small.pb")


def test_all_problems_come_at_once() -> None:
    """Problems of different sections are all reported, in the order of their lines."""
    raw = (
        SMALL.replace("budget;1000.50", "budget;much")
        .replace("7;100;1", "7;free;1")
        .replace("c;7,12,1;70;paper", "a;7,7,9;70;post")
    )
    assert [(p.code, p.line) for p in problems_of(raw.encode())] == [
        ("bad-amount", 9),
        ("bad-amount", 21),
        ("repeated-voter", 27),
        ("repeated-choice", 27),
        ("unknown-project", 27),
        ("unknown-method", 27),
    ]


def test_a_flood_of_problems_is_cut_to_a_hundred() -> None:
    """The first hundred problems are spelled out; a last one says how many more there are."""
    votes = "".join(f"v{number};9,7;;internet\n" for number in range(150))
    problems = problems_of(altered("num_votes;3", "num_votes;153") + votes.encode())
    assert len(problems) == 101
    assert (problems[-1].code, problems[-1].what) == ("more-problems", "And 50 more.")


def test_the_message_names_file_line_field_and_code() -> None:
    """A refusal prints as one line for each problem."""
    with pytest.raises(BadInput) as refusal:
        read_pabulib(altered("7;100;", "7;free;"), "small.pb")
    expected = "small.pb:21 [cost]: 'free' is no amount of money."
    assert str(refusal.value).startswith(expected)
    assert str(refusal.value).endswith("(bad-amount)")


def test_wrong_bytes_are_named_line_by_line() -> None:
    """The first wrong byte of each line is named by its place and value."""
    first, second = problems_of(b"META\nkey;\xb3\nunit;\xb9\xea\n")
    assert first.what == "Byte 9 (counted from 0) is 0xB3, which is not UTF-8 here."
    assert (second.line, second.what[:20]) == (3, "Byte 16 (counted fro")


def small(**changes: object) -> PabulibFile:
    """Return a file made of values, with some of its parts changed."""
    parts: dict[str, object] = {
        "meta": {"description": "d", "country": "c", "unit": "u", "instance": "1"}
        | {"num_projects": "2", "num_votes": "1", "budget": "5", "rule": "greedy"}
        | {"vote_type": "ordinal", "max_length": "2"},
        "project_columns": ("project_id", "cost"),
        "projects": (Project("1", 5), Project("2", 7)),
        "vote_columns": ("voter_id", "vote"),
        "votes": (Vote("a", ("1",)),),
    }
    return PabulibFile(**(parts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "part, value, code",
    [
        ("projects", (Project("1", 5), Project("2", 7, name="LED")), "columnless"),
        ("projects", (Project("1", 5), Project("2", 7, other=("x",))), "columnless"),
        ("projects", (Project("1", 5), Project(" 2", 7)), "space-around"),
        ("projects", (Project("1", 5), Project("2", -7)), "bad-amount"),
        ("projects", (Project("1", 5),), "wrong-count"),
        ("vote_columns", ("voter_id", "vote", "points"), "columnless"),
        ("vote_columns", ("voter_id", "vote", "age"), "columnless"),
        ("vote_columns", ("voter_id", "vote", ""), "missing-column"),
        ("votes", (Vote("a", ("1",), "paper"),), "columnless"),
        ("votes", (Vote("a", ("1",), points=(2,)),), "columnless"),
        ("votes", (Vote("a", ("3",)),), "unknown-project"),
        ("votes", (Vote("\ta", ("1",)),), "space-around"),
    ],
)
def test_a_file_made_of_values_must_be_whole_too(part: str, value: object, code: str) -> None:
    """A file that could not be written and read back cannot be made."""
    assert small().projects[0].id == "1"
    with pytest.raises(BadInput) as refusal:
        small(**{part: value})
    assert code in [problem.code for problem in refusal.value.problems]


def test_points_that_no_vote_states_are_not_invented() -> None:
    """When votes give first choices other points than usual, later ranks cannot be guessed."""
    votes = (Vote("a", ("1",), points=(5,)),)
    with pytest.raises(BadInput) as refusal:
        small(vote_columns=("voter_id", "vote", "points"), votes=votes)
    assert [problem.code for problem in refusal.value.problems] == ["uneven-points"]


def test_every_code_has_a_case() -> None:
    """No code is documented that no test provokes."""
    provoked = {code for _, found in [*CASES.values(), *TRUNCATED.values()] for code, _, _ in found}
    assert set(MENDS) - provoked == {"columnless", "space-around", "more-problems"}
