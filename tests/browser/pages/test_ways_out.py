"""Every way out of a vote: each says what happened in a sentence, gives a code, and leads on."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Request, Route
from tests.browser.pages.conftest import Arrive
from tests.browser.pages.voting_town import VotingTown
from tests.staff.terminal import urne

from urne.flows.desk_code import new_desk_code
from urne.model.deployment import encode_deployment
from urne.model.election import PAPER
from urne_local.ballot_pages import build_ballot_pages

pytestmark = [pytest.mark.browser, pytest.mark.aws]

NO_STORAGE = """
Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
"""
# What browsers do that were told to keep nothing: even to look at the storage is refused.
NO_LOOK = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
"""
# How many waits for a sign-in in another tab are under way.
COUNTED = """
window.waits = new Set();
const [begin, end] = [window.setInterval, window.clearInterval];
window.setInterval = (...how) => { const id = begin(...how); waits.add(id); return id; };
window.clearInterval = (id) => { waits.delete(id); end(id); };
"""


@pytest.mark.parametrize(
    "name, code",
    [
        ("cancel", "sign-in-cancelled"),
        ("minor", "not-eligible.too-young"),
        ("weak", "not-eligible.assurance-too-low"),
    ],
)
def test_refused_at_the_provider(arrive: Arrive, name: str, code: str) -> None:
    """Whoever is refused comes back to a sentence, and to the choices they had made."""
    resident = arrive()
    resident.open()
    resident.choose()
    resident.sign_in(name)
    assert resident.stopped() == code
    assert resident.page.url == resident.origin + "/"
    resident.page.reload()
    resident.at("review")
    assert resident.page.locator('[data-step="review"] .choice').count() == 3


@pytest.mark.parametrize(
    "name, why",
    [
        ("no-address", ("not-eligible.no-address", "ne donne pas d’adresse")),
        ("elsewhere", ("not-eligible.not-resident", "dans une autre commune")),
    ],
)
def test_a_code_from_the_desk(
    arrive: Arrive, town: VotingTown, name: str, why: tuple[str, str], tmp_path: Path
) -> None:
    """Without an address here, which is said, a code helps: a wrong one not, a right one votes."""
    deployment = tmp_path / "deployment.toml"
    deployment.write_text(encode_deployment(town.town.deployments(town.platform)[0]))
    given = urne("desk", "code", "--language", "en", "--deployment", str(deployment))
    (code,) = re.findall(r"^Code: (\S+)$", given.out, re.M)
    refusal, said = why
    resident = arrive()
    resident.open()
    resident.choose()
    resident.sign_in(name)
    assert resident.stopped() == refusal
    assert said in resident.page.inner_text("[data-stop-text]")
    resident.take("review")
    resident.at("review")
    resident.press("seal")
    assert resident.stopped() == refusal
    resident.take("desk-code")
    resident.at("desk-code")
    resident.press("review")
    resident.at("review")
    resident.press("seal")
    assert resident.stopped() == refusal
    resident.take("desk-code")
    resident.page.fill("#desk-code", "WRONG-0000")
    resident.page.click('[data-form="desk-code"] button')
    assert resident.stopped() == "desk-code-mistyped"
    resident.take()
    resident.page.fill("#desk-code", new_desk_code(secrets.token_bytes))
    resident.page.click('[data-form="desk-code"] button')
    assert resident.stopped() == "desk-code-refused"
    resident.take()
    resident.page.fill("#desk-code", code.lower())
    resident.page.click('[data-form="desk-code"] button')
    resident.at("sealed")
    resident.cast()


def test_a_vote_that_was_handed_out_before(arrive: Arrive) -> None:
    """The same person in another browser is told so, and offered the code."""
    first = arrive()
    first.vote()
    again = arrive(name=first.name)
    again.open()
    again.choose()
    again.sign_in()
    assert again.stopped() == "already-signed-off"
    again.take()
    again.at("restore")


def test_offline_in_the_middle(arrive: Arrive) -> None:
    """A ballot that did not get through is sent again byte for byte, by a reloaded page too."""
    resident = arrive()
    resident.seal()
    sent: list[str | None] = []
    resident.page.on("request", lambda request: sent.append(_ballot(request)))
    resident.context.set_offline(True)
    resident.press("cast")
    assert resident.stopped() == "offline"
    resident.context.set_offline(False)
    resident.page.route("**/api/cast", lambda route: route.abort())
    resident.take()
    assert resident.stopped() == "offline"
    resident.page.unroute("**/api/cast")
    resident.page.reload()
    resident.at("review")
    resident.page.evaluate("sessionStorage.clear()")
    resident.page.reload()
    resident.at("intro")
    resident.cast()
    ballots = [ballot for ballot in sent if ballot]
    assert len(ballots) == 3
    assert len(set(ballots)) == 1


