"""Who signed a token: nobody, a stranger, another algorithm; and keys that change."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey
from tests.sign_in.world import (
    Forged,
    World,
    forge,
    plain_world,
)

from urne.store.web import WebAnswer
from urne_local.provider_statements import Claims


def unsigned(claims: Claims) -> str:
    """Return a token that says it needs no signature."""
    parts = [json.dumps({"alg": "none"}).encode(), json.dumps(claims).encode(), b""]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def by_public_key(forged: Forged) -> Callable[[Claims], str]:
    """Return a signer that takes the provider's public key for a shared secret (HS256)."""

    def sign(claims: Claims) -> str:
        public = json.dumps(forged.key.as_dict(private=False)).encode()
        header = {"alg": "HS256", "kid": forged.key.kid}
        return jws.serialize_compact(
            header, json.dumps(claims), OctKey.import_key(public), ["HS256"]
        )

    return sign


def by_stranger(forged: Forged) -> Callable[[Claims], str]:
    """Return a signer with a key of its own that claims the provider's key id."""
    stranger = ECKey.generate_key("P-256")

    def sign(claims: Claims) -> str:
        header = {"alg": "ES256", "kid": forged.key.kid}
        return jws.serialize_compact(header, json.dumps(claims), stranger, ["ES256"])

    return sign


def by_unknown_key(_: Forged) -> Callable[[Claims], str]:
    """Return a signer with a key that the provider does not publish, inlined in the header."""
    stranger = ECKey.generate_key("P-256", {"kid": "new"})

    def sign(claims: Claims) -> str:
        header = {"alg": "ES256", "kid": "new", "jwk": stranger.as_dict(private=False)}
        return jws.serialize_compact(header, json.dumps(claims), stranger, ["ES256"])

    return sign


def by_other_algorithm(_: Forged) -> Callable[[Claims], str]:
    """Return a signer by a good algorithm that nobody agreed on."""
    key = RSAKey.generate_key(2048, {"kid": "rsa"})

    def sign(claims: Claims) -> str:
        return jws.serialize_compact(
            {"alg": "RS256", "kid": "rsa"}, json.dumps(claims), key, ["RS256"]
        )

    return sign


@pytest.mark.parametrize("world", [World, plain_world])
@pytest.mark.parametrize(
    "signer, code",
    [
        (lambda _: unsigned, "token-algorithm-refused"),
        (by_public_key, "token-algorithm-refused"),
        (by_other_algorithm, "token-algorithm-refused"),
        (by_stranger, "token-signature-invalid"),
        (by_unknown_key, "token-key-unknown"),
    ],
)
def test_a_signature(
    world: Callable[[], World], signer: Callable[[Forged], Callable[[Claims], str]], code: str
) -> None:
    """No signature, one by the public key, a stranger's, one by another algorithm: refused."""
    here = world()
    forged = forge(here)
    forged.signer = signer(forged)
    assert here.refusal().code == code


def test_an_altered_payload() -> None:
    """A changed byte under a good signature is refused."""
    world = plain_world()

    def alter(token: str) -> str:
        header, payload, signature = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        raw = json.dumps({**claims, "sub": "someone-else"}).encode()
        return f"{header}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}.{signature}"

    forge(world).change_token = alter
    assert world.refusal().code == "token-signature-invalid"


@pytest.mark.parametrize(
    "token", ["", "a", "a.b", "a.b.c", "....", "é.é.é", "e30.e30.e30", "." * 9]
)
def test_what_is_no_token(token: str) -> None:
    """Whatever comes in the place of an ID token is refused, never a crash."""
    world = plain_world()
    forge(world).change_token = lambda _: token
    assert world.refusal().code in ("token-malformed", "token-algorithm-refused")


def test_a_payload_that_is_no_object() -> None:
    """A good signature over something else than an object is refused."""
    world = plain_world()
    forged = forge(world)
    header = {"alg": "ES256", "kid": forged.key.kid}
    forged.signer = lambda _: jws.serialize_compact(header, "[1]", forged.key, ["ES256"])
    assert world.refusal().code == "token-malformed"


def test_a_claim_stated_twice() -> None:
    """A name that stands twice could be read in two ways."""
    world = plain_world()
    forged = forge(world)
    header = {"alg": "ES256", "kid": forged.key.kid}
    forged.signer = lambda claims: jws.serialize_compact(
        header, json.dumps(claims)[:-1] + ', "sub": "b"}', forged.key, ["ES256"]
    )
    assert world.refusal().code == "token-malformed"


# --- Keys change ------------------------------------------------------------------------------


def test_keys_that_change() -> None:
    """After a rotation the keys are asked for once more, and everyone signs in."""
    world = World()
    world.sign_in()
    assert [path for path, _ in world.fetch.asked].count("/jwks") == 1
    world.sign_in()
    assert [path for path, _ in world.fetch.asked].count("/jwks") == 1
    world.local.statements.rotate_key()
    world.sign_in()
    assert [path for path, _ in world.fetch.asked].count("/jwks") == 2


def test_an_unknown_key_is_asked_for_once() -> None:
    """A key that is not published costs the provider one more question, not a loop."""
    world = World()
    world.sign_in()
    forged = forge(world)
    forged.signer = by_unknown_key(forged)
    with pytest.raises(Exception, match="token-key-unknown"):
        world.sign_in()
    assert [path for path, _ in world.fetch.asked].count("/jwks") == 2


def test_a_token_that_names_no_key() -> None:
    """A header without key id means the provider's only key; of two, neither."""
    world = plain_world()
    forged = forge(world)
    forged.signer = lambda claims: jws.serialize_compact(
        {"alg": "ES256"}, json.dumps(claims), forged.key, ["ES256"]
    )
    assert world.sign_in().cookie
    other = ECKey.generate_key("P-256", {"use": "sig", "kid": "other"}).as_dict(private=False)
    more = plain_world()
    again = forge(more)
    again.signer = lambda claims: jws.serialize_compact(
        {"alg": "ES256"}, json.dumps(claims), again.key, ["ES256"]
    )

    def two_keys(path: str, answer: WebAnswer) -> WebAnswer:
        if path != "/jwks":
            return answer
        keys = [*json.loads(answer.body)["keys"], other]
        return replace(answer, body=json.dumps({"keys": keys}).encode())

    more.fetch.alter = two_keys
    assert more.refusal().code == "token-key-unknown"


def test_keys_that_we_cannot_use() -> None:
    """Keys of other kinds in the set are of no concern (RFC 7517, section 5)."""
    world = World()
    weak = {"kty": "RSA", "n": "A" * 171, "e": "AQAB", "kid": "weak"}
    odd = [{"kty": "AKP"}, {"kty": "oct", "k": "AA"}, {"kty": "EC"}, {"kty": "RSA"}, weak, 7, {}]

    def more_keys(path: str, answer: WebAnswer) -> WebAnswer:
        if path != "/jwks":
            return answer
        return replace(
            answer, body=json.dumps({"keys": [*odd, *json.loads(answer.body)["keys"]]}).encode()
        )

    world.fetch.alter = more_keys
    assert world.sign_in().cookie
