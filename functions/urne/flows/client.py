"""Who we are to an e-ID provider: our keys, our secret, and the proof of them in each request.

One secret holds what one provider's client needs, as JSON:

    {"keys": [private JWK, ...], "client_secret": "..."}

A key of `use` "sig" signs our assertions (the first one; others may wait for their turn); those
of `use` "enc" open what the provider encrypts to us. Their public halves are published, and the
address of those is what is registered. Keys change without a day on which nobody can sign in:

    signing     the new key second; once providers have read it, first; then the old one goes
    decryption  the new key first; the old one goes once no provider encrypts to it any more
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OctKey, import_key

from urne.errors import BadKey
from urne.flows.foreign import Object, read_object
from urne.model.provider import PRIVATE_KEY_JWT, ProviderConfig

Draw = Callable[[int], bytes]

ASSERTION_SECONDS = 60
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Client:
    """Our side of the agreement with one provider."""

    signing: tuple[Key, ...] = field(repr=False)
    decryption: tuple[Key, ...] = field(repr=False)
    secret: str = field(repr=False)

    def public_keys(self) -> bytes:
        """Return the JWKS for the provider: all keys that sign, of those that open the first.

        The first of its type, RSA or EC: what is encrypted from now on is for that one alone.
        """
        first = {key.key_type: key for key in reversed(self.decryption)}
        opening = [key for key in self.decryption if first[key.key_type] is key]
        keys = [key.as_dict(private=False) for key in (*self.signing, *opening)]
        return json.dumps({"keys": keys}, sort_keys=True).encode()


def read_client(raw: bytes) -> Client:
    """Return the client that a secret holds. Raises BadKey."""
    refused = BadKey("e-ID client", "its secret is not what it must be")
    value = read_object(raw, refused)
    found, secret = value.get("keys", []), value.get("client_secret", "")
    if not isinstance(found, list) or not isinstance(secret, str):
        raise refused
    keys = [_private_key(data) for data in found]
    return Client(
        signing=tuple(key for key in keys if key.get("use") == "sig"),
        decryption=tuple(key for key in keys if key.get("use") == "enc"),
        secret=secret,
    )


def _private_key(data: Any) -> Key:
    try:
        key = import_key(data)
        private = key.is_private and not isinstance(key, OctKey)
    except (JoseError, ValueError, TypeError, KeyError):
        raise BadKey("e-ID client", "one of its keys cannot be read") from None
    if not private or key.get("use") not in ("sig", "enc") or not key.kid:
        raise BadKey("e-ID client", "one of its keys is not private, or lacks `use` or `kid`")
    return key


def new_client(name: str) -> bytes:
    """Return the secret of a new client: two P-256 keys, for ES256 and for ECDH-ES.

    `name` begins their key ids; another for each rotation.
    """
    uses = (("sig", "ES256"), ("enc", "ECDH-ES"))
    keys = [
        ECKey.generate_key("P-256", {"use": use, "alg": alg, "kid": f"{name}-{use}"})
        for use, alg in uses
    ]
    secret = {"keys": [key.as_dict(private=True) for key in keys], "client_secret": ""}
    return json.dumps(secret, sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Proof:
    """What is added to a request to prove who asks."""

    headers: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] = field(repr=False)


def prove(
    config: ProviderConfig, client: Client, endpoint: str, now: datetime, draw: Draw
) -> Proof:
    """Return the proof for one request to an endpoint; one more request needs another.

    `private_key_jwt` is an assertion that may be used once (RFC 7523; a new `jti` each time);
    `client_secret_basic` is RFC 6749 section 2.3.1. Raises BadKey if the secret lacks it.
    """
    if config.client_auth == PRIVATE_KEY_JWT:
        assertion = _assertion(config, client, endpoint, now, draw)
        form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
        return Proof({}, {"client_id": config.client_id, **form})
    if not client.secret:
        raise BadKey("e-ID client", "it has no client_secret")
    pair = f"{quote_plus(config.client_id)}:{quote_plus(client.secret)}"
    return Proof({"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, {})


def _assertion(
    config: ProviderConfig, client: Client, endpoint: str, now: datetime, draw: Draw
) -> str:
    if not client.signing:
        raise BadKey("e-ID client", "it has no key to sign with")
    key, at = client.signing[0], int(now.timestamp())
    claims: Object = {
        "iss": config.client_id,
        "sub": config.client_id,
        "aud": endpoint,
        "jti": base64.urlsafe_b64encode(draw(16)).decode().rstrip("="),
        "iat": at,
        "exp": at + ASSERTION_SECONDS,
    }
    header = {"alg": config.client_algorithm, "kid": key.kid}
    try:
        return jwt.encode(header, dict(claims), key, algorithms=[config.client_algorithm])
    except JoseError:
        raise BadKey("e-ID client", "its key is not of the configured algorithm") from None
