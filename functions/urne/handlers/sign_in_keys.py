"""GET …/sign-in/keys: our public keys for one e-ID provider, at the address it has registered.

They are those of the very secret that the sign-in uses, so what is published and what is used
cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from urne.errors import ProviderUnknown
from urne.flows.discovery import Provider
from urne.model.election import issuer_path

KEYS_TYPE = "application/jwk-set+json"
KEYS_SECONDS = 300


def is_keys_path(path: str, issuer: str) -> bool:
    """Return whether an issuer's keys are asked for, as the first of a manifest or a further one.

    Which it is nobody knows before there is a manifest.
    """
    places = (issuer_path(issuer, is_first=is_first) for is_first in (True, False))
    return path in {f"{place}/sign-in/keys" for place in places}


def published_keys(query_string: str, providers: Mapping[str, Provider]) -> bytes:
    """Return the JWKS of the provider in `provider=…`. Raises ProviderUnknown."""
    names = [value for name, value in parse_qsl(query_string) if name == "provider"]
    if len(names) != 1 or names[0] not in providers:
        raise ProviderUnknown
    return providers[names[0]].client.public_keys()
