"""A register is read whole or not at all, and importing it never leaves out who is in both."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flows.town import draw_of
from tests.stores.faulty import Fault, Faults, faulty, one_write

from urne.errors import BadInput, Conflict, OutcomeUnknown
from urne.flows.eligibility import HashedRegister, register_line
from urne.flows.register import SALT, carry_out, plan_import, read_salt
from urne.flows.register_file import MENDS, MOST_SHOWN, RegisterFile, read_register
from urne.store.memory import MemoryRegister, MemorySecrets

FIELDS = ("birth_family_name", "birth_given_names", "birthdate")
HEAD = "birth_family_name;birth_given_names;birthdate\n"
GOOD = HEAD + "Exemple-A;Résidente;1980-02-29\nEXEMPLE B;Résident;19751231\n"
PEOPLE = (("exemple a", "residente", "1980-02-29"), ("exemple b", "resident", "1975-12-31"))
MARKER = "Xanthippe"


def read(text: str | bytes) -> RegisterFile:
    raw = text.encode() if isinstance(text, str) else text
    return read_register(raw, "register.csv", FIELDS)


# --- The file ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.encode(),
        codecs.BOM_UTF8 + GOOD.encode(),
        GOOD.replace(";", ",").encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.rstrip("\n").encode(),
        GOOD.replace("\n", "\n\n;;\n").encode(),
        GOOD.replace("birth_family_name", " Birth_Family_Name ").encode(),
        GOOD.replace("Exemple-A", '"Exemple-A"').encode(),
        b'"birth_family_name";"birth_given_names";"birthdate"\n'
        + GOOD.encode().partition(b"\n")[2],
    ],
    ids=["plain", "bom", "commas", "crlf", "no end", "blank lines", "spaced", "quoted", "head"],
)
def test_the_ways_a_register_may_be_written(raw: bytes) -> None:
    assert read(raw).people == PEOPLE


def test_columns_in_another_order_and_others_beside_them() -> None:
    """Found by name; what is no person field is passed over, and counted."""
    text = "street,birthdate,birth_given_names,birth_family_name,town\n"
    text += '"1, rue X",1980-02-29,Résidente,Exemple-A,Y\n'
    found = read(text)
    assert found.people == PEOPLE[:1]
    assert found.passed_over == 2


def test_people_who_stand_twice_are_told_and_taken_once() -> None:
    """The same after normalisation is the same; each with the line where it stood first."""
    text = GOOD + "exemple a;RESIDENTE;19800229\nExemple C;X;1990\nExemple-A;Résidente;1980-02-29\n"
    found = read(text)
    assert len(found.people) == 3
    assert found.repeated == ((4, 2), (6, 2))


LINES = [
    ("Exemple-A;Résidente", "too-few-cells", 3, None),
    ("Exemple-A;Résidente;1980-02-29;x", "too-many-cells", 3, None),
    (";Résidente;1980-02-29", "bad-name", 3, "birth_family_name"),
    ("Exemple-A;---;1980-02-29", "bad-name", 3, "birth_given_names"),
    (f"{'x' * 501};Résidente;1980-02-29", "bad-name", 3, "birth_family_name"),
    ("Exemple-A;Résidente;29/02/1980", "bad-birthdate", 3, "birthdate"),
    ("Exemple-A;Résidente;1981-02-29", "bad-birthdate", 3, "birthdate"),
    ("Exemple-A;Résidente;", "bad-birthdate", 3, "birthdate"),
    ('Exemple-A;"Rési"dente;1980-02-29', "bad-quotes", 3, None),
    ('Exemple-A;"Résidente;1980-02-29', "bad-quotes", 3, None),
    ("Exemple-A;Rési\0dente;1980-02-29", "not-utf8", 3, None),
    (f"{'x' * 200_000};Résidente;1980-02-29", "bad-quotes", 3, None),
]


@pytest.mark.parametrize("line, code, at, field", LINES, ids=[f"{n[1]}-{n[0][:12]}" for n in LINES])
def test_a_bad_line_is_told_with_place_and_mend(
    line: str, code: str, at: int, field: str | None
) -> None:
    with pytest.raises(BadInput) as caught:
        read(f"{HEAD}Exemple-B;Résident;1975\n{line}\n")
    (problem,) = caught.value.problems
    assert (problem.path, problem.line, problem.field, problem.code) == (
        "register.csv",
        at,
        field,
        code,
    )
    assert problem.mend == MENDS[code]


@pytest.mark.parametrize(
    "raw, code, at",
    [
        (b"", "empty-file", None),
        (b"\n \n", "empty-file", None),
        (GOOD.encode("latin-1"), "not-utf8", 2),
        (HEAD.encode(), "nobody", None),
        (b"a;b;c\n1;2;3\n", "missing-column", 1),
        (HEAD.replace("birthdate", "birthdate;birthdate").encode(), "repeated-column", 1),
    ],
    ids=lambda value: str(value)[:12],
)
def test_a_file_that_is_no_register(raw: bytes, code: str, at: int | None) -> None:
    with pytest.raises(BadInput) as caught:
        read(raw)
    assert {problem.code for problem in caught.value.problems} == {code}
    assert caught.value.problems[0].line == at


def test_all_problems_are_told_at_once_and_a_hundred_at_most() -> None:
    """A line after a cell with a line break in it still has its own number."""
    text = f'{HEAD}"Exemple\nA";Résidente;x\nB;;1975\n;C;1980\n'
    with pytest.raises(BadInput) as caught:
        read(text)
    assert [(p.line, p.field) for p in caught.value.problems] == [
        (2, "birthdate"),
        (4, "birth_given_names"),
        (5, "birth_family_name"),
    ]
    with pytest.raises(BadInput) as caught:
        read(HEAD + "A;B;x\n" * (MOST_SHOWN + 7))
    assert len(caught.value.problems) == MOST_SHOWN + 1
    assert caught.value.problems[-1].what == "There are 7 further problems."


@given(st.lists(st.sampled_from([MARKER, f"{MARKER};", f'"{MARKER}', "1980", "", "\0", "\n"])))
def test_nothing_that_stands_in_a_cell_is_in_a_message(cells: Sequence[str]) -> None:
    text = HEAD + f"{MARKER};{MARKER};{MARKER}\n" + ";".join(cells)
    with pytest.raises(BadInput) as caught:
        read(text)
    assert MARKER not in str(caught.value)
    assert MARKER not in repr(caught.value.problems)


def test_a_register_is_in_no_traceback() -> None:
    assert "exemple" not in repr(read(GOOD))


# --- The import -------------------------------------------------------------------------------


SALTS = draw_of("salt")(32), draw_of("another salt")(32)


def people(*numbers: int) -> list[tuple[str, ...]]:
    return [("2000-01-01", f"person {number}") for number in numbers]


def silent(step: str, done: int, total: int) -> None:
    del step, done, total


def imported(*numbers: int) -> tuple[MemoryRegister, MemorySecrets]:
    table, secrets = MemoryRegister(), MemorySecrets({})
    carry_out(plan_import(people(*numbers), SALTS[0], table), table, secrets, silent)
    return table, secrets


def known(table: MemoryRegister, among: int = 9) -> list[int]:
    register = HashedRegister(SALTS[0], table)
    return [number for number in range(among) if register.has(people(number)[0])]


def test_the_first_import_makes_the_salt_and_the_next_keep_it() -> None:
    table, secrets = imported(1, 2)
    assert read_salt(MemorySecrets({})) is None
    assert read_salt(secrets) == SALTS[0]
    assert known(table) == [1, 2]


def test_importing_again_replaces_and_with_keeps_adds() -> None:
    table, secrets = imported(1, 2, 3)
    plan = plan_import(people(2, 3, 4), SALTS[0], table)
    assert (len(plan.added), len(plan.removed), plan.kept) == (1, 1, 2)
    carry_out(plan, table, secrets, silent)
    assert known(table) == [2, 3, 4]
    plan = plan_import(people(5), SALTS[0], table, keeps=True)
    assert (len(plan.added), len(plan.removed), plan.kept) == (1, 0, 3)
    carry_out(plan, table, secrets, silent)
    assert known(table) == [2, 3, 4, 5]


def test_a_plan_changes_nothing() -> None:
    table, _ = imported(1, 2)
    plan_import(people(3), SALTS[0], table)
    assert known(table) == [1, 2]


def test_a_salt_that_another_import_made_meanwhile_stops_before_any_line() -> None:
    table, secrets = MemoryRegister(), MemorySecrets({})
    plan = plan_import(people(1), SALTS[1], table)
    secrets.put(SALT, SALTS[0])
    with pytest.raises(Conflict):
        carry_out(plan, table, secrets, silent)
    assert list(table.lines()) == []


@pytest.mark.parametrize("fault", Fault)
def test_a_lost_answer_to_the_salt_is_looked_after(fault: Fault) -> None:
    """It is asked for again, and the one salt that is there is the plan's."""
    table, secrets = MemoryRegister(), MemorySecrets({})
    plan = plan_import(people(1), SALTS[0], table)
    unsteady = faulty(secrets, one_write(0, fault))
    carry_out(plan, table, unsteady, silent)
    assert known(table) == [1]
    assert read_salt(secrets) == SALTS[0]


