"""The local clock: a file that says how many seconds the platform is ahead of the machine.

The functions add the number in the file that `URNE_CLOCK_FILE` names to the machine's time, so an
election can be held at its own dates, and its close can be reached without waiting. The file
holds one decimal integer, without sign unless it is negative, and a newline; without a file the
platform keeps the machine's time. Only the local platform reads it: production has no such file.
"""

from __future__ import annotations

import math
import re
import time
from datetime import UTC, datetime
from pathlib import Path

from urne.canonical import format_instant
from urne_local.errors import ClockGoesBack, StateUnreadable
from urne_local.files import write_whole

_OFFSET = re.compile(rb"(?:0|-?[1-9][0-9]{0,11})\n")


class Clock:
    """The clock that a file holds."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def offset(self) -> int:
        """Return how many seconds the platform is ahead of the machine."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return 0
        if not _OFFSET.fullmatch(raw):
            raise StateUnreadable(self.path, "it does not hold one number of seconds")
        return int(raw)

    def now(self) -> datetime:
        """Return the platform's present instant, in whole seconds."""
        return datetime.fromtimestamp(math.floor(time.time()) + self.offset(), tz=UTC)

    def set_to(self, instant: datetime) -> None:
        """Make the platform's present this instant, earlier or later. For a new state only."""
        offset = math.ceil(instant.timestamp() - time.time())
        write_whole(self.path, b"%d\n" % offset)

    def advance_to(self, instant: datetime) -> None:
        """Make the platform's present this instant. Raises ClockGoesBack for an earlier one."""
        now = self.now()
        if instant < now:
            raise ClockGoesBack(format_instant(now), format_instant(instant))
        self.set_to(instant)
