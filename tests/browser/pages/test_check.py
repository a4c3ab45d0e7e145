"""Check my vote, before and after the close; and what a close in the middle of a vote does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.pages.conftest import Arrive
from tests.browser.pages.resident import Resident
from tests.browser.pages.voting_town import VotingTown, voting_town

from urne.canonical import from_base64, to_base64

pytestmark = [pytest.mark.browser, pytest.mark.aws, pytest.mark.xdist_group("voting-pages")]


@pytest.fixture(scope="module")
def closing() -> Iterator[VotingTown]:
    with voting_town("closing") as found:
        yield found


def check(resident: Resident, text: str, look: str) -> str:
    """Return what the page says of a receipt's text, once it says it in this way."""
    page = resident.page
    page.goto(resident.origin + "/check/")
    page.fill("#receipt", text)
    page.click("form .button")
    page.wait_for_selector(f".result .{look}")
    return page.inner_text(".result")


def test_before_and_after_the_close(arrive: Arrive, closing: VotingTown, tmp_path: Path) -> None:
    """One receipt is counted, one was replaced; who was late hears so; none needs the code."""
    resident, undecided, late = (arrive(closing) for _ in range(3))
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
    assert undecided.stopped() == "closed-casting"
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
    assert "Il a été compté" in said
    said = check(resident, replaced, "yes")
    assert "remplacé" in said
    assert "compté." not in said.replace("pas compté.", "")
    page.goto(resident.origin + "/audit/")
    page.click("[data-start]")
    page.wait_for_selector('[data-verdict="passed"]')
    asked = {"since", "promise"}  # what an auditor may bring along
    checks = page.locator('[data-check]:not([data-status="passed"])')
    assert {c.get_attribute("data-check") for c in checks.all()} == asked


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
