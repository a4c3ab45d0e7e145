"""The manifest of one election, `election.json`: everything that is frozen when it opens.

Its canonical bytes decide the election's name for ever: `election_id` is their SHA-256. Lists
keep their order, which has meaning: projects in ballot order (a ballot names them by position),
issuers and trustees in the order of their signatures and seals.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from urne.canonical import Fields, Json, decode, encode, format_instant, to_base64
from urne.errors import BadField, Closed, NotClosedYet, NotOpenYet

VERSION = 1
MODULUS_BYTES = 256
MAX_CHOICES = 8
MAX_PROJECTS = 0xFFFF
MAX_POINTS = 1_000_000
MAX_HOLDERS = 32
MAX_CHANNELS = 256
MAX_ID = 64
TIE_RULE = "points-choices-lot"
OVER_BUDGET_RULES = ("skip", "stop")
RESIDENCE_PROOFS = ("address", "register", "code")
INTERNET, PAPER = "internet", "paper"

_WORDS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class BallotProject:
    """One line of the ballot; `card_sha256` is the hash of its frozen card, 32 bytes."""

    id: str
    cost_cents: int
    card_sha256: bytes


@dataclass(frozen=True, slots=True)
class Channel:
    """A way a vote comes in: `internet`, or one paper box."""

    id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Provider:
    """An e-ID provider: OpenID Connect issuer, and the least assurance (`acr`) accepted."""

    id: str
    issuer: str
    acr: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """A credential issuer: RSA modulus (256 bytes, e = 65537) and Ed25519 key (32 bytes)."""

    id: str
    modulus: bytes
    sign_off_key: bytes


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A trustee (X25519 key, 32 bytes) or a clerk (Ed25519 key, 32 bytes)."""

    id: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may vote: a least age on a day, and how residence may be shown."""

    minimum_age: int
    age_on: date
    residence: tuple[str, ...]
    postal_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Election:
    """A frozen election. Money in cents, instants in UTC, keys as raw bytes.

    `pabulib` is what the result file says of the place: country, unit, instance, language, …
    """

    edition: str
    origin: str
    title: str
    opens_at: datetime
    closes_at: datetime
    points: tuple[int, ...]
    min_choices: int
    max_choices: int
    max_revisions: int
    currency: str
    budget_cents: int
    projects: tuple[BallotProject, ...]
    over_budget: str
    person_fields: tuple[str, ...]
    eligibility: Eligibility
    providers: tuple[Provider, ...]
    channels: tuple[Channel, ...]
    issuers: tuple[Issuer, ...]
    trustees: tuple[KeyHolder, ...]
    clerks: tuple[KeyHolder, ...]
    log_key: str
    promise_key: bytes
    tally_key: str
    witness_policy: str
    interval_seconds: int
    batch_minimum: int
    pabulib: Mapping[str, str]
    election_id: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        _require_consistent(self)
        object.__setattr__(self, "election_id", hashlib.sha256(encode_election(self)).digest())

    @property
    def ballot_size(self) -> int:
        """Return the length of a ballot body in bytes."""
        return 1 + 32 + 32 + 4 + MODULUS_BYTES * len(self.issuers) + self.sealed_size + 64

    @property
    def sealed_size(self) -> int:
        """Return the length of a sealed ranking in bytes."""
        return 32 + 48 * len(self.trustees)

    def issuer_path(self, issuer_id: str) -> str:
        """Return below which path of the voting page's origin an issuer answers.

        The first of the manifest at `/api`, each further one at `/api/issuers/<id>`. Raises
        BadField for an id that the manifest does not name.
        """
        ids = [issuer.id for issuer in self.issuers]
        if issuer_id not in ids:
            raise BadField("election.json", "issuers", f"do not name {issuer_id!r}")
        return issuer_path(issuer_id, is_first=issuer_id == ids[0])

    def channel(self, channel_id: str) -> Channel | None:
        """Return the channel of this id, or None."""
        return next((c for c in self.channels if c.id == channel_id), None)

    def require_open(self, now: datetime) -> None:
        """Raise NotOpenYet or Closed unless votes are taken at `now`."""
        if now < self.opens_at:
            raise NotOpenYet(format_instant(self.opens_at))
        self.require_not_closed(now)

    def require_not_closed(self, now: datetime) -> None:
        """Raise Closed from the closing instant on."""
        if now >= self.closes_at:
            raise Closed(format_instant(self.closes_at))

    def require_closed(self, now: datetime) -> None:
        """Raise NotClosedYet before the closing instant."""
        if now < self.closes_at:
            raise NotClosedYet(format_instant(self.closes_at))


def issuer_path(issuer_id: str, *, is_first: bool) -> str:
    """Return below which path of the voting page's origin an issuer answers."""
    return "/api" if is_first else f"/api/issuers/{issuer_id}"


