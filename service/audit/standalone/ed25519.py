"""Ed25519 signatures (RFC 8032) in plain Python, checked as OpenSSL checks them.

Some milliseconds each: for a laptop without any package. The service itself uses `cryptography`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_Point = tuple[int, int, int, int]


def _sum(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(encoded: bytes) -> _Point | None:
    y, sign = int.from_bytes(encoded, "little") & (1 << 255) - 1, encoded[31] >> 7
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if y >= _P or (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a signature (64 bytes) over the message is that of the key (32 bytes)."""
    s, key = int.from_bytes(signature[32:], "little"), _point(public)
    if len(signature) != 64 or s >= _L or key is None or _BASE is None:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k, minus = int.from_bytes(digest, "little") % _L, (_P - key[0], key[1], 1, _P - key[3])
    both, found = _sum(_BASE, minus), (0, 1, 1, 0)
    for bit in reversed(range(253)):
        found = _sum(found, found)
        pick = (s >> bit & 1) + 2 * (k >> bit & 1)
        found = _sum(found, (_BASE, minus, both)[pick - 1]) if pick else found
    inverse = pow(found[2], -1, _P)
    x, y = found[0] * inverse % _P, found[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


Check = Callable[[bytes, bytes, bytes], bool]
"""Called with public key, message, signature."""


Stamped = Callable[[bytes, bytes, bytes, Sequence[str]], datetime | None]
"""Called with request, response (DER), the SHA-256 that must be stamped and roots (PEM; none: any authority's).

Returns the time in the token, or None for one that does not hold.
"""


@dataclass(frozen=True)
class Crypto:
    """What checks signatures: by itself this file knows Ed25519 only."""

    ed25519: Check = ed25519
    ml_dsa_44: Check | None = None
    time_stamp: Stamped | None = None


PURE = Crypto()
