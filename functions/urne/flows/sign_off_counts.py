"""How many people were signed off, where several issuers each have a list of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from urne.model.election import Election
from urne.store.base import Commitments


def fewest_sign_offs(election: Election, number: Callable[[str, str], int]) -> dict[str, int]:
    """Return, per channel id, the sign-offs of the issuer that lists the fewest.

    `number` gives how many lines an issuer has for a channel, by their ids. All issuers must have
    signed off a voter, so no more people than that can have voted.
    """
    return {
        channel.id: min(number(issuer.id, channel.id) for issuer in election.issuers)
        for channel in election.channels
    }


def signed_off(
    election: Election,
    commitments: Sequence[Commitments],
    places: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Return, per channel id, how many people are signed off by now, by the issuer with the fewest.

    `commitments` are the issuers' tables in the manifest's order. People of a channel that
    `places` names are counted in the one it leads to.
    """
    counted = {
        issuer.id: Counter(
            (places or {}).get(channel, channel) for channel, _ in store.commitments()
        )
        for issuer, store in zip(election.issuers, commitments, strict=True)
    }
    return fewest_sign_offs(election, lambda issuer, channel: counted[issuer][channel])
