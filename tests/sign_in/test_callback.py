"""The way back: only the browser that left may return, once, in time, from the right provider.

Each refusal leaves nothing stored and says by its code which check it was.
"""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from tests.sign_in.world import (
    CALLBACK_URL,
    ELECTION,
    ISSUER,
    KEY,
    World,
    demo_config,
    query_of,
)

from urne.errors import (
    BadKey,
    Closed,
    OtherElection,
    OutcomeUnknown,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderUnknown,
    SignInCancelled,
    SignInExpired,
    SignInIssuerMismatch,
    SignInNotStarted,
    SignInReplayed,
    SignInStateMismatch,
    UrneError,
)
from urne.flows.sign_in import Departure, start
from urne.flows.sign_in_cookie import LIFETIME, SignInKey, decode_cookie, encode_cookie
from urne.model.election import Provider as Accepted
from urne.store.base import Session
from urne.store.memory import MemorySessions


def refused(world: World, query: str, cookie: str | None) -> UrneError:
    """Return the refusal of a callback that must store nothing."""
    before = dict(world.stored())
    with pytest.raises(UrneError) as caught:
        world.callback(query, cookie)
    assert world.stored() == before
    return caught.value


def left(world: World) -> tuple[Departure, str]:
    """Leave as a resident; return the departure and the query that comes back."""
    departure = world.start()
    return departure, world.choose(departure, "resident-a")


def changed(query: str, **changes: str | None) -> str:
    """Return a query with parameters replaced, or left out where None."""
    said: Mapping[str, str | None] = {**query_of(f"?{query}"), **changes}
    return urlencode({name: value for name, value in said.items() if value is not None})


def test_without_the_cookie() -> None:
    """A callback without the cookie of a sign-in is refused."""
    world = World()
    _, query = left(world)
    assert isinstance(refused(world, query, None), SignInNotStarted)


@pytest.mark.parametrize("state", ["", "x" * 43, None])
def test_with_another_state(state: str | None) -> None:
    """A callback whose state is missing or made up is refused."""
    world = World()
    departure, query = left(world)
    error = refused(world, changed(query, state=state), departure.cookie)
    assert isinstance(error, SignInStateMismatch)


def test_someone_elses_link() -> None:
    """Login CSRF: an attacker's own link, opened by someone with a sign-in under way or none."""
    world = World()
    _, attackers_query = left(world)
    victim, _ = left(world)
    assert isinstance(refused(world, attackers_query, victim.cookie), SignInStateMismatch)
    assert isinstance(refused(world, attackers_query, None), SignInNotStarted)


def test_a_parameter_twice() -> None:
    """A parameter that is repeated could be read in two ways, so it is refused."""
    world = World()
    departure, query = left(world)
    for more in ("code=x", f"state={query_of(f'?{query}')['state']}", "&".join(["x=1"] * 30)):
        error = refused(world, f"{query}&{more}", departure.cookie)
        assert isinstance(error, SignInStateMismatch)


def test_a_replayed_callback() -> None:
    """The same link and cookie make one session only, even if the provider allows a code twice."""
    world = World()
    departure, query = left(world)
    codes = dict(world.local._codes)
    world.callback(query, departure.cookie)
    assert isinstance(refused(world, query, departure.cookie), ProviderRefused)
    world.local._codes.update(codes)
    assert isinstance(refused(world, query, departure.cookie), SignInReplayed)
    assert len(world.stored()) == 1


def test_a_sign_in_makes_one_session_for_one_person() -> None:
    """A second code under the same state, of another person, is refused too."""
    world = World()
    departure, query = left(world)
    world.callback(query, departure.cookie)
    other = world.choose(departure, "resident-b")
    assert isinstance(refused(world, other, departure.cookie), SignInReplayed)


def test_replay_is_refused_as_long_as_the_cookie_lives() -> None:
    """The session's place is taken until the cookie of the sign-in has run out."""
    world = World()
    departure, query = left(world)
    codes = dict(world.local._codes)
    world.callback(query, departure.cookie)
    session = next(iter(world.stored().values()))
    assert isinstance(session, Session)
    assert session.expires_at >= decode_cookie(departure.cookie, KEY).expires_at
    world.now += LIFETIME
    world.local._codes.update(codes)
    assert isinstance(refused(world, query, departure.cookie), SignInExpired)


def test_too_late() -> None:
    """A callback after ten minutes is refused, one just before is not."""
    world = World()
    departure = world.start()
    world.now += LIFETIME - timedelta(seconds=1)
    assert world.callback(world.choose(departure, "resident-a"), departure.cookie).cookie
    world = World()
    departure = world.start()
    world.now += LIFETIME
    query = world.choose(departure, "resident-a")
    assert isinstance(refused(world, query, departure.cookie), SignInExpired)
    assert departure.lifetime > LIFETIME  # the browser still has it, so that it can be said


@pytest.mark.parametrize("cookie", ["", ".", "x.y", "é.é", "a" * 3000, "\ud800.x", "x.\ud800"])
def test_a_cookie_that_is_none(cookie: str) -> None:
    """Whatever is sent as a cookie is refused with the same code."""
    world = World()
    _, query = left(world)
    assert isinstance(refused(world, query, cookie), SignInNotStarted)


def test_an_altered_cookie() -> None:
    """Each character of the cookie is authenticated."""
    world = World()
    departure, query = left(world)
    for at in range(len(departure.cookie)):
        letter = "A" if departure.cookie[at] != "A" else "B"
        cookie = departure.cookie[:at] + letter + departure.cookie[at + 1 :]
        with pytest.raises(SignInNotStarted):
            world.callback(query, cookie)


