"""A provider's tokens: opened if they are encrypted, their signature verified, then their claims.

The header of a token is written by whoever made it, so it decides nothing: it must name an
algorithm that the configuration pins, before any key is looked up. A token that is to be encrypted
is encrypted around a signed one (OpenID Connect Core 1.0, section 16.14).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import Key

from urne.errors import (
    TokenAccessHashWrong,
    TokenAlgorithmRefused,
    TokenAudienceWrong,
    TokenExpired,
    TokenIssuerWrong,
    TokenMalformed,
    TokenNonceWrong,
    TokenNotDecrypted,
    TokenNotEncrypted,
    TokenSignatureInvalid,
    TokenTimeWrong,
)
from urne.flows.client import Client
from urne.flows.discovery import Provider
from urne.flows.foreign import Object, read_object, text_of
from urne.model.provider import ENCRYPTED, ProviderConfig

SKEW = timedelta(seconds=60)
# The length of `at_hash` follows the algorithm of the ID token.
_HASHES = {"256": "sha256", "384": "sha384", "512": "sha512"}
# What joserfc, and what it calls, raise for bytes that do not verify or decrypt.
_REFUSALS = (JoseError, ValueError, TypeError, KeyError, AssertionError, OverflowError)


def read_token(token: str, form: str, provider: Provider, now: datetime) -> tuple[Object, str]:
    """Return the claims of a token that is `signed` or `encrypted`, and its signature algorithm.

    Raises TokenRefused of one kind or another, or ProviderUnreachable.
    """
    if form == ENCRYPTED:
        token = _decrypt(token, provider.config, provider.client)
    header = _header(token, 3)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in provider.config.signing:
        raise TokenAlgorithmRefused
    kid = header.get("kid")
    key = provider.key(kid if isinstance(kid, str) else None, algorithm, now)
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        payload = jws.deserialize_compact(token, key, registry=registry).payload
    except _REFUSALS:
        raise TokenSignatureInvalid from None
    return read_object(payload, TokenMalformed()), algorithm


def _decrypt(token: str, config: ProviderConfig, client: Client) -> str:
    if token.count(".") == 2:
        raise TokenNotEncrypted
    header = _header(token, 5)
    algorithm, content = header.get("alg"), header.get("enc")
    if algorithm not in config.key_management or content not in config.content:
        raise TokenAlgorithmRefused
    # Some providers repeat claims in the header (RFC 7519, section 5.3). `zip` is not among the
    # algorithms, so nothing is inflated.
    registry = jwe.JWERegistry(strict_check_header=False, algorithms=[algorithm, content])
    for key in _decryption_keys(client.decryption, header.get("kid"), algorithm):
        try:
            plaintext = jwe.decrypt_compact(token, key, registry=registry).plaintext
            return (plaintext or b"").decode("ascii")
        except _REFUSALS:
            continue
    raise TokenNotDecrypted


def _decryption_keys(keys: Sequence[Key], kid: Any, algorithm: str) -> list[Key]:
    """Return our keys that may open a token: the one it names, or else all of its type."""
    wanted = "RSA" if algorithm.startswith("RSA") else "EC"
    fitting = [key for key in keys if key.key_type == wanted]
    return [key for key in fitting if key.kid == kid] or fitting


def _header(token: str, parts: int) -> Object:
    """Return the header of a token in compact form, of 3 or 5 parts."""
    pieces = token.split(".")
    if len(pieces) != parts:
        raise TokenMalformed
    try:
        raw = base64.b64decode(pieces[0] + "=" * (-len(pieces[0]) % 4), b"-_", validate=True)
    except ValueError:
        raise TokenMalformed from None
    return read_object(raw, TokenMalformed())


def check_id_token(
    claims: Object,
    *,
    config: ProviderConfig,
    nonce: str,
    began_at: datetime,
    now: datetime,
) -> None:
    """Raise TokenRefused unless an ID token was made for us, now, for this sign-in.

    OpenID Connect Core 1.0, section 3.1.3.7; a minute of difference between clocks is allowed.
    """
    check_parties(claims, config, required=True)
    expires_at, issued_at = _instant(claims, "exp"), _instant(claims, "iat")
    if now >= expires_at + SKEW:
        raise TokenExpired
    if issued_at > now + SKEW or issued_at < began_at - SKEW:
        raise TokenTimeWrong
    if "nbf" in claims and _instant(claims, "nbf") > now + SKEW:
        raise TokenTimeWrong
    found = text_of(claims, ["nonce"])
    if found is None or not hmac.compare_digest(found.encode(), nonce.encode()):
        raise TokenNonceWrong
    if text_of(claims, ["sub"]) is None:
        raise TokenMalformed


def check_parties(claims: Object, config: ProviderConfig, *, required: bool) -> None:
    """Raise TokenIssuerWrong or TokenAudienceWrong unless the provider wrote it, for us.

    Userinfo need not say so (`required` is false); what it says must be right.
    """
    if (required or "iss" in claims) and claims.get("iss") != config.issuer:
        raise TokenIssuerWrong
    if required or "aud" in claims:
        found = claims.get("aud")
        audiences = [found] if isinstance(found, str) else found
        if not isinstance(audiences, list) or config.client_id not in audiences:
            raise TokenAudienceWrong
        party = claims.get("azp", config.client_id if len(audiences) == 1 else None)
        if party != config.client_id:
            raise TokenAudienceWrong


def check_access_token(claims: Object, algorithm: str, access_token: str) -> None:
    """Raise TokenAccessHashWrong if the ID token states another access token's hash."""
    if "at_hash" not in claims:
        return
    name = _HASHES.get(algorithm[-3:], "sha512")
    digest = hashlib.new(name, access_token.encode()).digest()
    wanted = base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
    if claims["at_hash"] != wanted:
        raise TokenAccessHashWrong


def _instant(claims: Object, name: str) -> datetime:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TokenMalformed
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise TokenMalformed from None
