"""The part of browser.json about documents: each JSON format, and every part of it changed."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any

from tests.flows.town import draw_of, keys_of, make_cards, make_election
from tests.vectors.browser_counts import counted

from urne.canonical import encode, to_base64
from urne.errors import UrneError
from urne.flows.audit.promise import decode_promise, encode_promise
from urne.flows.cast import Promise
from urne.flows.paper import make_batch, sign_batch
from urne.flows.recount import Outcome
from urne.model.ballot import promise_message
from urne.model.card import decode_cards, encode_cards
from urne.model.election import decode_election, encode_election
from urne.model.entry import (
    ChannelCount,
    Close,
    Reveal,
    SignOffs,
    decode_close,
    decode_paper,
    decode_release,
    decode_reveal,
    decode_sign_offs,
    decode_tally_entry,
    encode_close,
    encode_paper,
    encode_release,
    encode_reveal,
    encode_sign_offs,
    encode_tally_entry,
    sign_offs_message,
)
from urne.model.tally import decode_tally, encode_tally

ABSENT = object()
TRY: tuple[Any, ...] = (
    *(ABSENT, None, True, -1, 0, 1, 9, 2**53 - 1, "", "x", "X y", "AA==", to_base64(bytes(32))),
    *([], ["x"], [1], [[]], {}, {"x": 1}, {"x": "y"}, "x" * 65, "2019-02-29T00:00:00Z"),
)
CARDS = make_cards((100, 200, 300, 250))
ELECTION = make_election(CARDS, keys_of(issuers=2))
EID = ELECTION.election_id


def documents() -> dict[str, tuple[bytes, Callable[[bytes], Any]]]:
    """Return each format's bytes and its reader, by name."""
    draw, keys = draw_of("documents"), keys_of(issuers=2)
    listed = SignOffs("issuer-1", "internet", tuple(sorted(draw(32) for _ in range(2))))
    issuer = keys.issuers[0].sign_off_key
    batch = make_batch(7, "mairie", [(2, 1), (0,), (), (0, 3)])
    signatures = [(clerk.id, sign_batch(ELECTION, batch, clerk.key)) for clerk in keys.clerks]
    counts = {"internet": ChannelCount(3, 2), "mairie": ChannelCount(4, 4)}
    leaf = draw(32)
    promise = Promise(leaf, keys.promise.sign(promise_message(EID, leaf)))
    ballots: list[tuple[bytes, int, Outcome]] = [(b"a" * 32, 0, (0, 1)), (b"b" * 32, 0, (2, 1))]
    tally = counted(ELECTION, ballots, ()).tally({"internet": 2}, bytes(32), ())
    return {
        "election": (encode_election(ELECTION), decode_election),
        "cards": (encode_cards(CARDS), decode_cards),
        "sign-offs": (
            encode_sign_offs(EID, listed, issuer.sign(sign_offs_message(EID, listed))),
            lambda raw: decode_sign_offs(raw, EID),
        ),
        "paper": (encode_paper(EID, batch, signatures), lambda raw: decode_paper(raw, EID)),
        "close": (
            encode_close(EID, Close(counts, 9, draw(32))),
            lambda raw: decode_close(raw, EID),
        ),
        "reveal": (
            encode_reveal(EID, Reveal("trustee-1", draw(32))),
            lambda raw: decode_reveal(raw, EID),
        ),
        "tally-entry": (
            encode_tally_entry(EID, draw(32)),
            lambda raw: decode_tally_entry(raw, EID),
        ),
        "release": (encode_release(3, draw(32)), decode_release),
        "tally": (encode_tally(tally), decode_tally),
        "promise": (encode_promise(ELECTION, promise), lambda raw: decode_promise(raw, ELECTION)),
    }


def changes() -> Iterator[dict[str, Any]]:
    """Yield, for every part of every document, what comes of every value in its place."""
    for name, (raw, read) in documents().items():
        for at in _parts(json.loads(raw)):
            codes = [_code(read, _changed(json.loads(raw), at, value)) for value in TRY]
            yield {"document": name, "at": at, "codes": codes}


def _parts(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[list[str | int]]:
    """Yield the way to every part of a value; of a list, to its first two items."""
    named: Sequence[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        named = tuple(value.items())
    elif isinstance(value, list):
        named = tuple(enumerate(value[:2]))
    for name, part in named:
        yield [*at, name]
        yield from _parts(part, (*at, name))


def _changed(value: Any, at: Sequence[str | int], new: Any) -> bytes:
    *way, last = at
    holder = reduce(operator.getitem, way, value)
    if new is ABSENT:
        del holder[last]
    else:
        holder[last] = new
    return encode(value)


def _code(read: Callable[[bytes], Any], raw: bytes) -> str | None:
    try:
        read(raw)
    except UrneError as e:
        return e.code
    return None
