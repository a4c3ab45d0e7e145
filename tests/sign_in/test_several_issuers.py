"""Each of several issuers has addresses, cookies and sessions of its own; one is as before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from tests.sign_in.test_handler import ASKED, ORIGIN, SAME_ORIGIN, cookies, place
from tests.sign_in.world import ELECTION, NOW, World, local_client, session_key

from urne.canonical import to_base64
from urne.errors import BadField, NotSignedIn
from urne.flows.session import VOTE, require_session
from urne.flows.sign_in_cookie import SignInKey
from urne.handlers.issuer_place import place_of
from urne.handlers.sign_in_redirects import Redirect, SignInPlace, begin, finish
from urne.model.election import Issuer
from urne.store.memory import MemorySessions
from urne_local.serving import Request

HTTPS = "https://vote.example.org"
FIRST, SECOND = "town", "association"
BOTH = replace(
    ELECTION, issuers=(*ELECTION.issuers, Issuer(SECOND, b"\xef" + b"\xff" * 255, bytes(32)))
)
FORM = urlencode({**ASKED, "election_id": to_base64(BOTH.election_id)}).encode()
SECOND_CALLBACK = f"{ORIGIN}/api/issuers/{SECOND}/sign-in/callback"


def test_the_first_answers_where_one_alone_does() -> None:
    assert place_of(BOTH, FIRST, HTTPS).path == place_of(ELECTION, FIRST, HTTPS).path == "/api"
    second = place_of(BOTH, SECOND, HTTPS)
    assert second.start_path == "/api/issuers/association/sign-in/start"
    assert second.callback_url == f"{HTTPS}/api/issuers/association/sign-in/callback"


def test_an_issuer_that_the_manifest_does_not_name_has_no_place() -> None:
    with pytest.raises(BadField, match="issuers"):
        place_of(BOTH, "someone", HTTPS)


def test_one_issuer_alone_has_the_cookies_it_had() -> None:
    """`__Host-` and `Path=/`, which no other host can set."""
    ours = place_of(ELECTION, FIRST, HTTPS).cookies
    assert ours.session.put("c", timedelta(minutes=10)) == (
        "__Host-urne-vote=c; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Strict"
    )


@pytest.mark.parametrize("issuer, path", [(FIRST, "/api"), (SECOND, "/api/issuers/association")])
def test_cookies_of_several_are_kept_for_the_path_that_uses_them(issuer: str, path: str) -> None:
    ours = place_of(BOTH, issuer, HTTPS).cookies
    assert ours.sign_in.put("a.b", timedelta(minutes=10)) == (
        f"__Secure-urne-sign-in=a.b; Max-Age=600; Path={path}/sign-in; Secure; HttpOnly;"
        " SameSite=Lax"
    )
    assert ours.session.put("c", timedelta(minutes=10)) == (
        f"__Secure-urne-vote=c; Max-Age=600; Path={path}/enrol; Secure; HttpOnly; SameSite=Strict"
    )
    assert ours.session.delete().startswith("__Secure-urne-vote=; Max-Age=0; Path=")
    assert ours.outcome.put("signed-in", timedelta(minutes=1)) == (
        "__Host-urne-outcome=signed-in; Max-Age=60; Path=/; Secure; SameSite=Strict"
    )
    assert place_of(BOTH, issuer, ORIGIN).cookies.session.name == "urne-vote"


def test_no_path_of_one_issuer_lies_below_another_s() -> None:
    """So no browser sends what one has set to another, nor any of it with a ballot."""
    issuers = [replace(BOTH.issuers[0], id=id_) for id_ in ("enrol", "sign-in", "enrol-sign-in")]
    election = replace(
        BOTH,
        issuers=tuple(
            replace(issuer, modulus=bytes([0xF0 + at]) + issuer.modulus[1:])
            for at, issuer in enumerate(issuers)
        ),
    )
    places = [place_of(election, issuer.id, HTTPS) for issuer in election.issuers]
    asked = {at.path: (at.start_path, f"{at.path}/enrol") for at in places}
    for at in places:
        for cookie in (at.cookies.sign_in, at.cookies.session):
            reached = [
                owner
                for owner, paths in {**asked, "cast": ("/api/cast",)}.items()
                for path in paths
                if path == cookie.path or path.startswith(f"{cookie.path}/")
            ]
            assert reached == [at.path]


# --- Two offices, each with a world of its own --------------------------------------------------


def office(issuer: str, callback_url: str, key: bytes) -> tuple[World, SignInPlace]:
    """Return an issuer's own provider client, sessions and key."""
    world = World(election=BOTH, client=local_client(redirect_uris=(callback_url,)))
    here = replace(place(world, ORIGIN, issuer), key=SignInKey(key), sessions=MemorySessions())
    return world, here


def left(world: World, here: SignInPlace) -> tuple[dict[str, str], str]:
    """Leave as a resident; return the cookies that are kept and the query that comes back."""
    departure = begin(SAME_ORIGIN, FORM, here, NOW)
    assert parse_qs(urlsplit(departure.location).query)["redirect_uri"] == [here.at.callback_url]
    return cookies(departure), chosen(world, departure)


def chosen(world: World, departure: Redirect) -> str:
    parts = urlsplit(departure.location)
    asked = Request("POST", parts.path, parts.query, (), b"resident=resident-a")
    return urlsplit(dict(world.local.answer(asked).headers)["Location"]).query


def sent(kept: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in kept.items()]


@pytest.fixture
def two() -> tuple[tuple[World, SignInPlace], tuple[World, SignInPlace]]:
    first = office(FIRST, f"{ORIGIN}/api/sign-in/callback", bytes(32))
    return first, office(SECOND, SECOND_CALLBACK, bytes(31) + b"\x01")


Two = tuple[tuple[World, SignInPlace], tuple[World, SignInPlace]]


def test_each_leads_to_its_own_callback_and_back_to_the_same_page(two: Two) -> None:
    for world, here in two:
        kept, query = left(world, here)
        back = finish(query, sent(kept), here, NOW)
        assert (back.outcome, back.location) == ("signed-in", f"{ORIGIN}/vote/rueil-2019/")
        (line,) = [line for line in back.set_cookies if line.startswith("urne-vote")]
        assert SimpleCookie(line)["urne-vote"]["path"] == f"{here.at.path}/enrol"


def test_a_session_of_one_is_none_at_the_other(two: Two) -> None:
    """Even a browser that sends it all the same finds nobody signed in there."""
    (world, first), (_, second) = two
    kept, query = left(world, first)
    session = cookies(finish(query, sent(kept), first, NOW))["urne-vote"]
    assert require_session(session, VOTE, first.sessions, election=BOTH, now=NOW).fields
    with pytest.raises(NotSignedIn):
        require_session(session, VOTE, second.sessions, election=BOTH, now=NOW)
    assert second.sessions.get(session_key(session)) is None


def test_a_sign_in_begun_at_one_does_not_end_at_the_other(two: Two) -> None:
    """The cookie of the one is no cookie at the other: their keys differ."""
    (world, first), (_, second) = two
    kept, query = left(world, first)
    back = finish(query, sent(kept), second, NOW)
    assert back.outcome == "sign-in-not-started"
    assert set(cookies(back)) == {"urne-outcome"}
    assert finish(query, sent(kept), first, NOW).outcome == "signed-in"
