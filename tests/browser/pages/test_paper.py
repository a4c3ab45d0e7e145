"""A paper ballot is offered only while one can be had."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.browser.pages.conftest import Arrive
from tests.browser.pages.voting_town import VotingTown

from urne.model.election import PAPER
from urne_local.ballot_pages import build_ballot_pages

pytestmark = [pytest.mark.browser, pytest.mark.aws]

OFFERS = re.compile("papi?er|votez au guichet|stem aan het loket|vote at the desk", re.I)


def test_no_page_of_an_online_vote_offers_paper(town: VotingTown, tmp_path: Path) -> None:
    """Where an election has no paper channel no page does, in no state, in no language."""
    online = tuple(channel for channel in town.election.channels if channel.kind != PAPER)
    election = replace(town.election, channels=online, clerks=())
    build_ballot_pages(election, town.platform.site.origin, tmp_path / "pages")
    for home in ("", "nl/", "en/"):
        for page in ("", "check/", "check-ballot/"):
            place = Path(home) / page / "index.html"
            assert OFFERS.findall(said(tmp_path / "pages" / place)) == [], place
            assert OFFERS.findall(said(town.pages / place)), place


def said(page: Path) -> str:
    """Return all texts of a page, those too that its script may show."""
    return re.sub("<[^>]+>", " ", page.read_text("utf-8"))


@pytest.mark.parametrize("days, offered", [(-1, True), (1, True), (16, False)])
def test_after_the_close_a_stop_offers_no_paper(
    arrive: Arrive, town: VotingTown, days: int, offered: bool
) -> None:
    """The desk can help at any time; it hands out ballots as long as the vote is open."""
    resident = arrive()
    resident.page.clock.set_fixed_time(town.election.opens_at + timedelta(days=days))
    resident.page.route("**/election.json", lambda route: route.abort())
    resident.page.goto(resident.origin + "/")
    assert resident.stopped() == "offline"
    stop = resident.page.inner_text('[data-step="stop"]')
    assert "guichet" in stop
    assert bool(OFFERS.search(stop)) == offered


def test_whom_the_server_calls_late_is_offered_no_paper(arrive: Arrive, town: VotingTown) -> None:
    """The town's clock decides, whatever the device's says."""
    resident = arrive()
    resident.page.route(
        "**/api/enrol",
        lambda route: route.fulfill(status=409, json={"error": {"code": "closed"}}),
    )
    resident.open()
    resident.choose()
    resident.sign_in()
    assert resident.stopped() == "closed"
    assert not OFFERS.search(resident.page.inner_text('[data-step="stop"]'))
