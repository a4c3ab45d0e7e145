"""What is altered, forged or replayed stops with a code; nothing is published, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Route
from tests.browser.pages.conftest import Arrive
from tests.browser.pages.resident import Resident
from tests.browser.pages.voting_town import VotingTown

from urne import errors
from urne.canonical import from_base64, to_base64
from urne.crypto.blind import blind_sign, generate_key
from urne.errors import NotEligible, UrneError
from urne.flows.chance import SeededDraw

PAGE = Path(__file__).parents[3] / "site/ballot/page"
# How a sign-in can end: what the callback, and after it `enrol`, may refuse with.
OUTCOMES = sorted(
    {
        *(f"not-eligible.{reason}" for reason in NotEligible.reasons),
        *(
            found.code
            for found in vars(errors).values()
            if isinstance(found, type)
            and issubclass(found, UrneError)
            and found.code.startswith(("token-", "sign-in-", "provider-", "session-", "not-signed"))
        ),
        "cross-site-request",
        "desk-code-refused",
        "already-signed-off",
        "blind-signature-invalid",
        "credential-invalid",
        "revision-taken",
        "revision-out-of-range",
        "other-election",
        "signing-failed",
        "outcome-unknown",
        "unavailable",
        "internal",
        "closed",
        "not-open-yet",
    }
)
# Words that several codes share.
SHARED = {
    "not-eligible.no-address": "not-eligible",
    "provider-unknown": "provider-misconfigured",
    "other-election": "manifest-altered",
    "signing-failed": "unavailable",
    "outcome-unknown": "unavailable",
    "internal": "unavailable",
}

pytestmark = [pytest.mark.browser, pytest.mark.aws]


def altering(change: Callable[[bytes], bytes]) -> Callable[[Route], None]:
    """Return a route that changes what the server answers."""

    def handle(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=change(answer.body()))

    return handle


def flipped(raw: bytes) -> bytes:
    """Return bytes with the last one changed."""
    return raw[:-1] + bytes([raw[-1] ^ 1])


@pytest.mark.parametrize(
    "path, change, code",
    [
        ("election.json", lambda raw: raw.replace(b'"stop"', b'"skip"') + b" ", "manifest-altered"),
        ("election.json", lambda raw: raw.replace(b"[3,2,1]", b"[9,2,1]"), "manifest-altered"),
        ("cards.json", lambda raw: raw.replace(b"LED", b"OLD"), "cards-altered"),
        ("log/checkpoint", lambda raw: raw.replace(b"\n1\n", b"\n2\n", 1)[:-9], "log-untrusted"),
        ("log/tile/**", flipped, "log-untrusted"),
    ],
)
def test_altered_files(
    arrive: Arrive, town: VotingTown, path: str, change: Callable[[bytes], bytes], code: str
) -> None:
    """A manifest, a card, a checkpoint or a tile that was altered ends the visit at the door."""
    # A log of one entry has no tile that anybody needs: its root is that entry's hash.
    voter = arrive()
    voter.vote()
    voter.wait_for_log()
    resident = arrive()
    resident.page.route(f"**/elections/{town.election.edition}/{path}", altering(change))
    resident.page.goto(resident.origin + "/")
    assert resident.stopped() == code
    assert resident.page.locator('[data-act="choose"]:visible').count() == 0


def test_missing_manifest(arrive: Arrive) -> None:
    resident = arrive()
    resident.page.route("**/election.json", lambda route: route.fulfill(status=404))
    resident.page.goto(resident.origin + "/")
    assert resident.stopped() == "manifest-altered"


@pytest.mark.parametrize(
    "change, code",
    [
        ({"election": to_base64(bytes(32))}, "manifest-altered"),
        ({"size": 1_000_000}, "log-rolled-back"),
        ({"root": to_base64(bytes(32))}, "log-forked"),
    ],
)
def test_other_than_seen_before(arrive: Arrive, change: dict[str, object], code: str) -> None:
    """What this browser saw on an earlier visit is held against what it is served now."""
    resident = arrive()
    resident.vote()
    resident.wait_for_log()
    resident.page.evaluate(
        """(change) => {
          const name = Object.keys(localStorage).find((key) => key.startsWith("urne.seen."));
          localStorage[name] = JSON.stringify({ ...JSON.parse(localStorage[name]), ...change });
        }""",
        change,
    )
    resident.page.goto(resident.origin + "/")
    assert resident.stopped() == code


def _seen(resident: Resident) -> int:
    keys = "Object.keys(localStorage).find((key) => key.startsWith('urne.seen.'))"
    return int(resident.page.evaluate(f"JSON.parse(localStorage[{keys}]).size"))


def test_a_log_that_grows_is_believed(arrive: Arrive) -> None:
    """A later, longer checkpoint is proven to begin with the one that was seen."""
    resident = arrive()
    resident.vote()
    resident.wait_for_log()
    seen = _seen(resident)
    other = arrive()
    other.vote()
    other.wait_for_log()
    resident.open()
    assert _seen(resident) > seen


def test_a_blind_signature_that_does_not_verify(arrive: Arrive) -> None:
    """It is refused, asked for again with the same message, and nothing is published."""
    resident = arrive()
    asked: list[str | None] = []
    casts: list[str] = []

    def forge(raw: bytes) -> bytes:
        answer = json.loads(raw)
        answer["blind_signature"] = to_base64(flipped(from_base64(answer["blind_signature"])))
        return json.dumps(answer).encode()

    def handle(route: Route) -> None:
        asked.append(route.request.post_data)
        altering(forge)(route)

    resident.page.on(
        "request", lambda r: casts.append(r.url) if r.url.endswith("/api/cast") else None
    )
    resident.page.route("**/api/enrol", handle)
    resident.open()
    resident.choose()
    resident.sign_in()
    assert resident.stopped() == "blind-signature-invalid"
    assert len(asked) == 3
    assert len(set(asked)) == 1
    assert casts == []
    resident.page.unroute("**/api/enrol")
    resident.take()
    resident.at("sealed")
    resident.cast()


def test_a_signature_of_another_issuers_key(arrive: Arrive, town: VotingTown) -> None:
    """What another issuer's key has truly signed is no credential here."""
    ours = town.election.issuers[0].modulus
    draws = (SeededDraw(f"another issuer {number}") for number in count())
    other = next(key for draw in draws if (key := generate_key(draw)).modulus > ours)
    resident = arrive()
    asked: list[bytes] = []

    def sign(route: Route) -> None:
        asked.append(from_base64(json.loads(route.request.post_data or "")["blinded"]))
        answer = json.loads(route.fetch().body())
        answer["blind_signature"] = to_base64(blind_sign(other, asked[-1], bytes([1]) * 272))
        route.fulfill(json=answer)

    resident.page.route("**/api/enrol", sign)
    resident.open()
    resident.choose()
    resident.sign_in()
    assert resident.stopped() == "blind-signature-invalid"
    assert len(asked) == 3


