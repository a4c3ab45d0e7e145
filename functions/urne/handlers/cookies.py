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

Where an election has several issuers, what `__Host-` demands, `Path=/`, would carry one issuer's
session to the next, who could act for the voter with it. So the first two are then kept below their
own issuer's path, `<path>/sign-in` and `<path>/enrol`, under names that begin with `__Secure-`:
still from this host alone unless a sibling host meddles. What a meddler could plant is a session of
their own, which gives away their vote and learns nothing of the voter's.
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
    path: str = "/"

    def put(self, value: str, lifetime: timedelta) -> str:
        """Return the Set-Cookie line that sets it."""
        attributes = [f"Max-Age={int(lifetime.total_seconds())}", f"Path={self.path}"]
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
    """The cookies of one issuer on one origin."""

    sign_in: Cookie
    session: Cookie
    outcome: Cookie


def cookies_of(origin: str, own_path: str | None = None) -> Cookies:
    """Return the cookies of an issuer; `own_path` is the one it answers below, if not alone.

    Raises BadField unless the origin is https, or on loopback.
    """
    secure = origin.startswith("https://")
    if not secure and not (origin.startswith("http://") and is_loopback(origin)):
        raise BadField("configuration", "origin", "is neither https nor on this machine")
    host = "__Host-" if secure else ""
    kept = host if own_path is None else host and "__Secure-"
    sign_in_path, enrol_path = (
        ("/", "/") if own_path is None else (f"{own_path}/sign-in", f"{own_path}/enrol")
    )
    return Cookies(
        # Lax: the provider sends the browser back from another site.
        sign_in=Cookie(f"{kept}urne-sign-in", "Lax", secure, readable=False, path=sign_in_path),
        session=Cookie(f"{kept}urne-vote", "Strict", secure, readable=False, path=enrol_path),
        # The page reads it, wherever it stands.
        outcome=Cookie(f"{host}urne-outcome", "Strict", secure, readable=True),
    )
