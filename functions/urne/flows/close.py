"""Ending the vote: nothing more is taken, everything taken is in the log, and the log says so.

1. `stop_taking` puts the `closed` marks, after the closing instant. Whatever reaches a table
   later is not promised; whatever was promised is there.
2. `list_sign_offs`: each issuer signs and posts its list of commitments, for every channel. The
   last entry of a list is the first with fewer than 1,000 lines, so a list cut short shows. The
   people of a box too small to stand alone are listed where its sheets are (flows/boxes.py).
3. `close` gives the remaining ballots, the lists and the paper batches their places, publishes,
   and ends with the close entry: counts per channel, size and root before it.

Every step may be repeated after a crash.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import count

from urne.crypto.sign import SigningKey
from urne.errors import BadKey, Conflict, CountRefused
from urne.flows.boxes import published_places
from urne.flows.certain import certainly
from urne.flows.publish_log import LogWriter, publish_log
from urne.flows.sequence import (
    CLOSE,
    PAPER,
    SIGN_OFFS,
    assign_all,
    ballots_due,
    put_control,
)
from urne.flows.sign_off_counts import fewest_sign_offs
from urne.model.election import INTERNET, Election
from urne.model.entry import (
    MAX_COMMITMENTS,
    ChannelCount,
    Close,
    Kind,
    SignOffs,
    decode_paper,
    decode_sign_offs,
    encode_close,
    encode_sign_offs,
    entry,
    sign_offs_message,
)
from urne.store.base import BallotBox, Commitments, Head, Inbox, Line
from urne.store.base import SignOffs as SignOffStore


def stop_taking(
    election: Election, box: BallotBox, sign_offs: Sequence[SignOffStore], now: datetime
) -> None:
    """Put the `closed` marks. Raises NotClosedYet before the closing instant."""
    election.require_closed(now)
    certainly(box.put_closed)
    for store in sign_offs:
        certainly(store.put_closed)


def list_sign_offs(
    election: Election,
    issuer: str,
    key: SigningKey,
    *,
    sign_offs: SignOffStore,
    commitments: Commitments,
    inbox: Inbox,
) -> int:
    """Post one issuer's list to the inbox, by channel, at most 1,000 an entry; return its length.

    A list begun before a crash is continued after its last commitment: what would stand before
    it came after the `closed` mark, and whoever it belongs to was given nothing. Raises BadKey
    for a key that is not this issuer's: the list could never be taken back; CountRefused before
    `stop_taking`, for people could still be signed off who would not be in it; BoxesNotCounted.
    """
    _require_stopped(sign_offs)
    if not any((i.id, i.sign_off_key) == (issuer, key.public) for i in election.issuers):
        raise BadKey("sign-off key", f"it is not the one of {issuer!r} in the manifest")
    places = published_places(election, inbox)
    by_channel: dict[str, list[bytes]] = defaultdict(list)
    for channel, commitment in commitments.commitments():
        by_channel[places.get(channel, channel)].append(commitment)
    if unknown := by_channel.keys() - {channel.id for channel in election.channels}:
        raise CountRefused(f"people were signed off in unknown channels: {sorted(unknown)}")
    return sum(
        _list_channel(
            election, issuer, channel.id, sorted(by_channel[channel.id]), key=key, inbox=inbox
        )
        for channel in election.channels
    )


def _require_stopped(store: BallotBox | SignOffStore) -> None:
    """Raise CountRefused unless the `closed` mark is there: what came later would be lost."""
    if not store.is_closed():
        raise CountRefused("the vote was not stopped first")


def _list_channel(
    election: Election,
    issuer: str,
    channel: str,
    commitments: Sequence[bytes],
    *,
    key: SigningKey,
    inbox: Inbox,
) -> int:
    """Post the list of one channel, which may be empty; return its length."""
    total, rest = 0, commitments
    for number in count():
        part = SignOffs(issuer, channel, tuple(rest[:MAX_COMMITMENTS]))
        signature = key.sign(sign_offs_message(election.election_id, part))
        body = encode_sign_offs(election.election_id, part, signature)
        stored = put_control(inbox, _list_name(part, number), entry(Kind.SIGN_OFFS, body))
        listed, _ = decode_sign_offs(stored[1:], election.election_id)
        total += len(listed.commitments)
        if len(listed.commitments) < MAX_COMMITMENTS:
            break
        rest = [c for c in rest if c > listed.commitments[-1]]
    return total


def _list_name(part: SignOffs, number: int) -> str:
    return f"{SIGN_OFFS}{part.issuer}/{part.channel}/{number:06d}"


def close(writer: LogWriter, inbox: Inbox, box: BallotBox, now: datetime) -> Head:
    """Return the head with the close entry published. All lists and paper must be in the inbox.

    Raises NotClosedYet, CountRefused before `stop_taking` or if an issuer has not posted all its
    lists, or Conflict while another writer is at work.
    """
    writer.election.require_closed(now)
    _require_stopped(box)
    head = publish_log(writer)
    lines = {line.ref.key.decode(): line for line in writer.log.lines("inbox")}
    _require_lists(writer, lines)
    if CLOSE not in lines:
        if not any(line.index is not None for line in _control(lines)):
            assign_all(writer, ballots_due(writer, 0))
        # Sorting by name puts the lists in manifest-independent order: issuer, channel, number.
        waiting = [line.ref for line in _control(lines) if line.index is None]
        assign_all(writer, waiting)
        head = publish_log(writer)
        if head.size != head.next:
            raise Conflict("The log's head")
        counts = _counts(writer, lines)
        body = encode_close(writer.election.election_id, Close(counts, head.size, head.root))
        put_control(inbox, CLOSE, entry(Kind.CLOSE, body))
        lines = {line.ref.key.decode(): line for line in writer.log.lines("inbox")}
    if lines[CLOSE].index is None:
        assign_all(writer, [lines[CLOSE].ref])
    return publish_log(writer)


def _control(lines: dict[str, Line]) -> list[Line]:
    """Return the lists, then the paper batches, each by name."""
    lists = [lines[name] for name in sorted(lines) if name.startswith(SIGN_OFFS)]
    return lists + [lines[name] for name in sorted(lines) if name.startswith(PAPER)]


def _require_lists(writer: LogWriter, lines: dict[str, Line]) -> None:
    """Raise CountRefused unless every issuer's list is there to its end, for every channel."""
    election = writer.election
    for issuer in election.issuers:
        for channel in election.channels:
            begin = f"{SIGN_OFFS}{issuer.id}/{channel.id}/"
            last = max((name for name in lines if name.startswith(begin)), default=None)
            if last is None or _is_full(writer, lines[last]):
                raise CountRefused(
                    f"the issuer {issuer.id!r} has not posted its whole list of sign-offs for "
                    f"{channel.id!r}"
                )


