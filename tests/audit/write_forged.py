"""Every forged tree as files, so that another implementation can be held to the same.

    python -m tests.audit.write_forged DIR

DIR/<name>/tree/ is a public tree, DIR/<name>/question.json says what was brought along:

    {"edition": …, "fails": [identifiers], "says": …, "log_key": …, "tally_key": …,
     "since": base64 or null, "promise": base64 or null}

`fails` is empty for the trees that are good; `says` is what our own audit's details hold.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.audit.forged_ballots import honest_mixed_key
from tests.audit.forged_hashes import long_draft
from tests.audit.forger import Draft
from tests.audit.forgeries import Brought, Forged, all_forgeries
from tests.audit.small_town import small, still_open, with_two_issuers

from urne.canonical import encode, to_base64


def mixed_key_draft() -> Draft:
    """Return a draft with a ballot whose odd key is good by libsodium's rules."""
    draft = Draft.of(small())
    honest_mixed_key(draft)
    return draft


GOOD: Mapping[str, Callable[[], Draft]] = {
    "good.small": lambda: Draft.of(small()),
    "good.two-issuers": lambda: Draft.of(with_two_issuers()),
    "good.still-open": lambda: Draft.of(still_open()),
    "good.long": long_draft,
    "good.key-of-mixed-order": mixed_key_draft,
}


def good(name: str) -> Forged:
    """Return one of the trees that are good."""
    draft = GOOD[name]()
    return Forged(draft.build(), draft.town.election.edition, Brought())


def trees() -> Iterator[tuple[str, Forged, tuple[str, ...], str]]:
    """Yield name, tree, what must fail and what must be said, of every tree."""
    for name in GOOD:
        yield name, good(name), (), ""
    for name, forgery in all_forgeries().items():
        yield name, forgery.make(), (forgery.check,), forgery.says


def write_tree(folder: Path, forged: Forged, fails: tuple[str, ...], says: str) -> None:
    """Write one tree and its question."""
    for path, raw in forged.files.items():
        target = folder / "tree" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(raw)
    brought = forged.brought
    question = {
        "edition": forged.edition,
        "fails": fails,
        "says": says,
        "log_key": brought.given.log_key,
        "tally_key": brought.given.tally_key,
        "since": None if brought.since is None else to_base64(brought.since),
        "promise": None if brought.promise is None else to_base64(brought.promise),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "question.json").write_bytes(encode(question))


def write_all(folder: Path) -> int:
    """Write every tree; return how many there are."""
    number = 0
    for name, forged, fails, says in trees():
        write_tree(folder / name, forged, fails, says)
        number += 1
    return number


def main() -> None:
    """Write every tree to the folder named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m tests.audit.write_forged DIR")
    number = write_all(Path(sys.argv[1]))
    sys.stdout.write(f"{number} trees\n")


if __name__ == "__main__":
    main()
