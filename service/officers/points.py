"""Whether 65 bytes are a point on one of the two curves that officers' keys live on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Curve:
    """y² = x³ + ax + b over the prime field p, with a base point of prime order n and cofactor 1."""

    p: int
    a: int
    b: int
    n: int


P256 = Curve(
    p=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    a=0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC,
    b=0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    n=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
)
"""FIPS 186-5, SP 800-186."""
SM2 = Curve(
    p=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    a=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC,
    b=0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    n=0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
)
"""GB/T 32918.5."""


def is_on(curve: Curve, point: bytes) -> bool:
    """Return whether an uncompressed point (0x04, x, y) lies on the curve."""
    if len(point) != 65 or point[0] != 4:
        return False
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    if x >= curve.p or y >= curve.p:
        return False
    return (y * y - (x * x * x + curve.a * x + curve.b)) % curve.p == 0