def _ballot(request: Request) -> str | None:
    return request.post_data if request.url.endswith("/api/cast") else None


def test_offline_at_the_door(arrive: Arrive) -> None:
    """A page whose election did not get through tries again in this same tab."""
    resident = arrive()
    resident.page.route("**/election.json", lambda route: route.abort())
    resident.page.goto(resident.origin)
    assert resident.stopped() == "offline"
    resident.page.unroute("**/election.json")
    resident.take()
    resident.at("intro")


def test_an_answer_that_is_lost(arrive: Arrive) -> None:
    """A town that fails after storing the ballot gives the same promise at the next try."""
    resident = arrive()
    resident.seal()

    def lose(route: Route) -> None:
        route.fetch()
        route.fulfill(status=502, body="")

    resident.page.route("**/api/cast", lose)
    resident.press("cast")
    assert resident.stopped() == "unavailable"
    resident.page.unroute("**/api/cast")
    resident.take()
    resident.at("receipt")
    assert resident.wait_for_log()


def test_enrol_that_is_lost(arrive: Arrive) -> None:
    """A blind signature that got lost is asked for again, with the same message."""
    resident = arrive()
    asked: list[str | None] = []

    def lose(route: Route) -> None:
        asked.append(route.request.post_data)
        if len(asked) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    resident.page.route("**/api/enrol", lose)
    resident.open()
    resident.choose()
    resident.sign_in()
    assert resident.stopped() == "offline"
    resident.take()
    resident.at("sealed")
    assert asked[0] == asked[1]


@pytest.mark.parametrize("script", [NO_STORAGE, NO_LOOK], ids=["no room", "no look"])
def test_no_storage(arrive: Arrive, script: str) -> None:
    """Where nothing can be kept the page says so, and votes: signing in takes a second tab."""
    resident = arrive()
    resident.context.add_init_script(script)
    resident.context.add_init_script(COUNTED)
    resident.open()
    assert resident.page.is_visible('[data-note="memory"]')
    resident.choose()
    with resident.context.expect_page() as waiting:
        resident.page.click("[data-sign-in] button.button")
    waiting.value.wait_for_selector("#resident")
    waiting.value.close()  # this one is never gone on with
    with resident.context.expect_page() as waiting:
        resident.page.click("[data-sign-in] button.button")
    other = waiting.value
    other.fill("#resident", resident.name)
    other.click("form:has(#resident) button")
    resident.at("sealed")
    other.wait_for_selector('body[data-at="back"]')
    assert resident.page.evaluate("waits.size") == 0
    # It is said, before anything can be lost, that the code alone outlives the tab.
    assert "seed" not in resident.page.content()
    code = resident.sealed_code()
    resident.cast()
    resident.page.wait_for_selector("[data-sealed-code]:empty", state="attached")
    assert resident.code() == code
    assert resident.wait_for_log()


def test_two_tabs(arrive: Arrive) -> None:
    """One tab votes at a time; the other says so, and can take over."""
    resident = arrive()
    resident.open()
    first = resident.page
    resident.page = resident.watched(resident.context.new_page())
    resident.open(at="other-tab")
    resident.press("take")
    resident.at("intro")
    first.wait_for_selector('body[data-at="other-tab"]')
    resident.choose()
    resident.sign_in()
    resident.at("sealed")


def test_a_sign_in_that_comes_back_to_another_tab(arrive: Arrive) -> None:
    """Whoever opened a second tab meanwhile takes over in the first, and has signed in there."""
    resident = arrive()
    resident.open()
    resident.choose()
    resident.leave()
    other = resident.watched(resident.context.new_page())
    other.goto(resident.origin)
    other.wait_for_selector('body[data-at="intro"]')
    resident.identify(resident.name)
    resident.at("other-tab")
    resident.press("take")
    resident.at("sealed")
    resident.cast()


def test_a_sign_in_that_took_too_long(arrive: Arrive, town: VotingTown) -> None:
    """Ten minutes at the provider, or between signing in and enrolling, and one signs in again."""
    resident = arrive()
    resident.open()
    resident.choose()
    resident.leave()
    town.platform.clock.advance_to(town.platform.clock.now() + timedelta(minutes=11))
    resident.identify(resident.name)
    assert resident.stopped() == "sign-in-expired"
    resident.take()
    resident.at("review")

    def late(route: Route) -> None:
        town.platform.clock.advance_to(town.platform.clock.now() + timedelta(minutes=11))
        route.continue_()

    resident.page.route("**/api/enrol", late)
    resident.sign_in()
    assert resident.stopped() == "session-expired"
    resident.page.unroute("**/api/enrol")
    resident.take()
    resident.sign_in()
    resident.at("sealed")


