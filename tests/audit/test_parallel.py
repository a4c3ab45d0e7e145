"""An audit on several processes reports exactly what one process reports."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor

import pytest
from tests.audit.forger import Draft
from tests.audit.forgeries import Brought, Forged, all_forgeries
from tests.audit.small_town import small
from tests.audit.write_forged import GOOD, good

from urne.flows.audit import audit
from urne.flows.audit.bundles import WINDOW
from urne.log.tiles import WIDTH

SOME = (
    "order.ballot-after-close",
    "bundles.full-bundle-changed",
    "bundles.full-bundle-missing",
    "tiles.upper-tile-changed",
    "credentials.salt-of-47-bytes",
    "ballot-signatures.nonce-zero",
    "trustees.low-bits-set",
)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    """Return two fresh processes, as the command line starts them."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        yield pool


@pytest.mark.parametrize("name", [*GOOD, *SOME])
def test_two_processes_find_what_one_finds(name: str, executor: Executor) -> None:
    tree = good(name) if name in GOOD else all_forgeries()[name].make()
    told: list[tuple[int, int]] = []
    alone = audit(tree.question())
    together = audit(tree.question(), executor=executor, progress=lambda *done: told.append(done))
    assert together == alone
    assert told == sorted(told)


def test_results_of_many_bundles_come_in_order(executor: Executor) -> None:
    draft = Draft.of(small())
    junk = [b"\x09" + number.to_bytes(4, "big") for number in range((WINDOW + 3) * WIDTH)]
    draft.log[1:1] = junk
    tree = Forged(draft.build(), draft.town.election.edition, Brought())
    told: list[tuple[int, int]] = []
    alone = audit(tree.question())
    together = audit(tree.question(), executor=executor, progress=lambda *done: told.append(done))
    assert together == alone
    assert alone.failed == ("entries",)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (len(draft.log), len(draft.log))
