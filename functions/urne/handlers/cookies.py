"""The cookies of the voting origin: what they are called, how long they live, who may read them.

| name          | holds                             | lives      | scripts | SameSite |
|---------------|-----------------------------------|------------|---------|----------|
| urne-sign-in  | a sign-in under way               | an hour    | no      | Lax      |
| urne-vote     | the session                       | 10 minutes | no      | Strict   |
| urne-outcome  | how signing in ended, one word    | 1 minute   | yes     | Strict   |

A sign-in is good for ten minutes; its cookie stays longer so that whoever is late is told so.

On `https` each is `Secure` and its name begins with `__Host-`: no other host, no subdomain and no
page without encryption can set or overwrite it. `http` is for this machine's loopback only, where
not every browser takes `Secure` cookies, so there they have neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from urne.errors import BadField
from urne.store.web import is_loopback

OUTCOME_LIFETIME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie's name and attributes."""

    name: str
    same_site: str
    secure: bool
    readable: bool

    def put(self, value: str, lifetime: timedelta) -> str:
        """Return the Set-Cookie line that sets it."""
        attributes = [f"Max-Age={int(lifetime.total_seconds())}", "Path=/"]
        attributes += ["Secure"] if self.secure else []
        attributes += [] if self.readable else ["HttpOnly"]
        return "; ".join([f"{self.name}={value}", *attributes, f"SameSite={self.same_site}"])

    def delete(self) -> str:
        """Return the Set-Cookie line that deletes it."""
        return self.put("", timedelta(0))

    def read(self, cookies: Sequence[str]) -> str | None:
        """Return its value among `name=value` texts, or None; None too if it stands twice."""
        pairs = (text.partition("=") for text in cookies)
        values = [value.strip() for name, _, value in pairs if name.strip() == self.name]
        return values[0] if len(values) == 1 and values[0] else None


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies of one origin."""

    sign_in: Cookie
    session: Cookie
    outcome: Cookie


def cookies_of(origin: str) -> Cookies:
    """Return the cookies of an origin. Raises BadField unless it is https, or on loopback."""
    secure = origin.startswith("https://")
    if not secure and not (origin.startswith("http://") and is_loopback(origin)):
        raise BadField("configuration", "origin", "is neither https nor on this machine")
    prefix = "__Host-" if secure else ""
    return Cookies(
        # Lax: the provider sends the browser back from another site.
        sign_in=Cookie(f"{prefix}urne-sign-in", "Lax", secure, readable=False),
        session=Cookie(f"{prefix}urne-vote", "Strict", secure, readable=False),
        outcome=Cookie(f"{prefix}urne-outcome", "Strict", secure, readable=True),
    )
