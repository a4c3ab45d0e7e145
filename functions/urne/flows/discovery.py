"""What an e-ID provider publishes of itself: its addresses and its keys, fetched and kept a while.

OpenID Connect Discovery 1.0. The issuer it names must be the configured one, letter for letter;
its addresses must be `https`, unless the provider itself is on this machine. Keys are asked for
again once when a token names one that we do not have: so a provider may change them at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from urne.errors import (
    ProviderMisconfigured,
    ProviderUnreachable,
    TokenKeyUnknown,
)
from urne.flows.client import Client
from urne.flows.foreign import Object, read_object
from urne.model.provider import NONE, ProviderConfig
from urne.store.web import Fetch, is_loopback, require_safe

KEPT = timedelta(hours=1)
TRIES = 2
RSA_CHARACTERS = 342  # a modulus of 2048 bits in base64url
WELL_KNOWN = "/.well-known/openid-configuration"
# The type of key of each family of signatures that a configuration can name.
_KEY_TYPES = {"ES": "EC", "RS": "RSA", "PS": "RSA", "Ed": "OKP"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """A provider's addresses; `answers_with_issuer` is RFC 9207.

    `userinfo_endpoint` is empty if the configuration has no use for it.
    """

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    answers_with_issuer: bool


class Provider:
    """One provider as we know it: configuration, our secrets for it, and what it published.

    Documents are kept for an hour of the clock that callers pass in. The object may serve many
    sign-ins, one after the other or at once: at worst a document is fetched twice.
    """

    def __init__(self, config: ProviderConfig, client: Client, fetch: Fetch) -> None:
        self.config, self.client, self.fetch = config, client, fetch
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, tuple[Key, ...]] | None = None

    def metadata(self, now: datetime) -> Metadata:
        """Return the provider's addresses. Raises ProviderUnreachable, ProviderMisconfigured."""
        if self._metadata is None or not now - KEPT < self._metadata[0] <= now:
            url = self.config.issuer.rstrip("/") + WELL_KNOWN
            self._metadata = (now, _metadata(self._document(url), self.config))
        return self._metadata[1]

    def key(self, kid: str | None, algorithm: str, now: datetime) -> Key:
        """Return the key that signed a token. Raises TokenKeyUnknown, ProviderUnreachable."""
        kept = self._keys
        if kept is not None and now - KEPT < kept[0] <= now:
            found = _choose(kept[1], kid, algorithm)
            if found is not None:
                return found
        keys = _keys(self._document(self.metadata(now).jwks_uri))
        self._keys = (now, keys)
        found = _choose(keys, kid, algorithm)
        if found is None:
            raise TokenKeyUnknown
        return found

    def _document(self, url: str) -> Object:
        return read_object(get(self.fetch, url), ProviderUnreachable())


def get(fetch: Fetch, url: str) -> bytes:
    """Return the body found at a URL, asking twice at most. Raises ProviderUnreachable."""
    for _ in range(TRIES):
        try:
            answer = fetch("GET", url, {"Accept": "application/json"})
        except ProviderUnreachable:
            continue
        if answer.status == 200:
            return answer.body
    raise ProviderUnreachable


def _metadata(document: Object, config: ProviderConfig) -> Metadata:
    if document.get("issuer") != config.issuer:
        raise ProviderMisconfigured("it publishes another issuer than the one agreed on")
    local = is_loopback(config.issuer)
    userinfo = "" if config.userinfo == NONE else _endpoint(document, "userinfo_endpoint", local)
    return Metadata(
        authorization_endpoint=_endpoint(document, "authorization_endpoint", local),
        token_endpoint=_endpoint(document, "token_endpoint", local),
        userinfo_endpoint=userinfo,
        jwks_uri=_endpoint(document, "jwks_uri", local),
        answers_with_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(document: Object, name: str, local: bool) -> str:
    url = document.get(name)
    if not isinstance(url, str):
        raise ProviderMisconfigured(f"it publishes no {name}")
    require_safe(url)
    if is_loopback(url) and not local:
        raise ProviderMisconfigured(f"its {name} is on this machine")
    return url


def _keys(document: Object) -> tuple[Key, ...]:
    """Return the public keys of a JWKS that we can use; others are of no concern (RFC 7517 5)."""
    found = document.get("keys")
    if not isinstance(found, list):
        raise ProviderUnreachable
    keys = [_public_key(data) for data in found if isinstance(data, Mapping)]
    return tuple(key for key in keys if key is not None)


def _public_key(data: Mapping[str, Any]) -> Key | None:
    """Return a public key, or None for a kind or a length that is not to be used."""
    if data.get("kty") not in ("EC", "OKP", "RSA"):
        return None
    modulus = data.get("n")
    if data["kty"] == "RSA" and (not isinstance(modulus, str) or len(modulus) < RSA_CHARACTERS):
        return None
    try:
        return import_key(dict(data))
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _choose(keys: tuple[Key, ...], kid: str | None, algorithm: str) -> Key | None:
    """Return the one key that a token's header may mean, or None.

    A header without `kid` may mean one only if there is no other of its kind.
    """
    fitting = [
        key
        for key in keys
        if key.key_type == _KEY_TYPES[algorithm[:2]]
        and key.get("use") in (None, "sig")
        and key.get("alg") in (None, algorithm)
        and (kid is None or key.kid == kid)
    ]
    return fitting[0] if len(fitting) == 1 else None
