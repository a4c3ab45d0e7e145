"""Importing the town's register: shown, asked, done; and nothing of anybody on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.staff.terminal import Said, urne
from tests.staff.town_hall import RULES, TownHall

from urne.flows.eligibility import HashedRegister, standing
from urne.flows.register import SALT
from urne.model.identity import CODE, Standing

pytestmark = pytest.mark.aws

MARKER = "Xanthippe"
HEAD = "birth_family_name;birthdate;street\n"
FILE = HEAD + f"{MARKER};1980-02-29;1 {MARKER} street\nBea;19751231;x\nBEA;1975-12-31;y\n"


def load(hall: TownHall, text: str, *options: str, answer: str = "") -> Said:
    """Import a register; whatever is said, nobody is named."""
    file = hall.file.with_name("residents.csv")
    file.write_text(text, encoding="utf-8")
    said = urne(
        "register", "import", str(file), "--deployment", str(hall.file), *options, answer=answer
    )
    assert MARKER.lower() not in (said.out + said.err).lower()
    assert "1980" not in said.out + said.err
    assert len(hall_secret(hall)) in (0, 32)
    for shown in (hall_secret(hall).hex(), repr(hall_secret(hall))[2:-1]):
        assert not shown or shown not in said.out + said.err
    return said


def hall_secret(hall: TownHall) -> bytes:
    """Return the salt, or nothing while there is none."""
    manager = hall.aws.clients.secretsmanager
    names = {s["Name"] for s in manager.list_secrets(MaxResults=100)["SecretList"]}
    return hall.secrets.secret(SALT) if hall.told.secrets + SALT in names else b""


def is_known(hall: TownHall, name: str, birthdate: str) -> bool:
    register = HashedRegister(hall.secrets.secret(SALT), hall.register)
    return register.has((birthdate, name))


def test_a_session(hall: TownHall) -> None:
    """What is new, what is passed over, who stands twice; then it asks."""
    said = load(hall, FILE, answer="y\n")
    assert said.status == 0, said.err
    assert said.err.startswith(
        "The register of petiteville-2019, from 2 lines:\n"
        "       2 new\n"
        "       0 removed\n"
        "       0 stay\n"
        "Columns passed over, being no person field: 1\n"
        "Line 4 is the same person as line 3.\n"
        "Import this register? [y/N] "
    )
    assert said.out == "The register now has 2 lines.\n"
    assert is_known(hall, "xanthippe", "1980-02-29")
    assert is_known(hall, "bea", "1975-12-31")
    assert not is_known(hall, "bea", "1975-12-30")


def test_what_was_imported_answers_who_signs_in(hall: TownHall) -> None:
    """Found: by the register. Not found: a code from the desk is asked for."""
    load(hall, FILE, "--yes")
    register = HashedRegister(hall.secrets.secret(SALT), hall.register)
    found = standing(RULES, ("1975-12-31", "bea"), None, register)
    assert found == Standing("register")
    assert standing(RULES, ("1975-12-31", "ada"), None, register) == Standing(CODE, "no-address")


def test_what_is_stored_names_nobody(hall: TownHall) -> None:
    load(hall, FILE, "--yes")
    stored = hall.everything().lower()
    assert MARKER.lower() not in stored
    assert "1975" not in stored
    assert len(list(hall.register.lines())) == 2


@pytest.mark.parametrize("options, answer", [(("--dry-run",), ""), ((), "n\n"), ((), "\n")])
def test_a_dry_run_and_a_no_change_nothing(
    hall: TownHall, options: tuple[str, ...], answer: str
) -> None:
    """Not even a salt is made."""
    said = load(hall, FILE, *options, answer=answer)
    assert said.status == (0 if options else 1)
    assert said.err.endswith("Nothing was changed.\n")
    assert "       2 new\n" in said.err
    assert list(hall.register.lines()) == []
    assert hall_secret(hall) == b""


def test_importing_again_replaces_and_with_add_keeps(hall: TownHall) -> None:
    """The salt stays, so who stays is recognised."""
    load(hall, FILE, "--yes")
    salt = hall_secret(hall)
    said = load(hall, f"{HEAD}Bea;1975-12-31;\nCleo;1990;\n", "--yes", "--json")
    assert said.json == {
        "imported": True,
        "people": 2,
        "added": 1,
        "removed": 1,
        "kept": 1,
        "repeated": [],
        "passed_over": 1,
    }
    assert not is_known(hall, "xanthippe", "1980-02-29")
    assert is_known(hall, "cleo", "1990-00-00")
    load(hall, f"{HEAD}Dora;1991;\n", "--yes", "--add")
    assert len(list(hall.register.lines())) == 3
    assert hall_secret(hall) == salt


def test_a_file_with_mistakes_is_refused_whole(hall: TownHall) -> None:
    """Each with its line, field and mend; and as JSON for machines."""
    bad = FILE + f"{MARKER};{MARKER};\n;1980-02-29;\n"
    said = load(hall, bad, "--yes")
    assert said.status == 2
    file = hall.file.with_name("residents.csv")
    assert said.err.splitlines() == [
        f"{file}:5 [birthdate]: It cannot be read. Write it as YYYY-MM-DD, YYYYMMDD, YYYY-MM or"
        " YYYY. (bad-birthdate)",
        f"{file}:6 [birth_family_name]: It cannot be read. Write the name; it may not be empty or"
        " longer than 500 characters. (bad-name)",
    ]
    told = load(hall, bad, "--yes", "--json").json["error"]
    assert [(p["line"], p["field"], p["code"]) for p in told["problems"]] == [
        (5, "birthdate", "bad-birthdate"),
        (6, "birth_family_name", "bad-name"),
    ]
    assert list(hall.register.lines()) == []
    assert hall_secret(hall) == b""


def test_where_nobody_can_be_asked_yes_must_be_said(hall: TownHall) -> None:
    said = load(hall, FILE)
    assert said.status == 2
    assert "(nobody-to-ask)" in said.err
    assert list(hall.register.lines()) == []


def test_many_people_go_in(hall: TownHall) -> None:
    people = "".join(f"Person {number};1979;\n" for number in range(600))
    said = load(hall, HEAD + people, "--yes")
    assert said.out == "The register now has 600 lines.\n"
    assert len(list(hall.register.lines())) == 600


def test_a_file_that_is_not_there(hall: TownHall, tmp_path: Path) -> None:
    missing = str(tmp_path / "none.csv")
    said = urne("register", "import", missing, "--deployment", str(hall.file))
    assert said.status == 2
    assert "(unreadable-file)" in said.err
