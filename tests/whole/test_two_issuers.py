"""A town with two issuers, over HTTP: both must sign, neither can act for the other, all audits."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.whole.conftest import Whole
from tests.whole.small import PABULIB

from urne.errors import CountRefused
from urne.flows.close import close, list_sign_offs, stop_taking
from urne.flows.voter import Voter
from urne.model.tally import decode_tally
from urne.pabulib import read_pabulib
from urne_local.cookie_jar import CookieJar
from urne_local.http_voter import HttpVoter, Refused
from urne_local.rehearsal import copy_tree, lead_to_the_end, patiently, running
from urne_staff.cli import main

ROOT = Path(__file__).parents[2]
RANKING = [0, 1, 2]

pytestmark = pytest.mark.aws

_numbers = count(700)


@pytest.fixture(scope="module")
def two() -> Iterator[Whole]:
    with running(read_pabulib(PABULIB.encode(), "small.pb"), "two", 2) as (platform, town):
        yield Whole(platform, town, town.stage(platform, town.election(platform)))


def resident(two: Whole, name: str = "") -> HttpVoter:
    """Return a resident who has not voted yet."""
    name = name or f"voter-{next(_numbers):06d}"
    return HttpVoter(two.election, two.platform.vote.origin, name, secrets.token_bytes)


def moved(kept: CookieJar, path: str) -> CookieJar:
    """Return a browser's cookies as if each had been set for another issuer's path."""
    jar = CookieJar()
    for name, at, value in kept:
        jar.keep(f"{name}={value}; Path={path}/{at.rpartition('/')[2]}")
    return jar


def test_a_vote_carries_the_signatures_of_both(two: Whole) -> None:
    (promise,) = resident(two).vote([RANKING])
    assert len(two.election.issuers) == 2
    assert promise.leaf_hash
    for store in two.stage.commitments:
        assert list(store.commitments())


def test_the_signature_of_one_alone_is_not_enough(two: Whole) -> None:
    """Whoever has signed in at one office only cannot vote, with its signature in both places."""
    person, voter = resident(two), Voter.from_seed(two.election, secrets.token_bytes(16))
    issuer = two.election.issuers[0]
    person.sign_in(issuer)
    credential = voter.credential(issuer, person.enrol(voter, issuer))
    with pytest.raises(Refused) as refused:
        person.cast(voter.ballot(RANKING, [credential, credential], secrets.token_bytes))
    assert refused.value.refusal == "credential-invalid"


@pytest.mark.parametrize("at, other", [(0, 1), (1, 0)])
def test_a_session_of_one_is_refused_by_the_other(two: Whole, at: int, other: int) -> None:
    """The browser does not send it there; and sent all the same, it is nobody's."""
    person, voter = resident(two), Voter.from_seed(two.election, secrets.token_bytes(16))
    asked, elsewhere = two.election.issuers[at], two.election.issuers[other]
    person.sign_in(asked)
    path = two.election.issuer_path(elsewhere.id)
    assert person.cookies.line(f"{path}/enrol") == person.cookies.line("/api/cast") == ""
    for jar in (person.cookies, moved(person.cookies, path)):
        stranger = resident(two, person.resident)
        stranger.cookies = jar
        with pytest.raises(Refused) as refused:
            stranger.enrol(voter, elsewhere)
        assert refused.value.refusal == "not-signed-in"
    assert moved(person.cookies, path).line(f"{path}/enrol") != ""
    assert person.enrol(voter, asked)


def test_each_office_has_its_own_tables_keys_and_client(two: Whole) -> None:
    """Nothing of the one's stands in what the other's functions are told, but the election."""
    told = two.town.environment(two.platform)
    first, second = told["enrol"], told["enrol-issuer-2"]
    shared = {"URNE_EDITION", "URNE_ELECTION_ID", "URNE_BUCKET", "URNE_ORIGIN"}
    assert {name for name in first if first[name] == second[name]} == shared
    manager = two.platform.aws.clients.secretsmanager

    def secret(env: dict[str, str], name: str) -> bytes:
        return manager.get_secret_value(SecretId=env["URNE_SECRETS"] + name)["SecretBinary"]

    for name in ("sign-in-key", "client-demo", "{issuer}-key", "{issuer}-pepper"):
        values = {
            secret(dict(env), name.format(issuer=env["URNE_ISSUER"])) for env in (first, second)
        }
        assert len(values) == 2, name
    (client,) = {
        line
        for line in Path(told["sign-in-issuer-2"]["URNE_PROVIDERS"]).read_text().splitlines()
        if line.startswith("client_id")
    }
    assert client == 'client_id = "urne-demo-issuer-2"'


def test_people_are_known_to_each_office_by_another_key(two: Whole) -> None:
    """The two lists name nobody alike: each office has a pepper of its own."""
    people = [{line for _, line in store.commitments()} for store in two.stage.commitments]
    assert people[0]
    assert not people[0] & people[1]


def test_nobody_is_signed_off_twice_by_the_second(two: Whole) -> None:
    name = f"voter-{next(_numbers):06d}"
    resident(two, name).vote([RANKING])
    person, voter = resident(two, name), Voter.from_seed(two.election, secrets.token_bytes(16))
    person.sign_in(two.election.issuers[1])
    with pytest.raises(Refused) as refused:
        person.enrol(voter, two.election.issuers[1])
    assert refused.value.refusal == "already-signed-off"


def test_the_same_message_gets_the_same_answer_from_each(two: Whole) -> None:
    """Who restores a vote from its code elsewhere asks both again."""
    name, seed = f"voter-{next(_numbers):06d}", secrets.token_bytes(16)
    answers = []
    for _ in range(2):
        person, voter = resident(two, name), Voter.from_seed(two.election, seed)
        for issuer in two.election.issuers:
            person.sign_in(issuer)
            answers.append(person.enrol(voter, issuer))
    assert answers[:2] == answers[2:]
    assert answers[0] != answers[1]


def test_no_log_names_a_person(two: Whole) -> None:
    person = resident(two, "voter-000999")
    person.vote([RANKING])
    for log in two.platform.state.logs.iterdir():
        text = log.read_text(errors="replace").lower()
        for marker in ("voter 000999", "000999", "1988-07-14", "92500"):
            assert marker not in text, f"{marker} in {log.name}"


def test_the_end_needs_both_lists_and_audits_as_good(two: Whole, tmp_path: Path) -> None:
    """With one office's list missing nothing closes; with both, both audits find all good."""
    stage, election = two.stage, two.election
    numbers = [len(list(store.commitments())) for store in stage.commitments]
    assert min(numbers) > 0
    after = election.closes_at
    two.platform.clock.advance_to(after)
    stop_taking(election, stage.table, stage.sign_offs, after)
    first = stage.keys.issuers[0]
    list_sign_offs(
        election,
        first.id,
        first.sign_off_key,
        sign_offs=stage.sign_offs[0],
        commitments=stage.commitments[0],
        inbox=stage.inbox,
    )
    with pytest.raises(CountRefused, match="issuer-2"):
        patiently(lambda: close(stage.writer, stage.inbox, stage.table, after))
    lead_to_the_end(two.platform, stage, lambda step, done, total: None)
    copy_tree(two.platform, two.town, tmp_path)
    tally = decode_tally((tmp_path / f"elections/{election.edition}/tally.json").read_bytes())
    (internet,) = [channel for channel in tally.channels if channel.channel == "internet"]
    assert internet.sign_offs == min(numbers)
    assert main(["audit", str(tmp_path), "--workers", "1"]) == 0
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    done = subprocess.run(
        [node, str(ROOT / "site/ballot/audit.mjs"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
