"""Who may use the local e-ID provider, and how it makes sure: registered clients and their proofs.

A client proves itself by a signed assertion that is taken once (`private_key_jwt`, RFC 7523), or
by its secret (`client_secret_basic`).
"""

from __future__ import annotations

import base64
import hmac
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, KeySetSerialization

from urne_local.serving import Request

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SKEW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class LocalClient:
    """A registered client: where it may be sent back to, its public keys or its secret.

    `id_token` is `signed` or `encrypted`; `userinfo` is `json`, `signed` or `encrypted`.
    """

    id: str
    redirect_uris: tuple[str, ...]
    jwks: KeySetSerialization = field(default_factory=lambda: KeySetSerialization(keys=[]))
    secret: str = field(default="", repr=False)
    id_token: str = "encrypted"  # noqa: S105 - a form, not a password
    userinfo: str = "encrypted"

    def encryption_key(self) -> Key:
        """Return the key that tokens are encrypted to."""
        return next(key for key in KeySet.import_key_set(self.jwks) if key.get("use") == "enc")


class ClientRefused(Exception):
    """A request does not prove that it comes from the client it names."""


class Clients:
    """The registered clients, and the assertions that were used."""

    def __init__(self, clients: Sequence[LocalClient]) -> None:
        self._clients = {client.id: client for client in clients}
        self._used: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def get(self, client_id: str) -> LocalClient | None:
        """Return a client, or None."""
        return self._clients.get(client_id)

    def authenticate(
        self, request: Request, form: Mapping[str, str], audiences: Sequence[str], now: datetime
    ) -> LocalClient:
        """Return the client that a request to the token endpoint proves to be."""
        if "client_assertion" in form:
            return self._by_assertion(form, audiences, now)
        return self._by_secret(request)

    def _by_assertion(
        self, form: Mapping[str, str], audiences: Sequence[str], now: datetime
    ) -> LocalClient:
        client = self.get(form.get("client_id", ""))
        if client is None or not client.jwks["keys"]:
            raise ClientRefused
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise ClientRefused
        keys = KeySet.import_key_set(client.jwks)
        try:
            claims = jwt.decode(form["client_assertion"], keys, ["ES256", "RS256"]).claims
        except (JoseError, ValueError) as e:
            raise ClientRefused from e
        if claims.get("iss") != client.id or claims.get("sub") != client.id:
            raise ClientRefused
        if claims.get("aud") not in audiences:
            raise ClientRefused
        self._use(client.id, claims, now)
        return client

    def _use(self, client_id: str, claims: Mapping[str, Any], now: datetime) -> None:
        """Take an assertion, once and in its time."""
        expires_at, jti = claims.get("exp"), claims.get("jti")
        if not isinstance(expires_at, int) or not isinstance(jti, str):
            raise ClientRefused
        if expires_at + SKEW_SECONDS < now.timestamp():
            raise ClientRefused
        with self._lock:
            if (client_id, jti) in self._used:
                raise ClientRefused
            self._used.add((client_id, jti))

    def _by_secret(self, request: Request) -> LocalClient:
        kind, _, credentials = (request.header("authorization") or "").partition(" ")
        try:
            pair = base64.b64decode(credentials, validate=True).decode()
        except ValueError as e:
            raise ClientRefused from e
        name, _, secret = pair.partition(":")
        client = self.get(unquote_plus(name))
        if kind.lower() != "basic" or client is None or not client.secret:
            raise ClientRefused
        if not hmac.compare_digest(unquote_plus(secret).encode(), client.secret.encode()):
            raise ClientRefused
        return client
