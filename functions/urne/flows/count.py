"""The count: open every ballot of the published log, apply the rules, sign and publish.

Everything it reads is public but the tally key, and the same log gives the same bytes, so it may
be interrupted and begun again anywhere, on Lambda or on a desk.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable

from urne.canonical import to_base64
from urne.crypto.minisign import public_key_line, sign_file
from urne.crypto.sign import SigningKey
from urne.errors import BadKey, CountRefused
from urne.flows.paths import election_path
from urne.flows.publish_log import put_immutable
from urne.flows.read_log import LogReader
from urne.flows.recount import Recount, open_ballot
from urne.flows.result_file import result_file
from urne.flows.reveal import require_scalar
from urne.flows.sequence import TALLY, put_control
from urne.flows.sign_off_counts import fewest_sign_offs
from urne.model.ballot import decode_ballot
from urne.model.card import Card
from urne.model.election import Election
from urne.model.entry import (
    Close,
    Kind,
    Reveal,
    decode_close,
    decode_paper,
    decode_reveal,
    decode_sign_offs,
    encode_tally_entry,
    entry,
    entry_kind,
)
from urne.model.tally import Tally, encode_tally
from urne.store.base import Inbox, PublicFiles


def count(
    election: Election,
    cards: tuple[Card, ...],
    reader: LogReader,
    *,
    files: PublicFiles,
    inbox: Inbox,
    key: SigningKey,
    progress: Callable[[int], None] = lambda done: None,
) -> Tally:
    """Return the tally after publishing `tally.json`, its signature and `result.pb`.

    The tally's hash is posted to the inbox as the log's last entry. Raises CountRefused unless
    the log holds the close and every trustee's reveal, BadKey for a key other than the manifest's:
    what is published could not be taken back.
    """
    if public_key_line(key.public) != election.tally_key:
        raise BadKey("tally key", "it is not the one in the manifest")
    close, reveals = _ending(election, reader)
    pairs = [(t.key, r.scalar) for t, r in zip(election.trustees, reveals, strict=True)]
    recount = Recount(election)
    sign_offs: Counter[tuple[str, str]] = Counter()
    for done, raw in enumerate(reader.entries(), start=1):
        kind, body = entry_kind(raw), raw[1:]
        if kind is Kind.BALLOT:
            ballot = decode_ballot(body, election)
            recount.add_ballot(ballot.vk, ballot.revision, open_ballot(ballot, election, pairs))
        elif kind is Kind.SIGN_OFFS:
            listed, _ = decode_sign_offs(body, election.election_id)
            sign_offs[listed.issuer, listed.channel] += len(listed.commitments)
        elif kind is Kind.PAPER:
            batch, _ = decode_paper(body, election.election_id)
            for sheet in batch.sheets:
                recount.add_sheet(batch.place, sheet)
        progress(done)
    fewest = fewest_sign_offs(election, lambda issuer, channel: sign_offs[issuer, channel])
    result = recount.tally(fewest, close.root, [r.scalar for r in reveals])
    _publish(election, cards, result, recount, files=files, inbox=inbox, key=key)
    return result


def _ending(election: Election, reader: LogReader) -> tuple[Close, list[Reveal]]:
    """Return the close and the reveals at the log's end. Raises CountRefused."""
    expected = len(election.trustees)
    close, reveals = None, []
    for raw in reader.last_entries(expected + 2):
        kind = entry_kind(raw)
        if kind is Kind.CLOSE:
            close = decode_close(raw[1:], election.election_id)
        elif kind is Kind.REVEAL:
            reveals.append(decode_reveal(raw[1:], election.election_id))
    if close is None:
        raise CountRefused("the vote is not closed in the log")
    if [r.trustee for r in reveals] != [t.id for t in election.trustees]:
        raise CountRefused(f"{len(reveals)} of {expected} trustees' keys are in the log")
    for shown in reveals:
        require_scalar(election, shown.trustee, shown.scalar)
    return close, reveals


def _publish(
    election: Election,
    cards: tuple[Card, ...],
    result: Tally,
    recount: Recount,
    *,
    files: PublicFiles,
    inbox: Inbox,
    key: SigningKey,
) -> None:
    raw = encode_tally(result)
    signature = sign_file(key, raw, tally_comment(election))
    pb = result_file(election, cards, result, recount.rankings())
    for name, content in (
        ("tally.json", raw),
        ("tally.json.minisig", signature),
        ("result.pb", pb),
    ):
        put_immutable(files, election_path(election.edition, name), content)
    body = encode_tally_entry(election.election_id, hashlib.sha256(raw).digest())
    put_control(inbox, TALLY, entry(Kind.TALLY, body))


def tally_comment(election: Election) -> str:
    """Return the trusted comment under a tally: which election it is of."""
    return f"tally of {election.edition}, election {to_base64(election.election_id)}"
