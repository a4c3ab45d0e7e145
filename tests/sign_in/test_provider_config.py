"""A provider's configuration says everything, or is refused; its documents must agree with it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from tests.sign_in.world import (
    CLIENT,
    EXAMPLES,
    NOW,
    World,
    demo_config,
    query_of,
)

from urne.errors import BadField, BadKey, ProviderMisconfigured, ProviderUnreachable
from urne.flows.client import Draw, prove, read_client
from urne.flows.discovery import Provider
from urne.model.provider import ProviderConfig, read_provider
from urne.store.web import WebAnswer

GENERIC = (EXAMPLES / "generic.toml").read_text()
AUTH = 'client_auth = "client_secret_basic"'
TOKEN_URL = "https://id.example.org/token"


def counting() -> Draw:
    """Return a source of bytes that never repeats itself."""
    numbers = iter(range(1, 1000))
    return lambda length: next(numbers).to_bytes(length, "big")


# --- Files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_each_example(path: object) -> None:
    """Each worked example is read, and is called after its provider."""
    assert isinstance(path, type(EXAMPLES))
    assert read_provider(path.read_text()).id == path.stem


def test_the_examples_that_differ() -> None:
    """FranceConnect states no address; itsme does, encrypted to an RSA key."""
    franceconnect = read_provider((EXAMPLES / "franceconnect.toml").read_text())
    assert franceconnect.postal_code == ()
    assert franceconnect.client_auth == "private_key_jwt"
    assert franceconnect.reaches("eidas2", "eidas1")
    itsme = read_provider((EXAMPLES / "itsme.toml").read_text())
    assert itsme.postal_code == ("address", "postal_code")
    assert itsme.id_token == itsme.userinfo == "encrypted"
    assert itsme.prompt == ""


@pytest.mark.parametrize(
    "old, new, field",
    [
        ('signing = ["RS256"]', 'signing = ["none"]', "signing"),
        ('signing = ["RS256"]', 'signing = ["HS256"]', "signing"),
        ('signing = ["RS256"]', "signing = []", "signing"),
        ('signing = ["RS256"]', "", "signing"),
        ('scopes = ["openid", "profile", "address"]', 'scopes = ["profile"]', "scopes"),
        ('acr_levels = ["low", "substantial", "high"]', "acr_levels = []", "acr_levels"),
        ('acr_levels = ["low", "substantial", "high"]', 'acr_levels = ["a", "a"]', "acr_levels"),
        ('id_token = "signed"', 'id_token = "encrypted"', "key_management"),
        ('id_token = "signed"', 'id_token = "plain"', "id_token"),
        ('userinfo = "json"', 'userinfo = "xml"', "userinfo"),
        ('birthdate = "birthdate"', "", "claims"),
        ('birthdate = "birthdate"', "birthdate = 7", "claims.birthdate"),
        ('birthdate = "birthdate"', "birthdate = []", "claims.birthdate"),
        (AUTH, 'client_auth = "private_key_jwt"', "client_algorithm"),
        (AUTH, AUTH + '\nclient_algorithm = "ES256"', "client_algorithm"),
        (AUTH, 'client_auth = "none"', "client_auth"),
        ('client_id = "town-of-example"', 'client_id = ""', "client_id"),
        ("answers_with_issuer = false", 'answers_with_issuer = "no"', "answers_with_issuer"),
        ('prompt = "login"', 'prompt = "login"\nallow_anything = true', "allow_anything"),
        ('id = "generic"', "id = ", "(all)"),
    ],
)
def test_a_file_that_is_refused(old: str, new: str, field: str) -> None:
    """What is missing, unknown, weak or contradictory is refused by name."""
    assert old in GENERIC
    with pytest.raises(BadField) as caught:
        read_provider(GENERIC.replace(old, new, 1))
    assert caught.value.field == field


def test_claims_that_are_no_table() -> None:
    """Claims are a table, whatever else the file says."""
    head = GENERIC[: GENERIC.index("[claims]")]
    with pytest.raises(BadField) as caught:
        read_provider(f"{head}\nclaims = 7\n")
    assert caught.value.field == "claims"


@pytest.mark.parametrize("name", ["key_management", "content"])
def test_weak_encryption_is_refused(name: str) -> None:
    """RSA1_5 and shared keys cannot be named."""
    with pytest.raises(BadField):
        demo_config(**{name: ("RSA1_5",)})


# --- Our proof --------------------------------------------------------------------------------


def test_each_assertion_is_new() -> None:
    """Each proof has an identifier of its own, names us and the endpoint, and soon expires."""
    client, draw = read_client(CLIENT), counting()
    config = demo_config()
    proofs = [prove(config, client, TOKEN_URL, NOW, draw) for _ in range(3)]
    tokens = [jwt.decode(p.form["client_assertion"], client.signing[0], ["ES256"]) for p in proofs]
    assert len({token.claims["jti"] for token in tokens}) == 3
    for token in tokens:
        assert token.header["kid"] == client.signing[0].kid
        assert token.claims["iss"] == token.claims["sub"] == "urne-demo"
        assert token.claims["aud"] == TOKEN_URL
        assert token.claims["exp"] - token.claims["iat"] == 60


def test_the_local_provider_takes_an_assertion_once() -> None:
    """A proof that somebody saw is worth nothing: our provider is as strict as a real one."""
    world = World()
    world.draw = lambda n: bytes(n)  # noqa: PLW0108 - bytes itself takes more
    world.sign_in()
    assert world.refusal().code == "provider-refused"


def test_public_keys_hold_no_secret() -> None:
    """What is registered with the provider is the public half only."""
    keys = json.loads(read_client(CLIENT).public_keys())["keys"]
    assert [key["use"] for key in keys] == ["sig", "enc"]
    assert not {"d", "p", "q", "k"} & {name for key in keys for name in key}


def private(**parameters: str) -> dict[str, object]:
    return dict(ECKey.generate_key("P-256", dict(parameters)).as_dict(private=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"keys": 7},
        {"keys": [7]},
        {"keys": [{"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ", "use": "sig", "kid": "a"}]},
        {"keys": [private(use="sig")]},
        {"keys": [private(kid="a")]},
        {"keys": [{**private(use="sig", kid="a"), "d": None}]},
        {"client_secret": 7},
    ],
)
def test_a_secret_that_is_refused(value: object) -> None:
    """A secret of another shape is refused, and nothing of it is said."""
    with pytest.raises(BadKey) as caught:
        read_client(json.dumps(value).encode())
    assert "c2Vj" not in str(caught.value)


def test_a_proof_that_cannot_be_made() -> None:
    """Missing secrets, and keys of another algorithm, are said before anything is sent."""
    empty = read_client(b"{}")
    with pytest.raises(BadKey):
        prove(demo_config(), empty, TOKEN_URL, NOW, counting())
    basic = demo_config(client_auth="client_secret_basic", client_algorithm="")
    with pytest.raises(BadKey):
        prove(basic, empty, TOKEN_URL, NOW, counting())
    rsa = RSAKey.generate_key(2048, {"use": "sig", "kid": "a"}).as_dict(private=True)
    other = read_client(json.dumps({"keys": [rsa]}).encode())
    with pytest.raises(BadKey):
        prove(demo_config(), other, TOKEN_URL, NOW, counting())


# --- Discovery --------------------------------------------------------------------------------


def document(**changes: object) -> dict[str, object]:
    """Return a discovery document of the generic provider."""
    at = "https://id.example.org"
    return {
        "issuer": at,
        "authorization_endpoint": f"{at}/authorize?tenant=1",
        "token_endpoint": TOKEN_URL,
        "userinfo_endpoint": f"{at}/userinfo",
        "jwks_uri": f"{at}/jwks",
        **changes,
    }


def provider_of(published: object, config: ProviderConfig | None = None) -> Provider:
    """Return a provider that publishes one document."""
    answer = WebAnswer(200, "application/json", json.dumps(published).encode())
    return Provider(
        config or read_provider(GENERIC),
        read_client(b"{}"),
        lambda method, url, headers, body=b"": answer,
    )


def test_a_good_document() -> None:
    """The addresses are those published."""
    metadata = provider_of(document()).metadata(NOW)
    assert metadata.token_endpoint == TOKEN_URL
    assert not metadata.answers_with_issuer


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://id.example.org/"},
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://id.example.org/token"},
        {"token_endpoint": "http://127.0.0.1/token"},
        {"token_endpoint": "https://127.0.0.1/token"},
        {"token_endpoint": "https://user:password@id.example.org/token"},
        {"token_endpoint": "https://id.example.org:port/token"},
        {"token_endpoint": "https:///token"},
        {"token_endpoint": "https://[/token"},
        {"token_endpoint": 7},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "ftp://id.example.org"},
    ],
)
def test_a_document_that_is_refused(changes: dict[str, object]) -> None:
    """Another issuer, and addresses that are not https or lead to this machine, are refused."""
    with pytest.raises(ProviderMisconfigured):
        provider_of(document(**changes)).metadata(NOW)


def test_no_userinfo_is_needed_where_none_is_asked() -> None:
    """A provider whose ID token has the claims need publish no userinfo endpoint."""
    config = replace(read_provider(GENERIC), userinfo="none")
    assert provider_of(document(userinfo_endpoint=None), config).metadata(NOW).token_endpoint


@pytest.mark.parametrize("published", [[], "x", None])
def test_what_is_no_document(published: object) -> None:
    """Something else than an object is as good as no answer."""
    with pytest.raises(ProviderUnreachable):
        provider_of(published).metadata(NOW)


def test_documents_are_kept_for_an_hour() -> None:
    """A sign-in asks for nothing that was asked for within the hour."""
    world = World()
    world.sign_in("voter-000001")
    world.now += timedelta(minutes=59)
    world.sign_in("voter-000002")
    asked = [path for path, _ in world.fetch.asked]
    assert asked.count("/.well-known/openid-configuration") == 1
    world.now += timedelta(minutes=2)
    world.sign_in("voter-000003")
    asked = [path for path, _ in world.fetch.asked]
    assert asked.count("/.well-known/openid-configuration") == 2
    assert asked.count("/jwks") == 2


def test_an_authorization_endpoint_with_a_query() -> None:
    """What stands in the endpoint's own query stays."""
    world = World()
    world.use(
        demo_config(),
        lambda method, url, headers, body=b"": replace(
            answer := world.fetch(method, url, headers, body),
            body=answer.body.replace(b"/authorize", b"/authorize?tenant=1"),
        ),
    )
    query = query_of(world.start().redirect_url)
    assert query["tenant"] == "1"
    assert query["response_type"] == "code"
