"""An audit on several processes reports exactly what one process reports."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor

import pytest
from tests.audit.forgeries import all_forgeries
from tests.audit.write_forged import GOOD, good

from urne.flows.audit import audit

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
