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

SECONDS = 30


class Refused(UrneError):
    """The platform answered with a refusal, or not as it should."""

    code = "refused-over-http"

    def __init__(self, step: str, status: int, code: str) -> None:
        self.step, self.refusal = step, code
        super().__init__(f"{step} was answered with {status} {code}.")


@dataclass
class HttpVoter:
    """One resident with a browser of their own: cookies by name, and where the voting page is."""

    election: Election
    origin: str
    resident: str
    draw: Draw
    cookies: dict[str, str] = field(default_factory=dict, repr=False)

    def vote(self, rankings: Sequence[Sequence[int]]) -> list[Promise]:
        """Sign in, get a credential and cast each ranking in turn; return the promises."""
        voter = Voter.from_seed(self.election, self.draw(16))
        credentials = []
        for issuer in self.election.issuers:
            self.sign_in()
            credentials.append(voter.credential(issuer, self.enrol(voter, issuer)))
        return [
            self.cast(voter.ballot(ranking, credentials, self.draw, revision))
            for revision, ranking in enumerate(rankings)
        ]

    def sign_in(self) -> None:
        """Go to the provider and come back with a session. Raises Refused."""
        provider = self.election.providers[0].id
        body: Json = {
            "election_id": to_base64(self.election.election_id),
            "provider": provider,
        }
        there = self._post("/api/sign-in/start", body)
        hint = f"{there}&login_hint={self.resident}"
        back = self._redirect("the provider", self._request("GET", hint, {}))
        if not back.startswith(self.origin):
            raise Refused("the provider", 200, "no way back")
        self._redirect("sign-in", self._request("GET", back, {"Cookie": self._cookie_line()}))
        outcome = self.cookies.get("urne-outcome", "")
        if outcome != "signed-in":
            raise Refused("sign-in", 303, outcome)

    def enrol(self, voter: Voter, issuer: Issuer) -> bytes:
        """Return the blind signature for a voter who has signed in. Raises Refused."""
        request = voter.request(issuer)
        answer = self._api(
            "/api/enrol",
            {
                "election_id": to_base64(self.election.election_id),
                "blinded": to_base64(request.blinded),
                "nonce": to_base64(request.nonce),
            },
            self._own_headers(),
        )
        return from_base64(answer["blind_signature"])

    def cast(self, ballot: bytes) -> Promise:
        """Return the verified promise for a ballot, sent without any cookie. Raises Refused."""
        answer = self._api("/api/cast", {"ballot": to_base64(ballot)}, {})
        promise = Promise(from_base64(answer["leaf_hash"], 32), from_base64(answer["promise"], 64))
        require_promise(promise, ballot, self.election)
        return promise

    def _own_headers(self) -> dict[str, str]:
        return {
            "Origin": self.origin,
            "Sec-Fetch-Site": "same-origin",
            "Cookie": self._cookie_line(),
        }

    def _cookie_line(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)

    def _post(self, path: str, body: Json) -> str:
        """Return where a POST of our page sends the browser."""
        headers = {**self._own_headers(), "Content-Type": "application/json"}
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
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), raw


def _code(raw: bytes) -> str:
    try:
        return str(json.loads(raw)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return "(no code)"