def test_a_signature_that_is_none(arrive: Arrive, town: VotingTown) -> None:
    """A blind signature of any length or number but the issuer's own is no credential."""
    resident = arrive()
    answers = [bytes(256), b"\xff" * 256, b"\1" * 255]

    def forge(route: Route) -> None:
        answer = json.loads(route.fetch().body())
        answer["blind_signature"] = to_base64(answers.pop())
        route.fulfill(json=answer)

    resident.page.route("**/api/enrol", forge)
    resident.open()
    resident.choose()
    resident.sign_in()
    assert resident.stopped() == "blind-signature-invalid"
    assert answers == []


@pytest.mark.parametrize("field", ["promise", "leaf_hash"])
def test_a_promise_that_is_not_the_towns(arrive: Arrive, field: str) -> None:
    """A forged promise is no receipt; the same ballot, sent again, gets the true one."""
    resident = arrive()
    resident.seal()

    def forge(raw: bytes) -> bytes:
        answer = json.loads(raw)
        answer[field] = to_base64(flipped(from_base64(answer[field])))
        return json.dumps(answer).encode()

    resident.page.route("**/api/cast", altering(forge))
    resident.press("cast")
    assert resident.stopped() == "promise-invalid"
    resident.page.unroute("**/api/cast")
    resident.take()
    resident.at("receipt")
    assert resident.wait_for_log()


