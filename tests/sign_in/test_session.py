"""A session serves its purpose, its election and its ten minutes, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.sign_in.world import ELECTION, World, session_key

from urne.errors import NotSignedIn, OtherElection, SessionExpired, SessionOfOtherPurpose
from urne.flows.session import SESSION_LIFETIME, VOTE, require_session
from urne.flows.sign_in_cookie import LIFETIME
from urne.store.base import Session


def test_a_session_may_be_asked_for_again() -> None:
    """A request that is repeated finds the session as it was."""
    world = World()
    cookie = world.sign_in().cookie
    first = require_session(cookie, VOTE, world.sessions, election=ELECTION, now=world.now)
    assert require_session(cookie, VOTE, world.sessions, election=ELECTION, now=world.now) == first


@pytest.mark.parametrize("cookie", [None, "", "x", "é", "\ud800"])
def test_without_a_session(cookie: str | None) -> None:
    """No cookie, and a cookie of nothing, are the same."""
    world = World()
    world.sign_in()
    with pytest.raises(NotSignedIn):
        require_session(cookie, VOTE, world.sessions, election=ELECTION, now=world.now)


def test_the_cookie_of_the_sign_in_is_no_session() -> None:
    """The cookie is another after the callback: knowing the first one gives nothing."""
    world = World()
    departure = world.start()
    arrival = world.callback(world.choose(departure, "resident-a"), departure.cookie)
    for cookie in (departure.cookie, *departure.cookie.split(".")):
        assert cookie != arrival.cookie
        with pytest.raises(NotSignedIn):
            require_session(cookie, VOTE, world.sessions, election=ELECTION, now=world.now)


def test_of_another_purpose() -> None:
    """A session made to vote is refused elsewhere, and one made elsewhere may not vote."""
    world = World()
    cookie = world.sign_in().cookie
    with pytest.raises(SessionOfOtherPurpose):
        require_session(cookie, "comment", world.sessions, election=ELECTION, now=world.now)
    made = world.sessions.get(session_key(cookie))
    assert made is not None
    world.sessions.put(session_key("other"), Session("comment", made.payload, made.expires_at))
    with pytest.raises(SessionOfOtherPurpose):
        require_session("other", VOTE, world.sessions, election=ELECTION, now=world.now)


def test_after_ten_minutes() -> None:
    """The end of a session is looked at, whatever the store still holds."""
    world = World()
    cookie = world.sign_in().cookie
    begun = world.now.replace(microsecond=0)
    just_before = begun + SESSION_LIFETIME - timedelta(seconds=1)
    assert require_session(cookie, VOTE, world.sessions, election=ELECTION, now=just_before).fields
    with pytest.raises(SessionExpired):
        require_session(
            cookie, VOTE, world.sessions, election=ELECTION, now=begun + SESSION_LIFETIME
        )


def test_of_another_election() -> None:
    """Who may vote in one election has not shown it for another."""
    world = World()
    cookie = world.sign_in().cookie
    with pytest.raises(OtherElection):
        require_session(
            cookie, VOTE, world.sessions, election=replace(ELECTION, title="x"), now=world.now
        )


def test_a_session_outlives_the_cookie_that_made_it() -> None:
    """Otherwise its place would be free again while a replay could still come."""
    assert SESSION_LIFETIME >= LIFETIME
