"""How one e-ID provider is spoken to: its configuration, a TOML file of its own.

Worked examples are in `infra/providers`; `generic.toml` explains every field. Everything that a
provider might otherwise choose by itself is pinned here: how we prove who we are, the algorithms
of its tokens, whether they are encrypted, where each person field is found. A file that leaves
something open is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from urne.canonical import Fields, Json
from urne.errors import BadField
from urne.model.person import BIRTHDATE

PRIVATE_KEY_JWT, CLIENT_SECRET_BASIC = "private_key_jwt", "client_secret_basic"
NONE, JSON, SIGNED, ENCRYPTED = "none", "json", "signed", "encrypted"

# Neither `none` nor HS…: whoever knows the shared secret, or nothing, could sign.
SIGNING = ("ES256", "ES384", "PS256", "PS384", "RS256", "RS384", "Ed25519", "EdDSA")
KEY_MANAGEMENT = ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW", "RSA-OAEP", "RSA-OAEP-256")
CONTENT = ("A128CBC-HS256", "A128GCM", "A256CBC-HS512", "A256GCM")

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConfig:
    """The configuration of one provider.

    `acr_levels` go from the weakest to the strongest; `claims` says where each person field is
    found, one name a step; `postal_code` is empty where the provider states no address. `prompt`
    is `login` unless the file says otherwise: whoever sits at a shared computer is asked, even if
    someone else is still signed in there.
    """

    id: str
    issuer: str
    client_id: str
    client_auth: str
    client_algorithm: str
    scopes: tuple[str, ...]
    prompt: str
    acr_levels: tuple[str, ...]
    signing: tuple[str, ...]
    key_management: tuple[str, ...]
    content: tuple[str, ...]
    id_token: str
    userinfo: str
    answers_with_issuer: bool
    claims: Mapping[str, Path]
    postal_code: Path

    def __post_init__(self) -> None:
        _require_consistent(self)

    def reaches(self, returned: str, required: str) -> bool:
        """Return whether a returned assurance level is the required one or a stronger one."""
        if returned not in self.acr_levels or required not in self.acr_levels:
            return False
        return self.acr_levels.index(returned) >= self.acr_levels.index(required)


def _require_consistent(c: ProviderConfig) -> None:
    def require(condition: bool, name: str, why: str) -> None:
        if not condition:
            raise BadField(f"provider {c.id}", name, why)

    encrypted = ENCRYPTED in (c.id_token, c.userinfo)
    require(bool(c.client_id), "client_id", "is empty")
    require(not c.issuer.endswith("/.well-known/openid-configuration"), "issuer", "has a path on")
    require("openid" in c.scopes, "scopes", "lack openid")
    require(bool(c.acr_levels), "acr_levels", "are missing")
    require(len(set(c.acr_levels)) == len(c.acr_levels), "acr_levels", "have one twice")
    require(bool(c.signing), "signing", "is empty")
    require(set(c.signing) <= set(SIGNING), "signing", f"is not of {', '.join(SIGNING)}")
    require(encrypted == bool(c.key_management), "key_management", "and `encrypted` disagree")
    require(encrypted == bool(c.content), "content", "and `encrypted` disagree")
    require(set(c.key_management) <= set(KEY_MANAGEMENT), "key_management", "is not known")
    require(set(c.content) <= set(CONTENT), "content", "is not known")
    require(BIRTHDATE in c.claims, "claims", "lack the birthdate")
    signs = c.client_auth == PRIVATE_KEY_JWT
    require(not signs or c.client_algorithm in SIGNING, "client_algorithm", "is not known")
    require(signs or not c.client_algorithm, "client_algorithm", "is for private_key_jwt only")


def read_provider(text: str) -> ProviderConfig:
    """Return the configuration that a TOML text holds. Raises BadField."""
    try:
        value: Json = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise BadField("provider", "(all)", f"is no TOML ({e})") from e
    f = Fields(value, "provider", _REQUIRED, _OPTIONAL)
    return ProviderConfig(
        id=f.text("id"),
        issuer=f.text("issuer"),
        client_id=f.text("client_id"),
        client_auth=f.one_of("client_auth", (PRIVATE_KEY_JWT, CLIENT_SECRET_BASIC)),
        client_algorithm=f.text("client_algorithm") if f.has("client_algorithm") else "",
        scopes=f.texts("scopes", least=1),
        prompt=f.text("prompt") if f.has("prompt") else "login",
        acr_levels=f.texts("acr_levels", least=1),
        signing=f.texts("signing", least=1),
        key_management=f.texts("key_management") if f.has("key_management") else (),
        content=f.texts("content") if f.has("content") else (),
        id_token=f.one_of("id_token", (SIGNED, ENCRYPTED)),
        userinfo=f.one_of("userinfo", (NONE, JSON, SIGNED, ENCRYPTED)),
        answers_with_issuer=f.boolean("answers_with_issuer"),
        claims=_claims(f.raw("claims")),
        postal_code=_path(f.raw("postal_code"), "postal_code") if f.has("postal_code") else (),
    )


_REQUIRED = (
    "id issuer client_id client_auth scopes acr_levels signing id_token userinfo "
    "answers_with_issuer claims"
).split()
_OPTIONAL = ("client_algorithm", "key_management", "content", "postal_code", "prompt")


def _claims(value: Json) -> Mapping[str, Path]:
    if not isinstance(value, Mapping):
        raise BadField("provider", "claims", "is not a table")
    return {field: _path(path, f"claims.{field}") for field, path in value.items()}


def _path(value: Json, name: str) -> Path:
    """Return where a claim is found: TOML has a name, or a list of names from outside in."""
    steps = [value] if isinstance(value, str) else value
    if not isinstance(steps, list) or not steps or not all(isinstance(s, str) for s in steps):
        raise BadField("provider", name, "is neither a claim's name nor a list of names")
    return tuple(str(step) for step in steps)
