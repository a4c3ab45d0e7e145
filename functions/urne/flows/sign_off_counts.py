"""How many people were signed off, where several issuers each have a list of their own."""

from __future__ import annotations

from collections.abc import Callable

from urne.model.election import Election


def fewest_sign_offs(election: Election, number: Callable[[str, str], int]) -> dict[str, int]:
    """Return, per channel id, the sign-offs of the issuer that lists the fewest.

    `number` gives how many lines an issuer has for a channel, by their ids. All issuers must have
    signed off a voter, so no more people than that can have voted.
    """
    return {
        channel.id: min(number(issuer.id, channel.id) for issuer in election.issuers)
        for channel in election.channels
    }
