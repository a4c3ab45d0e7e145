"""The slips of paper that a desk prints for residents, in their language (slips.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from urne.canonical import to_base64
from urne.flows.desk import Slip
from urne.model.election import Election

LANGUAGES = ("fr", "nl", "en")

CUT = "- " * 36
CODE_LINES = ("code_head", "code", "code_how", "code_once")
PAPER_LINES = (
    "paper_head",
    "paper_place",
    "paper_line",
    "paper_key",
    "paper_nonce",
    "paper_how",
    "paper_where",
    "paper_proof",
    "paper_keep",
)


def code_slip(code: str, election: Election, language: str) -> str:
    """Return the slip of one code."""
    return _filled(CODE_LINES, language, title=election.title, code=code)


def paper_slip(slip: Slip, election: Election, language: str) -> str:
    """Return the slip of somebody who was given a paper ballot."""
    return _filled(
        PAPER_LINES,
        language,
        title=election.title,
        channel=slip.channel,
        issuer=slip.issuer,
        person_key=to_base64(slip.person_key),
        nonce=to_base64(slip.nonce),
        line=to_base64(slip.line),
        origin=election.origin,
    )


def _filled(names: tuple[str, ...], language: str, **values: str) -> str:
    words = _words()[language]
    return "\n".join((CUT, *(words[name].format_map(values) for name in names), CUT))


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    text = Path(__file__).with_name("slips.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
