"""Asking an e-ID provider who somebody is: OpenID Connect's authorization code flow with PKCE.

OpenID Connect Core 1.0 section 3.1, RFC 7636 (S256), RFC 9207. Two steps: the address to send the
browser to, and the exchange of the code that comes back with it. Nothing is stored here.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from urne.errors import (
    NotEligible,
    ProviderRefused,
    ProviderUnreachable,
    TokenMalformed,
    TokenSubjectDiffers,
)
from urne.flows.client import Draw, prove
from urne.flows.discovery import TRIES, Provider
from urne.flows.foreign import Object, read_object, text_of
from urne.flows.tokens import check_access_token, check_id_token, check_parties, read_token
from urne.model.provider import JSON, NONE
from urne.store.web import WebAnswer

# What a provider may call its errors (RFC 6749 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6).
# Any other text is not repeated: it is not ours.
ERRORS = frozenset(
    "access_denied account_selection_required consent_required interaction_required "
    "invalid_client invalid_grant invalid_request invalid_request_object invalid_request_uri "
    "invalid_scope login_required registration_not_supported request_not_supported "
    "request_uri_not_supported server_error temporarily_unavailable unauthorized_client "
    "unsupported_grant_type unsupported_response_type".split()
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """The three values that tie one sign-in together, each 43 characters of base64url."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a provider states of a person, every check passed: assurance level and claims."""

    acr: str
    claims: Object = field(repr=False)


def authorization_url(
    provider: Provider,
    exchange: Exchange,
    *,
    callback_url: str,
    acr: str,
    language: str,
    now: datetime,
) -> str:
    """Return where to send the browser to sign in. Raises ProviderUnreachable and others."""
    config = provider.config
    challenge = hashlib.sha256(exchange.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": config.client_id,
        "redirect_uri": callback_url,
        "scope": " ".join(config.scopes),
        "acr_values": acr,
        "state": exchange.state,
        "nonce": exchange.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
        "code_challenge_method": "S256",
        "prompt": config.prompt,
        "ui_locales": language,
    }
    said = {name: value for name, value in query.items() if value}
    endpoint = provider.metadata(now).authorization_endpoint
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(said)}"


def redeem(
    provider: Provider,
    code: str,
    exchange: Exchange,
    *,
    callback_url: str,
    acr: str,
    began_at: datetime,
    now: datetime,
    draw: Draw,
) -> Statement:
    """Return what the provider states of the person who came back with a code.

    Raises ProviderUnreachable, ProviderRefused, TokenRefused, or NotEligible if the level that
    was reached is below `acr`: asked for is not obtained.
    """
    config = provider.config
    tokens = _tokens(provider, code, exchange, callback_url=callback_url, now=now, draw=draw)
    id_token, access_token = text_of(tokens, ["id_token"]), text_of(tokens, ["access_token"])
    if id_token is None or access_token is None:
        raise TokenMalformed
    claims, algorithm = read_token(id_token, config.id_token, provider, now)
    check_id_token(claims, config=config, nonce=exchange.nonce, began_at=began_at, now=now)
    check_access_token(claims, algorithm, access_token)
    reached = text_of(claims, ["acr"]) or ""
    if not config.reaches(reached, acr):
        raise NotEligible("assurance-too-low")
    if config.userinfo == NONE:
        return Statement(reached, claims)
    return Statement(reached, _userinfo(provider, access_token, claims["sub"], now))


def _tokens(
    provider: Provider,
    code: str,
    exchange: Exchange,
    *,
    callback_url: str,
    now: datetime,
    draw: Draw,
) -> Object:
    """Return the token endpoint's answer to a code.

    If no answer comes it is asked once more, with a proof of its own: a provider refuses one that
    it has seen.
    """
    endpoint = provider.metadata(now).token_endpoint
    for _ in range(TRIES):
        proof = prove(provider.config, provider.client, endpoint, now, draw)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback_url,
            "code_verifier": exchange.verifier,
            **proof.form,
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            **proof.headers,
        }
        try:
            answer = provider.fetch("POST", endpoint, headers, urlencode(form).encode())
        except ProviderUnreachable:
            continue
        if answer.status < 500:
            return _token_answer(answer)
    raise ProviderUnreachable


def _token_answer(answer: WebAnswer) -> Object:
    value = read_object(answer.body, ProviderUnreachable())
    if answer.status != 200:
        raise ProviderRefused(error_name(value.get("error")))
    kind = value.get("token_type")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise TokenMalformed
    return value


def error_name(error: object) -> str:
    """Return a provider's error if it is a known one, else `unknown`."""
    return error if isinstance(error, str) and error in ERRORS else "unknown"


def _userinfo(provider: Provider, access_token: str, subject: str, now: datetime) -> Object:
    """Return the claims of the userinfo endpoint, about the ID token's subject."""
    config = provider.config
    answer = _ask_userinfo(provider, access_token, now)
    if config.userinfo == JSON:
        if answer.media_type != "application/json":
            raise TokenMalformed
        claims = read_object(answer.body, TokenMalformed())
    else:
        if answer.media_type != "application/jwt":
            raise TokenMalformed
        token = answer.body.decode("ascii", "replace").strip()
        claims, _ = read_token(token, config.userinfo, provider, now)
        check_parties(claims, config, required=False)
    if claims.get("sub") != subject:
        raise TokenSubjectDiffers
    return claims


def _ask_userinfo(provider: Provider, access_token: str, now: datetime) -> WebAnswer:
    endpoint = provider.metadata(now).userinfo_endpoint
    headers = {
        "Authorization": f"Bearer {access_token}",
        "Accept": "application/json" if provider.config.userinfo == JSON else "application/jwt",
    }
    for _ in range(TRIES):
        try:
            answer = provider.fetch("GET", endpoint, headers)
        except ProviderUnreachable:
            continue
        if answer.status == 200:
            return answer
        if answer.status < 500:
            raise ProviderRefused("unknown")
    raise ProviderUnreachable
