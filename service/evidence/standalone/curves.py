"""Ed25519 (RFC 8032) and ECDSA over P-256 (FIPS 186-5), verified in whole numbers alone.

For checking a handful of signatures without any library; nothing secret goes through it, so it need
not run in constant time.
"""

import hashlib

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def ed25519(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a key of 32 bytes made a signature of 64 bytes over a message."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public, first = _unpacked(key), _unpacked(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or first is None or scalar >= _L:
        return False
    hashed = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(hashed, "little") % _L
    left = _times(scalar, _BASE)
    right = _sum(first, _times(challenge, public))
    return _same(left, right)


def _unpacked(content: bytes) -> _Point | None:
    whole = int.from_bytes(content, "little")
    y, odd = whole & (2**255 - 1), whole >> 255
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    x = _P - x if x & 1 != odd else x
    return x, y, 1, x * y % _P


def _sum(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: _Point) -> _Point:
    found: _Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = _sum(found, point)
        point, scalar = _sum(point, point), scalar >> 1
    return found


def _same(one: _Point, other: _Point) -> bool:
    return not (
        (one[0] * other[2] - other[0] * one[2]) % _P or (one[1] * other[2] - other[1] * one[2]) % _P
    )


_BASE_Y = 4 * pow(5, -1, _P) % _P
_base = _unpacked(_BASE_Y.to_bytes(32, "little"))
if _base is None:
    raise RuntimeError("the base point is on the curve")
_BASE: _Point = _base

_Q = 2**256 - 2**224 + 2**192 + 2**96 - 1
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_Affine = tuple[int, int] | None


def p256(key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a key (04 ‖ x ‖ y) made a signature in strict DER over a message's SHA-256."""
    numbers = _read_der(signature)
    if len(key) != 65 or key[0] != 4 or numbers is None:
        return False
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    if x >= _Q or y >= _Q or (y * y - x * x * x + 3 * x - _B) % _Q:
        return False
    r, s = numbers
    hashed = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, _N)
    point = _added(_multiplied(hashed * inverse % _N, _G), _multiplied(r * inverse % _N, (x, y)))
    return point is not None and point[0] % _N == r


def _read_der(signature: bytes) -> tuple[int, int] | None:
    if len(signature) < 8 or signature[0] != 0x30 or signature[1] != len(signature) - 2:
        return None
    rest, found = signature[2:], []
    for _ in range(2):
        if len(rest) < 3 or rest[0] != 2 or not 0 < rest[1] <= min(33, len(rest) - 2):
            return None
        number, rest = rest[2 : 2 + rest[1]], rest[2 + rest[1] :]
        if number[0] & 0x80 or (len(number) > 1 and number[0] == 0 and not number[1] & 0x80):
            return None
        found.append(int.from_bytes(number, "big"))
    if rest or not all(0 < one < _N for one in found):
        return None
    return found[0], found[1]


def _added(one: _Affine, other: _Affine) -> _Affine:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % _Q == 0:
            return None
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, _Q) % _Q
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, _Q) % _Q
    x = (slope * slope - one[0] - other[0]) % _Q
    return x, (slope * (one[0] - x) - one[1]) % _Q


def _multiplied(scalar: int, point: _Affine) -> _Affine:
    found: _Affine = None
    while scalar:
        if scalar & 1:
            found = _added(found, point)
        point, scalar = _added(point, point), scalar >> 1
    return found
