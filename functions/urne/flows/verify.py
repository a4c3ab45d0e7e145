"""Whether a ballot may stand in the log: revision, credentials, signature.

The same check guards the way in (cast) and is repeated by every audit.
"""

from __future__ import annotations

from urne.crypto.blind import is_credential
from urne.crypto.sign import is_signed
from urne.errors import BallotSignatureInvalid, CredentialInvalid, RevisionOutOfRange
from urne.model.ballot import Ballot, credential_message
from urne.model.election import Election


def require_valid_ballot(ballot: Ballot, election: Election) -> None:
    """Raise unless the ballot is one this election takes.

    Raises RevisionOutOfRange, CredentialInvalid or BallotSignatureInvalid.
    """
    if ballot.revision >= election.max_revisions:
        raise RevisionOutOfRange(election.max_revisions)
    message = credential_message(election.election_id, ballot.vk)
    for issuer, credential in zip(election.issuers, ballot.credentials, strict=True):
        if not is_credential(issuer.modulus, message, credential):
            raise CredentialInvalid(issuer.id)
    if not is_signed(ballot.vk, ballot.signed_message, ballot.signature):
        raise BallotSignatureInvalid