def test_someone_elses_sign_in_link(arrive: Arrive) -> None:
    """A link from another person's sign-in signs nobody in, with or without one under way."""
    attacker, victim = arrive(), arrive()
    attacker.open()
    attacker.choose()
    attacker.leave()
    asked = attacker.page.url
    answer = attacker.context.request.post(asked, form={"resident": attacker.name}, max_redirects=0)
    link = answer.headers["location"]
    victim.page.goto(link)
    assert victim.stopped() == "sign-in-not-started"
    victim.open()
    victim.choose()
    victim.leave()
    victim.page.goto(link)
    assert victim.stopped() == "sign-in-state-mismatch"
    assert all(cookie["name"] != "urne-vote" for cookie in victim.context.cookies())


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_way_a_sign_in_can_end(arrive: Arrive, town: VotingTown, language: str) -> None:
    """Each refusal, ID token or session, has words of its own, its code, and a way that leads on.

    But another election than the page was built for: there nobody is to go on.
    """
    resident = arrive()
    page = resident.page
    words = json.loads((PAGE / f"words/{language}.json").read_text("utf-8"))["errors"]
    path = "/" if language == "fr" else f"/{language}/"
    for code in OUTCOMES:
        page.context.add_cookies([{"name": "urne-outcome", "value": code, "url": resident.origin}])
        page.goto(resident.origin + path, wait_until="commit")
        assert resident.stopped() == code
        named = "token" if code.startswith("token-") else SHARED.get(code, code)
        assert words[named][0][:12] in page.inner_text("[data-stop-title]").replace("\u202f", " ")
        assert named != "other"
        assert (page.locator("[data-way]").count() > 0) == (named != "manifest-altered"), code
        assert page.evaluate("document.cookie") == ""
    assert len(OUTCOMES) > 40


def test_a_callback_that_is_used_twice(arrive: Arrive) -> None:
    """Going back to the link of a finished sign-in signs nobody in a second time."""
    resident = arrive()
    links: list[str] = []
    resident.page.on("request", lambda r: links.append(r.url) if "/callback?" in r.url else None)
    resident.open()
    resident.choose()
    resident.leave()
    kept = resident.context.cookies()
    resident.identify(resident.name)
    resident.at("sealed")
    resident.page.goto(links[0])
    assert resident.stopped() == "sign-in-not-started"
    resident.context.add_cookies([c for c in kept if c["name"] == "urne-sign-in"])  # type: ignore[misc]
    resident.page.goto(links[0])
    assert resident.stopped() in ("provider-refused", "sign-in-replayed")


def test_what_the_page_may_load(arrive: Arrive, town: VotingTown) -> None:
    """The policy allows this origin alone, and the script is the one whose hash is in the page."""
    resident = arrive()
    answer = resident.page.goto(resident.origin + "/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    for part in ("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    script = resident.page.get_attribute("script[type=module]", "src")
    resident.page.route(f"**{script}", altering(lambda raw: raw + b"\n"))
    resident.page.goto(resident.origin + "/")
    resident.page.wait_for_timeout(500)
    assert resident.page.get_attribute("body", "data-at") is None
    assert any("integrity" in complaint for complaint in resident.complaints)


@pytest.mark.parametrize("name", ["audit-worker", "worker"])
def test_a_worker_that_was_altered_audits_nothing(
    arrive: Arrive, town: VotingTown, name: str
) -> None:
    """The audit's page names the hash of each worker too; one of another hash is not started."""
    resident = arrive()
    page = resident.page
    page.route(f"**/assets/{name}-*.js", altering(lambda raw: raw + b"\n"))
    page.goto(resident.origin + "/audit/")
    page.click("[data-start]")
    page.wait_for_selector("[data-verdict]")
    assert page.get_attribute("[data-verdict]", "data-verdict") == "error"
    assert "(unavailable)" in page.inner_text("[data-verdict]")
    assert page.workers == []
    page.unroute(f"**/assets/{name}-*.js")
    page.click("[data-start]")
    page.wait_for_selector('[data-verdict="incomplete"]')


def test_a_style_that_was_altered_is_not_applied(arrive: Arrive) -> None:
    """It could hide a warning or show a button in another's place."""
    resident = arrive()
    resident.page.route("**/assets/ballot-*.css", altering(lambda raw: raw + b"\n"))
    resident.page.goto(resident.origin + "/check/")
    assert resident.page.evaluate("document.styleSheets.length") == 0
    assert any("integrity" in complaint for complaint in resident.complaints)
