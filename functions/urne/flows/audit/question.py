"""What an audit is asked: a public tree, one edition of it, and what the auditor brings along.

Keys from elsewhere, an older checkpoint and a promise are the auditor's own. If one of them cannot
be used, that is said at once (BadEvidence): the election has not failed anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from urne.crypto.minisign import parse_public_key_line
from urne.errors import BadEncoding, BadEvidence, UrneError
from urne.flows.audit.promise import decode_promise
from urne.flows.paths import election_path, log_path
from urne.log.checkpoint import Checkpoint, verify_checkpoint
from urne.log.note import VerifierKey, parse_vkey
from urne.model.election import Election

# A manifest of 65,534 projects has 8 million bytes. What is larger is not even decoded.
MOST_JSON_BYTES = 32_000_000

Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class GivenKeys:
    """Keys that came from somewhere other than the tree under audit; empty if none did.

    `log_key` is a vkey, `tally_key` the base64 line of a minisign key.
    """

    log_key: str = ""
    tally_key: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What to audit: the public tree by path, one edition, and what the auditor brings along.

    `read` gives a file's bytes and raises NotFound; when a server does not answer, OutcomeUnknown
    or Unavailable, which end the audit. `since` is an older checkpoint, `promise` a promise file.
    """

    read: Read
    edition: str
    given: GivenKeys = GivenKeys()
    since: bytes | None = None
    promise: bytes | None = None

    def file(self, name: str) -> bytes:
        """Return one of the election's files. Raises NotFound."""
        return self.read(election_path(self.edition, name))

    def json_file(self, name: str) -> bytes:
        """Return one of the election's JSON files. Raises NotFound, or BadEncoding if too large."""
        return require_json_size(name, self.file(name))

    def log_file(self, name: str) -> bytes:
        """Return one of the files of the election's log. Raises NotFound."""
        return self.read(log_path(self.edition, name))


def require_json_size(name: str, raw: bytes) -> bytes:
    """Return a JSON file's bytes. Raises BadEncoding if no such file can be so large."""
    if len(raw) > MOST_JSON_BYTES:
        raise BadEncoding(name, f"it has more than {MOST_JSON_BYTES} bytes")
    return raw


def require_keys(given: GivenKeys) -> None:
    """Raise BadEvidence unless the keys given are keys."""
    try:
        if given.log_key:
            parse_vkey(given.log_key)
    except UrneError as e:
        raise BadEvidence("log key", str(e)) from e
    try:
        if given.tally_key:
            parse_public_key_line(given.tally_key)
    except UrneError as e:
        raise BadEvidence("tally key", str(e)) from e


def older_checkpoint(question: Question, named: VerifierKey | None) -> Checkpoint | None:
    """Return the older checkpoint, or None if none was given. Raises BadEvidence.

    Its signature is that of the log key given, or else of the key that the manifest names.
    """
    given = question.given.log_key
    key = parse_vkey(given) if given else named
    if question.since is None or key is None:
        return None
    try:
        return verify_checkpoint(question.since, key)
    except UrneError as e:
        raise BadEvidence("older checkpoint", str(e)) from e


def promised_leaf(question: Question, election: Election) -> bytes | None:
    """Return the leaf hash of the promise, or None if none was given. Raises BadEvidence."""
    if question.promise is None:
        return None
    try:
        return decode_promise(question.promise, election).leaf_hash
    except UrneError as e:
        raise BadEvidence("promise", str(e)) from e
