"""Signing in, at the edge: POST …/sign-in/start and GET …/sign-in/callback of one issuer.

Both answer with a redirection. The callback always ends on the voting page with nothing in the
address; how it ended stands in a cookie that the page reads once: `signed-in`, or the code of the
refusal and, after a full stop, its reason (`not-eligible.too-young`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from urne.canonical import Fields, Json, decode
from urne.errors import (
    BadField,
    OtherElection,
    SignInNotStarted,
    SignInStateMismatch,
    UrneError,
)
from urne.flows.client import Draw
from urne.flows.discovery import Provider
from urne.flows.eligibility import Register
from urne.flows.sign_in import callback, start
from urne.flows.sign_in_cookie import SignInKey
from urne.handlers.cookies import OUTCOME_LIFETIME
from urne.handlers.issuer_place import IssuerPlace
from urne.handlers.same_origin import require_same_origin
from urne.model.election import Election
from urne.store.base import Sessions

SIGNED_IN, LEFT = "signed-in", "left-for-provider"
LANGUAGES = ("fr", "nl", "en")
LONGEST_BODY = 2_000


@dataclass(frozen=True, slots=True)
class SignInPlace:
    """What signing in needs besides the request: made once by the wiring.

    `at` is where this issuer answers; `page` the path on its origin that the callback ends on.
    """

    election: Election
    providers: Mapping[str, Provider]
    sessions: Sessions
    at: IssuerPlace
    page: str
    draw: Draw
    key: SignInKey = field(repr=False)
    register: Register | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """A 303 answer: Location, and Set-Cookie lines. To be sent with `Cache-Control: no-store`.

    `outcome` is the one word that may be logged.
    """

    location: str = field(repr=False)
    set_cookies: tuple[str, ...] = field(repr=False)
    outcome: str


def begin(headers: Mapping[str, str], body: bytes, place: SignInPlace, now: datetime) -> Redirect:
    """Return the way to the provider for a same-origin POST; header names in lower case.

    The body is a form, as a page sends it, or canonical JSON, of `election_id`, `provider` and,
    if wished, `language`. A refusal to begin (too early, too late, provider away) leads a form back
    to the voting page, like the callback's; any other, and all of JSON's, are raised.
    """
    require_same_origin(headers, place.at.origin)
    f = Fields(_body(headers, body), "body", ("election_id", "provider"), ("language",))
    if f.base64("election_id", 32) != place.election.election_id:
        raise OtherElection
    language = f.one_of("language", LANGUAGES) if f.has("language") else ""
    try:
        departure = start(
            place.election,
            f.text("provider"),
            place.providers,
            key=place.key,
            callback_url=place.at.callback_url,
            now=now,
            draw=place.draw,
            language=language,
        )
    except UrneError as e:
        if _is_json(headers):
            raise
        return _back(place, e.code)
    cookie = place.at.cookies.sign_in.put(departure.cookie, departure.lifetime)
    return Redirect(departure.redirect_url, (cookie,), LEFT)


def finish(
    query_string: str, cookies: Sequence[str], place: SignInPlace, now: datetime
) -> Redirect:
    """Return the way back to the voting page, whatever happened at the provider.

    `cookies` are the request's, each `name=value`. Only what nobody foresaw is raised.
    """
    names = place.at.cookies
    try:
        arrival = callback(
            query_string,
            names.sign_in.read(cookies),
            place.election,
            place.providers,
            key=place.key,
            sessions=place.sessions,
            callback_url=place.at.callback_url,
            now=now,
            draw=place.draw,
            register=place.register,
        )
    except (SignInNotStarted, SignInStateMismatch) as e:
        # Someone else's link must not end the sign-in that this browser may have under way.
        return _back(place, e.code)
    except UrneError as e:
        return _back(place, e.told, names.sign_in.delete())
    session = names.session.put(arrival.cookie, arrival.lifetime)
    return _back(place, SIGNED_IN, names.sign_in.delete(), session)


def _back(place: SignInPlace, outcome: str, *set_cookies: str) -> Redirect:
    said = place.at.cookies.outcome.put(outcome, OUTCOME_LIFETIME)
    return Redirect(place.at.origin + place.page, (*set_cookies, said), outcome)


def _body(headers: Mapping[str, str], body: bytes) -> Json:
    """Return the fields of a small body, each once."""
    if len(body) > LONGEST_BODY:
        raise BadField("body", "(all)", f"is longer than {LONGEST_BODY} bytes")
    if _is_json(headers):
        return decode(body)
    pairs = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True)
    if len(dict(pairs)) != len(pairs):
        raise BadField("body", "(all)", "names something twice")
    return dict(pairs)


def _is_json(headers: Mapping[str, str]) -> bool:
    media_type = headers.get("content-type", "").partition(";")[0]
    return media_type.strip().lower() == "application/json"
