"""The curve of Ed25519 in plain numbers, to make the keys and signatures on which verifiers part.

Slow, and nothing here is secret. Points are (x, y); the curve is -x² + y² = 1 + d x² y².
"""

from __future__ import annotations

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, P) % P

Point = tuple[int, int]

IDENTITY: Point = (0, 1)


def add(a: Point, b: Point) -> Point:
    """Return the sum of two points."""
    (x1, y1), (x2, y2) = a, b
    both = _D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + both, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - both, -1, P) % P
    return x, y


def multiply(times: int, point: Point) -> Point:
    """Return a point added to itself."""
    total = IDENTITY
    while times:
        if times & 1:
            total = add(total, point)
        point, times = add(point, point), times >> 1
    return total


def encode(point: Point) -> bytes:
    """Return the 32 bytes of a point."""
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(y: int, sign: int) -> Point | None:
    """Return the point of a height, None if the curve has none there."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square:
        return None
    return (x if x & 1 == sign else P - x), y


_base = decode(4 * pow(5, -1, P) % P, 0)
assert _base is not None
BASE: Point = _base


def order_eight() -> Point:
    """Return a point of order 8: what is left of a point once its share of order L is taken out."""
    for y in range(2, 100):
        found = decode(y, 0)
        point = multiply(L, found) if found else IDENTITY
        if multiply(4, point) != IDENTITY:
            return point
    raise AssertionError


def challenge(r: bytes, public: bytes, message: bytes) -> int:
    """Return k = SHA-512(R || A || message) mod L."""
    return int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L
