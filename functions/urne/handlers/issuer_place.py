"""Where one issuer answers on the voting page's origin, and which cookies reach it there.

    the first     /api/sign-in/start                 /api/sign-in/callback   /api/enrol
    each further  /api/issuers/<id>/sign-in/start    …/sign-in/callback      …/enrol

Where an election has several issuers, a browser sends the cookies of one to nobody else: each is
kept for the path that has a use for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from urne.handlers.cookies import Cookies, cookies_of
from urne.model.election import Election


@dataclass(frozen=True, slots=True)
class IssuerPlace:
    """One issuer's addresses: `origin` is the voting page's, without a path."""

    origin: str
    path: str
    is_alone: bool

    @property
    def start_path(self) -> str:
        """Return where a sign-in begins."""
        return f"{self.path}/sign-in/start"

    @property
    def callback_path(self) -> str:
        """Return where providers send browsers back to."""
        return f"{self.path}/sign-in/callback"

    @property
    def enrol_path(self) -> str:
        """Return where a person is signed off and a credential signed."""
        return f"{self.path}/enrol"

    @property
    def callback_url(self) -> str:
        """Return the same as an address, as it is registered with providers."""
        return self.origin + self.callback_path

    @property
    def cookies(self) -> Cookies:
        """Return this issuer's cookies."""
        return cookies_of(self.origin, None if self.is_alone else self.path)


def place_of(election: Election, issuer: str, origin: str) -> IssuerPlace:
    """Return where an issuer of an election answers. Raises BadField for an unknown one."""
    return IssuerPlace(origin, election.issuer_path(issuer), len(election.issuers) == 1)