def test_a_salt_that_cannot_be_stored_stops_before_any_line() -> None:
    table, secrets = MemoryRegister(), MemorySecrets({})
    never = faulty(secrets, Faults(lambda at, write: Fault.UNSAVED))
    with pytest.raises(OutcomeUnknown):
        carry_out(plan_import(people(1), SALTS[0], table), table, never, silent)
    assert list(table.lines()) == []


def test_an_interrupted_import_leaves_out_nobody_who_is_in_both() -> None:
    """Wherever it stops; and the same import again ends it."""
    old, new = range(600), range(300, 900)
    for stop in range(5):
        table, secrets = imported(*old)
        plan = plan_import(people(*new), SALTS[0], table)
        steps = iter(range(stop))

        def tell(step: str, done: int, total: int, steps: object = steps) -> None:
            del step, done, total
            if next(steps, None) is None:  # type: ignore[call-overload]
                raise KeyboardInterrupt

        try:
            carry_out(plan, table, secrets, tell)
        except KeyboardInterrupt:
            assert stop < 4
        assert set(range(300, 600)) <= set(known(table, 900))
        carry_out(plan_import(people(*new), SALTS[0], table), table, secrets, silent)
        assert known(table, 900) == list(new)


def test_progress_ends_where_it_should() -> None:
    told: list[tuple[str, int, int]] = []
    table, secrets = imported(1)
    plan = plan_import(people(*range(2, 602)), SALTS[0], table)
    carry_out(plan, table, secrets, lambda *step: told.append(step))
    assert told == [("add", 250, 600), ("add", 500, 600), ("add", 600, 600), ("remove", 1, 1)]


def test_no_salt_and_no_line_is_in_a_traceback() -> None:
    plan = plan_import(people(1), SALTS[0], MemoryRegister())
    assert repr(SALTS[0]) not in repr(plan)
    assert repr(register_line(SALTS[0], people(1)[0])) not in repr(plan)
