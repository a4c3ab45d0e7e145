"""Forged checkpoints: their form, whose they are, who signed and who cosigned them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.audit.forged_opening import STRANGER
from tests.audit.forger import Draft
from tests.audit.forgeries import forgery
from tests.audit.small_town import hold
from tests.flows.town import ORIGIN, WITNESS_TIME

from urne.canonical import to_base64
from urne.flows.audit.checks import (
    CHECKPOINT,
    COSIGNATURES,
    LOG_SIGNATURE,
)
from urne.flows.audit.checks import (
    ORIGIN as ORIGIN_CHECK,
)
from urne.log.checkpoint import cosign
from urne.log.note import COSIGNATURE, ED25519, Note, Signature, VerifierKey, sign_note

# The checkpoint's form --------------------------------------------------------------------------


def form(words: str, says: str, change: Callable[[str], str]) -> None:
    """Register a checkpoint whose text was changed before it was signed and cosigned."""

    def changed(draft: Draft) -> None:
        draft.checkpoint = lambda checkpoint: change(checkpoint.text)

    forgery(CHECKPOINT, says, name=words)(changed)


def size_as(digits: str) -> Callable[[str], str]:
    """Return a change of a text's second line."""

    def changed(text: str) -> str:
        origin, _, root = text.splitlines()
        return f"{origin}\n{digits}\n{root}\n"

    return changed


form("extension-line", "it is not three lines", lambda text: f"{text}extra\n")
form("leading-zero", "begins with a zero", size_as("022"))
form("plus-sign", "is not 1 to 19 digits", size_as("+22"))
form("underscore", "is not 1 to 19 digits", size_as("2_2"))
form("other-digits", "is not 1 to 19 digits", size_as("２２"))
form("size-of-5000-digits", "is not 1 to 19 digits", size_as("9" * 5000))
form("size-of-64-bits", "is not below 2^63", size_as(str(2**63)))
form("two-lines", "it is not three lines", lambda text: text.rsplit("\n", 2)[0] + "\n")
form(
    "root-of-31-bytes",
    "32",
    lambda text: "\n".join([*text.split("\n")[:2], to_base64(bytes(31)), ""]),
)
form("root-with-a-space", "characters", lambda text: text[:-1] + " \n")
form("no-origin", "no origin", lambda text: "\n" + text.split("\n", 1)[1])


@forgery(CHECKPOINT, "There is no", name="missing")
def checkpoint_missing(draft: Draft) -> None:
    draft.remove("log/checkpoint")


@forgery(CHECKPOINT, "no signatures after an empty line")
def empty_file(draft: Draft) -> None:
    draft.edit("log/checkpoint", lambda raw: b"")


@forgery(CHECKPOINT, "control characters")
def dos_line_ends(draft: Draft) -> None:
    draft.edit("log/checkpoint", lambda raw: raw.replace(b"\n", b"\r\n"))


@forgery(CHECKPOINT, "is no signature")
def text_behind_the_signatures(draft: Draft) -> None:
    draft.edit("log/checkpoint", lambda raw: raw + b"and more\n")


@forgery(CHECKPOINT, "it is too long")
def of_two_megabytes(draft: Draft) -> None:
    draft.edit("log/checkpoint", lambda raw: raw + raw[-50:] * 40_000)


# Whose checkpoint it is -------------------------------------------------------------------------


@forgery(ORIGIN_CHECK, "it says 'elsewhere.example/log'")
def of_another_log(draft: Draft) -> None:
    draft.checkpoint = lambda checkpoint: replace(checkpoint, origin="elsewhere.example/log").text


@forgery(ORIGIN_CHECK, "it says")
def of_the_rehearsal(draft: Draft) -> None:
    draft.checkpoint = lambda checkpoint: replace(checkpoint, origin=f"rehearsal.{ORIGIN}").text


def _key_of_another_name() -> Draft:
    name = f"other.{ORIGIN}"
    key = VerifierKey(name, ED25519, hold().keys.log.public)
    draft = Draft.unpublished(hold(log_key=str(key)))
    draft.note = lambda draft, text: (
        sign_note(text, name, draft.town.keys.log)
        .with_signatures(draft.signed(text).signatures[1:])
        .encode()
    )
    return draft


@forgery(ORIGIN_CHECK, "the log's key is named", draft=_key_of_another_name)
def key_of_another_log(draft: Draft) -> None:
    """Change nothing more: the manifest itself names a key of another log."""


# Signatures -------------------------------------------------------------------------------------


def noted(change: Callable[[Draft, Note], Note]) -> Callable[[Draft], None]:
    """Return a change of the checkpoint's signatures."""

    def changed(draft: Draft) -> None:
        draft.note = lambda draft, text: change(draft, draft.signed(text)).encode()

    return changed


def swapped(note: Note, place: int, signature: Signature | None) -> Note:
    """Return a note with one signature replaced or left out."""
    kept = list(note.signatures)
    kept[place : place + 1] = [signature] if signature else []
    return Note(note.text, tuple(kept))


