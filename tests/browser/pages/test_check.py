"""Check my vote, before and after the close; and what a close in the middle of a vote does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.browser.pages.conftest import Arrive
from tests.browser.pages.resident import Resident
from tests.browser.pages.test_hostile import altering
from tests.browser.pages.test_look import AXE, Looker
from tests.browser.pages.test_unanswered import lose
from tests.browser.pages.voting_town import VotingTown, voting_town

from urne.canonical import from_base64, to_base64
from urne.model.election import Eligibility

pytestmark = [pytest.mark.browser, pytest.mark.aws]


@pytest.fixture(scope="module")
def closing() -> Iterator[VotingTown]:
    with voting_town("closing") as found:
        yield found


def check(resident: Resident, text: str, look: str, noted: str = "") -> str:
    """Return what the page says of a receipt's text, once it says it in this way."""
    page = resident.page
    page.goto(resident.origin + "/check/")
    page.fill("#receipt", text)
    page.fill("#noted", noted)
    page.click("form .button")
    page.wait_for_selector(f".result .{look}")
    return page.inner_text(".result")


def test_before_and_after_the_close(arrive: Arrive, closing: VotingTown, tmp_path: Path) -> None:
    """One receipt counts, one was replaced; who was late hears so; none needs the code.

    axe finds nothing in what is told after the close.
    """
    resident, undecided = (arrive(closing, bypass_csp=True) for _ in range(2))
    late = arrive(closing)
    eyes = [Looker(voter.page) for voter in (resident, undecided)]
    for voter in (resident, undecided):
        voter.context.add_init_script(path=AXE)
    resident.vote(("104", "012", "019"))
    resident.wait_for_log()
    replaced = resident.receipt
    said = check(resident, replaced, "yes")
    assert "entrée nº 1, sur 2" in said
    assert "pas encore clos" in said
    assert "cosigné par" in said.lower()
    assert "lampadaires" not in said
    resident.open()
    resident.press("vote-again")
    for number in ("034", "088", "005"):
        resident.page.click(f'[data-add="{number}"]')
    resident.press("review")
    resident.press("seal")
    resident.at("sealed")
    resident.cast()
    counted = resident.receipt
    undecided.seal()
    late.open()
    late.choose()

    closing.close()

    undecided.press("cast")
    assert undecided.stopped() == "closed-missed"
    eyes[1].look("stop, closed")
    late.page.click("[data-sign-in] button.button")
    assert late.stopped() == "closed"
    (tmp_path / "receipt.json").write_text(counted)
    page = resident.page
    page.goto(resident.origin + "/check/")
    page.set_input_files("#receipt-file", tmp_path / "receipt.json")
    page.click("form .button")
    page.wait_for_selector(".result ol")
    said = page.inner_text(".result")
    assert (
        page.locator(".result ol li").all_inner_texts()[0] == "Des points de compostage collectif"
    )
    assert "Il compte." in said
    assert page.get_attribute(".result a", "href") == "/audit/"
    eyes[0].look("check, counted")
    said = check(resident, replaced, "yes")
    assert "remplacé" in said
    eyes[0].look("check, replaced")
    assert "Il compte." not in said
    for file, change, why in (
        ("tally.json", lambda raw: raw + b" ", "n’est pas celui que nomme le registre"),
        ("tally.json.minisig", lambda raw: raw.replace(b"\n", b"\n ", 1), "n’est pas signé"),
        ("tally.json.minisig", flipped_signature, "n’est pas signé"),
    ):
        resident.page.route(f"**/{file}", altering(change))
        said = check(resident, counted, "no")
        assert why in said, file
        assert "Il compte." not in said
        resident.page.unroute(f"**/{file}")
    resident.page.route("**/tally.json", lambda route: route.fulfill(status=404))
    assert "n’est pas publié" in check(resident, counted, "no")
    eyes[0].look("check, no tally")
    resident.page.unroute("**/tally.json")
    page.goto(resident.origin + "/audit/")
    page.click("[data-start]")
    page.wait_for_selector('[data-verdict="passed"]')
    asked = {"since", "promise"}  # what an auditor may bring along
    checks = page.locator('[data-check]:not([data-status="passed"])')
    assert {c.get_attribute("data-check") for c in checks.all()} == asked
    eyes[0].look("audit, counted")
    assert [eye.found for eye in eyes] == [{}, {}]


def flipped_signature(raw: bytes) -> bytes:
    """Return a minisign file whose second line is another signature of the same key."""
    lines = raw.split(b"\n")
    signature = bytearray(from_base64(lines[1].decode()))
    signature[-1] ^= 1
    lines[1] = to_base64(bytes(signature)).encode()
    return b"\n".join(lines)


def test_the_seal_that_was_announced_is_the_one_in_the_log(
    arrive: Arrive, town: VotingTown
) -> None:
    """What the page showed before casting is on the receipt, and computed again from the log."""
    resident = arrive()
    resident.seal()
    announced = resident.page.inner_text('[data-step="sealed"] [data-hash]')
    resident.cast()
    assert resident.page.inner_text("[data-seal]") == announced
    resident.wait_for_log()
    receipt = resident.receipt
    said = check(resident, receipt, "hash")
    assert announced in said
    assert "Comparez-la" in said
    assert "C’est bien l’empreinte" in check(resident, receipt, "hash", announced)
    for other in (to_base64(bytes(32)), announced[:-4], "…"):
        assert "Ce n’est pas l’empreinte" in check(resident, receipt, "no", other)


