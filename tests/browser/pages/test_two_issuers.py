"""Two offices must both sign a vote: one more sign-in, and every way out between the two."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Request, Route
from tests.browser.pages.conftest import Arrive
from tests.browser.pages.resident import CHOICES, Resident
from tests.browser.pages.test_look import AXE, FOCUSED, Looker
from tests.browser.pages.test_ways_out import NO_STORAGE
from tests.browser.pages.voting_town import VotingTown, voting_town

from urne.canonical import from_base64
from urne.flows.desk_code import give_desk_code
from urne.model.ballot import decode_ballot
from urne_local.rehearsal import copy_tree
from urne_staff.cli import main

ROOT = Path(__file__).parents[3]
# How much of the bar is left to be filled, once what is around it has taken its part.
BAR_ROOM = """() => {
  const style = getComputedStyle(document.querySelector("[data-signed-bar]"));
  return parseFloat(style.height) - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
}"""
SECOND = "/api/issuers/issuer-2"

pytestmark = [pytest.mark.browser, pytest.mark.aws]

Two = Callable[..., Resident]


@pytest.fixture(scope="module")
def two() -> Iterator[VotingTown]:
    with voting_town("browser with two", issuers=2) as found:
        yield found


@pytest.fixture
def come(arrive: Arrive, two: VotingTown) -> Two:
    """Return what makes a resident of the town with two issuers."""
    return lambda **options: arrive(at=two, **options)


# Pages and towns are asked for by the town of each test: one town is enough here.
@pytest.fixture(scope="module")
def town(two: VotingTown) -> VotingTown:
    return two


def between(resident: Resident) -> None:
    """From nothing to the step between the two sign-ins."""
    resident.open()
    resident.choose()
    resident.sign_in()
    resident.at("next-issuer")


def credentials(resident: Resident) -> list[str]:
    """Return the issuers whose signatures this browser keeps."""
    kept = resident.page.evaluate(
        """() => [localStorage, sessionStorage].flatMap((place) =>
          Object.keys(place).filter((name) => name.startsWith("urne.voter."))
            .map((name) => place[name]))"""
    )
    return sorted(json.loads(kept[0])["credentials"]) if kept else []


def cookies_sent(request: Request) -> list[str]:
    line = request.all_headers().get("cookie", "")
    return sorted(pair.partition("=")[0] for pair in line.split("; ") if pair)


def test_a_whole_vote(come: Two, two: VotingTown) -> None:
    """Signing in twice leads to one ballot with both signatures, and to a proven receipt."""
    resident = come()
    asked: list[Request] = []
    resident.page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    resident.open()
    resident.choose()
    assert "deux services" in resident.page.inner_text("[data-several]")
    resident.sign_in()
    resident.at("next-issuer")
    assert resident.page.evaluate(FOCUSED)
    assert "1 signature sur 2" in resident.page.inner_text("#signed")
    assert resident.page.get_attribute("[data-signed-bar]", "value") == "1"
    assert resident.page.evaluate(BAR_ROOM) > 0
    assert credentials(resident) == ["issuer-1"]
    resident.sign_in()
    resident.at("sealed")
    assert resident.page.locator('[data-step="sealed"] .choice').count() == len(CHOICES)
    with resident.page.expect_request("**/api/cast") as waiting:
        resident.cast()
    raw = from_base64(json.loads(waiting.value.post_data or "")["ballot"])
    ballot = decode_ballot(raw, two.election)
    assert len(set(ballot.credentials)) == 2
    assert "Preuve vérifiée" in resident.wait_for_log()
    lines = (resident.page.text_content("[data-sign-off]") or "").split()
    stored = [{line for _, line in store.commitments()} for store in two.stage.commitments]
    assert [from_base64(line) in known for line, known in zip(lines, stored, strict=True)] == [
        True,
        True,
    ]
    assert resident.complaints == []
    ours = [request for request in asked if request.url.startswith(f"{resident.origin}/api/")]
    sent = {request.url.removeprefix(resident.origin): cookies_sent(request) for request in ours}
    names = {path.partition("?")[0]: found for path, found in sent.items()}
    assert names == {
        "/api/sign-in/start": [],
        "/api/sign-in/callback": ["urne-sign-in"],
        "/api/enrol": ["urne-vote"],
        f"{SECOND}/sign-in/start": [],
        f"{SECOND}/sign-in/callback": ["urne-sign-in"],
        f"{SECOND}/enrol": ["urne-vote"],
        "/api/cast": [],
    }


def test_voting_again_needs_no_further_sign_in(come: Two) -> None:
    resident = come()
    between(resident)
    resident.sign_in()
    resident.at("sealed")
    resident.cast()
    resident.press("vote-again")
    resident.at("choose")
    for number in ("104", "063", "088"):
        resident.page.click(f'[data-add="{number}"]')
    resident.press("review")
    resident.press("seal")
    resident.at("sealed")
    resident.cast()
    assert resident.page.inner_text("[data-revision]").startswith("2")


def test_turning_back_at_the_second(come: Two) -> None:
    """Choices and the first signature stay; the next try asks for the second alone."""
    resident = come()
    between(resident)
    resident.sign_in("cancel")
    assert resident.stopped() == "sign-in-cancelled"
    assert credentials(resident) == ["issuer-1"]
    resident.take(1)
    resident.at("review")
    assert resident.page.locator('[data-step="review"] .choice').count() == len(CHOICES)
    assert "1 signature sur 2" in resident.page.inner_text("[data-sign-in] [data-signed]:visible")
    asked: list[str] = []
    resident.page.on("request", lambda request: asked.append(request.url))
    resident.sign_in()
    resident.at("sealed")
    assert f"{resident.origin}/api/enrol" not in asked
    resident.cast()


@pytest.mark.parametrize("name, code", [("minor", "not-eligible.too-young")])
def test_refused_at_the_second(come: Two, name: str, code: str) -> None:
    """A refusal there leads back to where the second sign-in is asked for."""
    resident = come()
    between(resident)
    resident.sign_in(name)
    assert resident.stopped() == code
    resident.page.reload()
    resident.at("next-issuer")
    resident.sign_in()
    resident.at("sealed")


def test_a_page_that_is_loaded_again_in_between(come: Two) -> None:
    """In the same tab it goes on where it was; in another, from the start, with the signature."""
    resident = come()
    between(resident)
    resident.page.reload()
    resident.at("next-issuer")
    resident.page.evaluate("sessionStorage.clear()")
    resident.open()
    resident.choose()
    assert "1 signature sur 2" in resident.page.inner_text("[data-sign-in] [data-signed]:visible")
    resident.sign_in()
    resident.at("sealed")
    resident.cast()


def test_somebody_else_at_the_second(come: Two) -> None:
    """Who has voted before is refused there, and the first signature is not thrown away for it."""
    other = come()
    between(other)
    other.sign_in()
    other.at("sealed")
    resident = come()
    between(resident)
    resident.sign_in(other.name)
    assert resident.stopped() == "already-signed-off-next"
    assert credentials(resident) == ["issuer-1"]
    resident.take()
    resident.at("next-issuer")
    resident.sign_in()
    resident.at("sealed")
    resident.cast()


def test_a_vote_that_was_handed_out_before(come: Two) -> None:
    """The same person in another browser is told so by the first office already."""
    first = come()
    between(first)
    again = come(name=first.name)
    again.open()
    again.choose()
    again.sign_in()
    assert again.stopped() == "already-signed-off"
    assert credentials(again) == []


def test_going_on_elsewhere_with_the_code(come: Two) -> None:
    """The code is there in between already; the other device asks both offices again."""
    here = come()
    between(here)
    here.page.click("[data-later] summary")
    here.page.wait_for_selector("[data-later-code]:not(:empty)")
    code = here.page.inner_text("[data-later-code]")
    here.page.click("[data-later] summary")
    here.page.wait_for_function("() => !document.querySelector('[data-later-code]').textContent")
    there = come(name=here.name)
    there.open()
    there.press("restore")
    there.page.fill("#restore-code", code)
    there.page.click('[data-form="restore"] button.button >> nth=0')
    there.at("choose")
    for number in CHOICES:
        there.page.click(f'[data-add="{number}"]')
    there.press("review")
    asked: list[str] = []
    there.page.on("request", lambda request: asked.append(request.url))
    there.sign_in()
    there.at("next-issuer")
    there.sign_in()
    there.at("sealed")
    assert {f"{there.origin}/api/enrol", f"{there.origin}{SECOND}/enrol"} <= set(asked)
    there.cast()
    assert there.code() == code


def test_a_code_does_not_replace_what_has_begun(come: Two) -> None:
    """Another vote's code is not taken over a signature that is here; erasing comes first."""
    other, resident = come(), come()
    between(other)
    other.page.click("[data-later] summary")
    other.page.wait_for_selector("[data-later-code]:not(:empty)")
    code = other.page.inner_text("[data-later-code]")
    between(resident)
    resident.page.evaluate("sessionStorage.clear()")
    resident.open()
    resident.press("restore")
    resident.page.fill("#restore-code", code)
    resident.page.click('[data-form="restore"] button.button >> nth=0')
    assert "vote commencé" in resident.page.inner_text("[data-restore-wrong]")
    assert credentials(resident) == ["issuer-1"]
    resident.open()
    resident.choose()
    resident.sign_in("cancel")
    resident.stopped()
    resident.take()
    resident.page.click("[data-later] summary")
    resident.page.click('[data-later] [data-act="forget"]')
    resident.at("intro")
    assert credentials(resident) == []


