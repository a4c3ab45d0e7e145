"""The frozen card of a project: what the ballot showed of it on the day the vote opened."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from urne.canonical import Fields, Json, decode, encode
from urne.errors import BadField


@dataclass(frozen=True, slots=True)
class Card:
    """What a voter read before choosing: id, title, one paragraph, cost in cents."""

    id: str
    title: str
    summary: str
    cost_cents: int

    @property
    def sha256(self) -> bytes:
        """Return the 32-byte SHA-256 of the card's canonical bytes."""
        return hashlib.sha256(encode(_card_json(self))).digest()


def encode_cards(cards: Sequence[Card]) -> bytes:
    """Return the canonical bytes of `cards.json`: the cards in ballot order."""
    return encode([_card_json(card) for card in cards])


def decode_cards(raw: bytes) -> tuple[Card, ...]:
    """Return the cards of canonical `cards.json` bytes. Raises NotCanonical or BadField."""
    value = decode(raw)
    if not isinstance(value, list):
        raise BadField("cards.json", "(all)", "is not a list")
    return tuple(_card(item) for item in value)


def _card_json(card: Card) -> dict[str, Json]:
    return {
        "id": card.id,
        "title": card.title,
        "summary": card.summary,
        "cost_cents": card.cost_cents,
    }


def _card(value: Json) -> Card:
    f = Fields(value, "cards.json", ("id", "title", "summary", "cost_cents"))
    return Card(f.text("id"), f.text("title"), f.text("summary"), f.integer("cost_cents"))
