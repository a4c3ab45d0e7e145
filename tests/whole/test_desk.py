"""Residents whose e-ID states no address, through the whole platform: the desk and the register.

Staff's commands find the election by the file that the town writes for them.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from tests.staff.terminal import Said, urne
from tests.whole.conftest import Whole

from urne.model.deployment import encode_deployment
from urne_local.http_voter import HttpVoter, Refused
from urne_local.residents import find_resident, register_csv
from urne_local.town import POSTAL_CODE

pytestmark = pytest.mark.aws


@pytest.fixture
def file(whole: Whole, tmp_path: Path) -> Path:
    """Return the file of this town's deployment."""
    path = tmp_path / "deployment.toml"
    path.write_text(encode_deployment(whole.town.deployments(whole.platform)[0]))
    return path


def resident(whole: Whole, name: str) -> HttpVoter:
    return HttpVoter(whole.election, whole.platform.vote.origin, name, secrets.token_bytes)


def refusal(whole: Whole, name: str, code: str = "") -> str:
    """Return how a resident's vote ends who has no right to it yet."""
    with pytest.raises(Refused) as refused:
        resident(whole, name).vote([[0, 1, 2]], code)
    return refused.value.refusal


def person(whole: Whole, name: str) -> str:
    """Return what a desk reads on a resident's papers, as JSON."""
    found = find_resident(name, POSTAL_CODE, whole.platform.clock.now())
    assert found is not None
    stated = {
        "birth_family_name": found.family_name.upper(),
        "birth_given_names": found.given_name,
        "birthdate": found.birthdate,
    }
    return json.dumps(stated)


def said(*arguments: str, piped: str = "") -> Said:
    found = urne(*arguments, piped=piped)
    assert found.status == 0, found.err
    return found


def test_without_an_address_a_code_from_the_desk_votes_and_serves_once(
    whole: Whole, file: Path
) -> None:
    """Signed in, asked for a code, a slip of the pen, the code itself; and nobody after them."""
    assert refusal(whole, "no-address") == "not-eligible.no-address"
    (code,) = said("desk", "code", "--json", "--deployment", str(file)).json["codes"]
    slip = code[:-1] + ("A" if code[-1] != "A" else "C")
    assert refusal(whole, "no-address", slip) == "desk-code-mistyped"
    (promise,) = resident(whole, "no-address").vote([[0, 1, 2]], code.lower().replace("-", " "))
    assert len(promise.leaf_hash) == 32
    assert refusal(whole, "elsewhere", code) == "desk-code-refused"


def test_who_is_in_the_register_needs_no_code(whole: Whole, file: Path, tmp_path: Path) -> None:
    """Before the import they are sent to the desk; a process that was warm finds the register."""
    assert refusal(whole, "registered") == "not-eligible.no-address"
    register = tmp_path / "register.csv"
    register.write_text(register_csv())
    said("register", "import", str(register), "--yes", "--deployment", str(file))
    (promise,) = resident(whole, "registered").vote([[0, 1, 2]])
    assert len(promise.leaf_hash) == 32


def test_paper_at_the_desk_and_a_vote_online_exclude_each_other(whole: Whole, file: Path) -> None:
    """The desk and the e-ID know a person by the same key, whichever comes first."""
    words = ("desk", "sign-off", "--yes", "--json", "--deployment", str(file))
    assert said(*words, piped=person(whole, "voter-000401")).json["slips"]
    assert refusal(whole, "voter-000401") == "already-signed-off"
    resident(whole, "voter-000402").vote([[0, 1, 2]])
    late = urne(*words, piped=person(whole, "voter-000402"))
    assert late.json["error"]["code"] == "already-signed-off"


def test_the_functions_name_neither_them_nor_their_codes(whole: Whole) -> None:
    """Whatever they printed in the tests above."""
    for log in whole.platform.state.logs.iterdir():
        text = log.read_text(errors="replace").lower()
        for marker in ("exemple-f", "exemple-h", "exemple f", "habitante", "1969-10-01", "1957"):
            assert marker not in text, f"{marker} in {log.name}"
