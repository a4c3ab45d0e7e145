"""Every refusal Urne can give, each with a stable public code and a sentence of its own.

A refusal is raised where its rule lives and translated once, at the edge: functions answer
`{"error": {"code", "message"}}` with `status`, the command line prints the sentence. Codes are
part of the public interface: they are never reused and never change their meaning. A message
never holds a person's name, key, credential, ballot or address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class UrneError(Exception):
    """A refusal that was foreseen."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    @property
    def told(self) -> str:
        """The code as the person concerned is told it: with a full stop and the reason, if any."""
        return self.code


# --- Files that people write ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file a person wrote, and how to mend it. Lines count from 1."""

    path: str
    line: int | None
    field: str | None
    what: str
    mend: str
    code: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        field = f" [{self.field}]" if self.field else ""
        return f"{place}{field}: {self.what} {self.mend} ({self.code})"


class BadInput(UrneError):
    """A file has problems; all that were found are in `problems`."""

    code = "bad-input"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NobodyToAsk(UrneError):
    """A command must ask before it changes something, and nobody sits at a terminal."""

    code = "nobody-to-ask"

    def __init__(self) -> None:
        super().__init__("Nobody is here to ask; say --yes to go on without asking.")


# --- Bytes -----------------------------------------------------------------------------------


class NotCanonical(UrneError):
    """Bytes are not the one canonical JSON encoding of their value."""

    code = "not-canonical"

    def __init__(self, why: str) -> None:
        super().__init__(f"This is not canonical JSON: {why}.")


class BadField(UrneError):
    """A field of a JSON object is missing, unknown, or not what it must be."""

    code = "bad-field"

    def __init__(self, where: str, field: str, why: str) -> None:
        self.where, self.field, self.why = where, field, why
        super().__init__(f"{where}: the field {field!r} {why}.")


class BadEncoding(UrneError):
    """Bytes do not follow the format they claim."""

    code = "bad-encoding"

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"This is no valid {what}: {why}.")


class BadKey(UrneError):
    """A key is not one that may be used."""

    code = "bad-key"

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"The {what} cannot be used: {why}.")


# --- The vote ---------------------------------------------------------------------------------


class NotOpenYet(UrneError):
    """The vote has not begun."""

    code = "not-open-yet"
    status = 403

    def __init__(self, opens_at: str) -> None:
        super().__init__(f"The vote has not begun: it opens at {opens_at}.")


class Closed(UrneError):
    """The vote is over."""

    code = "closed"
    status = 403

    def __init__(self, closes_at: str) -> None:
        super().__init__(f"The vote is over: it closed at {closes_at}.")


class NotClosedYet(UrneError):
    """Something that must wait for the close was asked for before it."""

    code = "not-closed-yet"
    status = 403

    def __init__(self, closes_at: str) -> None:
        super().__init__(f"This must wait until the vote has closed, at {closes_at}.")


class OtherElection(UrneError):
    """What was sent belongs to another election."""

    code = "other-election"

    def __init__(self) -> None:
        super().__init__("This was made for another election.")


class BallotMalformed(UrneError):
    """The bytes are no ballot of this election's shape."""

    code = "ballot-malformed"

    def __init__(self, why: str) -> None:
        super().__init__(f"This is no ballot: {why}.")


class CredentialInvalid(UrneError):
    """A credential signature on a ballot does not verify."""

    code = "credential-invalid"
    status = 403

    def __init__(self, issuer: str) -> None:
        super().__init__(f"The ballot carries no valid credential of the issuer {issuer!r}.")


class BallotSignatureInvalid(UrneError):
    """A ballot is not signed by the voting key it names."""

    code = "ballot-signature-invalid"
    status = 403

    def __init__(self) -> None:
        super().__init__("The ballot is not signed by its own voting key.")


class RevisionOutOfRange(UrneError):
    """A ballot's revision number is not below the election's limit."""

    code = "revision-out-of-range"

    def __init__(self, max_revisions: int) -> None:
        super().__init__(f"A vote may be sent {max_revisions} times at most.")


class RevisionTaken(UrneError):
    """Another ballot is already stored under this voting key and revision."""

    code = "revision-taken"
    status = 409

    def __init__(self) -> None:
        super().__init__("A different ballot with this number was already received.")


