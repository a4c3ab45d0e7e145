"""A ballot without an answer: only what the page shows is ever sent, and nothing is a dead end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from playwright.sync_api import Request, Route
from tests.browser.pages.conftest import Arrive
from tests.browser.pages.resident import Resident
from tests.browser.pages.voting_town import VotingTown

from urne.canonical import from_base64, to_base64
from urne.model.ballot import Ballot, decode_ballot

pytestmark = [pytest.mark.browser, pytest.mark.aws]

OTHERS = ("104", "063", "088")
CHANGED = """(change) => {
  const name = Object.keys(localStorage).find((key) => key.startsWith("urne.voter."));
  const kept = JSON.parse(localStorage[name]);
  localStorage[name] = JSON.stringify({ ...kept, ...change });
}"""
KEPT = """() => JSON.parse(
  localStorage[Object.keys(localStorage).find((key) => key.startsWith("urne.voter."))])"""


def shown(resident: Resident) -> str:
    """Return the fingerprint of a seal that stands on the page."""
    return resident.page.inner_text("[data-hash]:visible")


def seal_of(ballot: Ballot) -> str:
    return to_base64(hashlib.sha256(ballot.sealed).digest())


@contextmanager
def casts(resident: Resident, town: VotingTown) -> Iterator[list[Ballot]]:
    """Collect the ballots that leave the page."""
    found: list[Ballot] = []

    def hear(request: Request) -> None:
        if request.url.endswith("/api/cast"):
            raw = from_base64(json.loads(request.post_data or "")["ballot"])
            found.append(decode_ballot(raw, town.election))

    resident.page.on("request", hear)
    yield found
    resident.page.remove_listener("request", hear)


def lose(route: Route) -> None:
    """Let a request through, and its answer get lost."""
    route.fetch()
    route.abort()


def choose_others(resident: Resident, choices: Sequence[str] = OTHERS) -> None:
    """From the review back to the projects: other ones, and to the review again."""
    resident.press("choose")
    resident.at("choose")
    while resident.page.locator('[data-mine] [data-move="remove"]').count():
        resident.page.click('[data-mine] [data-move="remove"] >> nth=0')
    for number in choices:
        resident.page.click(f'[data-add="{number}"]')
    resident.press("review")
    resident.at("review")


@pytest.mark.parametrize("arrives", [False, True])
def test_a_ballot_sealed_after_one_without_an_answer(
    arrive: Arrive, town: VotingTown, arrives: bool
) -> None:
    """What is cast is what is shown: the new seal, under a higher number than what waited."""
    resident = arrive()
    resident.seal()
    first = shown(resident)
    with casts(resident, town) as sent:
        resident.page.route("**/api/cast", lose if arrives else lambda route: route.abort())
        resident.press("cast")
        assert resident.stopped() == "offline"
        resident.page.unroute("**/api/cast")
        resident.take("review")
        resident.at("review")
        assert shown(resident) == first
        choose_others(resident)
        resident.press("seal")
        resident.at("sealed")
        second = shown(resident)
        assert second != first
        resident.cast()
    assert [seal_of(ballot) for ballot in sent] == [first, second]
    assert [ballot.revision for ballot in sent] == [0, 1]
    assert resident.page.inner_text("[data-revision]").startswith("2")


def test_a_ballot_sealed_and_left_beside_one_without_an_answer(
    arrive: Arrive, town: VotingTown
) -> None:
    """Whoever seals anew and then sends what waited sends what waited, as its fingerprint says."""
    resident = arrive()
    resident.seal()
    first = shown(resident)
    with casts(resident, town) as sent:
        resident.page.route("**/api/cast", lambda route: route.abort())
        resident.press("cast")
        assert resident.stopped() == "offline"
        resident.page.unroute("**/api/cast")
        resident.take("review")
        choose_others(resident)
        resident.press("seal")
        resident.at("sealed")
        other = resident.watched(resident.context.new_page())
        other.goto(resident.origin)
        other.click('[data-act="take"]')
        resident.at("other-tab")
        resident.press("take")
        resident.at("review")
        assert shown(resident) == first
        resident.cast()
    assert [seal_of(ballot) for ballot in sent] == [first, first]


def test_no_ballot_leaves_but_the_one_shown(arrive: Arrive, town: VotingTown) -> None:
    """A ballot that was put in the place of the one that waits is not sent."""
    resident, other = arrive(), arrive()
    kept = []
    for voter in (other, resident):
        voter.seal()
        voter.page.route("**/api/cast", lambda route: route.abort())
        voter.press("cast")
        assert voter.stopped() == "offline"
        voter.page.unroute("**/api/cast")
        kept.append(voter.page.evaluate(KEPT)["pending"])
    with casts(resident, town) as sent:
        resident.page.reload()
        resident.at("review")
        resident.page.evaluate(CHANGED, {"pending": kept[0]})
        resident.press("cast")
        assert resident.stopped() == "seal-not-shown"
        assert sent == []
        resident.page.evaluate(CHANGED, {"pending": kept[1]})
        resident.take("intro")
        resident.at("intro")
        resident.cast()
    assert len(sent) == 1


def test_a_number_that_another_device_has_used(arrive: Arrive, town: VotingTown) -> None:
    """What waited since an earlier visit does not undo the newer vote; the choices lead on."""
    here = arrive()
    here.vote()
    here.wait_for_log()
    code = here.code()
    here.press("vote-again")
    for number in OTHERS:
        here.page.click(f'[data-add="{number}"]')
    here.press("review")
    here.press("seal")
    here.at("sealed")
    here.page.route("**/api/cast", lambda route: route.abort())
    here.press("cast")
    assert here.stopped() == "offline"
    here.page.unroute("**/api/cast")
    there = arrive(name=here.name)
    there.open()
    there.press("restore")
    there.page.fill("#restore-code", code)
    there.page.click('[data-form="restore"] button.button >> nth=0')
    for number in ("005", "009", "016"):
        there.page.click(f'[data-add="{number}"]')
    there.press("review")
    there.sign_in()
    there.at("sealed")
    there.cast()
    here.page.reload()
    here.at("review")
    with casts(here, town) as sent:
        here.press("cast")
        assert here.stopped() == "revision-taken"
        assert "autre appareil" in here.page.inner_text("[data-stop-text]").lower()
        here.take("review")
        here.at("review")
        assert not here.page.is_visible("[data-pending]")
        here.press("seal")
        here.at("sealed")
        here.cast()
    assert [ballot.revision for ballot in sent] == [1, 2]


def test_a_fault_of_the_page_leads_back(arrive: Arrive) -> None:
    """Whatever goes wrong in a way nobody foresaw, there is a way back to the beginning."""
    resident = arrive()
    resident.seal()
    answer = {"error": {"code": "no-such-code", "message": ""}}
    resident.page.route("**/api/cast", lambda route: route.fulfill(status=400, json=answer))
    resident.press("cast")
    assert resident.stopped() == "no-such-code"
    resident.take("intro")
    resident.at("intro")
    resident.page.unroute("**/api/cast")
    resident.cast()
