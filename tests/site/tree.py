"""A small public tree of the demonstration edition, counted from made-up ballots by our own rule.

The eight projects that won in 2019 win here too. Two projects tie on points, one costly project
is passed over, some ballots are invalid or superseded, and some come on paper.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from urne.crypto.minisign import public_key_file, public_key_line, sign_file
from urne.crypto.sign import SigningKey
from urne.flows.content import Content, read_content
from urne.flows.result_file import result_file
from urne.model.card import Card, encode_cards
from urne.model.election import (
    BallotProject,
    Channel,
    Election,
    Eligibility,
    Issuer,
    KeyHolder,
    Provider,
    encode_election,
)
from urne.model.tally import ChannelTally, Tally, encode_tally
from urne.tally import count
from urne_site.files import read_pages

ROOT = Path(__file__).resolve().parents[2]
EDITION = "rueil-2019"
TALLY_KEY = SigningKey.from_seed(bytes([7]) * 32)

# How much residents like a project, here; the order decides who wins and who is passed over.
_LIKED = {
    "048": 100, "012": 90, "019": 84, "027": 70, "034": 64, "052": 58, "104": 52, "088": 47,
    "031": 43, "063": 38,
}  # fmt: skip
_LIKED_OTHERWISE = 6


def demonstration() -> Content:
    """Return the content of the repository."""
    return read_content(read_pages(ROOT / "content"))


def election_of(content: Content) -> tuple[Election, tuple[Card, ...]]:
    """Return the manifest and cards of the demonstration edition, with keys made up."""
    edition = content.editions[EDITION]
    cards = tuple(
        Card(p.model.id, p.model.title, p.model.summary, p.model.cost.cents)
        for p in edition.on_ballot()
    )
    model = edition.edition
    election = Election(
        edition=EDITION,
        origin=f"vote.example.org/elections/{EDITION}/log",
        title=model.title,
        opens_at=model.calendar.ballot_opens,
        closes_at=model.calendar.ballot_closes,
        points=model.points,
        min_choices=model.min_choices,
        max_choices=model.max_choices,
        max_revisions=16,
        currency="EUR",
        budget_cents=model.budget.cents,
        projects=tuple(BallotProject(c.id, c.cost_cents, c.sha256) for c in cards),
        over_budget=model.over_budget.value,
        person_fields=("birthdate", "birth_family_name", "birth_given_names"),
        eligibility=Eligibility(
            model.minimum_age, model.age_on, model.residence, model.postal_codes
        ),
        providers=(Provider("demo", "https://eid.example.org", "eidas2"),),
        channels=(Channel("internet", "internet"), Channel("mairie", "paper")),
        issuers=(Issuer("town", b"\xc5" * 255 + b"\x01", bytes([1]) * 32),),
        trustees=tuple(KeyHolder(f"trustee-{n}", bytes([10 + n]) * 32) for n in range(3)),
        clerks=tuple(KeyHolder(f"clerk-{n}", bytes([20 + n]) * 32) for n in range(2)),
        log_key="vote.example.org/log+00000000+AA==",
        promise_key=bytes([3]) * 32,
        tally_key=public_key_line(TALLY_KEY.public),
        witness_policy="quorum none\n",
        interval_seconds=3600,
        batch_minimum=20,
        pabulib={"country": "France", "unit": model.town, "instance": "2019"},
    )
    return election, cards


def rankings_of(election: Election, ballots: int) -> Counter[tuple[int, ...]]:
    """Return made-up rankings of three projects each; the last ballots tie two projects."""
    chance = random.Random(2019)
    weights = [_LIKED.get(p.id, _LIKED_OTHERWISE) for p in election.projects]
    numbers = range(len(weights))
    found: Counter[tuple[int, ...]] = Counter()
    while found.total() < ballots:
        choice = tuple(dict.fromkeys(chance.choices(numbers, weights, k=6)))[:3]
        if len(choice) == 3:
            found[choice] += 1
    return found


def tally_of(election: Election) -> Tally:
    """Return the tally of 2,440 made-up ballots, 212 of them on paper."""
    return count(
        election,
        rankings_of(election, 2440),
        channels=(
            ChannelTally("internet", "internet", 2251, 2313, 2241, 72, 13, 2228),
            ChannelTally("mairie", "paper", 216, 216, 0, 0, 4, 212),
        ),
        invalid_reasons={"too-few": 9, "repeated": 5, "unreadable": 3},
        lot_seed=bytes(32 + 96),
    )


def public_tree(
    content: Content, *, counted: bool = True, result: bool = False
) -> dict[str, bytes]:
    """Return the files of a public tree, without its log."""
    election, cards = election_of(content)
    folder = f"elections/{EDITION}/"
    files = {
        folder + "election.json": encode_election(election),
        folder + "cards.json": encode_cards(cards),
    }
    if counted:
        tally = encode_tally(tally_of(election))
        files |= {
            folder + "tally.json": tally,
            folder + "tally.json.minisig": sign_file(TALLY_KEY, tally, f"tally of {EDITION}"),
            "keys/tally.pub": public_key_file(election.tally_key),
        }
    if result:
        votes = {"internet": rankings_of(election, 2440), "mairie": Counter[tuple[int, ...]]()}
        files[folder + "result.pb"] = result_file(election, cards, tally_of(election), votes)
    return files


def write(files: dict[str, bytes], folder: Path) -> Path:
    """Write files under a folder and return the folder."""
    for name, raw in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return folder


def example_date() -> datetime:
    """Return a moment after the edition has ended."""
    return datetime(2020, 10, 1, tzinfo=UTC)
