"""A resident signs in with an e-ID and comes back with a session: ten minutes, one purpose.

`start` answers where to go and the cookie that binds the way back to this browser; `callback`
checks everything that comes back and writes the session (flows/session.py). Before a valid
callback nothing is stored.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from urne.errors import (
    Conflict,
    OtherElection,
    OutcomeUnknown,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderUnknown,
    SignInCancelled,
    SignInExpired,
    SignInIssuerMismatch,
    SignInNotStarted,
    SignInReplayed,
    SignInStateMismatch,
)
from urne.flows.client import Draw
from urne.flows.discovery import Provider
from urne.flows.eligibility import Register, require_age, standing
from urne.flows.foreign import text_of
from urne.flows.oidc import Statement, authorization_url, error_name, redeem
from urne.flows.session import SESSION_LIFETIME, VOTE, session_key
from urne.flows.sign_in_cookie import (
    LIFETIME,
    SEED_BYTES,
    SignIn,
    SignInKey,
    decode_cookie,
    encode_cookie,
)
from urne.model.election import INTERNET, Election
from urne.model.election import Provider as Accepted
from urne.model.identity import Identity, encode_identity
from urne.model.person import BIRTHDATE, normalise, read_birthdate
from urne.store.base import Session, Sessions

# A browser keeps the cookie longer than it is good for, so that whoever is late hears why.
KEPT = timedelta(hours=1)

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes to sign in, and the value of the cookie it takes along."""

    redirect_url: str = field(repr=False)
    cookie: str = field(repr=False)
    lifetime: timedelta = KEPT


@dataclass(frozen=True, slots=True)
class Arrival:
    """The value of the session's cookie; the cookie of the sign-in is to be deleted."""

    cookie: str = field(repr=False)
    lifetime: timedelta = SESSION_LIFETIME


def start(
    election: Election,
    provider_id: str,
    providers: Mapping[str, Provider],
    *,
    key: SignInKey,
    callback_url: str,
    now: datetime,
    draw: Draw,
    language: str = "",
) -> Departure:
    """Return where to go. Stores nothing. `language` is what the provider is asked to speak.

    Raises NotOpenYet, Closed, ProviderUnknown, ProviderUnreachable or ProviderMisconfigured.
    """
    election.require_open(now)
    accepted, provider = _provider(election, provider_id, providers)
    sign_in = SignIn(
        election.election_id, provider_id, now.replace(microsecond=0) + LIFETIME, draw(SEED_BYTES)
    )
    url = authorization_url(
        provider,
        sign_in.exchange(key),
        callback_url=callback_url,
        acr=accepted.acr,
        language=language,
        now=now,
    )
    return Departure(url, encode_cookie(sign_in, key))


def callback(
    query_string: str,
    cookie: str | None,
    election: Election,
    providers: Mapping[str, Provider],
    *,
    key: SignInKey,
    sessions: Sessions,
    callback_url: str,
    now: datetime,
    draw: Draw,
    register: Register | None = None,
) -> Arrival:
    """Return the cookie of a new session of a person who may vote.

    Raises a refusal of its own for each thing that may be wrong: the cookie and state of another
    browser, another provider's answer, a token's checks, eligibility. Only then is a session put.
    """
    if cookie is None:
        raise SignInNotStarted
    sign_in, query = decode_cookie(cookie, key), _query(query_string)
    exchange = sign_in.exchange(key)
    if not hmac.compare_digest(query.get("state", "").encode(), exchange.state.encode()):
        raise SignInStateMismatch
    if now >= sign_in.expires_at:
        raise SignInExpired
    if sign_in.election_id != election.election_id:
        raise OtherElection
    election.require_open(now)
    accepted, provider = _provider(election, sign_in.provider, providers)
    statement = redeem(
        provider,
        _code(query, provider, now),
        exchange,
        callback_url=callback_url,
        acr=accepted.acr,
        began_at=sign_in.began_at,
        now=now,
        draw=draw,
    )
    identity = _identity(statement, provider, election, register)
    value = sign_in.session_cookie(key)
    expires_at = now.replace(microsecond=0) + SESSION_LIFETIME
    _put_once(sessions, value, Session(VOTE, encode_identity(identity), expires_at))
    return Arrival(value)


def _provider(
    election: Election, provider_id: str, providers: Mapping[str, Provider]
) -> tuple[Accepted, Provider]:
    """Return a provider as the manifest accepts it and as we know it."""
    accepted = next((p for p in election.providers if p.id == provider_id), None)
    provider = providers.get(provider_id)
    if accepted is None or provider is None:
        raise ProviderUnknown
    config = provider.config
    if accepted.issuer != config.issuer:
        raise ProviderMisconfigured("the election names another issuer")
    if accepted.acr not in config.acr_levels:
        raise ProviderMisconfigured("the election asks for a level that it does not know")
    if not set(election.person_fields) <= set(config.claims):
        raise ProviderMisconfigured("it does not state what the election knows people by")
    return accepted, provider


def _query(query_string: str) -> Query:
    """Return the query by name. A name that is repeated could mean two things: refused."""
    try:
        pairs = parse_qsl(query_string, keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise SignInStateMismatch from None
    query = dict(pairs)
    if len(query) != len(pairs):
        raise SignInStateMismatch
    return query


def _code(query: Query, provider: Provider, now: datetime) -> str:
    """Return the code that the provider gave, after checking that it was this one (RFC 9207)."""
    issuer, config = query.get("iss"), provider.config
    expected = config.answers_with_issuer or provider.metadata(now).answers_with_issuer
    if issuer != config.issuer and (expected or issuer is not None):
        raise SignInIssuerMismatch
    if query.get("error") == "access_denied":
        raise SignInCancelled
    if "error" in query or not query.get("code"):
        raise ProviderRefused(error_name(query.get("error")))
    return query["code"]


def _identity(
    statement: Statement, provider: Provider, election: Election, register: Register | None
) -> Identity:
    """Return the person whom a provider's claims state. Raises NotEligible."""
    config, rules = provider.config, election.eligibility
    stated = {name: text_of(statement.claims, path) for name, path in config.claims.items()}
    if rules.minimum_age:
        require_age(rules, read_birthdate(stated[BIRTHDATE] or ""))
    fields = tuple(normalise(name, stated[name] or "") for name in election.person_fields)
    postal_code = text_of(statement.claims, config.postal_code) if config.postal_code else None
    return Identity(
        election_id=election.election_id,
        channel=next(c.id for c in election.channels if c.kind == INTERNET),
        standing=standing(rules, fields, postal_code, register),
        fields=fields,
    )


def _put_once(sessions: Sessions, cookie: str, session: Session) -> None:
    """Put the session of a sign-in. Raises SignInReplayed if it made one before."""
    place = session_key(cookie)
    try:
        sessions.put(place, session)
    except Conflict as e:
        raise SignInReplayed from e
    except OutcomeUnknown:
        if sessions.get(place) != session:
            raise
