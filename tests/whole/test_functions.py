"""The functions as residents meet them, over HTTP, through the e-ID provider and the local AWS."""

from __future__ import annotations

import http.client
import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.whole.conftest import Whole

from urne.canonical import Json, encode, from_base64, to_base64
from urne.flows.cast import Promise
from urne.flows.voter import Voter
from urne_local.http_voter import HttpVoter, Refused

pytestmark = pytest.mark.aws

_numbers = count(500)


def resident(whole: Whole, name: str = "") -> HttpVoter:
    """Return a resident who has not voted yet."""
    name = name or f"voter-{next(_numbers):06d}"
    return HttpVoter(whole.election, whole.platform.vote.origin, name, secrets.token_bytes)


def post(whole: Whole, path: str, body: bytes, **headers: str) -> tuple[int, Any]:
    """Return the status and the JSON answer of a POST."""
    connection = http.client.HTTPConnection(urlsplit(whole.platform.vote.origin).netloc, timeout=20)
    connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    raw = answer.read()
    connection.close()
    return answer.status, json.loads(raw)


def stored(whole: Whole) -> int:
    """Return how many ballots are in the table."""
    return sum(1 for _ in whole.stage.writer.log.lines("ballots"))


def signed_ballot(whole: Whole) -> bytes:
    """Return the ballot of a resident who has a credential, not sent yet."""
    person = resident(whole)
    voter = Voter.from_seed(whole.election, secrets.token_bytes(16))
    person.sign_in()
    issuer = whole.election.issuers[0]
    credential = voter.credential(issuer, person.enrol(voter, issuer))
    return voter.ballot([0, 1, 2], [credential], secrets.token_bytes)


def test_a_resident_votes_and_changes_their_mind(whole: Whole) -> None:
    """Signing in, enrolling and casting twice gives two promises, and both ballots are stored."""
    before = stored(whole)
    promises = resident(whole).vote([[0, 1, 2], [2, 1, 0]])
    assert len({promise.leaf_hash for promise in promises}) == 2
    assert all(isinstance(promise, Promise) for promise in promises)
    assert stored(whole) == before + 2


def test_the_log_takes_what_was_promised(whole: Whole) -> None:
    """A promised ballot is in the published log, under a cosigned checkpoint, within seconds."""
    (promise,) = resident(whole).vote([[3, 1, 0]])
    whole.platform.invoke("sequence", {})
    size = whole.stage.writer.log.head().size
    tiles = b"".join(whole.stage.writer.read(f"tile/0/000.p/{size}") for _ in (1,) if size < 256)
    assert promise.leaf_hash in [tiles[at : at + 32] for at in range(0, len(tiles), 32)]
    assert whole.stage.writer.read("checkpoint").count("—".encode()) == 2


def test_nobody_votes_twice(whole: Whole) -> None:
    """A second telephone of the same resident is refused a credential."""
    name = f"voter-{next(_numbers):06d}"
    resident(whole, name).vote([[0, 1, 2]])
    with pytest.raises(Refused) as refused:
        resident(whole, name).vote([[0, 1, 2]])
    assert refused.value.refusal == "already-signed-off"


@pytest.mark.parametrize(
    "who, outcome",
    [
        ("minor", "not-eligible.too-young"),
        # Someone without an address here may still bring a code from the desk: enrol refuses.
        ("elsewhere", "not-eligible.not-resident"),
        ("no-address", "not-eligible.no-address"),
        ("weak", "not-eligible.assurance-too-low"),
        ("cancel", "sign-in-cancelled"),
    ],
)
def test_who_may_not_vote_is_told_why(whole: Whole, who: str, outcome: str) -> None:
    with pytest.raises(Refused) as refused:
        resident(whole, who).vote([[0, 1, 2]])
    assert refused.value.refusal == outcome


def test_enrolling_without_signing_in_is_refused(whole: Whole) -> None:
    person = resident(whole)
    voter = Voter.from_seed(whole.election, secrets.token_bytes(16))
    with pytest.raises(Refused) as refused:
        person.enrol(voter, whole.election.issuers[0])
    assert refused.value.refusal == "not-signed-in"