class ChannelUnknown(UrneError):
    """The election has no channel of this name, or it takes votes in another way."""

    code = "channel-unknown"
    status = 404

    def __init__(self, channel: str) -> None:
        super().__init__(f"This vote does not come in through {channel!r}.")


class AlreadySignedOff(UrneError):
    """This person has already been given their one vote."""

    code = "already-signed-off"
    status = 409

    def __init__(self) -> None:
        super().__init__("A vote has already been handed out to this person.")


class NotEligible(UrneError):
    """The person may not vote in this election; `reason` is one stable word."""

    code = "not-eligible"
    status = 403
    reasons: ClassVar[dict[str, str]] = {
        "too-young": "This vote is open from the age the rules set; you are younger.",
        "birthdate-unclear": "Your e-ID does not state a full birth date; the desk can help.",
        "not-resident": "This vote is for residents; your address is elsewhere.",
        "no-address": "Your e-ID states no address; the desk can give you a code.",
        "assurance-too-low": "Please sign in with a stronger e-ID; this one is not enough.",
        "identity-incomplete": "Your e-ID does not state all that the rules ask for.",
    }

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(self.reasons[reason])

    @property
    def told(self) -> str:
        return f"{self.code}.{self.reason}"


class DeskCodeRefused(UrneError):
    """A one-time code from the desk is unknown or used."""

    code = "desk-code-refused"
    status = 403

    def __init__(self) -> None:
        super().__init__("This code from the desk is unknown or has been used.")


class DeskCodeMistyped(DeskCodeRefused):
    """What was typed is no code that a desk gave out: a slip of the pen, or half a code."""

    code = "desk-code-mistyped"
    status = 400

    def __init__(self) -> None:
        UrneError.__init__(
            self, "This is no code from the desk: a character is missing or mistaken."
        )


class BlindedMessageInvalid(UrneError):
    """What is to be blind-signed is not a number below the issuer's modulus."""

    code = "blinded-message-invalid"

    def __init__(self, why: str) -> None:
        super().__init__(f"This cannot be signed: {why}.")


class BlindSignatureInvalid(UrneError):
    """The issuer's answer does not unblind to a valid credential: ask again, publish nothing."""

    code = "blind-signature-invalid"

    def __init__(self) -> None:
        super().__init__("The credential that came back is not valid. Ask for it again.")


class SigningFailed(UrneError):
    """The issuer's own check of its signature failed; nothing left the issuer."""

    code = "signing-failed"
    status = 503

    def __init__(self) -> None:
        super().__init__("The credential could not be made. Please try again.")


class SealBroken(UrneError):
    """A sealed box does not open with this key."""

    code = "seal-broken"

    def __init__(self) -> None:
        super().__init__("The sealed ranking does not open with this key.")


class PaperBatchRefused(UrneError):
    """A clerks' batch of paper ballots breaks a rule."""

    code = "paper-batch-refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"This batch of paper ballots is refused: {why}.")


class MoreSheetsThanSignOffs(PaperBatchRefused):
    """A place would have more sheets of paper than people who were signed off for it."""

    code = "more-sheets-than-sign-offs"
    status = 409

    def __init__(self, place: str, sheets: int, sign_offs: int) -> None:
        super().__init__(
            f"{place!r} would have {sheets} sheets, and {sign_offs} people were signed off for it"
        )


class BoxesNotCounted(UrneError):
    """A vote has several paper places, and it is open which boxes are too small to stand alone."""

    code = "boxes-not-counted"
    status = 409

    def __init__(self) -> None:
        super().__init__("First the sheets of every box must be counted, unread.")


class RevealRefused(UrneError):
    """A trustee's reveal is too early or is not the key in the manifest."""

    code = "reveal-refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"The key may not be revealed: {why}.")


class CountRefused(UrneError):
    """The count cannot begin or cannot end."""

    code = "count-refused"
    status = 409

    def __init__(self, why: str) -> None:
        super().__init__(f"The ballots cannot be counted: {why}.")


# --- The log ----------------------------------------------------------------------------------


class LogCorrupt(UrneError):
    """Published log files contradict each other or their checkpoint."""

    code = "log-corrupt"
    status = 500

    def __init__(self, why: str) -> None:
        super().__init__(f"The log is not intact: {why}.")


class LogForked(UrneError):
    """A published file differs from what would be written now. Nothing is overwritten."""

    code = "log-forked"
    status = 500

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} is already published with other bytes. Stop, and call the administrator."
        )


