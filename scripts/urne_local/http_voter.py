"""A resident's telephone without a screen: signs in, enrols and casts over HTTP, like the page."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from urne.canonical import Json, encode, from_base64, to_base64
from urne.errors import UrneError
from urne.flows.cast import Promise
from urne.flows.rehearsal import Draw
from urne.flows.voter import Voter, require_promise
from urne.model.election import Election, Issuer
from urne_local.cookie_jar import CookieJar

SECONDS = 30


class Refused(UrneError):
    """The platform answered with a refusal, or not as it should."""

    code = "refused-over-http"

    def __init__(self, step: str, status: int, code: str) -> None:
        self.step, self.refusal = step, code
        super().__init__(f"{step} was answered with {status} {code}.")


@dataclass
class HttpVoter:
    """One resident with a browser of their own: its cookies, and where the voting page is."""

    election: Election
    origin: str
    resident: str
    draw: Draw
    cookies: CookieJar = field(default_factory=CookieJar, repr=False)

    def vote(self, rankings: Sequence[Sequence[int]], desk_code: str = "") -> list[Promise]:
        """Sign in, get a credential and cast each ranking in turn; return the promises.

        `desk_code` is typed where somebody without an address here is asked for one.
        """
        voter = Voter.from_seed(self.election, self.draw(16))
        credentials = []
        for issuer in self.election.issuers:
            self.sign_in(issuer)
            credentials.append(voter.credential(issuer, self.enrol(voter, issuer, desk_code)))
        return [
            self.cast(voter.ballot(ranking, credentials, self.draw, revision))
            for revision, ranking in enumerate(rankings)
        ]

    def sign_in(self, issuer: Issuer | None = None) -> None:
        """Go to the provider and come back with a session of an issuer, the first if not told.

        Raises Refused.
        """
        path = self._path(issuer or self.election.issuers[0])
        provider = self.election.providers[0].id
        body: Json = {
            "election_id": to_base64(self.election.election_id),
            "provider": provider,
        }
        there = self._post(f"{path}/sign-in/start", body)
        hint = f"{there}&login_hint={self.resident}"
        back = self._redirect("the provider", self._request("GET", hint, {}))
        if not back.startswith(self.origin):
            raise Refused("the provider", 200, "no way back")
        cookies = {"Cookie": self.cookies.line(urlsplit(back).path)}
        self._redirect("sign-in", self._request("GET", back, cookies))
        outcome = self.cookies.take("urne-outcome")
        if outcome != "signed-in":
            raise Refused("sign-in", 303, outcome)

    def enrol(self, voter: Voter, issuer: Issuer, desk_code: str = "") -> bytes:
        """Return the blind signature for a voter who has signed in. Raises Refused."""
        request = voter.request(issuer)
        path = f"{self._path(issuer)}/enrol"
        answer = self._api(
            path,
            {
                "election_id": to_base64(self.election.election_id),
                "blinded": to_base64(request.blinded),
                "nonce": to_base64(request.nonce),
                **({"desk_code": desk_code} if desk_code else {}),
            },
            self._own_headers(path),
        )
        return from_base64(answer["blind_signature"])

    def cast(self, ballot: bytes) -> Promise:
        """Return the verified promise for a ballot, sent without any cookie. Raises Refused."""
        answer = self._api("/api/cast", {"ballot": to_base64(ballot)}, {})
        promise = Promise(from_base64(answer["leaf_hash"], 32), from_base64(answer["promise"], 64))
        require_promise(promise, ballot, self.election)
        return promise

    def _path(self, issuer: Issuer) -> str:
        return self.election.issuer_path(issuer.id)

    def _own_headers(self, path: str) -> dict[str, str]:
        return {
            "Origin": self.origin,
            "Sec-Fetch-Site": "same-origin",
            "Cookie": self.cookies.line(path),
        }

    def _post(self, path: str, body: Json) -> str:
        """Return where a POST of our page sends the browser."""
        headers = {**self._own_headers(path), "Content-Type": "application/json"}
        return self._redirect(
            path, self._request("POST", self.origin + path, headers, encode(body))
        )

    def _api(self, path: str, body: Json, headers: Mapping[str, str]) -> Any:
        headers = {**headers, "Content-Type": "application/json"}
        status, _, raw = self._request("POST", self.origin + path, headers, encode(body))
        if status != http.HTTPStatus.OK:
            raise Refused(path, status, _code(raw))
        return json.loads(raw)

    def _redirect(self, step: str, answer: tuple[int, str, bytes]) -> str:
        status, location, raw = answer
        if status not in (http.HTTPStatus.SEE_OTHER, http.HTTPStatus.FOUND):
            raise Refused(step, status, _code(raw))
        return location

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, str, bytes]:
        """Return status, Location and body; keep the cookies that our own origin sets."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body or None, dict(headers))
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        if url.startswith(self.origin):
            for line in answer.headers.get_all("Set-Cookie", []):
                self.cookies.keep(line)
        return answer.status, answer.headers.get("Location", ""), raw


def _code(raw: bytes) -> str:
    try:
        return str(json.loads(raw)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return "(no code)"
