"""What an auditor brings along is looked at first: if it cannot be used, no election has failed."""

import pytest
from tests.audit.forged_hashes import older, promise
from tests.audit.forged_opening import STRANGER
from tests.audit.forger import Draft, root_over
from tests.audit.forgeries import Brought, Forged
from tests.audit.small_town import small, with_two_issuers
from tests.flows.town import ORIGIN

from urne.crypto.minisign import public_key_line
from urne.errors import BadEvidence
from urne.flows.audit import NOT_CHECKED, GivenKeys, audit
from urne.flows.audit.promise import decode_promise, encode_promise
from urne.flows.cast import Promise
from urne.log.merkle import leaf_hash
from urne.log.note import ED25519, VerifierKey
from urne.model.entry import Kind


def honest_promise() -> bytes:
    """Return the promise of the town's first ballot."""
    draft = Draft.of(small())
    brought = promise(draft, leaf_hash(draft.raw(Kind.BALLOT)))
    assert brought.promise is not None
    return brought.promise


def of_another_election() -> bytes:
    """Return a promise of the other town."""
    draft = Draft.of(with_two_issuers())
    found = promise(draft, bytes(32)).promise
    assert found is not None
    return found


def forged_promise() -> bytes:
    """Return a promise that the town never made."""
    return encode_promise(small().election, Promise(bytes(32), STRANGER.sign(b"")))


def a_checkpoint() -> bytes:
    """Return an older checkpoint."""
    draft = Draft.of(small())
    found = older(draft, 3, root_over(small().entries()[:3])).since
    assert found is not None
    return found


BAD = {
    "empty-promise": (Brought(promise=b""), "promise"),
    "promise-with-a-newline": (Brought(promise=honest_promise() + b"\n"), "promise"),
    "promise-without-a-field": (Brought(promise=b'{"leaf_hash":""}'), "promise"),
    "promise-of-another-election": (Brought(promise=of_another_election()), "another election"),
    "promise-never-made": (Brought(promise=forged_promise()), "no valid signature"),
    "empty-checkpoint": (Brought(since=b""), "older checkpoint"),
    "checkpoint-of-nonsense": (Brought(since=b"\xff\xfe"), "older checkpoint"),
    "checkpoint-cut-short": (Brought(since=a_checkpoint()[:40]), "older checkpoint"),
    "checkpoint-unsigned": (Brought(since=a_checkpoint().replace(b"\n3\n", b"\n4\n")), "signature"),
    "log-key-of-nonsense": (Brought(given=GivenKeys(log_key="hello")), "log key"),
    "tally-key-of-nonsense": (Brought(given=GivenKeys(tally_key="hello")), "tally key"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_is_refused_in_a_sentence(name: str) -> None:
    brought, says = BAD[name]
    files, edition = Draft.of(small()).build(), small().election.edition
    with pytest.raises(BadEvidence, match=says) as refused:
        audit(Forged(files, edition, brought).question())
    assert "you gave cannot be used" in str(refused.value)


def test_a_checkpoint_is_held_to_the_key_given_rather_than_the_tree_s() -> None:
    """Whoever trusts a key from elsewhere does not take the town's word for another one."""
    files, edition = Draft.of(small()).build(), small().election.edition
    given = GivenKeys(log_key=str(VerifierKey(ORIGIN, ED25519, STRANGER.public)))
    with pytest.raises(BadEvidence, match="older checkpoint"):
        audit(Forged(files, edition, Brought(since=a_checkpoint(), given=given)).question())


def test_if_the_manifest_fails_nothing_brought_along_is_blamed() -> None:
    draft = Draft.of(small())
    files = draft.build()
    files[draft.path("election.json")] += b" "
    brought = Brought(since=a_checkpoint(), promise=of_another_election())
    report = audit(Forged(files, draft.town.election.edition, brought).question())
    assert report.failed == ("manifest",)
    others = [result.status for result in report.results if result.id != "manifest"]
    assert set(others) == {NOT_CHECKED}


def test_keys_given_that_are_the_manifest_s_leave_nothing_to_remark() -> None:
    draft = Draft.of(small())
    given = GivenKeys(draft.town.election.log_key, public_key_line(draft.town.keys.tally.public))
    forged = Forged(draft.build(), draft.town.election.edition, Brought(given=given))
    report = audit(forged.question())
    assert (report.failed, report.remarks) == ((), ())


def test_a_promise_file_reads_back_as_it_was_written() -> None:
    election = small().election
    found = decode_promise(honest_promise(), election)
    assert encode_promise(election, found) == honest_promise()