class NoteUnverified(UrneError):
    """A signed note carries no signature of the key that was asked for."""

    code = "note-unverified"

    def __init__(self, name: str) -> None:
        super().__init__(f"The note carries no valid signature of {name!r}.")


class ProofInvalid(UrneError):
    """A proof does not lead to the root it was checked against."""

    code = "proof-invalid"

    def __init__(self, why: str) -> None:
        super().__init__(f"The proof does not hold: {why}.")


class WitnessBehind(UrneError):
    """A witness last saw another size than the proof starts from."""

    code = "witness-behind"
    status = 409

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(f"The witness last cosigned the log at size {size}.")


# --- Audits -----------------------------------------------------------------------------------


class BadEvidence(UrneError):
    """What an auditor brought along (a key, an older checkpoint, a promise) cannot be used."""

    code = "bad-evidence"

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"The {what} you gave cannot be used. {why}")


# --- Stores -----------------------------------------------------------------------------------


class Conflict(UrneError):
    """A condition of a write did not hold; nothing was written. Read again before deciding."""

    code = "conflict"
    status = 409

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was changed meanwhile.")


class OutcomeUnknown(UrneError):
    """A write was sent and no answer came: it may or may not have happened. Read consistently."""

    code = "outcome-unknown"
    status = 503

    def __init__(self, what: str) -> None:
        super().__init__(f"No answer came to writing {what}. Please try again.")


class Unavailable(UrneError):
    """A store could not be asked for now: nothing was read, and nothing was written."""

    code = "unavailable"
    status = 503

    def __init__(self, what: str = "This is not possible at the moment.") -> None:
        super().__init__(f"{what} Please try again shortly.")


class SecretExposed(UrneError):
    """A secret's file can be read by others than its owner, and is not used."""

    code = "secret-exposed"
    status = 500

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The secret {name} can be read by others on this machine. Replace it, and keep the"
            " new one to its owner (chmod 600)."
        )


class NotFound(UrneError):
    """Nothing is stored under this name."""

    code = "not-found"
    status = 404

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no {what}.")


# --- Content that staff write ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """One field of a piece of content that cannot be so; where it stands is added by the reader."""

    field: str
    what: str
    mend: str
    code: str


class ContentRefused(UrneError):
    """A piece of content contradicts itself; all that was found is in `faults`."""

    code = "content-refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.what for fault in self.faults))


# --- Sign-in -----------------------------------------------------------------------------------


class SignInNotStarted(UrneError):
    """A provider sent someone back, and the browser does not hold the cookie of a sign-in."""

    code = "sign-in-not-started"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "This sign-in was not begun in this browser. Please begin it on the voting page."
        )


class SignInStateMismatch(UrneError):
    """A provider's answer belongs to another sign-in than the one this browser began."""

    code = "sign-in-state-mismatch"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "This link belongs to another sign-in, perhaps another person's. Nobody was signed"
            " in. Please begin again on the voting page."
        )


class SignInExpired(UrneError):
    """Signing in took longer than it may."""

    code = "sign-in-expired"
    status = 403

    def __init__(self) -> None:
        super().__init__("Signing in took too long. Please begin again on the voting page.")


class SignInReplayed(UrneError):
    """A provider's answer was used before."""

    code = "sign-in-replayed"
    status = 409

    def __init__(self) -> None:
        super().__init__("This sign-in was used already. Please begin again on the voting page.")


class SignInCancelled(UrneError):
    """The person turned back at the provider."""

    code = "sign-in-cancelled"
    status = 403

    def __init__(self) -> None:
        super().__init__("You did not sign in. Your choices are still on the voting page.")


class SignInIssuerMismatch(UrneError):
    """Another provider answered than the one that was asked (RFC 9207)."""

    code = "sign-in-issuer-mismatch"
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "Another e-ID provider answered than the one you chose. Nobody was signed in."
        )


class ProviderUnknown(UrneError):
    """The election does not accept this e-ID provider."""

    code = "provider-unknown"
    status = 404

    def __init__(self) -> None:
        super().__init__("This vote does not accept that e-ID provider.")


class ProviderUnreachable(UrneError):
    """The e-ID provider gave no answer, or none that can be used."""

    code = "provider-unreachable"
    status = 503

    def __init__(self) -> None:
        super().__init__("Your e-ID provider does not answer at the moment. Please try again.")


