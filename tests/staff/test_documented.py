"""Every command explains itself: a sentence, a paragraph, and an example that can be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.staff.terminal import urne

from urne_staff.cli import COMMANDS, parser


def _commands(commands: tuple[Any, ...], before: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for command in commands:
        words = (*before, command.NAME)
        yield " ".join(words), command
        yield from _commands(getattr(command, "COMMANDS", ()), words)


ALL = dict(_commands(COMMANDS, ("urne",)))


@pytest.mark.parametrize("name", ALL)
def test_a_command_says_what_it_does(name: str) -> None:
    """Its help has a paragraph and an example of itself."""
    command = ALL[name]
    assert command.HELP
    assert len((command.__doc__ or "").split()) >= 8
    assert command.EXAMPLE.startswith(name + " ")
    told = urne(*name.split()[1:], "--help")
    assert told.status == 0
    assert f"Example:\n  {command.EXAMPLE}" in told.out


@pytest.mark.parametrize("name", ALL)
def test_an_example_can_be_typed(name: str) -> None:
    """The arguments are those that the command takes; every command has --json."""
    words = shlex.split(ALL[name].EXAMPLE)[1:]
    options = parser().parse_args([*words, "--json"])
    assert options.json is True
    assert callable(options.run)


@pytest.mark.parametrize("name", ALL)
def test_every_argument_is_explained(name: str) -> None:
    """No option stands in the help without a word on what it is for."""
    command = ALL[name]
    if hasattr(command, "COMMANDS"):
        return
    found: dict[str, Any] = {}
    told = parser()
    for word in name.split()[1:]:
        [inside] = [a for a in told._actions if hasattr(a, "choices") and a.choices]
        told = inside.choices[word]  # type: ignore[index]
    found = {action.dest: action.help for action in told._actions}
    assert all(found.values()), [dest for dest, help_ in found.items() if not help_]


def test_the_readme_names_every_command() -> None:
    """So that whoever arrives finds it: in full, or beside the others of its group."""
    readme = (ROOT / "README.md").read_text()
    named = set(re.findall(r"(?:`|\.venv/bin/)urne ([a-z ]+)\b", readme))
    rows = [line for line in readme.split("\n") if line.startswith("| `urne ")]
    for name, command in ALL.items():
        words = name.removeprefix("urne ")
        group = words.partition(" ")[0]
        beside = any(f"urne {group}" in row and f"`{command.NAME}`" in row for row in rows)
        assert beside or any(found.startswith(words) for found in named), name


def test_what_is_no_command_is_refused() -> None:
    """With the usage, and status 2."""
    said = urne("relase")
    assert said.status == 2
    assert "usage: urne" in said.err
