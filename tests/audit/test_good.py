"""A good tree audits as good: all of it, at every stage of an election, and nothing is skipped."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.audit.forged_hashes import long_draft, promise
from tests.audit.forged_opening import STRANGER, put
from tests.audit.forger import Draft, root_over
from tests.audit.forgeries import Brought, Forged
from tests.audit.small_town import small, still_open, with_two_issuers
from tests.audit.write_forged import GOOD, good
from tests.flows.town import ORIGIN, Town

from urne.canonical import encode
from urne.flows.audit import CHECKS, NOT_CHECKED, PASSED, GivenKeys, Report, audit
from urne.log.checkpoint import Checkpoint
from urne.log.merkle import leaf_hash
from urne.log.note import ED25519, VerifierKey
from urne.model.entry import Kind

AFTER_CLOSE = {
    "sign-offs",
    "sign-offs-signed",
    "sign-offs-enough",
    "paper",
    "close",
    "trustees",
    "ballots-opened",
    "counts",
    "tally",
    "tally-entry",
    "tally-signature",
    "result-file",
}
AFTER_REVEAL = {"trustees", "ballots-opened", "counts", "tally", "result-file"}
OF_TALLY = {"ballots-opened", "counts", "tally", "tally-entry", "tally-signature", "result-file"}
BROUGHT = {"since", "promise"}


def not_checked(report: Report) -> set[str]:
    """Return the checks that could not be made."""
    return {result.id for result in report.results if result.status == NOT_CHECKED}


def audited(draft: Draft, brought: Brought | None = None) -> Report:
    """Return the report on a draft's tree."""
    tree = Forged(draft.build(), draft.town.election.edition, brought or Brought())
    return audit(tree.question())


@pytest.mark.parametrize("town", [small, with_two_issuers, still_open])
def test_an_unchanged_draft_is_the_tree_that_the_flows_published(town: object) -> None:
    assert callable(town)
    published, built = town().tree(), Draft.of(town()).build()
    assert {path: published[path] for path in built} == built
    older = {path for path in published if path not in built}
    assert all(".p/" in path for path in older)


@pytest.mark.parametrize("town", [small, with_two_issuers])
def test_the_flows_own_tree_passes_everything_that_can_be_checked(town: object) -> None:
    assert callable(town)
    held: Town = town()
    report = audit(Forged(held.tree(), held.election.edition, Brought()).question())
    assert report.failed == ()
    assert not_checked(report) == BROUGHT
    assert report.facts["ballots"] == 12
    assert report.facts["voting_keys"] == 10
    assert len(report.remarks) == 2  # both keys came from the tree


def test_with_all_that_an_auditor_may_bring_every_check_is_made() -> None:
    draft = Draft.of(small())
    checkpoint = draft.build()[draft.path("log/checkpoint")]
    keys = small().election
    brought = Brought(
        since=checkpoint,
        promise=promise(draft, leaf_hash(draft.raw(Kind.BALLOT, 3))).promise,
        given=GivenKeys(keys.log_key, keys.tally_key),
    )
    report = audited(draft, brought)
    assert [result.status for result in report.results] == [PASSED] * len(CHECKS)
    assert report.facts["promised_entry"] == 1 + 3
    assert report.remarks == ()


@pytest.mark.parametrize("name", GOOD)
def test_a_good_tree_is_good(name: str) -> None:
    report = audit(good(name).question())
    assert report.failed == ()
    assert encode(report.as_json())  # plain values, whatever they are
    assert report.as_json()["good"] is True


def test_while_people_vote_what_comes_later_is_not_checked() -> None:
    report = audited(Draft.of(still_open()))
    assert report.failed == ()
    assert not_checked(report) == AFTER_CLOSE | BROUGHT


def test_wherever_the_log_stops_on_its_way_nothing_fails() -> None:
    whole = Draft.of(small())
    close, tally = whole.at(Kind.CLOSE), whole.at(Kind.TALLY)
    for size in range(1, tally + 1):
        draft = Draft.of(small())
        del draft.log[size:]
        report = audited(draft)
        assert report.failed == (), size
        expected = AFTER_CLOSE if size <= close else OF_TALLY | AFTER_REVEAL
        if size == tally:
            expected = OF_TALLY  # all trustees' keys are there, and are checked
        assert not_checked(report) == expected | BROUGHT, size


@pytest.mark.parametrize("size", [0, 1, 2, 17, 22])
def test_an_older_checkpoint_of_the_same_history_is_kept(size: int) -> None:
    draft = Draft.of(small())
    entries = small().entries()[:size]
    kept = Checkpoint(draft.town.election.origin, size, root_over(entries))
    report = audited(draft, Brought(since=draft.signed(kept.text).encode()))
    assert report.failed == ()
    assert not_checked(report) == {"promise"}


@pytest.mark.parametrize("size", [0, 255, 256, 257, 300])
def test_so_it_is_across_tiles(size: int) -> None:
    draft = long_draft()
    entries = [raw for raw in draft.log[:size] if isinstance(raw, bytes)]
    kept = Checkpoint(draft.town.election.origin, size, root_over(entries))
    assert len(entries) == size
    assert audited(draft, Brought(since=draft.signed(kept.text).encode())).failed == ()


def test_every_promised_ballot_is_found_where_it_stands() -> None:
    draft = Draft.of(small())
    for place in draft.places(Kind.BALLOT):
        leaf = leaf_hash(small().entries()[place])
        report = audited(Draft.of(small()), promise(draft, leaf))
        assert report.failed == ()
        assert report.facts["promised_entry"] == place


def test_a_town_may_publish_the_keys_of_several_logs() -> None:
    draft = Draft.of(small())
    other = VerifierKey(f"other.{ORIGIN}", ED25519, STRANGER.public)
    lines = f"{other}\n{small().election.log_key}\n".encode()
    draft.files.append(put("keys/log.vkey", lines))
    assert audited(draft).failed == ()


def test_progress_is_told_to_the_last_entry() -> None:
    told: list[tuple[int, int]] = []
    draft = long_draft()
    tree = Forged(draft.build(), draft.town.election.edition, Brought())
    audit(tree.question(), progress=lambda done, total: told.append((done, total)))
    assert told == [(256, len(draft.log)), (len(draft.log), len(draft.log))]


def test_debian_s_minisign_agrees_with_the_tally_s_signature(minisign: str, tmp_path: Path) -> None:
    draft = Draft.of(small())
    files = draft.build()
    for name in ("tally.json", "tally.json.minisig"):
        (tmp_path / name).write_bytes(files[draft.path(name)])
    (tmp_path / "tally.pub").write_bytes(files["keys/tally.pub"])
    command = [minisign, "-Vm", "tally.json", "-p", "tally.pub"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    shutil.copy(tmp_path / "tally.pub", tmp_path / "tally.json")
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode
