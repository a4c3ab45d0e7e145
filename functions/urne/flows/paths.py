"""Where everything of an election stands in the public tree."""

from __future__ import annotations

LOG_KEY = "keys/log.vkey"
TALLY_KEY = "keys/tally.pub"


def election_path(edition: str, name: str) -> str:
    """Return the path of one of an election's files: `election.json` and so on."""
    return f"elections/{edition}/{name}"


def log_path(edition: str, name: str) -> str:
    """Return the path of one of the files of an election's log: `checkpoint` and so on."""
    return election_path(edition, f"log/{name}")