def test_what_is_no_receipt(arrive: Arrive, town: VotingTown) -> None:
    """A code is never taken, and a receipt that was altered or made up is told apart."""
    resident = arrive()
    resident.vote()
    receipt, code = resident.receipt, resident.code()
    assert "secret" in check(resident, code, "no")
    assert resident.page.input_value("#receipt") == ""
    assert "n’est pas un reçu" in check(resident, receipt[:-9], "no")
    altered = {**json.loads(receipt), "leaf_hash": to_base64(bytes(32))}
    assert "pas signée" in check(resident, _canonical(altered), "no")
    other = {**json.loads(receipt), "election_id": to_base64(bytes(32))}
    assert "autre scrutin" in check(resident, _canonical(other), "no")
    signature = bytearray(from_base64(json.loads(receipt)["promise"]))
    signature[0] ^= 1
    forged = {**json.loads(receipt), "promise": to_base64(bytes(signature))}
    assert "pas signée" in check(resident, _canonical(forged), "no")


def _canonical(value: dict[str, str]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def test_checking_waits_for_the_log(arrive: Arrive, town: VotingTown) -> None:
    """A promised ballot that is not out yet is waited for, not called missing."""
    resident = arrive()
    resident.open()
    with resident.page.expect_response("**/log/checkpoint") as waiting:
        resident.page.reload()
    before = waiting.value.body()
    resident.at("intro")
    resident.choose()
    resident.sign_in()
    resident.at("sealed")
    resident.cast()
    receipt = resident.receipt
    fresh = arrive()
    fresh.page.route("**/log/checkpoint", lambda route: route.fulfill(body=before))
    fresh.page.goto(fresh.origin + "/check/")
    fresh.page.fill("#receipt", receipt)
    fresh.page.click("form .button")
    fresh.page.wait_for_selector(".result .yes")
    assert "Pas encore dans le registre" in fresh.page.inner_text(".result")


@pytest.fixture(scope="module")
def addressed() -> Iterator[VotingTown]:
    """A town that takes an address for residence and nothing else."""
    rules = Eligibility(16, date(2019, 6, 1), ("address",), ("92500",))
    with voting_town("left without an answer", eligibility=rules) as found:
        yield found


def test_where_no_code_helps(arrive: Arrive, addressed: VotingTown) -> None:
    """A town whose desk gives no codes promises none."""
    resident = arrive(addressed)
    resident.open()
    resident.choose()
    resident.sign_in("no-address")
    assert resident.stopped() == "not-eligible.no-address"
    assert "un code" not in resident.page.inner_text('[data-step="stop"] .lead')
    assert resident.page.locator("[data-way]").count() == 1


def test_a_ballot_that_the_close_left_without_an_answer(
    arrive: Arrive, addressed: VotingTown
) -> None:
    """Its fingerprint is kept and looked for: at once, when the log is closed, and by hand."""
    town = addressed
    early, tardy, fresh = (arrive(town) for _ in range(3))
    for voter, arrives in ((early, True), (tardy, False)):
        voter.seal()
        voter.page.route("**/api/cast", lose if arrives else lambda route: route.abort())
        voter.press("cast")
        assert voter.stopped() == "offline"
        voter.page.unroute("**/api/cast")
    clock, closes_at = town.platform.clock, town.election.closes_at
    clock.advance_to(closes_at + timedelta(seconds=1))
    for voter in (early, tardy):
        voter.take("retry")
        assert voter.stopped() == "closed-casting"
    leaf = early.page.inner_text("[data-unanswered-leaf]")
    with early.page.expect_download() as waiting:
        early.page.click("[data-save-unanswered]")
    assert waiting.value.path().read_text() == f"{leaf}\n"
    # The device's clock has passed the close too: a page loaded again says the same.
    early.page.clock.set_fixed_time(closes_at + timedelta(minutes=2))
    early.page.reload()
    assert early.stopped() == "closed-casting"
    assert "rien s’il manque" in check(fresh, leaf, "yes")

    town.close()

    early.take("retry")
    early.page.wait_for_selector("[data-stop-code]:text-is('closed-arrived')")
    assert early.page.inner_text("[data-unanswered-leaf]") == leaf
    early.take("check")
    early.page.wait_for_url(re.compile("/check/#"))
    assert early.page.input_value("#receipt") == leaf
    early.page.click("form .button")
    early.page.wait_for_selector(".result ol")
    assert "Il compte" in early.page.inner_text(".result")
    tardy.take("retry")
    assert tardy.stopped() == "closed-missed"
    missed = tardy.page.inner_text("[data-unanswered-leaf]")
    assert "pas arrivé à temps" in check(tardy, missed, "no")
    # Settled: nothing waits any longer.
    early.page.goto(early.origin)
    assert early.stopped() == "closed"
    early.take("intro")
    early.at("intro")
    assert not early.page.is_visible("[data-pending]")
