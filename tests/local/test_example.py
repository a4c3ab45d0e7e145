"""The demonstration's open election counts ages on a day of its own town."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.site.tree import ROOT

from urne.flows.chance import SeededDraw
from urne.flows.keys import generate_keys
from urne.model.election import Provider
from urne_local import example


@pytest.mark.parametrize("hour, day", [(21, 30), (23, 1)])
def test_ages_count_on_the_day_that_it_is_in_the_town(hour: int, day: int) -> None:
    """Late in the evening in UTC it is the next day in Paris."""
    now = datetime(2026, 11 if hour == 21 else 6, 30, hour, tzinfo=UTC)
    manifest = example.opened(example.edition(ROOT / "content"), now)
    keys = generate_keys(SeededDraw("ages"))
    provider = Provider("demo", "https://id.example.org", "eidas2")
    election, _ = manifest(keys, provider, "https://witness.example.org")
    assert election.eligibility.age_on == date(2026, 11 if day == 30 else 7, day)
