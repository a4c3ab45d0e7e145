"""A million ballots fit into a gigabyte: what is kept of each is a few hundred bytes."""

import random
import tracemalloc
from collections.abc import Iterator
from itertools import permutations

from tests.audit.small_town import small

from urne.flows.audit.bundle import BundleResult, SeenBallot
from urne.flows.audit.entries import EntriesCheck
from urne.flows.audit.report import Findings
from urne.flows.audit.tree import Tree
from urne.flows.result_file import result_file
from urne.log.tiles import WIDTH, bundles_of
from urne.model.entry import Kind, SignOffs, encode_sign_offs, entry

BALLOTS = 10_000
MOST_BYTES_A_BALLOT = 700
MOST_BYTES_A_BALLOT_AT_THE_END = 850


def results(rng: random.Random) -> Iterator[BundleResult]:
    """Yield the results of bundles full of ballots, each by a voting key of its own."""
    rankings = list(permutations(range(5), 3))
    for tile in bundles_of(BALLOTS):
        first = tile.index * WIDTH
        ballots = [
            SeenBallot(first + at, rng.randbytes(32), 0, (*rng.choice(rankings),))
            for at in range(tile.width)
        ]
        yield BundleResult(tile, ballots=ballots, leaves=rng.randbytes(32 * tile.width))


def lists(rng: random.Random) -> Iterator[bytes]:
    """Yield entries of a list with one line for each ballot."""
    lines = sorted(rng.randbytes(32) for _ in range(BALLOTS))
    eid = small().election.election_id
    for at in range(0, BALLOTS, 1_000):
        part = SignOffs("issuer-1", "internet", tuple(lines[at : at + 1_000]))
        yield entry(Kind.SIGN_OFFS, encode_sign_offs(eid, part, bytes(64)))


def test_what_is_kept_of_a_ballot_is_small() -> None:
    rng = random.Random(1)
    election = small().election
    posted = list(lists(rng))
    tracemalloc.start()
    seen, tree = EntriesCheck.of(election, Findings()), Tree()
    for result in results(rng):
        seen.add(result)
        tree.add(result.leaves)
    last = next(iter(bundles_of(1)))
    seen.add(BundleResult(last, others=[(BALLOTS + n, raw) for n, raw in enumerate(posted)]))
    kept, _ = tracemalloc.get_traced_memory()
    tally = seen.recount.tally(seen.lists.fewest(), bytes(32), [bytes(32)])
    result_file(election, small().cards, tally, seen.recount.rankings())
    seen.finish(tree.root_at)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < BALLOTS * MOST_BYTES_A_BALLOT
    assert peak < BALLOTS * MOST_BYTES_A_BALLOT_AT_THE_END
