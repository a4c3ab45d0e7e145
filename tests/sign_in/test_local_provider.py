"""The local provider refuses what a real one refuses, and its page says what it must."""

from collections.abc import Mapping
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

import pytest
from tests.sign_in.world import CALLBACK_URL, POSTAL_CODE, World, local_client, query_of

from urne.flows.sign_in import Departure
from urne_local.provider_page import LANGUAGES, WORDS
from urne_local.residents import find_resident, residents
from urne_local.serving import Request, Response

FORM = (("content-type", "application/x-www-form-urlencoded"),)


def ask(world: World, departure: Departure, **changes: str | None) -> Response:
    """Open the provider's page with parameters replaced, or left out where None."""
    said: Mapping[str, str | None] = {**query_of(departure.redirect_url), **changes}
    query = urlencode({name: value for name, value in said.items() if value is not None})
    return world.local.answer(Request("GET", "/authorize", query))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "another"},
        {"client_id": None},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": CALLBACK_URL + "/more"},
        {"redirect_uri": None},
    ],
)
def test_a_stranger_is_not_sent_anywhere(changes: Mapping[str, str | None]) -> None:
    """Without a registered client and address the browser stays where it is."""
    world = World()
    response = ask(world, world.start(), **changes)
    assert response.status == 400
    assert "Location" not in dict(response.headers)


@pytest.mark.parametrize(
    "changes, error",
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
    ],
)
def test_a_request_that_is_refused(changes: Mapping[str, str | None], error: str) -> None:
    """Anything else goes back to the client as an error, with its state."""
    world = World()
    departure = world.start()
    location = dict(ask(world, departure, **changes).headers)["Location"]
    query = query_of(location)
    assert query["error"] == error
    assert query["state"] == query_of(departure.redirect_url)["state"]


def redeem(world: World, **changes: str) -> Response:
    """Redeem a code as we would, with parameters replaced."""
    departure = world.start()
    query = world.choose(departure, "resident-a")
    world.callback(query, departure.cookie)
    [body] = [body for path, body in world.fetch.asked if path == "/token"]
    sent = query_of(f"?{body.decode()}")
    again = world.choose(world.start(), "resident-a")
    code = query_of(f"?{again}")["code"]
    world.local.clients._used.clear()
    form = {**sent, "code": code, **changes}
    return world.local.answer(Request("POST", "/token", "", FORM, urlencode(form).encode()))


@pytest.mark.parametrize(
    "changes, status, error",
    [
        ({}, 400, b"invalid_grant"),  # the verifier is another sign-in's
        ({"code": "x"}, 400, b"invalid_grant"),
        ({"redirect_uri": "https://evil.example/"}, 400, b"invalid_grant"),
        ({"grant_type": "password"}, 400, b"unsupported_grant_type"),
        ({"client_assertion": "x"}, 401, b"invalid_client"),
        ({"client_assertion_type": "x"}, 401, b"invalid_client"),
        ({"client_id": "another"}, 401, b"invalid_client"),
    ],
)
def test_a_code_that_is_not_redeemed(changes: Mapping[str, str], status: int, error: bytes) -> None:
    """A code needs its verifier, its address and its client's proof."""
    response = redeem(World(), **changes)
    assert response.status == status
    assert error in response.body


def test_a_code_does_not_last() -> None:
    """A code is worth nothing after a minute."""
    world = World()
    departure = world.start()
    query = world.choose(departure, "resident-a")
    world.now += timedelta(seconds=60)
    with pytest.raises(Exception, match="invalid_grant"):
        world.callback(query, departure.cookie)


@pytest.mark.parametrize("header", ["", "Basic x", "Basic dTpw", "Bearer x"])
def test_a_client_without_its_secret(header: str) -> None:
    """A client that is registered with a secret must give it."""
    world = World(client=local_client(secret="s"))
    headers = (*FORM, ("authorization", header))
    response = world.local.answer(Request("POST", "/token", "", headers, b"code=x"))
    assert response.status == 401


def test_userinfo_needs_its_token() -> None:
    """Without an access token nobody is told anything."""
    world = World()
    for header in ("", "Bearer x", "Basic x"):
        headers = (("authorization", header),)
        assert world.local.answer(Request("GET", "/userinfo", "", headers)).status == 401


def test_other_addresses() -> None:
    """What is not there, and methods that are not taken, are refused."""
    world = World()
    assert world.local.answer(Request("GET", "/nothing")).status == 404
    refused = world.local.answer(Request("DELETE", "/token"))
    assert refused.status == 405
    assert dict(refused.headers)["Allow"] == "POST"
    assert world.local.answer(Request("HEAD", "/jwks")).status == 200


def test_keys_are_rotated_on_request() -> None:
    """The address for tests changes the key that is published."""
    world = World()
    before = world.local.answer(Request("GET", "/jwks")).body
    assert world.local.answer(Request("POST", "/test/rotate-keys")).status == 204
    assert world.local.answer(Request("GET", "/jwks")).body != before


# --- Residents --------------------------------------------------------------------------------


def test_invented_people_say_so() -> None:
    """Every invented person is called an example."""
    world = World()
    for resident in residents(POSTAL_CODE, world.now):
        assert resident.family_name.startswith("Exemple")


def test_voters_without_end() -> None:
    """Each number is one person, always the same, old enough in every election there was."""
    world = World()
    people = {
        (found.family_name, found.given_name, found.birthdate)
        for number in range(500)
        if (found := find_resident(f"voter-{number:06}", POSTAL_CODE, world.now))
    }
    assert len(people) == 500
    assert max(birthdate for _, _, birthdate in people) < "1995"
    assert find_resident("voter-1", POSTAL_CODE, world.now) is None
    assert find_resident("voter-0000001", POSTAL_CODE, world.now) is None


# --- The page ---------------------------------------------------------------------------------


class Page(HTMLParser):
    """A page, as the tests look at it."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(response.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_in_each_language(language: str) -> None:
    """The page offers each invented resident, others by number, and a way back."""
    world = World()
    page = Page(ask(world, world.start(), ui_locales=language))
    assert page.all("html") == [{"lang": language}]
    assert WORDS[language]["intro"] in page.text
    values = [button.get("value") for button in page.all("button")]
    kinds = [resident.id for resident in residents(POSTAL_CODE, world.now)]
    assert values == [*kinds, None, "cancel"]
    assert page.all("label") == [{"for": "resident"}]
    assert [a["lang"] for a in page.all("a") if a.get("aria-current")] == [language]
    assert not page.all("script")


def test_all_languages_say_the_same() -> None:
    """No language lacks a sentence."""
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["fr"])}


def test_an_unknown_person() -> None:
    """Someone who was not invented is asked for again, with what was written, escaped."""
    world = World()
    departure = world.start()
    parts = urlsplit(departure.redirect_url)
    form = urlencode({"resident": '"><script>'}).encode()
    response = world.local.answer(Request("POST", parts.path, parts.query, FORM, form))
    page = Page(response)
    assert response.status == 200
    assert WORDS["fr"]["unknown"] in page.text
    assert [field["value"] for field in page.all("input")] == ['"><script>']
    assert page.all("input")[0]["aria-invalid"] == "true"
    assert not page.all("script")


def test_the_pages_policy() -> None:
    """The page runs nothing, is framed nowhere, and its form may end at the client only."""
    world = World()
    headers = dict(ask(world, world.start()).headers)
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:8002;" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Cache-Control"] == "no-store"
