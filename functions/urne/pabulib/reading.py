"""A Pabulib file from its bytes: read whole, or refused with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection

from urne.pabulib.cells import SECTIONS, read_records, require_text, section_title
from urne.pabulib.columns import check_header
from urne.pabulib.meta import MOST_CHOICES, check_count, check_meta, read_lengths
from urne.pabulib.model import PabulibFile, Vote
from urne.pabulib.problems import Findings
from urne.pabulib.rules import check_projects, check_votes
from urne.pabulib.tables import MetaTable, ProjectTable, Table, VoteTable


def read_pabulib(raw: bytes, path: str) -> PabulibFile:
    """Return the election that a `.pb` file tells; `path` is what problems call the file.

    Raises BadInput with all problems: of the bytes first, then of the records and what they say.
    """
    findings = Findings(path)
    require_text(raw, findings)
    sections = _Sections(findings)
    last_line = sections.fill(raw)
    # Where records cannot be divided, all that follows would look wrong.
    findings.refuse_if_any_of({"bad-quotes", "unclosed-quote"})
    sections.check()
    if not raw.endswith((b"\n", b"\r")):
        sections.check_last(last_line)
    findings.refuse_if_any()
    return PabulibFile(
        meta=sections.meta.values,
        project_columns=sections.projects.header,
        projects=tuple(sections.projects.projects),
        vote_columns=sections.votes.header,
        votes=tuple(sections.votes.votes),
    )


class _Sections:
    """The three sections of one file, and the line where each begins."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.meta = MetaTable(findings)
        self.projects = ProjectTable(findings)
        self.votes = VoteTable(findings)
        self.lines: dict[str, int] = {}

    def fill(self, raw: bytes) -> int:
        """Put each record into its section, and return the line of the last one."""
        table: Table | None = None
        line, stray = 1, 0
        for line, cells in read_records(raw, self.findings):
            title = section_title(cells)
            if title is not None:
                table = self._open(title, line)
            elif table is not None:
                table.add(line, cells)
            elif not self.lines:
                stray = stray or line
        if stray:
            what = "The file does not begin with a section."
            self.findings.add("outside-section", what, line=stray)
        return line

    def _open(self, title: str, line: int) -> Table | None:
        """Return the section to fill, None for one that was already begun."""
        if title in self.lines:
            what = f"The section {title} begins again (first in line {self.lines[title]})."
            self.findings.add("repeated-section", what, line=line, field=title)
            return None
        if any(later in self.lines for later in SECTIONS[SECTIONS.index(title) :]):
            what = f"The section {title} comes too late."
            self.findings.add("section-order", what, line=line, field=title)
        self.lines[title] = line
        tables: dict[str, Table] = {table.title: table for table in self._tables()}
        return tables[title]

    def _tables(self) -> tuple[Table, ...]:
        return (self.meta, self.projects, self.votes)

    def check(self) -> None:
        """Report missing sections, and all that the sections there are get wrong."""
        self._check_meta()
        projects = self.projects.projects
        if "PROJECTS" in self.lines and (projects or not self.projects.records):
            check_projects(projects, self.findings)
        if {"PROJECTS", "VOTES"} <= self.lines.keys():
            check_votes(self.votes.votes, self.projects.identifiers, self._lengths(), self.findings)
        for table in self._tables():
            if table.title not in self.lines:
                what = f"The section {table.title} is missing."
                self.findings.add("missing-section", what, field=table.title)
            elif not table.header:
                line = self.lines[table.title]
                check_header(table.title, (), table.required, self.findings, line=line)

    def _check_meta(self) -> None:
        if "META" not in self.lines:
            return
        meta = self.meta.values
        check_meta(meta, self.projects.records, self.findings)
        if "PROJECTS" in self.lines:
            check_count(meta, "num_projects", self.projects.records, self.findings)
        if "VOTES" in self.lines:
            check_count(meta, "num_votes", self.votes.records, self.findings)
        self.findings.locate(self.meta.lines)

    def _lengths(self) -> tuple[int, int]:
        """Return the fewest and the most choices; where META is unclear, what a ballot holds."""
        try:
            return read_lengths(self.meta.values, self.projects.records)
        except ValueError:
            return 1, MOST_CHOICES

    def check_last(self, last_line: int) -> None:
        """Report a last record that no line break ends, if it may have been cut short."""
        votes = self.votes.votes
        if any(problem.line == last_line for problem in self.findings.found):
            what = "The last line is not right, and no line break ends it."
        elif votes and votes[-1].line == last_line and self._may_go_on(votes[-1]):
            what = "No line break ends the last line, and it may go on."
        else:
            return
        self.findings.add("truncated-line", what, line=last_line)

    def _may_go_on(self, vote: Vote) -> bool:
        header = self.votes.header
        if header[-1] == "vote":
            # 17,3,1 may be what is left of 17,3,13, and 17,3 of 17,3,1.
            shorter = len(vote.choices) < self._lengths()[1]
            return shorter or _begins_another(vote.choices[-1], self.projects.identifiers)
        if header[-1] == "voting_method":
            return vote.method is None
        return header[-1] != "points" and not vote.other[-1]


def _begins_another(choice: str, identifiers: Collection[str]) -> bool:
    return any(other != choice and other.startswith(choice) for other in identifiers)
