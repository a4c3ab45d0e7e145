"""A resident signs in, in each form that a provider's tokens may have, and over real sockets."""

import http.client
import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import ECKey, RSAKey
from tests.sign_in.world import (
    ELECTION,
    NOW,
    POSTAL_CODE,
    World,
    demo_config,
    forge,
    local_client,
    query_of,
    session_key,
    without,
)

from urne.canonical import decode
from urne.flows.client import read_client
from urne.flows.session import VOTE, require_session
from urne.model.election import Provider as Accepted
from urne.model.identity import Identity, Standing
from urne.store.base import Session
from urne.store.web import WebFetch
from urne_local.provider import serve_provider


def identity_of(world: World, resident: str) -> Identity:
    """Return who a resident is after signing in."""
    cookie = world.sign_in(resident).cookie
    return require_session(cookie, VOTE, world.sessions, election=world.election, now=world.now)


def test_a_resident_comes_back_with_a_session() -> None:
    """The session knows the person's normalised fields and how residence was shown."""
    identity = identity_of(World(), "resident-b")
    assert identity.fields == ("1975-12-31", "exemple b", "resident")
    assert identity.standing == Standing("address")
    assert identity.channel == "internet"
    assert identity.election_id == ELECTION.election_id


def test_a_session_holds_that_and_nothing_else() -> None:
    """One session is stored, under the hash of its cookie, for ten minutes, with five fields."""
    world = World()
    arrival = world.sign_in("voter-000123")
    session = world.sessions.get(session_key(arrival.cookie))
    assert isinstance(session, Session)
    assert list(world.stored()) == [session_key(arrival.cookie)]
    assert session.purpose == VOTE
    assert session.expires_at == NOW.replace(microsecond=0) + timedelta(minutes=10)
    payload = decode(session.payload)
    assert isinstance(payload, dict)
    assert set(payload) == {"channel", "election_id", "fields", "residence", "without"}


def test_nothing_is_stored_before_the_callback() -> None:
    """Leaving for the provider, as often as one likes, stores nothing."""
    world = World()
    for _ in range(3):
        world.start()
    assert world.stored() == {}


def test_the_way_out_asks_for_what_was_agreed() -> None:
    """The address carries code, PKCE, state, nonce and the manifest's level; no secret of ours."""
    world = World()
    departure = world.start()
    query = query_of(departure.redirect_url)
    assert departure.redirect_url.startswith("http://127.0.0.1:8003/authorize?")
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert query["acr_values"] == "eidas2"
    assert query["prompt"] == "login"
    secrets = {query["state"], query["nonce"], query["code_challenge"]}
    assert len(secrets) == 3
    assert all(len(secret) == 43 for secret in secrets)
    assert departure.cookie not in departure.redirect_url


@pytest.mark.parametrize("id_token", ["signed", "encrypted"])
@pytest.mark.parametrize("userinfo", ["json", "signed", "encrypted"])
def test_each_form_of_token(id_token: str, userinfo: str) -> None:
    """Signed and encrypted tokens, and plain userinfo, lead to the same person."""
    encrypted = "encrypted" in (id_token, userinfo)
    config = demo_config(
        id_token=id_token,
        userinfo=userinfo,
        key_management=("ECDH-ES",) if encrypted else (),
        content=("A256GCM",) if encrypted else (),
    )
    world = World(config=config, client=local_client(id_token=id_token, userinfo=userinfo))
    assert identity_of(world, "resident-a").fields == ("1980-02-29", "exemple a", "residente")


def test_claims_in_the_id_token() -> None:
    """A provider without userinfo states the person in the ID token."""
    world = World(config=demo_config(userinfo="none"))
    claims = {"family_name": "Exemple", "given_name": "Ici", "birthdate": "1990-01-02"}
    address = {"address": {"postal_code": POSTAL_CODE}}
    forge(world).change_id_token = lambda said: {**said, **claims, **address}
    assert identity_of(world, "resident-a").fields == ("1990-01-02", "exemple", "ici")
    assert "/userinfo" not in [path for path, _ in world.fetch.asked]


def test_tokens_encrypted_to_an_rsa_key() -> None:
    """RSA-OAEP-256 opens like ECDH-ES."""
    sign = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": "s"})
    encrypt = RSAKey.generate_key(2048, {"use": "enc", "kid": "e"})
    keys = [sign.as_dict(private=True), encrypt.as_dict(private=True)]
    secret = json.dumps({"keys": keys}).encode()
    world = World(
        config=demo_config(key_management=("RSA-OAEP-256",)),
        client=local_client(jwks=json.loads(read_client(secret).public_keys())),
        secret=secret,
    )
    assert identity_of(world, "resident-a").standing == Standing("address")


def test_a_client_with_a_secret() -> None:
    """client_secret_basic proves who we are, whatever characters the secret has."""
    secret = "é:%+ &=/ 秘密"
    raw = json.dumps({**json.loads(World().secret), "client_secret": secret}).encode()
    world = World(
        config=demo_config(client_auth="client_secret_basic", client_algorithm=""),
        client=local_client(secret=secret),
        secret=raw,
    )
    assert identity_of(world, "resident-a").channel == "internet"
    assert b"client_assertion" not in dict(world.fetch.asked)["/token"]


def test_at_hash_is_optional() -> None:
    """A provider need not state the hash of the access token."""
    world = World()
    forge(world).change_id_token = without("at_hash")
    assert identity_of(world, "resident-a").channel == "internet"


def test_many_voters_over_real_sockets() -> None:
    """A rehearsal's voters sign in one after the other through the provider's own port."""
    server, provider = serve_provider([local_client()], now=lambda: NOW, postal_code=POSTAL_CODE)
    server.start()
    try:
        accepted = Accepted("demo", server.origin, "eidas2")
        world = World(election=replace(ELECTION, providers=(accepted,)))
        world.use(replace(demo_config(), issuer=server.origin), WebFetch())
        people = set()
        for number in range(10):
            departure = world.start()
            query = arrive(f"{departure.redirect_url}&login_hint=voter-{number:06}")
            cookie = world.callback(query, departure.cookie).cookie
            found = require_session(cookie, VOTE, world.sessions, election=world.election, now=NOW)
            people.add(found.fields)
        assert len(people) == 10
        assert provider.issuer == server.origin
    finally:
        server.stop()


def arrive(url: str) -> str:
    """Return the query that the provider sends the browser back with."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    connection.request("GET", f"{parts.path}?{parts.query}")
    response = connection.getresponse()
    assert response.status == 303
    location = response.getheader("Location") or ""
    connection.close()
    return urlsplit(location).query
