"""Whatever happens, nothing of a person stands in a log line, an error, an address or a cookie.

Each private field holds a marker that stands nowhere else; each way through a sign-in is taken,
and everything that came out of it is searched.
"""

import json
import logging
import traceback
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from tests.sign_in.test_handler import ASKED, SAME_ORIGIN, cookies, place
from tests.sign_in.world import (
    ELECTION,
    NOW,
    POSTAL_CODE,
    Change,
    Forged,
    World,
    demo_config,
    forge,
    local_client,
    saying,
    session_key,
    without,
)

from urne.canonical import to_base64
from urne.errors import UrneError
from urne.flows.oidc import Statement
from urne.flows.sign_in import Departure
from urne.handlers.sign_in_redirects import begin, finish
from urne.model.identity import decode_identity
from urne.store.base import Session
from urne.store.web import WebAnswer

MARKERS = {
    "family_name": "MARKERFAMILY",
    "given_name": "MARKERGIVEN",
    "birthdate": "1981-11-27",
    "sub": "MARKERSUBJECT",
    "email": "marker@example.org",
}
ADDRESS = {"postal_code": "98765", "locality": "MARKERTOWN", "street_address": "1 MARKERSTREET"}
FORBIDDEN = (
    *("markerfamily", "markergiven", "1981-11-27", "19811127", "markersubject"),
    *("marker@example.org", "98765", "markertown", "markerstreet", "marker"),
)
MARKED = replace(
    ELECTION, eligibility=replace(ELECTION.eligibility, postal_codes=(ADDRESS["postal_code"],))
)

Scene = Callable[[World], None]


def as_is(_: World) -> None:
    """Change nothing: the person signs in."""


def stating(change: Change) -> Scene:
    """Change what userinfo says, after the markers."""

    def scene(world: World) -> None:
        forged = world.local.statements
        assert isinstance(forged, Forged)
        marked = forged.change_userinfo
        forged.change_userinfo = lambda claims: change(marked(claims))

    return scene


def answering(path: str, body: bytes, status: int = 200) -> Scene:
    """Answer other bytes at one address."""

    def scene(world: World) -> None:
        def alter(asked: str, answer: WebAnswer) -> WebAnswer:
            return replace(answer, status=status, body=body) if asked == path else answer

        world.fetch.alter = alter

    return scene


MARKED_JSON = json.dumps({**MARKERS, "address": ADDRESS}).encode()
SCENES: dict[str, tuple[Scene, str]] = {
    "signed in": (as_is, "signed-in"),
    "too young": (stating(saying(birthdate="2018-11-27")), "not-eligible.too-young"),
    "birth date odd": (stating(saying(birthdate="MARKER")), "not-eligible.birthdate-unclear"),
    "no name": (stating(without("family_name")), "not-eligible.identity-incomplete"),
    "elsewhere": (
        stating(saying(address={"postal_code": "marker98765"})),
        "not-eligible.not-resident",
    ),
    "another person": (stating(saying(sub="MARKERSUBJECT2")), "token-subject-differs"),
    "userinfo no JSON": (answering("/userinfo", MARKED_JSON[:-1]), "token-malformed"),
    "userinfo twice": (
        answering("/userinfo", MARKED_JSON[:-1] + b',"sub":"MARKER"}'),
        "token-malformed",
    ),
    "userinfo a list": (answering("/userinfo", b"[" + MARKED_JSON + b"]"), "token-malformed"),
    "userinfo refused": (answering("/userinfo", MARKED_JSON, 401), "provider-refused"),
    "token refused": (answering("/token", b'{"error": "MARKER"}', 400), "provider-refused"),
    "token no JSON": (answering("/token", MARKED_JSON[:-1]), "provider-unreachable"),
    "token without token": (answering("/token", MARKED_JSON), "token-malformed"),
    "keys odd": (
        answering("/jwks", json.dumps({"keys": [MARKERS]}).encode()),
        "token-key-unknown",
    ),
}


def marked_world(userinfo: str) -> World:
    """Return a world whose residents are made of markers."""
    encrypted = userinfo == "encrypted"
    config = demo_config(
        id_token="signed",
        userinfo=userinfo,
        key_management=("ECDH-ES",) if encrypted else (),
        content=("A256GCM",) if encrypted else (),
    )
    client = local_client(id_token="signed", userinfo=userinfo)
    world = World(election=MARKED, config=config, client=client)
    forged = forge(world)
    forged.change_userinfo = saying(**MARKERS, address=ADDRESS)
    forged.change_id_token = saying(**MARKERS, address=ADDRESS)
    return world


def search(texts: list[str], where: str) -> None:
    for text in texts:
        for marker in FORBIDDEN:
            assert marker not in text.lower(), f"{marker} in {where}"


@pytest.mark.parametrize("userinfo", ["json", "signed", "encrypted"])
@pytest.mark.parametrize("name", SCENES)
def test_nothing_of_a_person_comes_out(
    name: str,
    userinfo: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Log, output, errors with all their causes, addresses and cookies hold no marker.

    Each scene ends as it should: it has really been where the markers are.
    """
    caplog.set_level(logging.DEBUG)
    world = marked_world(userinfo)
    scene, outcome = SCENES[name]
    scene(world)
    here = place(world)
    asked = {**ASKED, "election_id": to_base64(MARKED.election_id)}
    departure = begin(SAME_ORIGIN, urlencode(asked).encode(), here, NOW)
    query = world.choose(Departure(departure.location, ""), "resident-a")
    sent = [f"{key}={value}" for key, value in cookies(departure).items()]
    back = finish(query, sent, here, NOW)
    assert back.outcome == outcome
    search([str(back.location), *back.set_cookies, departure.location], "an answer")
    search(_tracebacks(world), "an error")
    search([caplog.text, *capfd.readouterr()], "the log")


def _tracebacks(world: World) -> list[str]:
    """Return what an error would look like on its way to a log, with its causes."""
    try:
        world.sign_in()
    except UrneError as e:
        parts = [*traceback.format_exception(e), repr(e), repr(e.args), repr(vars(e))]
        return [str(e), *parts]
    return []


def test_what_is_kept_is_not_shown() -> None:
    """The session does hold who somebody is; printing it, or what led to it, does not show it."""
    world = marked_world("json")
    cookie = world.sign_in().cookie
    session = world.stored()[session_key(cookie)]
    assert isinstance(session, Session)
    assert b"markerfamily" in session.payload
    identity = decode_identity(session.payload)
    assert identity.fields == ("1981-11-27", "markerfamily", "markergiven")
    statement = Statement("eidas2", {**MARKERS})
    answer = WebAnswer(200, "application/json", MARKED_JSON)
    search([repr(session), repr(identity), repr(statement), repr(answer)], "a repr")


def test_the_markers_can_be_found() -> None:
    """The search would find what it looks for."""
    with pytest.raises(AssertionError):
        search(["… MarkerFamily …"], "this test")
    assert POSTAL_CODE not in ADDRESS.values()
