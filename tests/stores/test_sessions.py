"""What a store promises of sessions, sentence by sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from tests.stores.houses import PURPOSE, House, Street
from tests.stores.made import hash_of

from urne.errors import Conflict
from urne.store.base import Session

KEY = hash_of("cookie")
ENDS = datetime(2019, 6, 1, 12, 0, 1, tzinfo=UTC)
SESSION = Session(PURPOSE, b"\x00\xffnotes", ENDS)


def test_a_session_comes_back_as_it_was(street: Street) -> None:
    """What was put is got, by whoever asks; nothing is said of its end, which may be past."""
    street().sessions.put(KEY, SESSION)
    assert street().sessions.get(KEY) == SESSION


def test_notes_may_be_empty_and_the_end_in_another_zone(house: House) -> None:
    """The instant counts, not how it was written."""
    elsewhere = ENDS.astimezone(timezone(timedelta(hours=2)))
    house.sessions.put(KEY, Session(PURPOSE, b"", elsewhere))
    assert house.sessions.get(KEY) == Session(PURPOSE, b"", ENDS)


def test_an_unknown_key_has_no_session(house: House) -> None:
    """Nothing is there before it is put."""
    assert house.sessions.get(KEY) is None
    assert house.sessions.take(KEY) is None


@pytest.mark.parametrize("session", [SESSION, Session(PURPOSE, b"other", ENDS)])
def test_a_key_is_used_once(house: House, session: Session) -> None:
    """A taken key is a conflict, even for the same session, and the first one stays."""
    house.sessions.put(KEY, SESSION)
    with pytest.raises(Conflict):
        house.sessions.put(KEY, session)
    assert house.sessions.get(KEY) == SESSION


def test_a_session_is_taken_once(street: Street) -> None:
    """The taker gets it, and it is gone; others stay."""
    first, second = street().sessions, street().sessions
    first.put(KEY, SESSION)
    first.put(hash_of("other"), SESSION)
    assert first.take(KEY) == SESSION
    assert second.take(KEY) is None
    assert second.get(KEY) is None
    assert second.get(hash_of("other")) == SESSION


def test_a_session_that_cannot_be_kept_is_a_mistake(house: House) -> None:
    """Keys are hashes; the end is a whole second of a known zone. Nothing is stored otherwise."""
    with pytest.raises(ValueError, match="a session's key has 32 bytes, not 6"):
        house.sessions.put(b"cookie", SESSION)
    naive = ENDS.replace(tzinfo=None)
    for ends in (naive, ENDS + timedelta(microseconds=1)):
        with pytest.raises(ValueError, match="whole second of a known zone"):
            house.sessions.put(KEY, Session(PURPOSE, b"", ends))
    assert house.sessions.get(KEY) is None
