"""The local e-ID provider: OpenID Connect with invented residents, on a port of its own.

    /.well-known/openid-configuration   /jwks   /authorize   /token   /userinfo   /style.css
    POST /test/rotate-keys   signs with a new key from now on and forgets the old one

It does what a real one does and refuses what a real one refuses: clients prove themselves, codes
are taken once, within a minute, with their PKCE verifier; ID tokens and userinfo are signed and
encrypted as the client is registered. Two things are for this machine only: the page asks who to
be rather than for a proof of it, and a `login_hint` that names a resident spares the page, so
that a rehearsal can sign in voters quickly.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from urne_local.errors import MethodNotAllowed, NoSuchAddress
from urne_local.provider_clients import ClientRefused, Clients, LocalClient
from urne_local.provider_page import STYLE, choose_page, error_page, pick_language
from urne_local.provider_statements import TOKEN_LIFETIME, Claims, Grant, Statements, base64url
from urne_local.residents import LOW, SUBSTANTIAL, Resident, find_resident, residents
from urne_local.serving import Limits, Request, Response, Server, refusal

LIMITS = Limits(body=64 * 1024, headers=32 * 1024, idle_seconds=60)
CODE_LIFETIME = timedelta(seconds=60)
NO_STORE = ("Cache-Control", "no-store")
CANCEL = "cancel"


class LocalProvider:
    """The provider: its clients, what it states, and the codes and tokens that wait to be used."""

    def __init__(
        self,
        issuer: str,
        clients: Sequence[LocalClient],
        *,
        now: Callable[[], datetime],
        postal_code: str,
        draw: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.issuer, self.now, self.postal_code, self._draw = issuer, now, postal_code, draw
        self.clients = Clients(clients)
        self.statements = Statements(issuer, draw)
        self._lock = threading.Lock()
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, Grant] = {}
        self._answers: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/.well-known/openid-configuration"): self._discovery,
            ("GET", "/jwks"): self._jwks,
            ("GET", "/authorize"): self._authorize,
            ("POST", "/authorize"): self._authorize,
            ("POST", "/token"): self._token,
            ("GET", "/userinfo"): self._userinfo,
            ("POST", "/userinfo"): self._userinfo,
            ("GET", "/style.css"): self._style,
            ("POST", "/test/rotate-keys"): self._rotate_keys,
        }

    def answer(self, request: Request) -> Response:
        """Return the answer to one request."""
        method = "GET" if request.method == "HEAD" else request.method
        found = self._answers.get((method, request.path))
        if found is not None:
            return found(request)
        allowed = tuple(m for m, path in self._answers if path == request.path)
        return refusal(MethodNotAllowed(allowed) if allowed else NoSuchAddress())

    # --- What is published --------------------------------------------------------------------

    def _discovery(self, _: Request) -> Response:
        at = self.issuer
        return _json(
            {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "userinfo_endpoint": f"{at}/userinfo",
                "jwks_uri": f"{at}/jwks",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["pairwise"],
                "scopes_supported": ["openid", "profile", "address"],
                "acr_values_supported": [LOW, SUBSTANTIAL],
                "ui_locales_supported": ["fr", "nl", "en"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": [
                    "private_key_jwt",
                    "client_secret_basic",
                ],
                "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "id_token_encryption_alg_values_supported": ["ECDH-ES", "RSA-OAEP-256"],
                "id_token_encryption_enc_values_supported": ["A256GCM"],
                "userinfo_signing_alg_values_supported": ["ES256"],
                "userinfo_encryption_alg_values_supported": ["ECDH-ES", "RSA-OAEP-256"],
                "userinfo_encryption_enc_values_supported": ["A256GCM"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    def _jwks(self, _: Request) -> Response:
        return _json({"keys": [self.statements.key.as_dict(private=False)]})

    def _rotate_keys(self, _: Request) -> Response:
        self.statements.rotate_key()
        return Response(HTTPStatus.NO_CONTENT)

    def _style(self, _: Request) -> Response:
        return Response(200, (("Content-Type", "text/css; charset=utf-8"),), STYLE.encode())

    # --- The page -----------------------------------------------------------------------------

    def _authorize(self, request: Request) -> Response:
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        language = pick_language(query.get("ui_locales"), request.header("accept-language"))
        client = self.clients.get(query.get("client_id", ""))
        if client is None or query.get("redirect_uri") not in client.redirect_uris:
            # Never send a browser to an address that nobody registered.
            return _page(400, error_page(language), "")
        error = _fault(query)
        if error:
            return self._send_back(query, {"error": error})
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        chosen = form.get("resident") if request.method == "POST" else query.get("login_hint")
        if chosen == CANCEL:
            return self._send_back(query, {"error": "access_denied"})
        resident = find_resident(chosen or "", self.postal_code, self.now())
        if resident is None:
            found = residents(self.postal_code, self.now())
            page = choose_page(language, query, found, unknown=chosen)
            return _page(200, page, query["redirect_uri"])
        return self._send_back(query, {"code": self._code(client, resident, query)})

    def _code(self, client: LocalClient, resident: Resident, query: Mapping[str, str]) -> str:
        code = base64url(self._draw(32))
        grant = Grant(
            client=client,
            resident=resident,
            redirect_uri=query["redirect_uri"],
            nonce=query["nonce"],
            challenge=query["code_challenge"],
            expires_at=self.now() + CODE_LIFETIME,
        )
        with self._lock:
            self._codes[code] = grant
        return code

    def _send_back(self, query: Mapping[str, str], answer: Mapping[str, str]) -> Response:
        target, said = query["redirect_uri"], {**answer, "iss": self.issuer}
        if "state" in query:
            said["state"] = query["state"]
        location = f"{target}{'&' if '?' in target else '?'}{urlencode(said)}"
        return Response(HTTPStatus.SEE_OTHER, (("Location", location), NO_STORE))

    # --- The functions' side ------------------------------------------------------------------

    def _token(self, request: Request) -> Response:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        audiences = (f"{self.issuer}/token", self.issuer)
        try:
            client = self.clients.authenticate(request, form, audiences, self.now())
        except ClientRefused:
            return _json({"error": "invalid_client"}, HTTPStatus.UNAUTHORIZED)
        if form.get("grant_type") != "authorization_code":
            return _json({"error": "unsupported_grant_type"}, HTTPStatus.BAD_REQUEST)
        with self._lock:
            grant = self._codes.pop(form.get("code", ""), None)
        if grant is None or not self._may_redeem(grant, client, form):
            return _json({"error": "invalid_grant"}, HTTPStatus.BAD_REQUEST)
        access_token = base64url(self._draw(32))
        with self._lock:
            self._tokens[access_token] = replace(grant, expires_at=self.now() + TOKEN_LIFETIME)
        return _json(
            {
                "access_token": access_token,
                "token_type": "Bearer",
                "expires_in": int(TOKEN_LIFETIME.total_seconds()),
                "id_token": self.statements.id_token(grant, access_token, self.now()),
            }
        )

    def _may_redeem(self, grant: Grant, client: LocalClient, form: Mapping[str, str]) -> bool:
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return (
            grant.client.id == client.id
            and grant.redirect_uri == form.get("redirect_uri")
            and grant.challenge == base64url(challenge)
            and self.now() < grant.expires_at
        )

    def _userinfo(self, request: Request) -> Response:
        kind, _, token = (request.header("authorization") or "").partition(" ")
        with self._lock:
            grant = self._tokens.get(token) if kind.lower() == "bearer" else None
        if grant is None or self.now() >= grant.expires_at:
            headers = (("WWW-Authenticate", 'Bearer error="invalid_token"'), NO_STORE)
            return Response(HTTPStatus.UNAUTHORIZED, headers)
        media_type, body = self.statements.userinfo(grant)
        return Response(200, (("Content-Type", media_type), NO_STORE), body)


def serve_provider(
    clients: Sequence[LocalClient],
    *,
    now: Callable[[], datetime],
    postal_code: str,
    port: int = 0,
    option: str = "another number",
) -> tuple[Server, LocalProvider]:
    """Return the provider's server, listening but not yet answering, and the provider behind it.

    Raises PortUnavailable.
    """
    provider: LocalProvider

    def answer(request: Request) -> Response:
        return provider.answer(request)

    server = Server(answer, port=port, limits=LIMITS, purpose="the e-ID provider", option=option)
    provider = LocalProvider(server.origin, clients, now=now, postal_code=postal_code)
    return server, provider


def _fault(query: Mapping[str, str]) -> str | None:
    """Return the error of a request that cannot be answered by a page, or None."""
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    if "openid" not in query.get("scope", "").split():
        return "invalid_scope"
    if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
        return "invalid_request"
    return None if query.get("nonce") and query.get("state") else "invalid_request"


def _json(value: Claims, status: int = 200) -> Response:
    headers = (("Content-Type", "application/json"), NO_STORE)
    return Response(status, headers, json.dumps(value, ensure_ascii=False).encode())


def _page(status: int, html: str, redirect_uri: str) -> Response:
    """Return a page. Sending its form may end at the client, which the policy has to allow."""
    origin = "/".join(redirect_uri.split("/")[:3])
    policy = f"default-src 'none'; style-src 'self'; form-action 'self' {origin}; "
    headers = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", f"{policy}frame-ancestors 'none'; base-uri 'none'"),
        ("Referrer-Policy", "no-referrer"),
        NO_STORE,
    )
    return Response(status, headers, html.encode())
