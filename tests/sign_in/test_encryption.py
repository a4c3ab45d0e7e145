"""Tokens that must come encrypted to us: readable, to another key, in another way, altered."""

import base64
import json

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey
from tests.sign_in.world import (
    CLIENT,
    SIGNED,
    World,
    demo_config,
    forge,
    local_client,
)

from urne.flows.client import read_client


def test_a_token_that_should_be_encrypted() -> None:
    """A readable token is refused where an encrypted one was agreed on, and the reverse."""
    readable = World(client=local_client(id_token="signed"))
    assert readable.refusal().code == "token-not-encrypted"
    readable = World(client=local_client(userinfo="signed"))
    assert readable.refusal().code == "token-not-encrypted"
    config = demo_config(**SIGNED, key_management=(), content=())
    sealed = World(config=config, client=local_client(userinfo="json"))
    assert sealed.refusal().code == "token-malformed"


def test_a_token_encrypted_to_another_key() -> None:
    """A token that our keys do not open is refused."""
    world = World()
    key = ECKey.generate_key("P-256")
    registry = jwe.JWERegistry(algorithms=["ECDH-ES", "A256GCM"])
    header = {"alg": "ECDH-ES", "enc": "A256GCM"}
    forge(world).change_token = lambda _: jwe.encrypt_compact(header, "x", key, registry=registry)
    assert world.refusal().code == "token-not-decrypted"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "ECDH-ES", "enc": "A128GCM"},
        {"alg": "ECDH-ES+A128KW", "enc": "A256GCM"},
        {"alg": ["ECDH-ES"], "enc": "A256GCM"},
    ],
)
def test_another_way_to_encrypt(header: dict[str, object]) -> None:
    """A token encrypted in a way that nobody agreed on is refused before any key is used."""
    world = World()
    raw = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    forge(world).change_token = lambda token: ".".join([raw, *token.split(".")[1:]])
    assert world.refusal().code == "token-algorithm-refused"


def test_a_compressed_token() -> None:
    """Nothing is inflated: a few bytes could become many."""
    world = World()
    key = read_client(CLIENT).decryption[0]
    registry = jwe.JWERegistry(algorithms=["ECDH-ES", "A256GCM", "DEF"])
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "zip": "DEF"}
    forge(world).change_token = lambda _: jwe.encrypt_compact(
        header, "a" * 1000, key, registry=registry
    )
    assert world.refusal().code == "token-not-decrypted"


def test_what_is_inside_must_be_signed() -> None:
    """Whoever knows our public key can encrypt to us, so encryption alone proves nothing."""
    world = World()
    key = read_client(CLIENT).decryption[0]
    registry = jwe.JWERegistry(algorithms=["ECDH-ES", "A256GCM"])
    header = {"alg": "ECDH-ES", "enc": "A256GCM"}
    forge(world).change_token = lambda _: jwe.encrypt_compact(
        header, json.dumps({"sub": "me"}), key, registry=registry
    )
    assert world.refusal().code == "token-malformed"


def test_every_altered_byte_of_an_encrypted_token() -> None:
    """An encrypted token with a byte changed is refused, wherever it stands."""
    for at in range(0, 900, 97):
        world = World()

        def alter(token: str, at: int = at) -> str:
            letter = "A" if token[at] != "A" else "B"
            return token[:at] + letter + token[at + 1 :]

        forge(world).change_token = alter
        assert world.refusal().code in (
            "token-not-decrypted",
            "token-malformed",
            "token-algorithm-refused",
        )
