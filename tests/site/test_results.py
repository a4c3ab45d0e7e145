"""The results page says what the tally says, and before there is one, why there is none."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.site.tree import EDITION, TALLY_KEY, demonstration, election_of, public_tree, tally_of

from urne.crypto.minisign import sign_file
from urne.errors import BadInput
from urne.flows.published import Published, read_published
from urne.model.tally import Tie, encode_tally
from urne_site.views.ranking import Ranking
from urne_site.views.reconciliation import accounts_of
from urne_site.views.results import ResultsView, results_of
from urne_site.views.site import Site
from urne_site.words import Words

TREE = public_tree(demonstration())


def view(files: Mapping[str, bytes], now: datetime) -> ResultsView:
    content = demonstration()
    found = read_published(files, EDITION)
    site = Site(content, {EDITION: found} if found else {}, Words("fr"), now, str)
    return results_of(site, content.editions[EDITION])


def count_again() -> tuple[Published, Ranking]:
    published = read_published(TREE, EDITION)
    assert published is not None
    assert published.tally is not None
    return published, Ranking(Words("fr"), published, published.tally, {})


@pytest.mark.parametrize(
    "day,says",
    [
        ("2019-01-02", "pas encore de date proche"),
        ("2019-02-01", "déposent encore leurs idées"),
        ("2019-04-01", "services étudient les idées"),
        ("2019-06-10", "vote est en cours"),
        ("2019-06-18", "ouverts et comptés"),
        ("2019-07-01", "pas encore publié à cette adresse"),
    ],
)
def test_without_a_tally_the_page_says_the_phase_and_when_results_come(day: str, says: str) -> None:
    found = view({}, datetime.fromisoformat(day).replace(tzinfo=UTC))
    assert found.counted is None
    assert says in found.waiting
    assert "20 juin 2019" in found.waiting_when
    assert found.files == ()


def test_before_the_count_only_the_frozen_files_are_linked() -> None:
    files = {name: raw for name, raw in TREE.items() if "tally" not in name}
    found = view(files, datetime(2019, 6, 10, tzinfo=UTC))
    assert found.counted is None
    assert [f.name for f in found.files] == [
        "election.json",
        "cards.json",
        "checkpoint",
        "log.vkey",
    ]


def test_winners_are_those_of_the_tally_and_the_budget_is_spent_in_their_order() -> None:
    published, ranking = count_again()
    assert published.tally is not None
    won = [p for p in published.tally.projects if p.winner]
    spending = ranking.spending()
    assert [s.title.text for s in spending] == [published.card(p.id).title for p in won]
    assert spending[0].cost == "40\u202f000\u00a0€"
    assert [s.left for s in spending][-1] == "reste 1\u202f000\u00a0€"
    assert sum(float(part.width) for part in ranking.budget()) == pytest.approx(100, abs=0.01)


def test_a_bar_is_as_long_as_its_points_beside_the_longest() -> None:
    published, ranking = count_again()
    assert published.tally is not None
    rows = ranking.rows(published.election.points)
    most = published.tally.projects[0].points
    for row, project in zip(rows, published.tally.projects, strict=True):
        length = sum(float(part.width) for part in row.bar)
        assert length == pytest.approx(100 * project.points / most, abs=0.01)
    assert [part.tone for part in rows[0].bar] == ["rank-1", "rank-2", "rank-3"]


def test_the_page_says_why_the_next_project_was_not_funded() -> None:
    _, ranking = count_again()
    shown, rest = ranking.why_not()
    assert "Des jeux pour tous les enfants" in shown[0]
    assert "arrive 6e" in shown[0]
    assert "40\u202f000\u00a0€" in shown[0]
    assert "35\u202f500\u00a0€" in shown[0]
    assert "il reste 1\u202f000\u00a0€" in shown[-1]
    assert len(shown) == 3
    assert len(rest) == 16


def test_after_a_stop_the_page_says_that_funding_ended() -> None:
    election, _ = election_of(demonstration())
    stopping = dataclasses.replace(election, over_budget="stop")
    published = dataclasses.replace(count_again()[0], election=stopping, tally=tally_of(stopping))
    assert published.tally is not None
    shown, rest = Ranking(Words("fr"), published, published.tally, {}).why_not()
    assert shown == (shown[0],)
    assert rest == ()
    assert "le financement s’arrête là" in shown[0]


def test_a_tie_drawn_by_lot_shows_the_draw_lowest_first() -> None:
    published, _ = count_again()
    assert published.tally is not None
    lots = {"012": bytes([9]) * 32, "048": bytes([3]) * 32}
    drawn = dataclasses.replace(published.tally, ties=(Tie(("048", "012"), "lot", lots),))
    (tie,) = Ranking(Words("fr"), published, drawn, {}).ties()
    assert "départagés par le tirage" in tie.text
    assert [lot[:2] for _, lot in tie.lots] == ["03", "09"]
    assert tie.order.index("Bellerive") < tie.order.index("lampadaires")


def test_ties_broken_by_choices_are_told() -> None:
    _, ranking = count_again()
    assert ["premiers choix" in tie.text for tie in ranking.ties()] == [True, True]


def test_the_accounts_add_up_per_channel() -> None:
    found = view(TREE, datetime(2020, 10, 1, tzinfo=UTC)).counted
    assert found is not None
    accounts = found.accounts
    assert [name for name, _ in accounts.rows] == ["Internet", "Papier (mairie)"]
    assert accounts.rows[1][1][2:4] == ("–", "–")
    assert accounts.total == (
        "2\u202f467", "2\u202f529", "2\u202f241", "72", "17", "2\u202f440",
    )  # fmt: skip
    assert ("le même projet choisi deux fois", "5 bulletins") in accounts.invalid
    assert accounts.unused.startswith("27 personnes")


def test_a_paper_channel_that_is_the_only_one_goes_without_its_identifier() -> None:
    published, _ = count_again()
    assert published.tally is not None
    channels = tuple(dataclasses.replace(c, channel=c.kind) for c in published.tally.channels)
    tally = dataclasses.replace(published.tally, channels=channels)
    for language, paper in (("fr", "Papier"), ("nl", "Papier"), ("en", "Paper")):
        names = [name for name, _ in accounts_of(Words(language), tally).rows]
        assert names == ["Internet", paper]


def forged(name: str, raw: bytes) -> dict[str, bytes]:
    return TREE | {f"elections/{EDITION}/{name}": raw}


def _other_tally() -> bytes:
    election, _ = election_of(demonstration())
    return encode_tally(dataclasses.replace(tally_of(election), election_id=bytes(32)))


@pytest.mark.parametrize(
    "files,says",
    [
        (forged("tally.json", TREE[f"elections/{EDITION}/tally.json"][:-1]), "canonical JSON"),
        (forged("tally.json", _other_tally()), "no valid signature"),
        (
            forged("tally.json", _other_tally())
            | {f"elections/{EDITION}/tally.json.minisig": sign_file(TALLY_KEY, _other_tally(), "")},
            "tally of another election",
        ),
        (forged("cards.json", b"[]"), "cards are not those"),
        (
            {n: raw for n, raw in TREE.items() if not n.endswith("minisig")},
            "file is missing",
        ),
    ],
)
def test_a_public_tree_that_does_not_hold_together_is_refused(
    files: Mapping[str, bytes], says: str
) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        read_published(files, EDITION)
    assert [problem.code for problem in refused.value.problems] == ["published"]


def test_raw_files_are_served_with_the_site(counted: Path) -> None:
    served = counted / f"elections/{EDITION}/tally.json"
    assert served.read_bytes() == TREE[f"elections/{EDITION}/tally.json"]