def _require_consistent(e: Election) -> None:
    """Raise BadField where fields contradict each other."""

    def require(condition: bool, name: str, why: str) -> None:
        if not condition:
            raise BadField("election.json", name, why)

    require(bool(_WORDS.fullmatch(e.edition)), "edition", "is not lower-case words and hyphens")
    require(e.origin.endswith(f"/elections/{e.edition}/log"), "origin", "must end with the log")
    require("://" not in e.origin and " " not in e.origin, "origin", "has a scheme or a space")
    require(e.opens_at < e.closes_at, "closes_at", "is not after opens_at")
    require(1 <= e.max_choices <= MAX_CHOICES, "max_choices", f"is not 1 to {MAX_CHOICES}")
    require(1 <= e.min_choices <= e.max_choices, "min_choices", "is not 1 to max_choices")
    require(len(e.points) == e.max_choices, "points", "does not have one figure per choice")
    most = f"has a figure that is not 0 to {MAX_POINTS}"
    require(all(0 <= p <= MAX_POINTS for p in e.points), "points", most)
    require(1 <= len(e.projects) < MAX_PROJECTS, "projects", f"are not 1 to {MAX_PROJECTS - 1}")
    require(len(e.projects) >= e.min_choices, "projects", "are fewer than the choices asked for")
    require(e.over_budget in OVER_BUDGET_RULES, "over_budget", "is neither skip nor stop")
    require(e.max_revisions >= 1, "max_revisions", "is below 1")
    require(e.budget_cents >= 0, "budget_cents", "is below 0")
    require(bool(e.person_fields), "person_fields", "are missing")
    require(1 <= len(e.issuers) <= MAX_HOLDERS, "issuers", f"are not 1 to {MAX_HOLDERS}")
    require(1 <= len(e.trustees) <= MAX_HOLDERS, "trustees", f"are not 1 to {MAX_HOLDERS}")
    require(len(e.channels) <= MAX_CHANNELS, "channels", f"are over {MAX_CHANNELS}")
    require(any(c.kind == INTERNET for c in e.channels), "channels", "have no internet channel")
    require(sum(c.kind == INTERNET for c in e.channels) == 1, "channels", "have two internet ones")
    paper = any(c.kind == PAPER for c in e.channels)
    require(not paper or len(e.clerks) >= 2, "clerks", "are fewer than two though there is paper")
    for name, ids in (
        ("channels", [c.id for c in e.channels]),
        ("issuers", [i.id for i in e.issuers]),
        ("trustees", [t.id for t in e.trustees]),
        ("clerks", [c.id for c in e.clerks]),
        ("providers", [p.id for p in e.providers]),
    ):
        # They are parts of names (an issuer's list in the inbox): a slash would mix two of them up.
        plain = all(len(id_) <= MAX_ID and _WORDS.fullmatch(id_) for id_ in ids)
        require(plain, name, f"has an id that is not lower-case words and hyphens, to {MAX_ID}")
        require(len(set(ids)) == len(ids), name, "has an id twice")
    require(len({p.id for p in e.projects}) == len(e.projects), "projects", "has an id twice")
    require(len({i.modulus for i in e.issuers}) == len(e.issuers), "issuers", "share a key")
    require(len({t.key for t in e.trustees}) == len(e.trustees), "trustees", "share a key")
    require(len({c.key for c in e.clerks}) == len(e.clerks), "clerks", "share a key")


def encode_election(e: Election) -> bytes:
    """Return the canonical bytes of `election.json`."""
    return encode(
        {
            "version": VERSION,
            "edition": e.edition,
            "origin": e.origin,
            "title": e.title,
            "opens_at": format_instant(e.opens_at),
            "closes_at": format_instant(e.closes_at),
            "points": e.points,
            "min_choices": e.min_choices,
            "max_choices": e.max_choices,
            "max_revisions": e.max_revisions,
            "currency": e.currency,
            "budget_cents": e.budget_cents,
            "projects": [
                {
                    "id": p.id,
                    "cost_cents": p.cost_cents,
                    "card_sha256": to_base64(p.card_sha256),
                }
                for p in e.projects
            ],
            "tie_rule": TIE_RULE,
            "over_budget": e.over_budget,
            "person_fields": e.person_fields,
            "eligibility": {
                "minimum_age": e.eligibility.minimum_age,
                "age_on": e.eligibility.age_on.isoformat(),
                "residence": e.eligibility.residence,
                "postal_codes": e.eligibility.postal_codes,
            },
            "providers": [{"id": p.id, "issuer": p.issuer, "acr": p.acr} for p in e.providers],
            "channels": [{"id": c.id, "kind": c.kind} for c in e.channels],
            "issuers": [
                {
                    "id": i.id,
                    "modulus": to_base64(i.modulus),
                    "sign_off_key": to_base64(i.sign_off_key),
                }
                for i in e.issuers
            ],
            "trustees": [_key_holder_json(t) for t in e.trustees],
            "clerks": [_key_holder_json(c) for c in e.clerks],
            "log_key": e.log_key,
            "promise_key": to_base64(e.promise_key),
            "tally_key": e.tally_key,
            "witness_policy": e.witness_policy,
            "interval_seconds": e.interval_seconds,
            "batch_minimum": e.batch_minimum,
            "pabulib": e.pabulib,
        }
    )


