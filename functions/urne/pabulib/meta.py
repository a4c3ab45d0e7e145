"""What the META section says: the keys an election cannot do without, and what they may state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from urne.pabulib.cells import SECTIONS
from urne.pabulib.problems import Findings
from urne.pabulib.values import parse_cents, parse_day, parse_whole

MOST_CHOICES = 8
# The rules of the format that an election here can follow, with the name they have here.
OVER_BUDGET = {"greedy": "skip", "greedy-no-skip": "stop"}

# The keys the format calls obligatory, but for the two dates, which older files leave out.
REQUIRED = (
    "description",
    "country",
    "unit",
    "instance",
    "num_projects",
    "num_votes",
    "budget",
    "vote_type",
    "rule",
)
_CURRENCY = re.compile(r"[A-Z]{3}")


def read_lengths(meta: Mapping[str, str], num_projects: int) -> tuple[int, int]:
    """Return the fewest and the most choices of a vote.

    The format's defaults are 1 and the number of projects; the latter is cut to the eight choices
    that a ballot can hold. Raises ValueError if META states something else than numbers.
    """
    fewest = parse_whole(meta.get("min_length") or "1")
    most = parse_whole(meta.get("max_length") or str(min(num_projects, MOST_CHOICES)))
    return fewest, most


def read_day(meta: Mapping[str, str], key: str) -> date | None:
    """Return the day that `date_begin` or `date_end` names, None if META does not say."""
    text = meta.get(key)
    return parse_day(text, last=key == "date_end") if text else None


def check_meta(meta: Mapping[str, str], num_projects: int, findings: Findings) -> None:
    """Report everything that META leaves out or gets wrong."""
    for key in REQUIRED:
        if not meta.get(key):
            findings.add("missing-key", f"META does not state {key!r}.", field=key)
    _check_keys(meta, findings)
    _check_values(meta, findings)
    _check_choices_allowed(meta, num_projects, findings)
    _check_days(meta, findings)


def _check_keys(meta: Mapping[str, str], findings: Findings) -> None:
    for key in meta:
        if not key:
            findings.add("empty-id", "A value has no key.", field="key")
        if key.upper() in SECTIONS:
            findings.add("reserved-word", f"{key!r} is no key but a section's title.", field=key)


def _check_values(meta: Mapping[str, str], findings: Findings) -> None:
    if meta.get("vote_type", "ordinal") not in ("ordinal", ""):
        what = f"The votes are of the type {meta['vote_type']!r}."
        findings.add("unknown-vote-type", what, field="vote_type")
    if meta.get("rule", "greedy") not in {*OVER_BUDGET, ""}:
        what = f"The rule {meta['rule']!r} is none that this count follows."
        findings.add("unknown-rule", what, field="rule")
    if meta.get("currency") and not _CURRENCY.fullmatch(meta["currency"]):
        findings.add("bad-currency", f"{meta['currency']!r} is no currency.", field="currency")
    if meta.get("budget"):
        try:
            parse_cents(meta["budget"])
        except ValueError as error:
            findings.add("bad-amount", str(error), field="budget")


def check_count(meta: Mapping[str, str], key: str, counted: int, findings: Findings) -> None:
    """Report a number of projects or votes that is not the one counted in the file."""
    if not meta.get(key):
        return
    try:
        stated = parse_whole(meta[key])
    except ValueError as error:
        findings.add("bad-number", str(error), field=key)
        return
    if stated != counted:
        what = f"META states {stated}, the file holds {counted}."
        findings.add("wrong-count", what, field=key)


def _check_choices_allowed(meta: Mapping[str, str], num_projects: int, findings: Findings) -> None:
    for key in ("min_length", "max_length"):
        try:
            parse_whole(meta.get(key) or "1")
        except ValueError as error:
            findings.add("bad-number", str(error), field=key)
            return
    fewest, most = read_lengths(meta, num_projects)
    if most > MOST_CHOICES:
        what = f"Votes may name {most} projects."
        findings.add("too-long-ballot", what, field="max_length")
    elif num_projects and not 1 <= fewest <= most <= num_projects:
        what = f"Votes of {fewest} to {most} choices among {num_projects} projects cannot be."
        findings.add("bad-length", what, field="min_length" if fewest > most else "max_length")


def _check_days(meta: Mapping[str, str], findings: Findings) -> None:
    days: list[date] = []
    for key in ("date_begin", "date_end"):
        try:
            day = read_day(meta, key)
        except ValueError as error:
            findings.add("bad-date", str(error), field=key)
        else:
            days += [day] if day else []
    if len(days) == 2 and days[0] > days[1]:
        findings.add("dates-reversed", "The vote ends before it begins.", field="date_end")
