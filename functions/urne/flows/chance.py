"""Chance that can be repeated, for rehearsals only: the same seed gives the same bytes again."""

from __future__ import annotations

import hashlib


class SeededDraw:
    """A stream of bytes from a seed: call number n gives SHAKE-256(seed || n).

    Whoever knows the seed knows every secret drawn from it; no real election may use this.
    """

    def __init__(self, seed: str) -> None:
        self._seed = hashlib.sha256(b"urne/v1/rehearsal\x00" + seed.encode()).digest()
        self._calls = 0

    def __call__(self, length: int) -> bytes:
        """Return the next bytes, `length` of them."""
        self._calls += 1
        return hashlib.shake_256(self._seed + self._calls.to_bytes(8, "big")).digest(length)
