"""The two addresses of signing in: who may call them, what they answer, which cookies they set."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from tests.sign_in.world import ELECTION, KEY, NOW, World, session_key

from urne.canonical import Json, encode, to_base64
from urne.errors import BadField, CrossSiteRequest, NotCanonical, OtherElection, ProviderUnknown
from urne.flows.session import VOTE, require_session
from urne.flows.sign_in import Departure
from urne.handlers.cookies import cookies_of
from urne.handlers.issuer_place import place_of
from urne.handlers.sign_in_redirects import Redirect, SignInPlace, begin, finish

ORIGIN = "http://127.0.0.1:8002"
ASKED: Mapping[str, str] = {
    "election_id": to_base64(ELECTION.election_id),
    "provider": "demo",
}
SAME_ORIGIN = {
    "origin": ORIGIN,
    "sec-fetch-site": "same-origin",
    "content-type": "application/x-www-form-urlencoded",
}


def place(world: World, origin: str = ORIGIN, issuer: str = "town") -> SignInPlace:
    """Return a world as the wiring of an issuer would hand it over."""
    return SignInPlace(
        election=world.election,
        providers=world.providers,
        sessions=world.sessions,
        at=place_of(world.election, issuer, origin),
        page="/vote/rueil-2019/",
        draw=world.draw,
        key=KEY,
    )


def cookies(redirect: Redirect) -> dict[str, str]:
    """Return the cookies that an answer sets, as the next request carries them."""
    pairs = (line.split(";")[0].partition("=") for line in redirect.set_cookies)
    return {name: value for name, _, value in pairs}


def sign_in(world: World, resident: str) -> Redirect:
    """Return the callback's answer for a resident."""
    here = place(world)
    departure = begin(SAME_ORIGIN, urlencode(ASKED).encode(), here, NOW)
    query = world.choose(Departure(departure.location, ""), resident)
    sent = [f"{name}={value}" for name, value in cookies(departure).items()]
    return finish(query, ["other=1", *sent], here, NOW)


def test_from_page_to_page() -> None:
    """A form leads to the provider and back to the page, with nothing in its address."""
    world = World()
    back = sign_in(world, "resident-a")
    assert back.location == f"{ORIGIN}/vote/rueil-2019/"
    assert back.outcome == "signed-in"
    found = cookies(back)
    assert found["urne-sign-in"] == ""
    assert found["urne-outcome"] == "signed-in"
    assert require_session(
        found["urne-vote"], VOTE, world.sessions, election=ELECTION, now=NOW
    ).fields


def test_as_json_and_in_a_language() -> None:
    """A program may send canonical JSON, and the page says which language to speak."""
    world = World()
    headers = {**SAME_ORIGIN, "content-type": "application/json; charset=utf-8"}
    body = encode({**ASKED, "language": "nl"})
    assert "ui_locales=nl" in begin(headers, body, place(world), NOW).location


@pytest.mark.parametrize(
    "resident, outcome",
    [
        ("cancel", "sign-in-cancelled"),
        ("minor", "not-eligible.too-young"),
        ("elsewhere", "not-eligible.not-resident"),
        ("no-address", "not-eligible.no-address"),
        ("weak", "not-eligible.assurance-too-low"),
    ],
)
def test_each_way_out(resident: str, outcome: str) -> None:
    """Each way out ends on the page too; a cookie for the page says which it was."""
    world = World()
    back = sign_in(world, resident)
    assert back.location == f"{ORIGIN}/vote/rueil-2019/"
    assert cookies(back) == {"urne-sign-in": "", "urne-outcome": outcome}
    assert world.stored() == {}


def test_someone_elses_link_does_not_end_a_sign_in() -> None:
    """A forged callback says so and leaves the cookie of the sign-in under way."""
    world = World()
    here = place(world)
    departure = begin(SAME_ORIGIN, urlencode(ASKED).encode(), here, NOW)
    sent = [f"{name}={value}" for name, value in cookies(departure).items()]
    assert cookies(finish("code=x&state=y", sent, here, NOW)) == {
        "urne-outcome": "sign-in-state-mismatch"
    }
    assert cookies(finish("code=x&state=y", [], here, NOW)) == {
        "urne-outcome": "sign-in-not-started"
    }
    query = world.choose(Departure(departure.location, ""), "resident-a")
    assert finish(query, sent, here, NOW).outcome == "signed-in"


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
def test_another_sites_page(changes: Mapping[str, str]) -> None:
    """Nobody else's page begins a sign-in in a visitor's browser."""
    world = World()
    with pytest.raises(CrossSiteRequest):
        begin({**SAME_ORIGIN, **changes}, urlencode(ASKED).encode(), place(world), NOW)
    headers = {name: value for name, value in SAME_ORIGIN.items() if name != "origin"}
    with pytest.raises(CrossSiteRequest):
        begin(headers, urlencode(ASKED).encode(), place(world), NOW)