def test_a_session_that_is_gone(arrive: Arrive) -> None:
    """A browser that lost its session is asked to sign in."""
    resident = arrive()

    def without(route: Route) -> None:
        headers = {k: v for k, v in route.request.headers.items() if k != "cookie"}
        resident.context.clear_cookies()
        route.continue_(headers=headers)

    resident.page.route("**/api/enrol", without)
    resident.open()
    resident.choose()
    resident.sign_in()
    assert resident.stopped() == "not-signed-in"


@pytest.mark.parametrize("shift, code", [(-1, "not-open-yet"), (16, "closed")])
def test_before_and_after(arrive: Arrive, shift: int, code: str, town: VotingTown) -> None:
    """A visitor outside the two weeks is told when they are, by their own device's clock."""
    resident = arrive()
    resident.page.clock.set_fixed_time(town.election.opens_at + timedelta(days=shift))
    resident.page.goto(resident.origin + "/")
    assert resident.stopped() == code
    resident.page.click("text=Revenir au début")
    resident.at("intro")


def test_the_provider_is_away(arrive: Arrive, town: VotingTown) -> None:
    """A form that cannot lead to the provider leads back, with the reason."""
    resident = arrive()
    resident.open()
    resident.choose()
    resident.page.evaluate("document.querySelector('[name=provider]').value = 'unknown'")
    resident.page.click("[data-sign-in] button.button")
    assert resident.stopped() == "provider-unknown"
    assert resident.page.url == resident.origin + "/"


def test_too_many_votes(arrive: Arrive, town: VotingTown) -> None:
    """After the last revision the page says so before anything is sealed."""
    resident = arrive()
    resident.vote()
    resident.page.evaluate(
        """(most) => {
          const name = Object.keys(localStorage).find((key) => key.startsWith("urne.voter."));
          const kept = JSON.parse(localStorage[name]);
          localStorage[name] = JSON.stringify({ ...kept, next: most });
        }""",
        town.election.max_revisions,
    )
    resident.press("vote-again")
    resident.at("choose")
    for number in ("012", "019", "034"):
        resident.page.click(f'[data-add="{number}"]')
    resident.press("review")
    assert resident.stopped() == "revision-out-of-range"


def test_no_cookies(arrive: Arrive) -> None:
    """A browser that takes no cookies cannot sign in, and hears it before choosing."""
    resident = arrive()
    resident.context.add_init_script(
        "Object.defineProperty(navigator, 'cookieEnabled', { value: false });"
    )
    resident.page.goto(resident.origin + "/")
    assert resident.stopped() == "cookies-off"


@pytest.mark.parametrize("language, home", [("fr", "/"), ("nl", "/nl/"), ("en", "/en/")])
def test_no_script(arrive: Arrive, town: VotingTown, language: str, home: str) -> None:
    """Without script each page says so at once, and what to do instead; no control is left dead."""
    resident = arrive(java_script_enabled=False)
    page = resident.page
    said: list[str] = []
    for name in ("", "check/", "check-ballot/", "audit/"):
        page.goto(resident.origin + home + name)
        notice = page.locator("noscript section")
        box = notice.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 844, name
        said.append(notice.inner_text())
        assert page.locator("button:visible, form:visible, input:visible").count() == 0
        assert page.locator("h1:visible").count() == 1
    assert len(set(said)) == 4
    paper = {"fr": "papier", "nl": "papier", "en": "on paper"}[language]
    assert [paper in text for text in said] == [True, False, False, False]
    page.goto(resident.origin + home)
    root = town.platform.site.origin + home
    assert page.get_attribute("noscript section a", "href") == f"{root}how-to-vote/#paper"


def test_paper_is_offered_only_where_there_is_paper(town: VotingTown, tmp_path: Path) -> None:
    """An election held online alone names no paper ballot to those without script."""
    online = tuple(channel for channel in town.election.channels if channel.kind != PAPER)
    election = replace(town.election, channels=online, clerks=())
    build_ballot_pages(election, town.platform.site.origin, tmp_path / "pages")
    for home, paper in (("", "papier"), ("nl/", "papier"), ("en/", "paper")):
        html = (tmp_path / "pages" / home / "index.html").read_text("utf-8")
        notice = html[html.index("<noscript>\n<div") : html.index("</div>\n</noscript>")]
        assert paper not in notice
        assert f"{home}how-to-vote/" in notice
