"""The part of browser.json about counts: ballots and sheets in, tally and result file out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from tests.flows.town import draw_of, keys_of, make_cards, make_election

from urne.errors import BadInput
from urne.flows.recount import Outcome, Recount
from urne.flows.result_file import result_file
from urne.model.card import Card, encode_cards
from urne.model.election import Channel, Election, encode_election
from urne.model.tally import encode_tally


def counted(
    election: Election,
    ballots: Sequence[tuple[bytes, int, Outcome]],
    sheets: Sequence[tuple[str, Sequence[int]]],
) -> Recount:
    """Return the recount of ballots (vk, revision, outcome) and sheets (place, choices)."""
    recount = Recount(election)
    for vk, revision, outcome in ballots:
        recount.add_ballot(vk, revision, outcome)
    for place, sheet in sheets:
        recount.add_sheet(place, sheet)
    return recount


def counts() -> Iterator[dict[str, Any]]:
    """Yield counts: ties by choices and by lot, skips and stops, revisions, paper, odd names."""
    usual = ((100, 200, 300, 250), (3, 2, 1))
    yield _count("nobody voted", *usual, [], [])
    yield _count("a tie broken by first choices", *usual, [(0, 1), (0, 1), (1, 0), (2, 0, 1)], [])
    yield _count("all tied, by lot", *usual, [(0, 1), (1, 0), (2, 3), (3, 2), (0, 1, 2)], [])
    yield _count("a stop", *usual, [(2,), (2, 3), (3, 2, 0)], [], over_budget="stop")
    yield _count("skips", (400, 200, 300, 50), (3, 2, 1), [(0, 1, 2), (0, 1), (3, 2, 1)], [])
    yield _count(
        "reasons", *usual, [(0, 1, 2), "gap", "unreadable", "gap"], [(), (0, 0), (9,), (1,)]
    )
    yield _count("revised", *usual, [(0, 1, 2), (1, 0)], [], revised=[(2, 1, 0), "too-few"])
    yield _count("paper", *usual, [(0, 1, 2), (1,)], [(1, 0, 2), (3, 2), (0,), (0, 1, 2, 3)])
    yield _count("equal points for all ranks", (10,) * 5, (1, 1, 1), [(4, 3, 2), (0, 1), (2,)], [])
    yield _count("uneven points, a short vote", *usual[:1], (5, 3, 1), [(0, 1)], [])
    yield _count("uneven points, a long vote", *usual[:1], (5, 3, 1), [(0, 1, 2)], [])
    yield _count("a rank without points", *usual[:1], (2, 1, 0), [(0, 1, 2)], [])
    yield _count("cents, one project", (123456,), (1,), [(0,)], [], budget_cents=123456)
    odd = ('b;"c\nd', "\ufb33", "\U0001f600", "10", "9", "\u20ac")
    cards = tuple(Card(id_, f'"{id_}";', "", 100) for id_ in odd)
    for number, cents in ((1, 250), (2, 1000)):
        ranked = [(0, 1, 2), (2, 1, 0), (1, 2, 0), (3, 4, 5), (4, 3, 5), (5, 4, 3)] * number
        yield _count_of(f"odd names {number}", cards, (3, 2, 1), ranked, [], budget_cents=cents)
    for name, title in (("space", " a"), ("comma", "a")):
        spoilt = (Card("1" if name == "space" else "1,2", title, "", 1),)
        yield _count_of(f"no file: {name}", spoilt, (1,), [(0,)], [])
    yield _count("no file: no country", *usual, [(0, 1, 2)], [], pabulib={"unit": "Petiteville"})
    yield _count("no file: more choices than projects", (1, 2), (3, 2, 1), [(0, 1)], [])
    yield _count("no file: a currency of small letters", *usual, [(0, 1, 2)], [], currency="eur")
    told = {"description": "D", "country": "F", "unit": "U", "instance": "I", "edition": "2"}
    more = {"district": "N", "subunit": "S", "language": "fr", "comment": "a;b", "other": "x"}
    yield _count("all that is told", *usual, [(0, 1, 2)], [], pabulib={**told, **more})


def _count(name: str, costs: Sequence[int], *rest: Any, **fields: Any) -> dict[str, Any]:
    return _count_of(name, make_cards(costs), *rest, **fields)


def _count_of(
    name: str,
    cards: tuple[Card, ...],
    points: Sequence[int],
    outcomes: Sequence[Outcome],
    sheets: Sequence[Sequence[int]],
    *,
    revised: Sequence[Outcome] = (),
    **fields: Any,
) -> dict[str, Any]:
    channels = (Channel("internet", "internet"), Channel("mairie", "paper"))
    election = make_election(cards, keys_of(), points, channels=channels, **fields)
    vks = [hashlib.sha256(b"%d" % number).digest() for number in range(len(outcomes))]
    ballots = [(vk, 1, outcome) for vk, outcome in zip(vks, outcomes, strict=True)]
    # A lower revision may come after the one that counts.
    ballots += [(vk, 0, outcome) for vk, outcome in zip(vks, revised, strict=False)]
    ballots += [(vk, 5, outcome) for vk, outcome in zip(vks[1:], revised, strict=False)]
    placed = [("mairie", tuple(sheet)) for sheet in sheets]
    sign_offs = {"internet": len(vks) + 1, "mairie": len(sheets)}
    draw = draw_of(name)
    root, scalars = draw(32), [draw(32), draw(32)]
    recount = counted(election, ballots, placed)
    tally = recount.tally(sign_offs, root, scalars)
    try:
        result = result_file(election, cards, tally, recount.rankings()).decode()
    except BadInput:
        result = None
    return {
        "name": name,
        "election": encode_election(election).decode(),
        "cards": encode_cards(cards).decode(),
        "sign_offs": sign_offs,
        "ballots": [(vk.hex(), revision, outcome) for vk, revision, outcome in ballots],
        "sheets": placed,
        "root": root.hex(),
        "scalars": [scalar.hex() for scalar in scalars],
        "tally": encode_tally(tally).decode(),
        "result": result,
    }
