"""Whatever is changed or lost in a public tree after it was signed, the audit fails, and says so.

Nobody needs the older partial tiles that stand beside the latest, nor the two comments that
minisign itself calls untrusted; all else counts, to the byte.
"""

import random

import pytest
from tests.audit.forged_hashes import long_draft
from tests.audit.forger import Files
from tests.audit.forgeries import Brought, Forged
from tests.audit.small_town import small

from urne.flows.audit import CHECKS, NOT_CHECKED, PASSED, audit

UNTRUSTED = b"untrusted comment: "
ROUNDS = 150


def failed(files: Files) -> tuple[str, ...]:
    """Return what fails in a tree of the small town."""
    return audit(Forged(files, small().election.edition, Brought()).question()).failed


def is_needed(path: str, place: int, files: Files) -> bool:
    """Return whether a byte of a file counts; a line of comment does not."""
    if not path.endswith((".pub", ".minisig")):
        return True
    return not len(UNTRUSTED) <= place < files[path].index(b"\n")


TREES = {"small": small().tree(), "long": long_draft().build()}


def needed(files: Files) -> list[str]:
    """Return the paths an audit reads of a good tree."""
    read: set[str] = set()

    def reading(path: str) -> bytes:
        read.add(path)
        return files[path]

    question = Forged(files, small().election.edition, Brought()).question()
    report = audit(type(question)(reading, question.edition))
    assert report.failed == ()
    return sorted(read)


@pytest.mark.parametrize("tree", TREES)
def test_only_older_partial_tiles_are_not_read(tree: str) -> None:
    files = TREES[tree]
    unread = set(files) - set(needed(files))
    assert all(".p/" in path for path in unread)
    assert failed({path: files[path] for path in needed(files)}) == ()


@pytest.mark.parametrize("tree", TREES)
def test_a_tree_that_lost_any_file_fails(tree: str) -> None:
    files = TREES[tree]
    for lost in needed(files):
        assert failed({path: raw for path, raw in files.items() if path != lost}), lost


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_one_byte_changed_anywhere_fails(seed: int) -> None:
    rng = random.Random(seed)
    files = TREES["long" if seed % 10 == 0 else "small"]
    path = rng.choice(needed(files))
    place = rng.randrange(len(files[path]))
    raw = bytearray(files[path])
    raw[place] ^= rng.randrange(1, 256)
    found = failed({**files, path: bytes(raw)})
    assert found or not is_needed(path, place, files), (path, place)
    assert set(found) <= set(CHECKS)


@pytest.mark.parametrize("seed", range(40))
def test_a_file_cut_short_or_grown_fails(seed: int) -> None:
    rng = random.Random(seed)
    files = TREES["small"]
    path = rng.choice(needed(files))
    keep = rng.randrange(len(files[path]))
    cut = files[path][:keep] if seed % 2 else files[path] + rng.randbytes(rng.randrange(1, 50))
    assert failed({**files, path: cut}), path


@pytest.mark.parametrize("path", needed(TREES["small"]))
def test_a_file_exchanged_for_another_fails(path: str) -> None:
    files = TREES["small"]
    others = [raw for other, raw in files.items() if raw != files[path]]
    strange = [b"", b"\n", b"{}", b"[]", b"null", b"\0" * 1000, b"[" * 100_000, b"9" * 100_000]
    for raw in (*others, *strange):
        assert failed({**files, path: raw}), path


def test_what_could_not_be_checked_is_never_said_to_have_passed() -> None:
    files = TREES["small"]
    for lost in needed(files):
        kept = {path: raw for path, raw in files.items() if path != lost}
        report = audit(Forged(kept, small().election.edition, Brought()).question())
        if not lost.endswith(("checkpoint", "election.json")) and "/tile/entries/" not in lost:
            continue
        passed = {result.id for result in report.results if result.status == PASSED}
        unmade = {result.id for result in report.results if result.status == NOT_CHECKED}
        assert {"credentials", "ballot-signatures", "order", "counts", "tally"} <= unmade, lost
        assert passed <= {
            *("manifest", "cards", "keys", "checkpoint", "origin", "log-signature"),
            *("cosignatures", "tiles", "tally-signature"),
        }, lost


def test_without_its_tally_a_log_s_result_file_is_still_held_to_a_recount() -> None:
    path = f"elections/{small().election.edition}/tally.json"
    kept = {other: raw for other, raw in TREES["small"].items() if other != path}
    report = audit(Forged(kept, small().election.edition, Brought()).question())
    status = {result.id: result.status for result in report.results}
    assert report.failed == ("tally-entry",)
    assert status["result-file"] == PASSED
    assert status["tally"] == status["counts"] == status["ballots-opened"] == NOT_CHECKED
