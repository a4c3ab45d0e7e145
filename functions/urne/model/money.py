"""An amount of money: whole cents of one currency, written `38000 EUR` or `38000.50 EUR`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_AMOUNT = re.compile(r"(0|[1-9]\d{0,12})(?:\.(\d\d))? ([A-Z]{3})")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """Cents and the three letters of their currency."""

    cents: int
    currency: str = "EUR"

    example = "38000 EUR"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the amount that `38000 EUR` or `38000.50 EUR` says. Raises ValueError."""
        match = _AMOUNT.fullmatch(text)
        if match is None:
            raise ValueError("is no amount of money")
        whole, cents, currency = match.groups()
        return cls(int(whole) * 100 + int(cents or 0), currency)