def test_a_device_that_is_shared(come: Two) -> None:
    """What was said before the first sign-in holds after the second: nothing outlives the tab."""
    resident = come()
    resident.open()
    resident.choose()
    resident.page.check("[data-shared]")
    resident.sign_in()
    resident.at("next-issuer")
    resident.sign_in("cancel")
    resident.stopped()
    resident.take(1)
    assert resident.page.is_checked("[data-shared]")
    resident.sign_in()
    resident.at("sealed")
    resident.cast()
    assert "seed" not in resident.page.evaluate("JSON.stringify({...localStorage})")
    assert "seed" in resident.page.evaluate("JSON.stringify({...sessionStorage})")


def test_no_storage(come: Two) -> None:
    """Where nothing can be kept each sign-in takes a tab of its own, and the first tab goes on."""
    resident = come()
    resident.context.add_init_script(NO_STORAGE)
    resident.open()
    resident.choose()
    for then in ("next-issuer", "sealed"):
        with resident.context.expect_page() as waiting:
            resident.page.click("[data-sign-in] button.button:visible")
        other = waiting.value
        other.fill("#resident", resident.name)
        other.click("form:has(#resident) button")
        resident.at(then)
    resident.cast()
    assert resident.wait_for_log()


def test_a_code_from_each_desk(come: Two, two: VotingTown) -> None:
    """Each office asks for a code of its own; the first one's opens nothing at the second."""
    codes = [give_desk_code(store, secrets.token_bytes) for store in two.stage.sign_offs]
    resident = come()
    resident.open()
    resident.choose()
    for number, wrong, then in ((1, 2, "next-issuer"), (2, 1, "sealed")):
        resident.sign_in("no-address")
        assert resident.stopped() == "not-eligible.no-address"
        resident.take()
        resident.at("desk-code")
        assert resident.page.inner_text('[data-step="desk-code"] [data-of]').lower() == (
            f"signature {number} sur 2"
        )
        resident.page.fill("#desk-code", codes[wrong - 1])
        resident.page.click('[data-form="desk-code"] button')
        assert resident.stopped() == "desk-code-refused"
        resident.take()
        resident.page.fill("#desk-code", codes[number - 1])
        resident.page.click('[data-form="desk-code"] button')
        resident.at(then)
    resident.cast()


