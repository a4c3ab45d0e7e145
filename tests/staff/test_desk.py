"""The desk at work: codes for who has none of ours, and one paper ballot a person."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from tests.conftest import ROOT
from tests.flows.town import AFTER, DESK, OPENS_AT
from tests.staff.terminal import Said, urne
from tests.staff.town_hall import RULES, TownHall, town_hall

from urne.canonical import from_base64
from urne.errors import AlreadySignedOff, DeskCodeRefused, OutcomeUnknown
from urne.flows.desk import Slip
from urne.flows.desk_code import desk_code_hash
from urne.model.deployment import encode_deployment
from urne.model.election import INTERNET, PAPER, Channel
from urne.store.base import SignOff
from urne_local.aws import Aws
from urne_staff.commands.desk_sign_off import patiently
from urne_staff.output import Output
from urne_staff.slips import CODE_LINES, LANGUAGES, PAPER_LINES

pytestmark = pytest.mark.aws

MARKER = "Xanthippe"
PERSON = {"birthdate": "1971-03-08", "birth_family_name": MARKER}
NONCE = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def code(hall: TownHall, *options: str) -> Said:
    return urne("desk", "code", "--deployment", str(hall.file), *options)


def sign_off(hall: TownHall, *options: str, person: object = PERSON) -> Said:
    """Sign off as a program does: JSON on standard input, which is no terminal."""
    said = piped(
        json.dumps(person), "desk", "sign-off", "--deployment", str(hall.file), "--yes", *options
    )
    assert MARKER.lower() not in (said.out + said.err).lower()
    assert "1971" not in said.out + said.err
    return said


def piped(text: str, *arguments: str) -> Said:
    """Run `urne` with a text on a standard input that is no terminal."""
    return urne(*arguments, piped=text)


def refusal(said: Said) -> str:
    """Return the code of a refusal, which is on stderr and the exit status 2."""
    assert said.status == 2
    found = re.search(r"\(([a-z-]+)\)$", said.err.strip())
    assert found, said.err
    return found[1]


# --- Codes ------------------------------------------------------------------------------------


def test_codes_are_printed_once_as_slips_and_stored_as_hashes(hall: TownHall) -> None:
    said = code(hall, "--count", "3", "--language", "en")
    assert said.status == 0
    codes = re.findall(r"^Code: (\S+)$", said.out, re.M)
    assert len(set(codes)) == 3
    assert said.out.count("sign in with your e-ID, then type this code") == 3
    stored = hall.everything()
    for one in codes:
        assert one.replace("-", "") not in stored
        assert repr(desk_code_hash(one)) in stored


def test_a_code_serves_one_person(hall: TownHall) -> None:
    (given,) = code(hall, "--json").json["codes"]
    ada, bob = (SignOff(bytes([n]) * 32, "internet", bytes(32), b"x") for n in (1, 2))
    hall.sign_offs.sign_off(ada, b"a" * 32, desk_code_hash(given))
    with pytest.raises(DeskCodeRefused):
        hall.sign_offs.sign_off(bob, b"b" * 32, desk_code_hash(given))


@pytest.mark.parametrize(
    "language, word", [("fr", "Il sert une fois"), ("nl", "Ze werkt één keer")]
)
def test_slips_speak_the_residents_language(hall: TownHall, language: str, word: str) -> None:
    assert word in code(hall, "--language", language).out


@pytest.mark.parametrize("count", ["0", "-1", "1001"])
def test_how_many_codes_is_a_sensible_number(hall: TownHall, count: str) -> None:
    assert refusal(code(hall, "--count", count)) == "bad-field"


def test_no_codes_after_the_close_but_before_the_opening(hall: TownHall) -> None:
    """A desk may print them the day before."""
    hall.set_clock(AFTER)
    assert refusal(code(hall)) == "closed"
    hall.set_clock(OPENS_AT - timedelta(days=1))
    assert code(hall).status == 0


def test_no_codes_where_the_rules_take_none(local_aws: Aws, tmp_path: Path) -> None:
    rules = replace(RULES, residence=("address",))
    with town_hall(local_aws, tmp_path, eligibility=rules) as hall:
        said = code(hall)
        assert refusal(said) == "bad-field"
        assert "takes no codes from the desk" in said.err


# --- Paper ------------------------------------------------------------------------------------


def test_a_slip_has_the_line_that_will_be_published(hall: TownHall) -> None:
    said = sign_off(hall, "--language", "en")
    assert said.status == 0, said.err
    assert f"Place: {DESK}, issuer: issuer-1" in said.out
    assert f"https://{hall.town.election.origin}/tile/entries/" in said.out
    line, key, nonce = (
        from_base64(found, 32)
        for found in re.findall(r"^(?:Your line|Person key|Nonce): (\S+)$", said.out, re.M)
    )
    assert line == hashlib.sha256(key + nonce).digest()
    assert hall.commitments == [(DESK, line)]


def test_a_session_at_the_desk(hall: TownHall) -> None:
    """It asks what the vote knows people by, and whether to go on; nothing is an argument."""
    typed = f"1971-03-08\n{MARKER}\ny\n"
    said = urne("desk", "sign-off", "--deployment", str(hall.file), answer=typed)
    assert said.status == 0, said.err
    assert said.err == (
        "birthdate: birth family name: Papers seen? They cannot vote online then. [y/N] "
    )
    assert "Votre ligne :" in said.out
    assert MARKER not in said.out
    assert len(hall.commitments) == 1


@pytest.mark.parametrize("answer", ["n", "", "what?"])
def test_who_does_not_say_yes_signs_nobody_off(hall: TownHall, answer: str) -> None:
    typed = f"1971-03-08\n{MARKER}\n{answer}\n"
    said = urne("desk", "sign-off", "--deployment", str(hall.file), answer=typed)
    assert said.status == 1
    assert said.err.endswith("Nobody was signed off.\n")
    assert hall.commitments == []


def test_where_nobody_can_be_asked_yes_must_be_said(hall: TownHall) -> None:
    said = piped(json.dumps(PERSON), "desk", "sign-off", "--deployment", str(hall.file))
    assert refusal(said) == "nobody-to-ask"
    assert hall.commitments == []


def test_nobody_gets_a_second_ballot_however_they_are_spelt(hall: TownHall) -> None:
    assert sign_off(hall).status == 0
    again = {"birthdate": "19710308", "birth_family_name": f"  {MARKER.upper()} "}
    assert refusal(sign_off(hall, person=again)) == "already-signed-off"
    assert len(hall.commitments) == 1


def test_who_was_given_paper_cannot_vote_online(hall: TownHall) -> None:
    assert sign_off(hall, person={**PERSON, "birthdate": "2000-01-01"}).status == 0
    issuer = hall.town.election.issuers[0]
    with pytest.raises(AlreadySignedOff):
        hall.town.ask(MARKER.lower(), issuer, sign_offs=hall.sign_offs)


def test_the_same_slip_may_be_asked_for_again_by_a_program(hall: TownHall) -> None:
    """That brings its own nonce, as one does whose answer was lost."""
    person = {**PERSON, "nonce": NONCE}
    first, again = (sign_off(hall, "--json", person=person) for _ in range(2))
    assert first.json == again.json
    (slip,) = first.json["slips"]
    assert slip["nonce"] == NONCE
    assert set(slip) == {"issuer", "channel", "person_key", "nonce", "line"}
    assert len(hall.commitments) == 1


@pytest.mark.parametrize(
    "typed, tries", [("y\ny\n", 3), ("y\nn\n", 2), ("", 1)], ids=["patient", "not", "nobody"]
)
def test_after_a_lost_answer_the_same_slip_is_asked_for_again(
    typed: str, tries: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """As long as somebody says so; whoever gives up is told how to have it later."""
    slip = Slip("issuer-1", DESK, bytes(32), from_base64(NONCE))
    asked: list[Slip] = []

    def hand_out() -> Slip:
        asked.append(slip)
        if len(asked) < 3:
            raise OutcomeUnknown("the sign-off")
        return slip

    terminal = io.StringIO(typed)
    terminal.isatty = lambda: bool(typed)  # type: ignore[method-assign]
    with mock.patch("sys.stdin", terminal):
        if tries == 3:
            assert patiently(hand_out, slip.nonce, Output()) == slip
        else:
            with pytest.raises(OutcomeUnknown):
                patiently(hand_out, slip.nonce, Output())
    assert len(asked) == tries
    assert (f'"nonce": "{NONCE}"' in capsys.readouterr().err) == (tries < 3)


@pytest.mark.parametrize(
    "changes, code, word",
    [
        ({"birthdate": "2003-06-02"}, "not-eligible", "younger"),
        ({"birthdate": "2003"}, "not-eligible", "full birth date"),
        ({"birthdate": f"{MARKER} 1971"}, "bad-field", "'birthdate' is no date such as"),
        ({"birth_family_name": "--"}, "bad-field", "'birth_family_name' is empty"),
        ({"birth_family_name": 7}, "bad-field", "'birth_family_name' is not text"),
        ({"nonce": "AA=="}, "bad-field", "'nonce'"),
        ({"address": f"{MARKER} 1971"}, "bad-field", "'address' is not known"),
    ],
)
def test_each_refusal_says_what_to_mend(
    hall: TownHall, changes: dict[str, object], code: str, word: str
) -> None:
    """By the field, and without what stood in it."""
    said = sign_off(hall, person={**PERSON, **changes})
    assert refusal(said) == code
    assert word in said.err
    assert hall.commitments == []


def test_what_is_no_json_is_not_repeated(hall: TownHall) -> None:
    said = piped(
        f'{{"birthdate": {MARKER}', "desk", "sign-off", "--deployment", str(hall.file), "--yes"
    )
    assert refusal(said) == "bad-field"
    assert MARKER not in said.err
    assert refusal(sign_off(hall, person=[MARKER])) == "bad-field"


@pytest.mark.parametrize(
    "instant, code", [(OPENS_AT - timedelta(seconds=5), "not-open-yet"), (AFTER, "closed")]
)
def test_before_and_after_nobody_is_even_asked(hall: TownHall, instant: object, code: str) -> None:
    hall.set_clock(instant)  # type: ignore[arg-type]
    said = urne("desk", "sign-off", "--deployment", str(hall.file), answer="y\n")
    assert refusal(said) == code
    assert "birthdate" not in said.err


def test_the_place_is_named_where_there_are_several(local_aws: Aws, tmp_path: Path) -> None:
    channels = (Channel("internet", INTERNET), Channel("mairie", PAPER), Channel("gare", PAPER))
    with town_hall(local_aws, tmp_path, channels=channels) as hall:
        for options in ((), ("--place", "internet"), ("--place", "nowhere")):
            said = sign_off(hall, *options)
            assert refusal(said) == "bad-field"
            assert "is not one of mairie, gare" in said.err
        assert sign_off(hall, "--place", "gare").status == 0
        assert [channel for channel, _ in hall.commitments] == ["gare"]


def test_every_issuer_of_the_vote_signs_off(local_aws: Aws, tmp_path: Path) -> None:
    """One slip each; with a deployment missing, none does."""
    with town_hall(local_aws, tmp_path, issuers=2) as hall:
        said = sign_off(hall)
        assert refusal(said) == "bad-field"
        assert "is missing for issuer-2" in said.err
        assert hall.commitments == []
        said = sign_off(hall, "--deployment", str(hall.at_issuer(1)), "--json")
        first, second = said.json["slips"]
        assert [first["issuer"], second["issuer"]] == ["issuer-1", "issuer-2"]
        assert first["person_key"] != second["person_key"]
        assert len(hall.commitments) == 1


def test_slips_say_the_same_in_every_language() -> None:
    """No language lacks a line, and each fills in the same."""
    words = tomllib.loads((ROOT / "scripts" / "urne_staff" / "slips.toml").read_text())
    assert set(words) == set(LANGUAGES)
    filled = [
        {name: set(re.findall(r"{(\w+)}", text)) for name, text in one.items()}
        for one in words.values()
    ]
    assert filled[0] == filled[1] == filled[2]
    assert set(filled[0]) == {*CODE_LINES, *PAPER_LINES}


# --- The deployment ---------------------------------------------------------------------------


@pytest.fixture(params=["code", "sign-off"])
def words(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Return each command of the desk."""
    return "desk", request.param, *(["--yes"] if request.param == "sign-off" else [])