@forgery(LOG_SIGNATURE, "no valid signature")
def none(draft: Draft) -> None:
    noted(lambda draft, note: swapped(note, 0, None))(draft)


@forgery(LOG_SIGNATURE, "no valid signature")
def by_another_key(draft: Draft) -> None:
    draft.note = lambda draft, text: draft.signed(text, STRANGER).encode()


@forgery(LOG_SIGNATURE, "no valid signature")
def by_another_key_under_the_log_s_id(draft: Draft) -> None:
    def forged(draft: Draft, note: Note) -> Note:
        own = note.signatures[0]
        return swapped(note, 0, replace(own, signature=STRANGER.sign(note.text.encode())))

    noted(forged)(draft)


@forgery(LOG_SIGNATURE, "no valid signature")
def of_another_size(draft: Draft) -> None:
    def forged(draft: Draft, note: Note) -> Note:
        other = draft.signed(size_as("21")(note.text))
        return swapped(note, 0, other.signatures[0])

    noted(forged)(draft)


@forgery(LOG_SIGNATURE, "no valid signature")
def a_good_one_and_a_bad_one(draft: Draft) -> None:
    def forged(draft: Draft, note: Note) -> Note:
        own = note.signatures[0]
        return note.with_signatures([replace(own, signature=bytes(64))])

    noted(forged)(draft)


@forgery(LOG_SIGNATURE, "no valid signature", draft=lambda: Draft.unpublished(_cosigning_log()))
def key_of_a_witness(draft: Draft) -> None:
    def forged(draft: Draft, note: Note) -> Note:
        keys = draft.town.keys
        return swapped(note, 0, cosign(note.text, ORIGIN, keys.log, WITNESS_TIME))

    noted(forged)(draft)


def _cosigning_log() -> Any:
    key = VerifierKey(ORIGIN, COSIGNATURE, hold().keys.log.public)
    return hold(log_key=str(key))


# Cosignatures -----------------------------------------------------------------------------------


@forgery(COSIGNATURES, "is not met", name="none")
def no_cosignature(draft: Draft) -> None:
    noted(lambda draft, note: swapped(note, 1, None))(draft)


@forgery(COSIGNATURES, "is not met")
def by_a_stranger(draft: Draft) -> None:
    name = draft.town.keys.witness_name
    noted(lambda draft, note: swapped(note, 1, cosign(note.text, name, STRANGER, WITNESS_TIME)))(
        draft
    )


@forgery(COSIGNATURES, "is not met")
def of_another_time(draft: Draft) -> None:
    def forged(draft: Draft, note: Note) -> Note:
        own = note.signatures[1]
        later = (WITNESS_TIME + 1).to_bytes(8, "big")
        return swapped(note, 1, replace(own, signature=later + own.signature[8:]))

    noted(forged)(draft)


@forgery(COSIGNATURES, "is not met")
def of_an_older_checkpoint(draft: Draft) -> None:
    def forged(draft: Draft, note: Note) -> Note:
        return swapped(note, 1, draft.signed(size_as("21")(note.text)).signatures[1])

    noted(forged)(draft)


@forgery(COSIGNATURES, "is not met")
def as_a_plain_signature(draft: Draft) -> None:
    """A witness's key signs notes of its own: such a signature is no cosignature."""

    def forged(draft: Draft, note: Note) -> Note:
        own = note.signatures[1]
        plain = draft.town.keys.witness.sign(note.text.encode())
        return swapped(note, 1, replace(own, signature=bytes(8) + plain))

    noted(forged)(draft)


@forgery(COSIGNATURES, "is not met")
def under_another_name(draft: Draft) -> None:
    noted(
        lambda draft, note: swapped(
            note, 1, cosign(note.text, "other.example", draft.town.keys.witness, WITNESS_TIME)
        )
    )(draft)


def policy(text: str) -> Callable[[], Draft]:
    """Return the draft of a town whose manifest holds this witness policy."""
    keys = hold().keys
    known = f"witness neighbour {keys.witness_key}\n"
    other = f"witness paper {VerifierKey('paper.example', COSIGNATURE, STRANGER.public)}\n"
    return lambda: Draft.unpublished(hold(witness_policy=f"{known}{other}{text}"))


@forgery(COSIGNATURES, "is not met", draft=policy("group both all neighbour paper\nquorum both\n"))
def one_of_two(draft: Draft) -> None:
    """Change nothing more: the other witness has not cosigned."""


@forgery(COSIGNATURES, "is not met", draft=policy("group both 2 neighbour paper\nquorum both\n"))
def one_twice(draft: Draft) -> None:
    def forged(draft: Draft, note: Note) -> Note:
        again = draft.signed(note.text, at=WITNESS_TIME + 1)
        return note.with_signatures(again.signatures)

    noted(forged)(draft)


@forgery(COSIGNATURES, "no quorum line", draft=policy(""))
def no_quorum(draft: Draft) -> None:
    """Change nothing more: the manifest itself does not say who must cosign."""