def decode_election(raw: bytes) -> Election:
    """Return the election of canonical `election.json` bytes.

    Raises NotCanonical or BadField.
    """
    f = Fields(decode(raw), "election.json", _FIELDS)
    f.integer("version", least=VERSION, most=VERSION)
    f.one_of("tie_rule", (TIE_RULE,))
    return Election(
        edition=f.text("edition"),
        origin=f.text("origin"),
        title=f.text("title"),
        opens_at=f.instant("opens_at"),
        closes_at=f.instant("closes_at"),
        points=f.integers("points"),
        min_choices=f.integer("min_choices", least=1),
        max_choices=f.integer("max_choices", least=1),
        max_revisions=f.integer("max_revisions", least=1, most=2**32 - 1),
        currency=f.text("currency", longest=3),
        budget_cents=f.integer("budget_cents"),
        projects=tuple(_project(item) for item in f.items("projects")),
        over_budget=f.text("over_budget"),
        person_fields=f.texts("person_fields", least=1),
        eligibility=_eligibility(f.raw("eligibility")),
        providers=tuple(_provider(item) for item in f.items("providers")),
        channels=tuple(_channel(item) for item in f.items("channels")),
        issuers=tuple(_issuer(item) for item in f.items("issuers")),
        trustees=tuple(_key_holder(item, "trustees") for item in f.items("trustees")),
        clerks=tuple(_key_holder(item, "clerks") for item in f.items("clerks")),
        log_key=f.text("log_key"),
        promise_key=f.base64("promise_key", 32),
        tally_key=f.text("tally_key"),
        witness_policy=f.text("witness_policy"),
        interval_seconds=f.integer("interval_seconds"),
        batch_minimum=f.integer("batch_minimum", least=1),
        pabulib=_texts(f.raw("pabulib")),
    )


_FIELDS = (
    "version edition origin title opens_at closes_at points min_choices max_choices max_revisions "
    "currency budget_cents projects tie_rule over_budget person_fields eligibility providers "
    "channels issuers trustees clerks log_key promise_key tally_key witness_policy "
    "interval_seconds batch_minimum pabulib"
).split()


def _texts(value: Json) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise BadField("election.json", "pabulib", "is not an object")
    f = Fields(value, "election.json, pabulib", tuple(value))
    return {name: f.text(name) for name in value}


def _project(value: Json) -> BallotProject:
    f = Fields(value, "election.json, projects", ("id", "cost_cents", "card_sha256"))
    return BallotProject(f.text("id"), f.integer("cost_cents"), f.base64("card_sha256", 32))


def _eligibility(value: Json) -> Eligibility:
    where = "election.json, eligibility"
    f = Fields(value, where, ("minimum_age", "age_on", "residence", "postal_codes"))
    residence = f.texts("residence", least=1)
    if not set(residence) <= set(RESIDENCE_PROOFS):
        f.refuse("residence", f"holds something other than {', '.join(RESIDENCE_PROOFS)}")
    try:
        age_on = date.fromisoformat(f.text("age_on"))
    except ValueError as e:
        raise BadField(where, "age_on", "is no date like 2019-06-01") from e
    if age_on.isoformat() != f.text("age_on"):
        f.refuse("age_on", "is no date like 2019-06-01")
    age = f.integer("minimum_age", most=150)
    return Eligibility(age, age_on, residence, f.texts("postal_codes"))


def _provider(value: Json) -> Provider:
    f = Fields(value, "election.json, providers", ("id", "issuer", "acr"))
    return Provider(f.text("id"), f.text("issuer"), f.text("acr"))


def _channel(value: Json) -> Channel:
    f = Fields(value, "election.json, channels", ("id", "kind"))
    return Channel(f.text("id"), f.one_of("kind", (INTERNET, PAPER)))


def _issuer(value: Json) -> Issuer:
    f = Fields(value, "election.json, issuers", ("id", "modulus", "sign_off_key"))
    modulus = f.base64("modulus", MODULUS_BYTES)
    if modulus[0] < 0x80 or not modulus[-1] & 1:
        f.refuse("modulus", "is not an odd number of 2048 bits")
    return Issuer(f.text("id"), modulus, f.base64("sign_off_key", 32))


def _key_holder(value: Json, name: str) -> KeyHolder:
    f = Fields(value, f"election.json, {name}", ("id", "key"))
    return KeyHolder(f.text("id"), f.base64("key", 32))


def _key_holder_json(holder: KeyHolder) -> Mapping[str, Json]:
    return {"id": holder.id, "key": to_base64(holder.key)}
