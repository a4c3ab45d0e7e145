"""A voting page, its function and the local e-ID provider, in one process and on one clock."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from urne.errors import UrneError
from urne.flows.client import new_client, read_client
from urne.flows.discovery import Provider
from urne.flows.eligibility import Register
from urne.flows.sign_in import Arrival, Departure, callback, start
from urne.flows.sign_in_cookie import SignInKey
from urne.model.election import (
    BallotProject,
    Channel,
    Election,
    Eligibility,
    Issuer,
    KeyHolder,
)
from urne.model.election import Provider as Accepted
from urne.model.provider import ProviderConfig, read_provider
from urne.store.memory import MemorySessions
from urne.store.web import Fetch, WebAnswer
from urne_local.provider import LocalProvider
from urne_local.provider_clients import LocalClient
from urne_local.provider_statements import Claims, Grant, Statements
from urne_local.serving import Request

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "infra" / "providers"
OPENS_AT = datetime(2019, 6, 1, 6, tzinfo=UTC)
NOW = datetime(2019, 6, 3, 12, 30, 45, 123456, tzinfo=UTC)
CALLBACK_URL = "http://127.0.0.1:8002/api/sign-in/callback"
ISSUER = "http://127.0.0.1:8003"
POSTAL_CODE = "92500"
KEY = SignInKey(bytes(range(32)))
CLIENT = new_client("test")

ELECTION = Election(
    edition="rueil-2019",
    origin="vote.example.org/elections/rueil-2019/log",
    title="Budget participatif",
    opens_at=OPENS_AT,
    closes_at=OPENS_AT + timedelta(days=14),
    points=(3, 2, 1),
    min_choices=3,
    max_choices=3,
    max_revisions=16,
    currency="EUR",
    budget_cents=20_000_000,
    projects=tuple(BallotProject(f"{n:03}", 100, bytes(32)) for n in range(1, 5)),
    over_budget="skip",
    person_fields=("birthdate", "birth_family_name", "birth_given_names"),
    eligibility=Eligibility(16, date(2019, 6, 1), ("address", "register"), (POSTAL_CODE,)),
    providers=(Accepted("demo", ISSUER, "eidas2"),),
    channels=(Channel("internet", "internet"),),
    issuers=(Issuer("town", b"\xff" * 256, bytes(32)),),
    trustees=(KeyHolder("t", bytes(32)),),
    clerks=(),
    log_key="k",
    promise_key=bytes(32),
    tally_key="k",
    witness_policy="",
    interval_seconds=1,
    batch_minimum=1,
    pabulib={},
)


def demo_config(**changes: object) -> ProviderConfig:
    """Return the configuration of the local provider."""
    config = read_provider((EXAMPLES / "demo.toml").read_text())
    return replace(config, issuer=ISSUER, **changes)  # type: ignore[arg-type]


def local_client(**changes: object) -> LocalClient:
    """Return us, as the local provider has registered us."""
    jwks = json.loads(read_client(CLIENT).public_keys())
    return replace(LocalClient("urne-demo", (CALLBACK_URL,), jwks), **changes)  # type: ignore[arg-type]


Alter = Callable[[str, WebAnswer], WebAnswer]


@dataclass
class Direct:
    """A fetcher that asks the local provider without a socket, and remembers what was asked."""

    provider: LocalProvider
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    alter: Alter = lambda path, answer: answer

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> WebAnswer:
        parts = urlsplit(url)
        self.asked.append((parts.path, body))
        lower = tuple((name.lower(), value) for name, value in headers.items())
        response = self.provider.answer(Request(method, parts.path, parts.query, lower, body))
        media_type = dict(response.headers).get("Content-Type", "")
        return self.alter(parts.path, WebAnswer(response.status, media_type, response.body))


class World:
    """Everything a sign-in needs; a test changes one thing of it."""

    def __init__(
        self,
        *,
        election: Election = ELECTION,
        config: ProviderConfig | None = None,
        client: LocalClient | None = None,
        secret: bytes = CLIENT,
        local: type[LocalProvider] = LocalProvider,
        register: Register | None = None,
    ) -> None:
        self.now = NOW
        self.election, self.register = election, register
        clients = [client or local_client()]
        self.local = local(ISSUER, clients, now=lambda: self.now, postal_code=POSTAL_CODE)
        self.fetch = Direct(self.local)
        self.secret, self.sessions = secret, MemorySessions()
        self.use(config or demo_config(), self.fetch)
        chance = random.Random(1)
        self.draw = chance.randbytes

    def use(self, config: ProviderConfig, fetch: Fetch) -> None:
        """Speak to the provider by another configuration or fetcher."""
        self.providers = {config.id: Provider(config, read_client(self.secret), fetch)}

    def start(self) -> Departure:
        """Leave for the provider."""
        return start(
            self.election,
            self.election.providers[0].id,
            self.providers,
            key=KEY,
            callback_url=CALLBACK_URL,
            now=self.now,
            draw=self.draw,
        )

    def choose(self, departure: Departure, resident: str) -> str:
        """Be a resident on the provider's page; return the query that comes back."""
        parts = urlsplit(departure.redirect_url)
        form = f"resident={resident}".encode()
        response = self.local.answer(Request("POST", parts.path, parts.query, (), form))
        location = dict(response.headers)["Location"]
        assert location.startswith(f"{CALLBACK_URL}?")
        return urlsplit(location).query

    def callback(self, query: str, cookie: str | None) -> Arrival:
        """Come back from the provider."""
        return callback(
            query,
            cookie,
            self.election,
            self.providers,
            key=KEY,
            sessions=self.sessions,
            callback_url=CALLBACK_URL,
            now=self.now,
            draw=self.draw,
            register=self.register,
        )

    def sign_in(self, resident: str = "resident-a") -> Arrival:
        """Sign in as a resident, from beginning to end."""
        departure = self.start()
        return self.callback(self.choose(departure, resident), departure.cookie)

    def refusal(self, resident: str = "resident-a") -> UrneError:
        """Return the refusal that a sign-in meets. Nothing may be stored then."""
        before = dict(self.stored())
        try:
            self.sign_in(resident)
        except UrneError as e:
            assert self.stored() == before
            return e
        raise AssertionError("nobody refused")

    def stored(self) -> Mapping[bytes, object]:
        """Return all sessions."""
        return self.sessions._sessions


