"""Every bundle of a log through its check: in order, on every core, a few in memory at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from urne.errors import NotFound, UrneError
from urne.flows.audit.bundle import BundleResult, BundleWork, Pairs, check_bundle
from urne.flows.audit.question import Read
from urne.flows.audit.tree import Tree
from urne.flows.reveal import require_scalar
from urne.log.tiles import WIDTH, Tile, bundles_of, decode_bundle
from urne.model.election import Election
from urne.model.entry import Kind, decode_reveal

WINDOW = 8

# Behind the reveals there is one entry, the tally. In a log with more behind them, which the
# order forbids, they are still found within this many.
_STRAY_ENTRIES = WIDTH


@dataclass(frozen=True, slots=True)
class Bundles:
    """The bundles of a log of `size`; `committed` is its tree if the published tiles make it."""

    election: Election
    size: int
    read: Read
    committed: Tree | None

    def results(self, pairs: Pairs | None, executor: Executor | None) -> Iterator[BundleResult]:
        """Yield the result of every bundle in order."""
        work = self._work(pairs)
        return _in_order(executor, work) if executor else map(check_bundle, work)

    def revealed(self) -> Pairs | None:
        """Return (public, scalar) of every trustee from the log's end, None before the reveal.

        Only scalars of the keys in the manifest are taken, so it matters little whether the
        entries are those committed to; that is said where bundles are checked.
        """
        scalars: dict[str, bytes] = {}
        first = max(0, self.size - len(self.election.trustees) - _STRAY_ENTRIES) // WIDTH
        for index in range(first, -(-self.size // WIDTH)):
            for raw in self._entries(Tile(None, index, min(WIDTH, self.size - index * WIDTH))):
                if raw[:1] == bytes([Kind.REVEAL]):
                    self._take_scalar(raw[1:], scalars)
        if len(scalars) < len(self.election.trustees):
            return None
        return tuple((t.key, scalars[t.id]) for t in self.election.trustees)

    def _work(self, pairs: Pairs | None) -> Iterator[BundleWork]:
        """Yield each bundle's work.

        Where neither tiles nor bundle are there it ends: a checkpoint may claim any size.
        """
        for tile in bundles_of(self.size):
            raw = self._raw(tile)
            known = self.committed.tiles[tile.index] if self.committed else None
            yield BundleWork(self.election, pairs, tile, raw, known)
            if raw is None and known is None:
                return

    def _raw(self, tile: Tile) -> bytes | None:
        try:
            return self.read(tile.path)
        except NotFound:
            return None

    def _entries(self, tile: Tile) -> list[bytes]:
        try:
            return decode_bundle(self._raw(tile) or b"", tile.width)
        except UrneError:
            return []

    def _take_scalar(self, body: bytes, scalars: dict[str, bytes]) -> None:
        try:
            shown = decode_reveal(body, self.election.election_id)
            require_scalar(self.election, shown.trustee, shown.scalar)
        except UrneError:
            return  # said where reveals are checked
        scalars.setdefault(shown.trustee, shown.scalar)


def _in_order(executor: Executor, work: Iterator[BundleWork]) -> Iterator[BundleResult]:
    """Yield results in order, with no more than a window of bundles in memory."""
    waiting: deque[Future[BundleResult]] = deque()
    for item in work:
        waiting.append(executor.submit(check_bundle, item))
        if len(waiting) >= WINDOW:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