def _is_full(writer: LogWriter, line: Line) -> bool:
    """Return whether a list's entry has as many lines as it may: then another must follow."""
    raw = writer.log.read([line.ref])[0]
    listed, _ = decode_sign_offs(raw[1:], writer.election.election_id)
    return len(listed.commitments) == MAX_COMMITMENTS


def _counts(writer: LogWriter, lines: dict[str, Line]) -> dict[str, ChannelCount]:
    """Return, per channel, the fewest sign-offs of an issuer, and the ballots or sheets."""
    election = writer.election
    sign_offs: Counter[tuple[str, str]] = Counter()
    ballots = {c.id: 0 for c in election.channels}
    internet = next(c.id for c in election.channels if c.kind == INTERNET)
    ballots[internet] = sum(1 for line in writer.log.lines("ballots") if line.index is not None)
    for raw in writer.log.read([line.ref for line in _control(lines)]):
        if raw[0] == Kind.SIGN_OFFS:
            listed, _ = decode_sign_offs(raw[1:], election.election_id)
            sign_offs[listed.issuer, listed.channel] += len(listed.commitments)
        else:
            batch, _ = decode_paper(raw[1:], election.election_id)
            ballots[batch.place] += len(batch.sheets)
    fewest = fewest_sign_offs(election, lambda issuer, channel: sign_offs[issuer, channel])
    return {channel: ChannelCount(fewest[channel], ballots[channel]) for channel in fewest}