def test_an_answer_of_the_second_that_is_lost(come: Two) -> None:
    """It is asked for again with the same message, and answered alike."""
    resident = come()
    asked: list[str | None] = []

    def lose(route: Route) -> None:
        asked.append(route.request.post_data)
        if len(asked) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    resident.page.route(f"**{SECOND}/enrol", lose)
    between(resident)
    resident.sign_in()
    assert resident.stopped() == "offline"
    resident.take()
    resident.at("sealed")
    assert asked[0] == asked[1]


def test_a_session_that_ran_out_before_the_second(come: Two, two: VotingTown) -> None:
    """However long it takes, the first signature is here, and the second is signed in for anew."""
    resident = come()
    between(resident)
    clock = two.platform.clock
    clock.advance_to(clock.now() + timedelta(hours=3))

    def late(route: Route) -> None:
        clock.advance_to(clock.now() + timedelta(minutes=11))
        route.continue_()

    resident.page.route(f"**{SECOND}/enrol", late)
    resident.sign_in()
    assert resident.stopped() == "session-expired"
    resident.page.unroute(f"**{SECOND}/enrol")
    resident.take()
    resident.at("next-issuer")
    resident.sign_in()
    resident.at("sealed")


@pytest.mark.parametrize(
    "language, said", [("fr", "les deux services"), ("nl", "twee diensten"), ("en", "two offices")]
)
def test_how_it_looks(come: Two, language: str, said: str) -> None:
    """axe-core finds nothing in between, 320 pixels are enough, and the reason is said."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; npm ci installs it")
    resident = come(bypass_csp=True)
    resident.context.add_init_script(path=AXE)
    eye = Looker(resident.page)
    resident.open("/" if language == "fr" else f"/{language}/")
    resident.choose()
    eye.look("review")
    resident.sign_in()
    resident.at("next-issuer")
    assert said in resident.page.inner_text('[data-step="next-issuer"] .lead').lower()
    eye.look("next-issuer")
    assert eye.found == {}


def test_closed_in_between_and_counted(come: Two, two: VotingTown, tmp_path: Path) -> None:
    """Who has one signature at the close has no vote; all that was cast audits as good, twice."""
    resident = come()
    between(resident)
    two.platform.clock.advance_to(two.election.closes_at + timedelta(seconds=1))
    resident.page.click("[data-sign-in] button.button:visible")
    assert resident.stopped() == "closed"
    two.close()
    copy_tree(two.platform, two.town, tmp_path)
    assert main(["audit", str(tmp_path), "--workers", "1"]) == 0
    node = shutil.which("node")
    assert node
    done = subprocess.run(
        [node, str(ROOT / "site/ballot/audit.mjs"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
