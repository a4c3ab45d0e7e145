"""Writes whose answer may be lost, repeated until their outcome is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from urne.errors import OutcomeUnknown

T = TypeVar("T")
TRIES = 4


def certainly(write: Callable[[], T]) -> T:
    """Return what a repeatable write answers, trying up to four times. Raises OutcomeUnknown.

    Only for writes that answer the same when repeated (store/base.py says which do).
    """
    for _ in range(TRIES - 1):
        try:
            return write()
        except OutcomeUnknown:
            continue
    return write()
