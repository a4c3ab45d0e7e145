"""What an issuer's sign-in function is made of: e-ID providers, sessions, where it answers."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from urne.flows.client import read_client
from urne.flows.discovery import Provider
from urne.flows.sign_in_cookie import SignInKey
from urne.handlers import issuer_wiring, wiring
from urne.handlers.sign_in_redirects import SignInPlace
from urne.model.provider import read_provider
from urne.store.web import WebFetch


@cache
def sign_in_place() -> SignInPlace:
    """Return what signing in needs besides the request and, to come back, the register."""
    return SignInPlace(
        election=wiring.election(),
        providers=providers(),
        sessions=wiring.vote_sessions(),
        at=issuer_wiring.issuer_place(),
        page=wiring.setting("URNE_PAGE"),
        draw=wiring.draw,
        key=SignInKey(wiring.secret("sign-in-key")),
    )


@cache
def providers() -> dict[str, Provider]:
    """Return the providers of the TOML files that were deployed, each with our keys for it."""
    found = {}
    for path in wiring.setting("URNE_PROVIDERS").split(os.pathsep):
        config = read_provider(Path(path).read_text(encoding="utf-8"))
        client = read_client(wiring.secret(f"client-{config.id}"))
        found[config.id] = Provider(config, client, WebFetch())
    return found