def test_a_browser_that_says_less() -> None:
    """A browser that does not send Sec-Fetch-Site is believed by its Origin."""
    headers = {name: value for name, value in SAME_ORIGIN.items() if name != "sec-fetch-site"}
    assert begin(headers, urlencode(ASKED).encode(), place(World()), NOW).location


@pytest.mark.parametrize(
    "body, refusal",
    [
        (b"", BadField),
        (b"\xff\xfe", BadField),
        (urlencode({**ASKED, "more": "x"}).encode(), BadField),
        (urlencode({**ASKED, "language": "xx"}).encode(), BadField),
        (urlencode({**ASKED, "election_id": "x"}).encode(), BadField),
        (urlencode(ASKED).encode() + b"&provider=other", BadField),
        (urlencode({**ASKED, "provider": "x" * 2000}).encode(), BadField),
        (urlencode({**ASKED, "election_id": to_base64(bytes(32))}).encode(), OtherElection),
    ],
)
def test_a_body_that_is_refused(body: bytes, refusal: type[Exception]) -> None:
    """What is not the two fields is refused."""
    with pytest.raises(refusal):
        begin(SAME_ORIGIN, body, place(World()), NOW)


def test_a_form_that_may_not_begin() -> None:
    """A person who may not begin comes back to the page, which says why; JSON gets the refusal."""
    here, asked = place(World()), {**ASKED, "provider": "other"}
    for form, now, code in (
        (asked, NOW, "provider-unknown"),
        (ASKED, here.election.closes_at, "closed"),
        (ASKED, here.election.opens_at - timedelta(seconds=1), "not-open-yet"),
    ):
        back = begin(SAME_ORIGIN, urlencode(form).encode(), here, now)
        assert back.location == here.at.origin + here.page
        assert cookies(back) == {"urne-outcome": code}
    headers = {**SAME_ORIGIN, "content-type": "application/json"}
    with pytest.raises(ProviderUnknown):
        begin(headers, encode(asked), here, NOW)


@pytest.mark.parametrize("value", [[], 7, "x"])
def test_json_that_is_refused(value: Json) -> None:
    """JSON that is no object, or not canonical, is refused."""
    headers = {**SAME_ORIGIN, "content-type": "application/json"}
    with pytest.raises(BadField):
        begin(headers, encode(value), place(World()), NOW)
    with pytest.raises(NotCanonical):
        begin(headers, b" " + encode(value), place(World()), NOW)


# --- Cookies ----------------------------------------------------------------------------------


def test_cookies_in_production() -> None:
    """On https nobody else can set, read or overwrite a cookie."""
    ours = cookies_of("https://vote.example.org")
    assert ours.sign_in.put("a.b", timedelta(minutes=10)) == (
        "__Host-urne-sign-in=a.b; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Lax"
    )
    assert ours.session.put("c", timedelta(minutes=10)) == (
        "__Host-urne-vote=c; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Strict"
    )
    assert ours.outcome.put("signed-in", timedelta(minutes=1)) == (
        "__Host-urne-outcome=signed-in; Max-Age=60; Path=/; Secure; SameSite=Strict"
    )
    assert ours.session.delete() == (
        "__Host-urne-vote=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict"
    )


def test_cookies_on_one_machine() -> None:
    """On loopback they are the same but for what only https allows."""
    assert cookies_of(ORIGIN).sign_in.put("a.b", timedelta(minutes=10)) == (
        "urne-sign-in=a.b; Max-Age=600; Path=/; HttpOnly; SameSite=Lax"
    )


@pytest.mark.parametrize("origin", ["http://vote.example.org", "ftp://127.0.0.1", "", "https:/x"])
def test_an_origin_without_encryption(origin: str) -> None:
    """Without https there is no voting anywhere else."""
    with pytest.raises(BadField):
        cookies_of(origin)


def test_a_cookie_among_others() -> None:
    """A cookie is found by its whole name; one that stands twice is none."""
    cookie = cookies_of(ORIGIN).session
    assert cookie.read(["a=1", "urne-vote=x", "xurne-vote=y"]) == "x"
    assert cookie.read(["urne-vote=x", "urne-vote=y"]) is None
    assert cookie.read(["urne-vote="]) is None
    assert cookie.read(["urne-vote"]) is None
    assert cookie.read([]) is None
    assert cookie.read(["urne-vote=a=b"]) == "a=b"


def test_a_place_says_no_secret() -> None:
    """Neither key nor cookies stand in what might be printed."""
    world = World()
    back = sign_in(world, "resident-a")
    session = cookies(back)["urne-vote"]
    printed = repr(back) + repr(place(world)) + repr(world.start()) + repr(KEY)
    assert session not in printed
    assert repr(KEY.raw) not in printed
    assert session_key(session) in world.stored()
    assert replace(back, outcome="x").location == back.location
