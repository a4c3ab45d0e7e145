"""From what staff wrote to what is frozen: the manifest and the cards of an edition's election."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from urne.flows.content import EditionContent
from urne.flows.keys import PublicKeys
from urne.model.card import Card
from urne.model.election import (
    INTERNET,
    PAPER,
    BallotProject,
    Channel,
    Election,
    Eligibility,
    Provider,
)

PERSON_FIELDS = ("birth_family_name", "birth_given_names", "birthdate")
MAX_REVISIONS = 16
COUNTRY, LANGUAGE = "France", "fr"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an administrator decides about an election, beside what the edition's page says."""

    origin: str
    edition: str
    opens_at: datetime
    closes_at: datetime
    providers: tuple[Provider, ...]
    paper_places: Sequence[str] = (PAPER,)
    interval_seconds: int = 3600
    batch_minimum: int = 20


def freeze(
    content: EditionContent, keys: PublicKeys, terms: Terms
) -> tuple[Election, tuple[Card, ...]]:
    """Return the election of an edition and the cards of its ballot, in ballot order.

    Raises BadField where the edition and the terms make no election.
    """
    edition = content.edition
    projects = [written.model for written in content.on_ballot()]
    cards = tuple(Card(p.id, p.title, p.summary, p.cost.cents) for p in projects)
    paper = tuple(Channel(place, PAPER) for place in terms.paper_places)
    election = Election(
        edition=terms.edition,
        origin=terms.origin,
        title=edition.title,
        opens_at=terms.opens_at,
        closes_at=terms.closes_at,
        points=edition.points,
        min_choices=edition.min_choices,
        max_choices=edition.max_choices,
        max_revisions=MAX_REVISIONS,
        currency=edition.budget.currency,
        budget_cents=edition.budget.cents,
        projects=tuple(BallotProject(c.id, c.cost_cents, c.sha256) for c in cards),
        over_budget=edition.over_budget,
        person_fields=PERSON_FIELDS,
        eligibility=Eligibility(
            edition.minimum_age, edition.age_on, edition.residence, edition.postal_codes
        ),
        providers=terms.providers,
        channels=(Channel(INTERNET, INTERNET), *paper),
        issuers=keys.issuers,
        trustees=keys.trustees,
        clerks=keys.clerks,
        log_key=keys.log,
        promise_key=keys.promise,
        tally_key=keys.tally,
        witness_policy=keys.witness_policy,
        interval_seconds=terms.interval_seconds,
        batch_minimum=terms.batch_minimum,
        pabulib={
            "country": COUNTRY,
            "unit": edition.town,
            "instance": str(terms.opens_at.year),
            "language": LANGUAGE,
        },
    )
    return election, cards
