"""Everything that can be wrong with a Pabulib file, each under a stable code with its mend."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from urne.errors import BadInput, Problem

MOST_SHOWN = 100

# The codes are public: `urne rehearse --json` prints them, so they never change their meaning.
MENDS = {
    "not-utf8": "Save the file again with the encoding UTF-8.",
    "empty-file": "Download the file again, or give another one.",
    "bad-quotes": 'Put the whole field in double quotes and write each quote inside it as "".',
    "unclosed-quote": "Close the double quote that opens in this record.",
    "outside-section": "Begin the file with the line META.",
    "missing-section": "Add it; a file has META, PROJECTS and VOTES, each with its header line.",
    "repeated-section": "Keep each section once, with all its lines together.",
    "section-order": "Put the sections in the order META, PROJECTS, VOTES.",
    "missing-header": "Write the line key;value under META.",
    "missing-column": "Name the columns in the line under the section's title.",
    "repeated-column": "Keep one column of each name.",
    "columnless": "Name the column in the header, and give every record one cell per column.",
    "space-around": "Take away the space before and after it.",
    "too-few-fields": "Give every record as many fields as its header, empty ones included.",
    "too-many-fields": "Remove the surplus, or quote the field that holds a semicolon.",
    "truncated-line": "Get the file again; if it is complete, end its last line with a line break.",
    "reserved-word": "Choose a name other than META, PROJECTS and VOTES.",
    "repeated-key": "Keep one line for this key.",
    "missing-key": "Add a line with this key and its value to META.",
    "bad-number": "Write a whole number in digits, without spaces or separators.",
    "bad-amount": "Write an amount such as 1500 or 1500.25.",
    "bad-date": "Write the date as DD.MM.YYYY, or the year alone.",
    "dates-reversed": "Give an end that is not before the beginning.",
    "bad-currency": "Write the three capital letters of the currency, such as EUR.",
    "unknown-vote-type": "Take a file of ranked votes (ordinal); this ballot can hold no others.",
    "unknown-rule": "Take a file with the rule greedy or greedy-no-skip.",
    "bad-length": "Give 1 <= min_length <= max_length <= number of projects.",
    "too-long-ballot": "Take an election of at most 8 choices; this ballot can hold no more.",
    "wrong-count": "Correct the number, or get the complete file.",
    "no-projects": "List the projects under PROJECTS.",
    "empty-id": "Give every key, project and voter a name.",
    "comma-in-id": "Take the comma out of the identifier; commas separate choices.",
    "repeated-project": "Keep one line per project.",
    "bad-selected": "Write 0, 1, 2 or 3.",
    "repeated-voter": "Keep one vote per voter.",
    "unknown-project": "Correct the identifier, or list the project under PROJECTS.",
    "empty-choice": "Separate the project identifiers by single commas.",
    "repeated-choice": "Name each project once in a vote.",
    "too-few-choices": "Correct the vote, or min_length in META.",
    "too-many-choices": "Correct the vote, or max_length in META.",
    "unknown-method": "Write internet or paper.",
    "bad-points": "Write one whole number above zero for each choice, separated by commas.",
    "uneven-points": "Give each rank the same points in every vote; this ballot does.",
    "more-problems": "Mend these first, then read the file again.",
}


@dataclass(slots=True)
class Findings:
    """The problems found so far in one file."""

    path: str
    found: list[Problem] = field(default_factory=list)

    def add(
        self, code: str, what: str, *, line: int | None = None, field: str | None = None
    ) -> None:
        self.found.append(Problem(self.path, line, field, what, MENDS[code], code))

    def locate(self, lines: Mapping[str, int]) -> None:
        """Give each problem of a whole file's field the line where that field stands."""
        self.found = [
            replace(problem, line=lines.get(problem.field))
            if problem.line is None and problem.field is not None
            else problem
            for problem in self.found
        ]

    def refuse_if_any(self) -> None:
        """Raise BadInput with all problems by line, the first hundred of them spelled out."""
        if self.found:
            by_line = sorted(self.found, key=lambda problem: problem.line or 0)
            raise BadInput(by_line[:MOST_SHOWN] + self._unshown())

    def refuse_if_any_of(self, codes: Set[str]) -> None:
        """Raise BadInput with all problems if one of them has one of these codes."""
        if not codes.isdisjoint(problem.code for problem in self.found):
            self.refuse_if_any()

    def _unshown(self) -> list[Problem]:
        more = len(self.found) - MOST_SHOWN
        if more <= 0:
            return []
        code = "more-problems"
        return [Problem(self.path, None, None, f"And {more} more.", MENDS[code], code)]
