"""What pages of every kind carry: pictures, documents, and how much of them is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from urne.errors import ContentRefused, Fault

_TAG = re.compile(r"<\s*/?\s*[A-Za-z!]")


class Example(StrEnum):
    """How much of a page was made up for the demonstration, so that the page can say so."""

    NONE = "none"
    DETAILS = "details"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the page's own folder; `alt` says what it shows to who cannot see it."""

    file: str
    alt: str
    credit: str
    taken_on: date | None = None

    def __post_init__(self) -> None:
        refuse_faults(self._faults())

    def _faults(self) -> Iterator[Fault]:
        if not self.alt.strip():
            yield Fault(
                "alt",
                f"The picture {self.file} has no alternative text.",
                "Say in one sentence what it shows.",
                "alt-missing",
            )
        if not self.credit.strip():
            yield Fault(
                "credit",
                f"The picture {self.file} names no source.",
                "Name the office or the licence it comes from.",
                "credit-missing",
            )


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document to download, and what it is."""

    file: str
    title: str


def carries_html(text: str) -> bool:
    """Return whether a resident's text holds what looks like a tag."""
    return _TAG.search(text) is not None


def refuse_faults(faults: Iterator[Fault]) -> None:
    """Raise ContentRefused if there is any fault."""
    found = tuple(faults)
    if found:
        raise ContentRefused(found)
