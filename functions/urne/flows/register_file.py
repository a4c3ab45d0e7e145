"""A town's register as a CSV file: read whole, or refused with everything that is wrong in it.

UTF-8, with a byte order mark or without; cells between commas or semicolons, whichever the header
line has. The header names the manifest's person fields, in any order; other columns are passed
over. Each person is brought to their normal form (model/person.py).

A message names lines and columns, never what stands in a cell: it is about people.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from urne.errors import BadInput, NotEligible, Problem
from urne.model.person import normalise

MOST_SHOWN = 100

# The codes are public: `urne register import --json` prints them.
MENDS = {
    "not-utf8": "Save the file again with the encoding UTF-8.",
    "empty-file": "Export the register again, or give another file.",
    "missing-column": "Name it in the first line of the file.",
    "repeated-column": "Keep one column of this name.",
    "bad-quotes": 'Put the whole cell in double quotes and write each quote inside it as "".',
    "too-few-cells": "Give every line as many cells as the first one, empty ones included.",
    "too-many-cells": "Remove the surplus, or put the cell that holds a separator in quotes.",
    "bad-birthdate": "Write it as YYYY-MM-DD, YYYYMMDD, YYYY-MM or YYYY.",
    "bad-name": "Write the name; it may not be empty or longer than 500 characters.",
    "nobody": "Export the register again; there is nobody in it.",
    "more-problems": "Mend these first, then read the file again.",
}

_CODES = {"birthdate-unclear": "bad-birthdate", "identity-incomplete": "bad-name"}


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """Everyone in a register, once each, by their normalised fields in the manifest's order.

    `repeated`: the lines of the file, from 1, on which somebody stands who stood before, with the
    line of the first time. `passed_over` is how many columns are none of the person fields.
    """

    people: tuple[tuple[str, ...], ...] = field(repr=False)
    repeated: tuple[tuple[int, int], ...]
    passed_over: int


def read_register(raw: bytes, path: str, person_fields: Sequence[str]) -> RegisterFile:
    """Return the register that a CSV file holds. Raises BadInput with all that is wrong."""
    return _Reading(path, tuple(person_fields)).read(raw)


@dataclass(slots=True)
class _Reading:
    path: str
    fields: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)

    def read(self, raw: bytes) -> RegisterFile:
        records = self._records(self._text(raw))
        line, header = next(records, (1, []))
        columns = self._columns(line, header)
        first: dict[tuple[str, ...], int] = {}
        repeated = []
        for line, cells in records:
            person = self._person(line, cells, columns, len(header))
            if person is not None and first.setdefault(person, line) != line:
                repeated.append((line, first[person]))
        if not first and not self.problems:
            self._report("nobody", None, None, "There is no line after the first one.")
        self._refuse()
        return RegisterFile(tuple(first), tuple(repeated), len(header) - len(columns))

    def _text(self, raw: bytes) -> str:
        text = ""
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as e:
            line = raw.count(b"\n", 0, e.start) + 1
            self._report("not-utf8", line, None, "A character is not written in UTF-8.")
        if "\0" in text:  # as UTF-16 has between letters
            line = text.count("\n", 0, text.index("\0")) + 1
            self._report("not-utf8", line, None, "There is a zero byte in it.")
        if not text.strip() and not self.problems:
            self._report("empty-file", None, None, "The file is empty.")
        self._refuse()
        return text

    def _records(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Yield each record that is not blank, with the line that it begins on."""
        head = text.lstrip("\r\n").partition("\n")[0]
        separator = ";" if head.count(";") > head.count(",") else ","
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        begin = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield begin, cells
                begin = reader.line_num + 1
        except csv.Error:
            what = "A cell is not quoted rightly, or holds what no cell may; reading stopped here."
            self._report("bad-quotes", begin, None, what)

    def _columns(self, line: int, header: Sequence[str]) -> dict[str, int]:
        """Return where each person field stands. What cannot be found cannot be read: refused."""
        names = [cell.strip().lower() for cell in header]
        for name in self.fields:
            if name not in names:
                self._report("missing-column", line, name, "There is no column of this name.")
            elif names.count(name) > 1:
                self._report("repeated-column", line, name, "There are two columns of this name.")
        self._refuse()
        return {name: names.index(name) for name in self.fields}

    def _person(
        self, line: int, cells: Sequence[str], columns: dict[str, int], width: int
    ) -> tuple[str, ...] | None:
        """Return the person of one record, or None after reporting what is wrong with it."""
        if len(cells) != width:
            code = "too-few-cells" if len(cells) < width else "too-many-cells"
            what = f"It has {len(cells)} cells, and the first line {width}."
            self._report(code, line, None, what)
            return None
        normal = []
        for name, column in columns.items():
            try:
                normal.append(normalise(name, cells[column]))
            except NotEligible as e:
                self._report(_CODES[e.reason], line, name, "It cannot be read.")
        return tuple(normal) if len(normal) == len(columns) else None

    def _report(self, code: str, line: int | None, name: str | None, what: str) -> None:
        self.problems.append(Problem(self.path, line, name, what, MENDS[code], code))

    def _refuse(self) -> None:
        """Raise BadInput if anything is wrong, with the first hundred problems."""
        rest = len(self.problems) - MOST_SHOWN
        if rest > 0:
            del self.problems[MOST_SHOWN:]
            self._report("more-problems", None, None, f"There are {rest} further problems.")
        if self.problems:
            raise BadInput(self.problems)
