"""What the local e-ID provider states of somebody: ID token and userinfo, signed and encrypted."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwe, jws
from joserfc.jwk import ECKey, Key

from urne_local.provider_clients import LocalClient
from urne_local.residents import Resident

TOKEN_LIFETIME = timedelta(minutes=5)

Claims = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Grant:
    """What one resident allowed one client, from the page to the userinfo endpoint."""

    client: LocalClient
    resident: Resident
    redirect_uri: str
    nonce: str
    challenge: str
    expires_at: datetime


class Statements:
    """Everything that the provider signs. Tests change one thing of it."""

    def __init__(self, issuer: str, draw: Callable[[int], bytes]) -> None:
        self.issuer, self._draw = issuer, draw
        self._secret = draw(32)
        self.key = self._new_key()

    def rotate_key(self) -> None:
        """Sign with a new key from now on, and forget the old one."""
        self.key = self._new_key()

    def _new_key(self) -> Key:
        kid = base64url(self._draw(9))
        return ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256", "kid": kid})

    def id_token(self, grant: Grant, access_token: str, now: datetime) -> str:
        """Return the ID token of a grant."""
        claims = self.id_token_claims(grant, access_token, now)
        return self.wrap(self.sign(claims), grant.client.id_token, grant.client)

    def userinfo(self, grant: Grant) -> tuple[str, bytes]:
        """Return media type and body of what the userinfo endpoint answers."""
        claims = self.userinfo_claims(grant)
        if grant.client.userinfo == "json":
            return "application/json", json.dumps(claims, ensure_ascii=False).encode()
        token = self.wrap(self.sign(claims), grant.client.userinfo, grant.client)
        return "application/jwt", token.encode()

    def id_token_claims(self, grant: Grant, access_token: str, now: datetime) -> Claims:
        """Return what the ID token says."""
        at = int(now.timestamp())
        return {
            "iss": self.issuer,
            "sub": self.subject(grant),
            "aud": grant.client.id,
            "iat": at,
            "auth_time": at,
            "exp": at + int(TOKEN_LIFETIME.total_seconds()),
            "nonce": grant.nonce,
            "acr": grant.resident.acr,
            "at_hash": base64url(hashlib.sha256(access_token.encode()).digest()[:16]),
        }

    def userinfo_claims(self, grant: Grant) -> Claims:
        """Return what the userinfo endpoint says."""
        parties = {"iss": self.issuer, "aud": grant.client.id}
        return {**parties, "sub": self.subject(grant), **grant.resident.claims()}

    def subject(self, grant: Grant) -> str:
        """Return by which name this client, and no other, knows the resident."""
        pair = f"{grant.client.id}\0{grant.resident.id}".encode()
        return base64url(hashlib.sha256(self._secret + pair).digest())

    def sign(self, claims: Claims) -> str:
        """Return a signed token."""
        header = {"alg": "ES256", "kid": self.key.kid, "typ": "JWT"}
        return jws.serialize_compact(header, json.dumps(claims), self.key, ["ES256"])

    def wrap(self, token: str, form: str, client: LocalClient) -> str:
        """Return a signed token as it is, or encrypted to the client.

        As some providers do, the header repeats who it is from and for (RFC 7519, section 5.3).
        """
        if form != "encrypted":
            return token
        key = client.encryption_key()
        algorithm = "RSA-OAEP-256" if key.key_type == "RSA" else "ECDH-ES"
        registry = jwe.JWERegistry(strict_check_header=False, algorithms=[algorithm, "A256GCM"])
        header = {
            "alg": algorithm,
            "enc": "A256GCM",
            "kid": key.kid,
            "cty": "JWT",
            "iss": self.issuer,
            "aud": client.id,
        }
        return jwe.encrypt_compact(header, token, key, registry=registry)


def base64url(raw: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
