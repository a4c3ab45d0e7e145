"""The text of a Pabulib file as records of cells, and a cell as text.

Records are lines of cells separated by semicolons. A cell that holds a semicolon, a double quote
or a line break stands in double quotes, with each quote inside it doubled:

    18;4000;Park kieszonkowy;"The ""Szopka""; second part"

Space around a cell means nothing (the format's own example has some); lines may end in LF or CRLF.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator

from urne.pabulib.problems import Findings

SECTIONS = ("META", "PROJECTS", "VOTES")
_MUST_QUOTE = frozenset(';"\n\r')


def require_text(raw: bytes, findings: Findings) -> None:
    """Raise BadInput if the bytes are empty or no UTF-8, naming each line's first wrong byte."""
    if not raw.removeprefix(codecs.BOM_UTF8).strip():
        findings.add("empty-file", "The file is empty.")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        _find_wrong_bytes(raw, findings)
    findings.refuse_if_any()


def _find_wrong_bytes(raw: bytes, findings: Findings) -> None:
    start = 0
    for line, content in enumerate(raw.split(b"\n"), 1):
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            place = start + error.start
            what = f"Byte {place} (counted from 0) is 0x{raw[place]:02X}, which is not UTF-8 here."
            findings.add("not-utf8", what, line=line)
        start += len(content) + 1


def read_records(raw: bytes, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Yield each record that is not blank: the line it begins on, and its stripped cells.

    `raw` is UTF-8; a byte order mark is no part of the first cell.
    """
    # Decoded in pieces, for a file may be large. newline="" leaves line breaks inside quotes as
    # they are, and strict refuses what csv would mend without a word.
    lines = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline="")
    reader = csv.reader(lines, delimiter=";", skipinitialspace=True, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            _report_quotes(str(error), line, findings)
            continue
        if any(cells):
            yield line, cells


def _report_quotes(reason: str, line: int, findings: Findings) -> None:
    if reason == "unexpected end of data":
        findings.add("unclosed-quote", "A double quote opens and never closes.", line=line)
    else:
        findings.add("bad-quotes", f"The record cannot be divided: {reason}.", line=line)


def section_title(cells: list[str]) -> str | None:
    """Return the section that a record opens, or None if it opens none."""
    title = cells[0].upper()
    return title if title in SECTIONS and not any(cells[1:]) else None


def write_record(cells: Iterable[str]) -> str:
    """Return one record as a line of text."""
    return ";".join(map(_write_cell, cells)) + "\n"


def _write_cell(cell: str) -> str:
    if _MUST_QUOTE.isdisjoint(cell):
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'
