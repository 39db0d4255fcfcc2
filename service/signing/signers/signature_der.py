"""The two numbers of an elliptic signature, as strict DER: one encoding for one signature."""


def is_strict(signature: bytes, n: int) -> bool:
    """Return whether the bytes are SEQUENCE {r, s} with 1 ≤ r, s < n and nothing else.

    Lax readers take r or s of 0 or beyond n, longer forms and trailing bytes; then one signature
    has many faces, and a check for "the same signature again" can be walked around.
    """
    if len(signature) < 8 or signature[0] != 0x30 or signature[1] != len(signature) - 2:
        return False
    rest = signature[2:]
    for _ in range(2):
        if len(rest) < 3 or rest[0] != 0x02 or not 0 < rest[1] <= min(33, len(rest) - 2):
            return False
        number, rest = rest[2 : 2 + rest[1]], rest[2 + rest[1] :]
        if number[0] & 0x80 or (len(number) > 1 and number[0] == 0 and not number[1] & 0x80):
            return False
        if not 0 < int.from_bytes(number, "big") < n:
            return False
    return not rest