def test_a_cookie_of_another_key() -> None:
    """A cookie made with another key is refused."""
    world = World()
    departure, query = left(world)
    sign_in = decode_cookie(departure.cookie, KEY)
    forged = encode_cookie(sign_in, SignInKey(bytes(32)))
    assert isinstance(refused(world, query, forged), SignInNotStarted)


def test_a_cookie_of_another_form() -> None:
    """A body that our key has signed and that is no sign-in is refused too."""
    world = World()
    _, query = left(world)
    for body in (b"", b"{}", b"no JSON"):
        text = base64.urlsafe_b64encode(body).decode().rstrip("=")
        cookie = f"{text}.{KEY.draw('cookie', body)}"
        assert isinstance(refused(world, query, cookie), SignInNotStarted)


def test_a_short_key() -> None:
    """The key of the cookies has 32 bytes, and says nothing of itself."""
    with pytest.raises(BadKey):
        SignInKey(bytes(31))


def test_cancelled_at_the_provider() -> None:
    """Turning back at the provider is a refusal of its own."""
    world = World()
    departure = world.start()
    query = world.choose(departure, "cancel")
    assert isinstance(refused(world, query, departure.cookie), SignInCancelled)


def test_an_error_of_the_provider() -> None:
    """Another error is named if it is a known one; other text is not repeated."""
    world = World()
    departure, query = left(world)
    for said, name in (("server_error", "server_error"), ("<b>Mme Dupont</b>", "unknown")):
        error = refused(world, changed(query, code=None, error=said), departure.cookie)
        assert isinstance(error, ProviderRefused)
        assert error.error == name
        assert "Dupont" not in str(error)


def test_no_code() -> None:
    """An answer with neither code nor error is refused."""
    world = World()
    departure, query = left(world)
    assert isinstance(refused(world, changed(query, code=None), departure.cookie), ProviderRefused)


@pytest.mark.parametrize("issuer", ["https://evil.example", "", None, ISSUER + "/"])
def test_another_issuer_answers(issuer: str | None) -> None:
    """RFC 9207: an answer must say that it comes from the provider that was asked."""
    world = World()
    departure, query = left(world)
    error = refused(world, changed(query, iss=issuer), departure.cookie)
    assert isinstance(error, SignInIssuerMismatch)


def test_a_provider_that_does_not_say_who_it_is() -> None:
    """An answer without issuer is taken only if neither we nor the provider promised one."""
    world = World()
    silent = demo_config(answers_with_issuer=False)
    world.use(silent, world.fetch)
    departure, query = left(world)
    error = refused(world, changed(query, iss=None), departure.cookie)
    assert isinstance(error, SignInIssuerMismatch)
    world.fetch.alter = lambda path, answer: (
        replace(answer, body=answer.body.replace(b"_iss_parameter_supported", b"_other"))
        if path.endswith("openid-configuration")
        else answer
    )
    world.use(silent, world.fetch)
    assert world.callback(changed(query, iss=None), departure.cookie).cookie


def test_of_another_election() -> None:
    """A sign-in that was begun for another election is refused."""
    world = World()
    departure, query = left(world)
    world.election = replace(ELECTION, title="Another")
    assert isinstance(refused(world, query, departure.cookie), OtherElection)


def test_after_the_close() -> None:
    """Someone who signs in while the vote closes gets no session."""
    world = World()
    world.now = ELECTION.closes_at - timedelta(seconds=5)
    departure, query = left(world)
    world.now = ELECTION.closes_at
    assert isinstance(refused(world, query, departure.cookie), Closed)


@pytest.mark.parametrize(
    "accepted",
    [
        Accepted("demo", "https://other.example", "eidas2"),
        Accepted("demo", ISSUER, "eidas9"),
    ],
)
def test_a_manifest_that_names_another_provider(accepted: Accepted) -> None:
    """The manifest's issuer and level must be the configuration's."""
    world = World(election=replace(ELECTION, providers=(accepted,)))
    with pytest.raises(ProviderMisconfigured):
        world.start()


def test_a_provider_that_cannot_state_the_person_fields() -> None:
    """A provider that cannot lead to the same pseudonym may not stand in the manifest."""
    world = World(election=replace(ELECTION, person_fields=("birthdate", "birth_place")))
    with pytest.raises(ProviderMisconfigured):
        world.start()


def test_an_unknown_provider() -> None:
    """A provider that the manifest does not name is refused."""
    world = World()
    with pytest.raises(ProviderUnknown):
        start(
            ELECTION,
            "other",
            world.providers,
            key=KEY,
            callback_url=CALLBACK_URL,
            now=world.now,
            draw=world.draw,
        )


class LostAnswers(MemorySessions):
    """Sessions whose every write is answered by silence, saved or unsaved."""

    def __init__(self, *, saves: bool) -> None:
        super().__init__()
        self.saves = saves

    def put(self, key: bytes, session: Session) -> None:
        if self.saves:
            super().put(key, session)
        raise OutcomeUnknown("the session")


def test_a_write_whose_answer_is_lost() -> None:
    """If the session turns out to be there, the person is signed in; otherwise they hear of it."""
    world = World()
    world.sessions = LostAnswers(saves=True)
    assert world.sign_in().cookie
    world = World()
    world.sessions = LostAnswers(saves=False)
    with pytest.raises(OutcomeUnknown):
        world.sign_in()
