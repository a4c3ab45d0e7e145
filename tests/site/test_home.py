"""The home page says what is going on, what one can do and what comes next, in every phase."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.site.tree import EDITION, demonstration, public_tree

from urne.flows.published import read_published
from urne_site.views.home import HomeView, home_of
from urne_site.views.said import Said
from urne_site.views.site import Site
from urne_site.words import Words

VOTE = "https://vote.example.org/"


def home(
    day: str, *, counted: bool = False, vote_url: str = VOTE, language: str = "fr"
) -> HomeView:
    content = demonstration()
    found = read_published(public_tree(content, counted=counted), EDITION)
    assert found is not None
    now = datetime.fromisoformat(f"{day}T08:00:00+00:00")
    site = Site(content, {EDITION: found}, Words(language), now, str, vote_url=vote_url)
    return home_of(site, content.editions[EDITION])


@pytest.mark.parametrize(
    "day,phase,state,next_,leads",
    [
        ("2018-12-01", "announced", "commence bientôt", "14 janvier 2019", ""),
        ("2019-02-28", "accepting", "Déposez vos idées", "24 mai 2019", ""),
        ("2019-03-01", "reviewing", "étudient les idées", "3 juin 2019 à 8 h", "projects/"),
        ("2019-06-03", "balloting", "Le vote est ouvert", "20 juin 2019", VOTE),
        ("2019-06-18", "counting", "dépouillement est en cours", "20 juin 2019", "projects/"),
        ("2019-06-20", "implementing", "se réalisent", "30 septembre 2020", "results/"),
        ("2020-09-30", "finished", "sont livrés", "30 septembre 2020", "results/"),
    ],
)
def test_every_phase_has_its_words_and_its_one_action(
    *, day: str, phase: str, state: str, next_: str, leads: str
) -> None:
    found = home(day).phase
    assert found.id == phase
    assert state in found.state
    assert next_ in found.next
    assert found.action_url.endswith(leads)


def test_the_vote_opens_and_closes_to_the_second() -> None:
    edition = demonstration().editions[EDITION].edition
    opens, closes = edition.calendar.ballot_opens, edition.calendar.ballot_closes
    assert edition.phase(opens).value == "balloting"
    assert edition.phase(opens.replace(hour=5, minute=59, second=59)).value == "reviewing"
    assert edition.phase(closes.replace(hour=17, minute=59, second=59)).value == "balloting"
    assert edition.phase(closes).value == "counting"


def test_without_an_address_for_voting_the_action_leads_to_the_projects() -> None:
    assert home("2019-06-03", vote_url="").phase.action_url == f"editions/{EDITION}/projects/"


def test_steps_are_done_now_or_to_come() -> None:
    assert [s.state for s in home("2019-06-10").steps] == ["done", "done", "now", "next", "next"]
    assert {s.state for s in home("2020-10-01").steps} == {"done"}


def test_winners_are_shown_once_there_is_a_tally_and_the_ballot_before() -> None:
    assert len(home("2019-06-10").cards) == 8
    assert home("2019-06-10").cards_title == "Les projets soumis au vote"
    after = home("2019-07-01", counted=True)
    assert after.cards_title == "Les projets choisis"
    assert all(card.state == "winner" for card in after.cards)
    assert len(after.cards) == 8


def test_updates_of_later_days_are_not_shown_yet() -> None:
    content = demonstration()
    edition = content.editions[EDITION]
    before, after = (
        Site(content, {}, Words("fr"), datetime.fromisoformat(f"{day}T08:00:00+00:00"), str)
        for day in ("2019-09-29", "2019-09-30")
    )
    assert len(before.updates(edition, "012")) == 1
    assert len(after.updates(edition, "012")) == 2


def test_the_demonstration_offers_a_trial_vote_while_its_own_is_not_open() -> None:
    assert home("2020-10-01").trial_url == VOTE
    assert home("2019-06-10").trial_url == ""
    assert home("2020-10-01", vote_url="").trial_url == ""


def test_other_languages_use_their_own_words() -> None:
    found = home("2019-07-01", counted=True, language="en")
    assert found.figures[0].label == Said("ideas on the ballot")
    assert found.cards[0].title == "An equipped sports ground on the Esplanade Bellerive"
    assert found.cards[0].cost == "€40,000"