def test_another_election_under_the_same_name_is_refused(
    hall: TownHall, words: tuple[str, ...]
) -> None:
    """Nobody can exchange election.json in the bucket."""
    hall.file.write_text(encode_deployment(replace(hall.told, election_id=bytes(32))))
    said = piped(json.dumps(PERSON), *words, "--deployment", str(hall.file))
    assert refusal(said) == "bad-field"
    assert "is not that of the public election.json" in said.err


def test_a_deployment_that_is_not_there(hall: TownHall, words: tuple[str, ...]) -> None:
    """A file that is missing, no text, of no election, or of tables that there are none of."""
    missing = piped("", *words, "--deployment", str(hall.file.with_name("no.toml")))
    assert missing.status == 2
    assert "(unreadable-file)" in missing.err
    hall.file.write_bytes(b"\xff")
    assert refusal(piped("", *words, "--deployment", str(hall.file))) == "bad-field"
    hall.file.write_text(encode_deployment(replace(hall.told, edition="other")))
    assert refusal(piped("", *words, "--deployment", str(hall.file))) == "not-found"
    hall.file.write_text(encode_deployment(replace(hall.told, tables="none-")))
    said = piped(json.dumps(PERSON), *words, "--deployment", str(hall.file))
    assert refusal(said) == "target-refused"
