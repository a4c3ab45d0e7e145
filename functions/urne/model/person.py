"""What an e-ID, a register or a desk says of a person, brought to one spelling.

The same person must give the same pseudonym whichever way they come, so each person field has one
normal form (vectors: tests/vectors/person-fields.json):

- `birthdate`: `YYYY-MM-DD`, with `00` for a month or day that is not stated. Read from
  `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-MM` and `YYYY`.
- every other field, a name: compatibility decomposition (NFKD) and case folding; accents dropped,
  because some registers have none; the letters below spelt out; everything that is neither letter
  nor digit (hyphens, apostrophes, commas) a space, and one space only between words.

Two people who share all of it, to the day of birth, are told apart at the desk.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from urne.errors import NotEligible

BIRTHDATE = "birthdate"
LONGEST = 500

_BIRTHDATE = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?|(?P<month8>[0-9]{2})(?P<day8>[0-9]{2}))?"
)
# Letters that are not made of a letter and an accent, as registers without them spell them.
_SPELT_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l"})
_ACCENTS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Birthdate:
    """A birth date as far as it is known: year from 1, month and day 0 where they are not."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        known_day = self.day and self.month
        most = monthrange(self.year, self.month)[1] if self.year and 1 <= self.month <= 12 else 0
        if self.year < 1 or self.month > 12 or (self.day and not known_day) or self.day > most:
            raise NotEligible("birthdate-unclear")

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    def earliest(self) -> date:
        """Return the first day that it may be."""
        return date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date:
        """Return the last day that it may be."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])


def read_birthdate(text: str) -> Birthdate:
    """Return the birth date that a text states. Raises NotEligible, `birthdate-unclear`."""
    found = _BIRTHDATE.fullmatch(text.strip())
    if found is None:
        raise NotEligible("birthdate-unclear")
    month, day = found["month"] or found["month8"], found["day"] or found["day8"]
    return Birthdate(int(found["year"]), int(month or 0), int(day or 0))


def normalise(field: str, text: str) -> str:
    """Return the normal form of one person field.

    Raises NotEligible: `birthdate-unclear`, or `identity-incomplete` if nothing is left.
    """
    if field == BIRTHDATE:
        return str(read_birthdate(text))
    if len(text) > LONGEST:
        raise NotEligible("identity-incomplete")
    normal = normalise_name(text)
    if not normal:
        raise NotEligible("identity-incomplete")
    return normal


def normalise_name(text: str) -> str:
    """Return a name in lower case, without accents, one space between words."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = _ACCENTS.sub("", folded.translate(_SPELT_OUT))
    words = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in letters)
    return unicodedata.normalize("NFC", " ".join(words.split()))
