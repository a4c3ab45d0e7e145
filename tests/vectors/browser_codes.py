"""The vectors of seed codes: what a seed is written as, and what may be typed for it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from tests.flows.town import draw_of


def seed_code(seed: bytes) -> str:
    """Return the code of a seed: base32, then 20 bits of a hash, in groups of five."""
    check = hashlib.sha256(b"urne/v1/code\x00" + seed).digest()
    code = base64.b32encode(seed).decode()[:26] + base64.b32encode(check).decode()[:4]
    return "-".join(code[at : at + 5] for at in range(0, 30, 5))


def seed_codes() -> dict[str, Any]:
    draw = draw_of("seed codes")
    seeds = [bytes(16), b"\xff" * 16, bytes(range(16)), *(draw(16) for _ in range(5))]
    # Seeds whose codes have each of the letters that figures stand for.
    drawn = iter(lambda: draw(16), b"")
    known = next(seed for seed in drawn if {*"OIB"} <= set(seed_code(seed)))
    code = seed_code(known)
    figures = code.translate(str.maketrans("OIB", "018"))
    typed = [
        code,
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        f"  {figures}\n",
        code.replace("-", "\u2013"),
        code.replace("-", "\u00a0-\u202f"),
        code.replace("-", "\u2011"),
    ]
    plain = code.replace("-", "")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    spare = plain[:25] + alphabet[alphabet.index(plain[25]) | 1]
    refused = [
        "",
        plain[:-1],
        plain + "A",
        *(plain[:at] + ("C" if plain[at] != "C" else "D") + plain[at + 1 :] for at in range(30)),
        plain[1] + plain[0] + plain[2:],
        spare + plain[26:],
        plain[:29] + "9",
        plain[:29] + "\u00c4",
        plain.replace("I", "\u0131"),
        ".".join(code.split("-")),
    ]
    return {
        "codes": [{"seed": seed.hex(), "code": seed_code(seed)} for seed in seeds],
        "typed": {"seed": known.hex(), "as": typed},
        "refused": refused,
    }
