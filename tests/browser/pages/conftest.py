"""One town for all tests of this folder that leave the vote open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext
from tests.browser.pages.resident import Resident
from tests.browser.pages.voting_town import VotingTown, voting_town

_numbers = count(100)

Arrive = Callable[..., Resident]


@pytest.fixture(scope="session")
def town() -> Iterator[VotingTown]:
    with voting_town("browser") as found:
        yield found


@pytest.fixture
def arrive(browser: Browser, town: VotingTown) -> Iterator[Arrive]:
    """Return what makes a resident with a telephone of their own, who has not voted yet."""
    with ExitStack() as stack:

        def make(at: VotingTown = town, name: str = "", **options: Any) -> Resident:
            options = {"viewport": {"width": 390, "height": 844}, "locale": "fr-FR", **options}
            context: BrowserContext = browser.new_context(**options)
            stack.callback(context.close)
            context.set_default_timeout(40_000)
            return Resident(context, at.origin, name or f"voter-{next(_numbers):06d}")

        yield make