class ProviderRefused(UrneError):
    """The e-ID provider answered with an error; `error` is its OAuth code, or `unknown`."""

    code = "provider-refused"
    status = 502

    def __init__(self, error: str) -> None:
        self.error = error
        super().__init__(
            f"Your e-ID provider could not sign you in ({error}). Please try again later."
        )


class ProviderMisconfigured(UrneError):
    """What the election, our configuration and the provider say of each other does not agree."""

    code = "provider-misconfigured"
    status = 500

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"This e-ID provider is not set up rightly: {why}.")


class TokenRefused(UrneError):
    """What a provider says of a person failed a check; each check has a code of its own."""

    code = "token-refused"
    status = 502

    def __init__(self) -> None:
        super().__init__(
            "What your e-ID provider sent did not pass our checks, so nobody was signed in. "
            f"Please try again; if it goes on, give the town hall this code: {self.code}."
        )


class TokenMalformed(TokenRefused):
    """A token is not of the form that was agreed on, or lacks something it must say."""

    code = "token-malformed"


class TokenNotEncrypted(TokenRefused):
    """A token that must come encrypted came readable to everyone on the way."""

    code = "token-not-encrypted"


class TokenNotDecrypted(TokenRefused):
    """A token does not open with our keys."""

    code = "token-not-decrypted"


class TokenAlgorithmRefused(TokenRefused):
    """A token is signed or encrypted in another way than the one agreed on."""

    code = "token-algorithm-refused"


class TokenKeyUnknown(TokenRefused):
    """A token is signed by a key that the provider does not publish, asked again just now."""

    code = "token-key-unknown"


class TokenSignatureInvalid(TokenRefused):
    """A token's signature is not valid."""

    code = "token-signature-invalid"


class TokenIssuerWrong(TokenRefused):
    """A token was issued by someone else."""

    code = "token-issuer-wrong"


class TokenAudienceWrong(TokenRefused):
    """A token was issued for someone else."""

    code = "token-audience-wrong"


class TokenExpired(TokenRefused):
    """A token is too old."""

    code = "token-expired"


class TokenTimeWrong(TokenRefused):
    """A token was issued in the future, or before the sign-in began."""

    code = "token-time-wrong"


class TokenNonceWrong(TokenRefused):
    """A token was made for another sign-in."""

    code = "token-nonce-wrong"


class TokenAccessHashWrong(TokenRefused):
    """The access token is not the one that the ID token was issued with."""

    code = "token-access-hash-wrong"


class TokenSubjectDiffers(TokenRefused):
    """The provider's two statements are about two people."""

    code = "token-subject-differs"


class NotSignedIn(UrneError):
    """There is no session of this cookie."""

    code = "not-signed-in"
    status = 401

    def __init__(self) -> None:
        super().__init__("Please sign in with your e-ID.")


class SessionExpired(UrneError):
    """The session has ended."""

    code = "session-expired"
    status = 401

    def __init__(self) -> None:
        super().__init__("Your sign-in has run out. Please sign in again.")


class SessionOfOtherPurpose(UrneError):
    """The session was made for something else."""

    code = "session-of-other-purpose"
    status = 403

    def __init__(self) -> None:
        super().__init__("This sign-in was made for something else. Please sign in to vote.")


class CrossSiteRequest(UrneError):
    """A request that does something for a person was made by another site's page."""

    code = "cross-site-request"
    status = 403

    def __init__(self) -> None:
        super().__init__("This can be done from the voting page only.")


# --- Releases of the site ------------------------------------------------------------------------


class ReleaseRefused(UrneError):
    """A release cannot be built, published or brought back as asked; nothing has changed."""

    code = "release-refused"
    status = 409

    def __init__(self, why: str) -> None:
        super().__init__(f"This release is refused: {why}.")


class ReleaseBroken(UrneError):
    """A release does not say what it must, or is not signed by the town's release key."""

    code = "release-broken"

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Release {number} is broken: {why}.")


class TargetRefused(UrneError):
    """The place where staff's command works did not let itself be read or written."""

    code = "target-refused"
    status = 503

    def __init__(self, place: str, why: str) -> None:
        super().__init__(
            f"{place} does not let itself be read or written: {why}. What was done is kept; run"
            " it again once that is mended."
        )
