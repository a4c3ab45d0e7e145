"""One-time codes that the desk gives to who shows papers: made, checked for slips, kept as hashes.

    K7MW-3XRA-9FDH-PCT4

16 characters of 23 that look like no other (no 0 O Q, 1 I L, 2 Z, 5 S, 8 B, U): 15 drawn by
chance, about 68 bits, and one so that the sum of each one's place from 1 times its number is 0
modulo 23. That catches every single wrong character and every two that changed places. Typed,
spaces, hyphens and case do not matter. Only the SHA-256 of the 16 characters is ever stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from urne.errors import DeskCodeMistyped
from urne.store.base import SignOffs

ALPHABET = "ACDEFGHJKMNPRTVWXY34679"
LENGTH, GROUP = 16, 4

_IGNORED = str.maketrans("", "", " -")


def give_desk_code(sign_offs: SignOffs, draw: Callable[[int], bytes]) -> str:
    """Return a new code that is stored and can be used once; nobody can ask for it again.

    Raises OutcomeUnknown: the code, if it is stored, is then known to nobody.
    """
    code = new_desk_code(draw)
    sign_offs.put_desk_code(desk_code_hash(code))
    return code


def new_desk_code(draw: Callable[[int], bytes]) -> str:
    """Return a code in groups of four characters."""
    numbers = [_number(draw) for _ in range(LENGTH - 1)]
    # A prime has an inverse for every place, so there is exactly one last character.
    inverse = pow(LENGTH, -1, len(ALPHABET))
    numbers.append(-_sum(numbers) * inverse % len(ALPHABET))
    code = "".join(ALPHABET[number] for number in numbers)
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def desk_code_hash(typed: str) -> bytes:
    """Return the SHA-256 under which a code is stored, however it was typed.

    Raises DeskCodeMistyped for what no desk ever gave out.
    """
    code = typed.translate(_IGNORED).upper()
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise DeskCodeMistyped
    if _sum([ALPHABET.index(character) for character in code]):
        raise DeskCodeMistyped
    return hashlib.sha256(code.encode()).digest()


def _number(draw: Callable[[int], bytes]) -> int:
    """Return a number below 23, each as likely: bytes from 230 on are drawn again."""
    most = 256 - 256 % len(ALPHABET)
    while (number := draw(1)[0]) >= most:
        pass
    return number % len(ALPHABET)


def _sum(numbers: Sequence[int]) -> int:
    return sum(place * number for place, number in enumerate(numbers, start=1)) % len(ALPHABET)
