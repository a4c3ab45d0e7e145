"""Residents vote: once, again, from another device, with a ballot they looked into first."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Request
from tests.browser.pages.conftest import Arrive
from tests.browser.pages.voting_town import VotingTown

from urne.canonical import from_base64, to_base64
from urne.flows.audit.promise import decode_promise
from urne.log.note import parse_vkey
from urne.log.proof import decode_proof, verify_proof
from urne.model.ballot import decode_ballot

pytestmark = [pytest.mark.browser, pytest.mark.aws]

WHOLE_VOTE_SECONDS = 15


def test_a_whole_vote(arrive: Arrive, town: VotingTown, tmp_path: Path) -> None:
    """From the first page to a proven receipt in under 15 seconds, sign-in included."""
    resident = arrive()
    asked: list[Request] = []
    resident.page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    began = time.monotonic()
    resident.vote()
    assert "Preuve vérifiée" in resident.wait_for_log()
    took = time.monotonic() - began
    assert took < WHOLE_VOTE_SECONDS, f"the vote took {took:.1f} s"
    assert resident.complaints == []
    promise = decode_promise(resident.receipt.encode(), town.election)
    with resident.page.expect_download() as waiting:
        resident.page.click("[data-save-proof]")
    waiting.value.save_as(tmp_path / "proof")
    proof = decode_proof((tmp_path / "proof").read_bytes())
    assert verify_proof(proof, promise.leaf_hash, parse_vkey(town.election.log_key)).size >= 2
    with resident.page.expect_download() as waiting:
        resident.page.click("[data-save-receipt]")
    waiting.value.save_as(tmp_path / "receipt")
    assert (tmp_path / "receipt").read_text() == resident.receipt
    origins = {request.url.split("/")[2] for request in asked if request.url.startswith("http")}
    provider = town.platform.provider
    assert provider is not None
    assert origins == {town.origin.split("/")[2], provider.origin.split("/")[2]}
    assert not any("012" in request.url for request in asked)


def test_the_ballot_says_nothing_of_who_sends_it(arrive: Arrive, town: VotingTown) -> None:
    """The request of a ballot carries no cookie and no referrer, though the session is there."""
    resident = arrive()
    resident.seal()
    assert any(cookie["name"] == "urne-vote" for cookie in resident.context.cookies())
    with resident.page.expect_request("**/api/cast") as waiting:
        resident.cast()
    headers = waiting.value.all_headers()
    assert not {"cookie", "referer", "authorization"} & set(headers)
    raw = from_base64(json.loads(waiting.value.post_data or "")["ballot"])
    assert decode_ballot(raw, town.election).revision == 0


def test_voting_again(arrive: Arrive, town: VotingTown) -> None:
    """A second vote needs no second sign-in and has the next number."""
    resident = arrive()
    resident.vote()
    first = resident.receipt
    resident.page.reload()
    resident.at("intro")
    resident.press("see-receipt")
    resident.at("receipt")
    assert resident.receipt == first
    resident.press("vote-again")
    resident.at("choose")
    for number in ("104", "063", "088"):
        resident.page.click(f'[data-add="{number}"]')
    resident.press("review")
    assert not resident.page.is_visible("[data-sign-in]")
    resident.press("seal")
    resident.at("sealed")
    with resident.page.expect_request("**/api/cast") as waiting:
        resident.cast()
    raw = from_base64(json.loads(waiting.value.post_data or "")["ballot"])
    assert decode_ballot(raw, town.election).revision == 1
    assert resident.receipt != first
    assert resident.page.inner_text("[data-revision]").startswith("2")


def test_another_device_with_the_code(arrive: Arrive, town: VotingTown) -> None:
    """Code and sign-in together restore the credential elsewhere; the log tells the next number."""
    here = arrive()
    here.vote()
    here.wait_for_log()
    code = here.code()
    there = arrive(name=here.name)
    there.open()
    there.press("restore")
    there.page.fill("#restore-code", code[:-1] + ("A" if code[-1] != "A" else "B"))
    there.page.click('[data-form="restore"] button.button >> nth=0')
    assert there.page.inner_text("[data-restore-wrong]")
    there.page.fill("#restore-code", code.lower().replace("-", " "))
    there.page.click('[data-form="restore"] button.button >> nth=0')
    there.at("choose")
    for number in ("005", "009", "016"):
        there.page.click(f'[data-add="{number}"]')
    there.press("review")
    there.sign_in()
    there.at("sealed")
    with there.page.expect_request("**/api/cast") as waiting:
        there.cast()
    raw = from_base64(json.loads(waiting.value.post_data or "")["ballot"])
    assert decode_ballot(raw, town.election).revision == 1
    assert there.code() == code
    # And the first device, which does not know of it, takes the number after.
    here.press("vote-again")
    here.at("choose")
    for number in ("019", "012", "104"):
        here.page.click(f'[data-add="{number}"]')
    here.press("review")
    here.press("seal")
    here.at("sealed")
    with here.page.expect_request(_is_third):
        here.cast()


def _is_third(request: Request) -> bool:
    if not request.url.endswith("/api/cast"):
        return False
    raw = base64.b64decode(json.loads(request.post_data or "")["ballot"])
    return raw[65:69] == b"\0\0\0\2"


def test_a_ballot_that_is_looked_into(arrive: Arrive, town: VotingTown) -> None:
    """An opened ballot is recomputed on another page, is never cast, and another one is sealed."""
    resident = arrive()
    resident.seal()
    announced = resident.page.inner_text('[data-step="sealed"] [data-hash]')
    resident.page.click('[data-step="sealed"] details.panel summary')
    resident.press("open")
    resident.at("opened")
    text = resident.page.input_value("[data-opened]")
    elsewhere = arrive()
    elsewhere.page.goto(elsewhere.origin + "/check-ballot/")
    elsewhere.page.fill("#opened", text)
    elsewhere.page.fill("#noted", announced)
    elsewhere.page.click("form .button")
    elsewhere.page.wait_for_selector(".result .yes")
    titles = elsewhere.page.locator(".result li").all_inner_texts()
    cards = resident.page.locator('[data-step="sealed"] .choice-title').all_text_contents()
    assert titles == cards
    lied = json.loads(text)
    lied["choices"].reverse()
    elsewhere.page.fill("#opened", json.dumps(lied, separators=(",", ":")))
    elsewhere.page.click("form .button")
    elsewhere.page.wait_for_selector(".result .no")
    resident.press("seal")
    resident.at("sealed")
    hash_now = resident.page.inner_text('[data-step="sealed"] [data-hash]')
    with resident.page.expect_request("**/api/cast") as waiting:
        resident.cast()
    raw = from_base64(json.loads(waiting.value.post_data or "")["ballot"])
    sealed = decode_ballot(raw, town.election).sealed
    assert to_base64(hashlib.sha256(sealed).digest()) == hash_now != announced


def test_our_public_keys_are_where_a_provider_fetches_them(town: VotingTown) -> None:
    """On the voting origin, beside the sign-in that uses them, and without anything private."""
    with urlopen(f"{town.origin}/api/sign-in/keys?provider=demo") as answer:
        keys = json.loads(answer.read())["keys"]
        assert answer.headers["Content-Type"] == "application/jwk-set+json"
    assert {key["use"] for key in keys} == {"sig", "enc"}
    assert not any("d" in key for key in keys)
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"{town.origin}/api/sign-in/keys?provider=other")


def test_a_receipt_on_paper(arrive: Arrive) -> None:
    """What is printed holds the promise, and neither the code nor what shows who voted."""
    resident = arrive()
    resident.vote()
    resident.press("code")
    page = resident.page
    secrets = [page.inner_text("[data-code]"), page.text_content("[data-sign-off]") or ""]
    kept = page.evaluate("Object.entries(localStorage).find(([k]) => k.startsWith('urne.voter.'))")
    secrets.append(json.loads(kept[1])["seed"])
    assert all(secrets)
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    printed = page.inner_text("body")
    assert printed.count(resident.receipt) == 1
    assert page.inner_text("[data-seal]") in printed
    assert f"{resident.origin}/check/" in printed
    assert not [secret for secret in secrets if secret in printed]
    assert not page.locator("button:visible, a:visible").count()
    page.emulate_media(media="screen")
    assert not page.is_visible("[data-printed]")


def test_choosing_by_keyboard(arrive: Arrive) -> None:
    """Order and removal work with keys alone, and the focus stays where it makes sense."""
    resident = arrive()
    resident.open("/#add=027", at="choose")
    page = resident.page
    assert page.locator("[data-mine] .choice").count() == 1
    assert page.url.endswith("/")
    for number in ("012", "019"):
        page.focus(f'[data-add="{number}"]')
        page.keyboard.press("Enter")
    page.focus('[data-mine] li:nth-child(3) [data-move="up"]')
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert "choix 1" in page.inner_text("[data-said]")
    order = page.locator("[data-mine] .choice-title").all_inner_texts()
    assert order[0].startswith("De nouveaux îlots")
    page.focus('[data-mine] li:nth-child(1) [data-move="remove"]')
    page.keyboard.press("Space")
    assert page.locator("[data-mine] .choice").count() == 2
    assert page.evaluate("document.activeElement.dataset.move") == "remove"
    assert page.is_disabled('[data-act="review"]')
    page.fill("#search", "ECLAIRAGE")
    assert page.locator("[data-projects] > li:visible").count() >= 1
    page.fill("#search", "qwertz")
    assert page.locator("[data-projects] > li:visible").count() == 0
    page.reload()
    resident.at("choose")
    assert page.locator("[data-mine] .choice").count() == 2


def test_choosing_by_touch(arrive: Arrive) -> None:
    """Taps alone choose, order, remove and review, on a telephone without a mouse."""
    resident = arrive(has_touch=True, is_mobile=True)
    page = resident.page
    resident.open()
    page.tap('[data-begin] [data-act="choose"]')
    for number in ("012", "019", "034"):
        page.tap(f'[data-add="{number}"]')
    page.tap('[data-mine] li:nth-child(3) [data-move="up"]')
    page.tap('[data-mine] li:nth-child(1) [data-move="remove"]')
    page.tap('[data-add="104"]')
    numbers = page.locator("[data-add].is-chosen")
    assert [button.get_attribute("data-add") for button in numbers.all()] == ["019", "034", "104"]
    page.tap('[data-act="review"]')
    resident.at("review")


def test_what_a_projects_button_says(arrive: Arrive) -> None:
    """Each has the project in its name; a fourth choice is refused where everyone can see it."""
    resident = arrive()
    page = resident.page
    resident.open()
    resident.press("choose")
    title = page.inner_text("#title-012")
    page.get_by_role("button", name=f"Ajouter {title}", exact=True).click()
    page.get_by_role("button", name=re.compile(f"^Choix 1 ?, retirer.*{title}$")).wait_for()
    assert page.locator("[data-add][aria-pressed]").count() == 0
    for number in ("019", "034"):
        page.click(f'[data-add="{number}"]')
    assert not page.is_visible("[data-full]")
    page.click('[data-add="104"]')
    assert "Retirez-en un" in page.inner_text("[data-full]")
    place = page.locator("[data-full]").bounding_box()
    assert place is not None
    assert 0 <= place["y"] <= 844 - place["height"]
    page.click('[data-mine] [data-move="remove"] >> nth=0')
    assert not page.is_visible("[data-full]")


def test_casting_is_said(arrive: Arrive) -> None:
    """Whoever cannot see the page hears that the ballot is on its way."""
    resident = arrive()
    resident.seal()
    resident.page.route("**/api/cast", lambda route: None)
    resident.press("cast")
    said = resident.page.locator('[data-step="cast"] [role="status"]')
    said.filter(has_text="sans cookie").wait_for(state="attached")


def test_forgetting_a_vote_on_this_device(arrive: Arrive) -> None:
    """Erased means erased: no seed, no receipt, and the vote stays handed out."""
    resident = arrive()
    resident.vote()
    resident.page.click("summary:has-text('Effacer')")
    resident.press("forget")
    resident.at("intro")
    kept = resident.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "seed" not in kept
    resident.choose()
    resident.sign_in()
    assert resident.stopped() == "already-signed-off"


def test_a_device_that_is_shared(arrive: Arrive) -> None:
    """On a shared device nothing of the vote outlives the tab: the code is there before casting."""
    resident = arrive()
    resident.open()
    resident.choose()
    resident.page.check("[data-shared]")
    resident.sign_in()
    resident.at("sealed")
    assert "voix en ligne est perdue" in resident.page.inner_text("[data-fleeting]")
    code = resident.sealed_code()
    assert "seed" not in resident.page.evaluate("JSON.stringify({...localStorage})")
    assert "seed" in resident.page.evaluate("JSON.stringify({...sessionStorage})")
    # The tab is closed by mistake: with the code the vote goes on.
    resident.page.close()
    resident.page = resident.watched(resident.context.new_page())
    resident.open()
    resident.press("restore")
    resident.page.fill("#restore-code", code)
    resident.page.click('[data-form="restore"] button.button >> nth=0')
    resident.at("choose")
    for number in ("012", "019", "034"):
        resident.page.click(f'[data-add="{number}"]')
    resident.press("review")
    resident.sign_in()
    resident.at("sealed")
    assert not resident.page.is_visible("[data-fleeting]")
    resident.cast()


@pytest.mark.parametrize("language, word", [("nl", "stembiljet"), ("en", "ballot")])
def test_other_languages(arrive: Arrive, language: str, word: str) -> None:
    """Who begins in Dutch or English comes back from the provider in it."""
    resident = arrive()
    resident.open(f"/{language}/")
    resident.choose()
    resident.sign_in()
    resident.at("sealed")
    assert resident.page.url == f"{resident.origin}/{language}/"
    resident.cast()
    assert word in resident.page.inner_text("h1:visible")
    assert resident.complaints == []