def test_a_page_of_another_site_cannot_enrol(whole: Whole) -> None:
    person = resident(whole)
    person.sign_in()
    cookie = person.cookies.line("/api/enrol")
    status, answer = post(
        whole, "/api/enrol", b"{}", Cookie=cookie, Origin="https://elsewhere.example"
    )
    assert (status, answer["error"]["code"]) == (403, "cross-site-request")


BadBody = Callable[[Whole], bytes]


def _body(value: Json) -> bytes:
    return encode(value)


def _ballot(raw: bytes) -> bytes:
    return _body({"ballot": to_base64(raw)})


@pytest.mark.parametrize(
    "code, make",
    [
        ("not-canonical", lambda whole: b"not json"),
        ("not-canonical", lambda whole: b'{"ballot": ""}'),
        ("bad-field", lambda whole: _body({})),
        ("bad-field", lambda whole: _body({"ballot": "", "name": "x"})),
        ("bad-field", lambda whole: _body({"ballot": "no base64!"})),
        ("ballot-malformed", lambda whole: _ballot(b"")),
        ("ballot-malformed", lambda whole: _ballot(bytes(whole.election.ballot_size + 1))),
        ("ballot-malformed", lambda whole: _ballot(bytes(whole.election.ballot_size))),
        ("ballot-malformed", lambda whole: _ballot(signed_ballot(whole)[:-1])),
        (
            "other-election",
            lambda whole: _ballot(b"\x01" + bytes(whole.election.ballot_size - 1)),
        ),
        ("ballot-signature-invalid", lambda whole: _ballot(_flipped(signed_ballot(whole), -1))),
        ("credential-invalid", lambda whole: _ballot(_flipped(signed_ballot(whole), 80))),
    ],
)
def test_what_is_no_ballot_is_refused_and_not_stored(
    whole: Whole, code: str, make: BadBody
) -> None:
    """Each refusal has its stable code, and the table holds what it held."""
    body, before = make(whole), stored(whole)
    status, answer = post(whole, "/api/cast", body)
    assert answer["error"]["code"] == code
    assert 400 <= status < 500
    assert stored(whole) == before


def test_a_body_too_long_is_refused(whole: Whole) -> None:
    before = stored(whole)
    status, answer = post(whole, "/api/cast", b"x" * 100_000)
    assert (status, stored(whole)) == (413, before)
    assert answer["error"]["code"] == "body-too-large"


def test_the_same_ballot_gets_the_same_promise(whole: Whole) -> None:
    """A telephone that lost the answer may send the same bytes again."""
    body = _ballot(signed_ballot(whole))
    first, again = post(whole, "/api/cast", body), post(whole, "/api/cast", body)
    assert first == again
    assert first[0] == 200
    assert from_base64(first[1]["leaf_hash"], 32)


def test_nothing_is_taken_before_the_opening_or_after_the_close(whole: Whole) -> None:
    """The clock alone refuses: nothing is stored, whatever is sent."""
    clock, now, before = whole.platform.clock, whole.platform.clock.now(), stored(whole)
    body = _ballot(signed_ballot(whole))
    try:
        for instant, code in (
            (whole.election.opens_at - timedelta(hours=1), "not-open-yet"),
            (whole.election.closes_at, "closed"),
        ):
            clock.set_to(instant)
            status, answer = post(whole, "/api/cast", body)
            assert (status, answer["error"]["code"]) == (403, code)
    finally:
        clock.set_to(now)
    assert stored(whole) == before


def test_no_log_names_a_person(whole: Whole) -> None:
    """Names, birth dates and postal codes of residents are in no line that a function printed."""
    person = resident(whole, "voter-000777")
    person.vote([[0, 1, 2]])
    resident(whole, "voter-000778").sign_in()
    with pytest.raises(Refused):
        resident(whole, "elsewhere").vote([[0, 1, 2]])
    for log in whole.platform.state.logs.iterdir():
        text = log.read_text(errors="replace").lower()
        for marker in ("voter 000777", "voisine", "exemple-e", "1988-07-14", "92500", "000777"):
            assert marker not in text, f"{marker} in {log.name}"
        for _, _, cookie in person.cookies:
            assert not cookie or len(cookie) < 20 or cookie.lower() not in text


def _flipped(raw: bytes, at: int) -> bytes:
    changed = bytearray(raw)
    changed[at] ^= 1
    return bytes(changed)
