"""The cookie between leaving for the provider and coming back: a sign-in that nobody stores.

The cookie carries the sign-in itself, authenticated:

    base64url(body) "." base64url(HMAC-SHA-256(key, "urne/v1/sign-in/cookie" 0x00 || body))
    body = {"election_id": base64, "expires_at": instant, "provider": id, "seed": base64, 32 bytes}

State, nonce, PKCE verifier and the cookie of the session to come are drawn from the body by HMAC
under labels of their own. So nothing is stored before a valid callback; only the browser that
began a sign-in can end it; and one sign-in can make one session only, whose place is then taken.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from urne.canonical import Fields, decode, encode, format_instant, to_base64
from urne.errors import BadField, BadKey, NotCanonical, SignInNotStarted
from urne.flows.oidc import Exchange

SEED_BYTES = 32
KEY_BYTES = 32
LIFETIME = timedelta(minutes=10)
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class SignInKey:
    """The secret behind these cookies, 32 bytes."""

    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise BadKey("sign-in key", f"it has {len(self.raw)} bytes, not {KEY_BYTES}")

    def draw(self, label: str, body: bytes) -> str:
        """Return 43 characters that only this key draws from a body under a label."""
        return _text(self._digest(label, body))

    def _digest(self, label: str, body: bytes) -> bytes:
        return hmac.digest(self.raw, f"urne/v1/sign-in/{label}\0".encode() + body, "sha256")


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in under way: for which election, with which provider, until when."""

    election_id: bytes
    provider: str
    expires_at: datetime
    seed: bytes = field(repr=False)

    @property
    def began_at(self) -> datetime:
        """Return when it began."""
        return self.expires_at - LIFETIME

    def body(self) -> bytes:
        """Return its canonical bytes."""
        return encode(
            {
                "election_id": to_base64(self.election_id),
                "expires_at": format_instant(self.expires_at),
                "provider": self.provider,
                "seed": to_base64(self.seed),
            }
        )

    def exchange(self, key: SignInKey) -> Exchange:
        """Return its state, nonce and PKCE verifier."""
        body = self.body()
        return Exchange(
            state=key.draw("state", body),
            nonce=key.draw("nonce", body),
            verifier=key.draw("verifier", body),
        )

    def session_cookie(self, key: SignInKey) -> str:
        """Return the cookie of the one session that it may lead to."""
        return key.draw("session", self.body())


def encode_cookie(sign_in: SignIn, key: SignInKey) -> str:
    """Return the cookie that carries a sign-in."""
    body = sign_in.body()
    return f"{_text(body)}.{key.draw('cookie', body)}"


def decode_cookie(cookie: str, key: SignInKey) -> SignIn:
    """Return the sign-in that a cookie carries. Raises SignInNotStarted."""
    if len(cookie) > LONGEST or not cookie.isascii():
        raise SignInNotStarted
    text, _, mac = cookie.partition(".")
    body = _bytes(text)
    if not hmac.compare_digest(mac.encode(), key.draw("cookie", body).encode()):
        raise SignInNotStarted
    try:
        f = Fields(decode(body), "cookie", ("election_id", "expires_at", "provider", "seed"))
        return SignIn(
            election_id=f.base64("election_id", 32),
            provider=f.text("provider"),
            expires_at=f.instant("expires_at"),
            seed=f.base64("seed", SEED_BYTES),
        )
    except (NotCanonical, BadField):
        raise SignInNotStarted from None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""
