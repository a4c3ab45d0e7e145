"""The forgeries, by what they are to fail: each is a public tree in which one thing was changed.

The rooms `forged_*.py` fill the list by the decorator `forgery`; `all_forgeries` reads them all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.audit.forger import Draft, Files
from tests.audit.small_town import small
from tests.flows.town import Town

from urne.errors import NotFound
from urne.flows.audit import GivenKeys, Question

ROOMS = ("opening", "checkpoint", "hashes", "ballots", "entries", "order", "lists", "result")


@dataclass(frozen=True)
class Brought:
    """What the auditor brings along."""

    since: bytes | None = None
    promise: bytes | None = None
    given: GivenKeys = field(default_factory=GivenKeys)


Change = Callable[[Draft], Brought | None]


@dataclass(frozen=True)
class Forged:
    """A forged public tree, ready to be audited."""

    files: Files
    edition: str
    brought: Brought

    def question(self) -> Question:
        """Return the question that an auditor would ask of it."""

        def read(path: str) -> bytes:
            if path not in self.files:
                raise NotFound(path)
            return self.files[path]

        brought = self.brought
        return Question(read, self.edition, brought.given, brought.since, brought.promise)


@dataclass(frozen=True)
class Forgery:
    """One change: the check that must fail and no other, and words that its details must say."""

    name: str
    check: str
    says: str
    change: Change
    draft: Callable[[], Draft]

    def make(self) -> Forged:
        """Return the forged tree."""
        draft = self.draft()
        brought = self.change(draft)
        return Forged(draft.build(), draft.town.election.edition, brought or Brought())


@dataclass
class Register:
    """All forgeries by name."""

    by_name: dict[str, Forgery] = field(default_factory=dict)

    def add(self, forgery: Forgery) -> None:
        """Take one more. Its name must be new."""
        assert forgery.name not in self.by_name, forgery.name
        self.by_name[forgery.name] = forgery


REGISTER = Register()


def forgery(
    check: str,
    says: str,
    *,
    town: Callable[[], Town] = small,
    draft: Callable[[], Draft] | None = None,
    name: str = "",
) -> Callable[[Change], Change]:
    """Return a decorator that takes a change of a draft into the register.

    The change is made to the tree of `town`, or to `draft`. Its name is `name` or the function's,
    after the check's.
    """

    def take(change: Change) -> Change:
        words = name or change.__name__.strip("_").replace("_", "-")
        full = f"{check}.{words}"
        REGISTER.add(Forgery(full, check, says, change, draft or (lambda: Draft.of(town()))))
        return change

    return take


def all_forgeries() -> Mapping[str, Forgery]:
    """Return every forgery by name."""
    for room in ROOMS:
        importlib.import_module(f"tests.audit.forged_{room}")
    return REGISTER.by_name