# Tokens that are signed and not encrypted.
SIGNED = {"id_token": "signed", "userinfo": "json"}


def plain_world(**changes: object) -> World:
    """Return a world whose tokens are signed and not encrypted."""
    config = demo_config(**SIGNED, key_management=(), content=())
    return World(config=replace(config, **changes), client=local_client(**SIGNED))  # type: ignore[arg-type]


def session_key(cookie: str) -> bytes:
    """Return under what a cookie's session is stored."""
    return hashlib.sha256(cookie.encode()).digest()


def query_of(url: str) -> Mapping[str, str]:
    """Return a URL's query, each name once."""
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


Change = Callable[[Claims], Claims]


class Forged(Statements):
    """What a provider states, with one thing of it changed by a test."""

    def __init__(self, honest: Statements) -> None:
        self.__dict__.update(honest.__dict__)
        self.change_id_token: Change = lambda claims: claims
        self.change_userinfo: Change = lambda claims: claims
        self.change_token: Callable[[str], str] = lambda token: token
        self.signer: Callable[[Claims], str] = super().sign

    def id_token_claims(self, grant: Grant, access_token: str, now: datetime) -> Claims:
        return self.change_id_token(super().id_token_claims(grant, access_token, now))

    def userinfo_claims(self, grant: Grant) -> Claims:
        return self.change_userinfo(super().userinfo_claims(grant))

    def id_token(self, grant: Grant, access_token: str, now: datetime) -> str:
        return self.change_token(super().id_token(grant, access_token, now))

    def sign(self, claims: Claims) -> str:
        return self.signer(claims)


def forge(world: World) -> Forged:
    """Return the world's provider's statements, to be changed."""
    forged = Forged(world.local.statements)
    world.local.statements = forged
    return forged


def without(*names: str) -> Change:
    """Return a change that leaves claims out."""
    return lambda claims: {name: claims[name] for name in claims if name not in names}


def saying(**changed: object) -> Change:
    """Return a change that states something else."""
    return lambda claims: {**claims, **changed}
