"""The code by which an objector reads the answer: it is told once and kept nowhere."""

import secrets

from service.foundation.encryption import sealer

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 12
_HALF = _LENGTH // 2
_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def fresh_once() -> str:
    """Return what a form carries so that pressing twice is one objection with one code."""
    return secrets.token_urlsafe(24)


def code_for(once: str) -> str:
    """Return the code that belongs to a form, such as ``7K2M4P-9QRT0X``; nobody else can work it out."""
    drawn = sealer().index(once, "objection once")
    letters = "".join(_ALPHABET[byte % 32] for byte in drawn[:_LENGTH])
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def code_index(code: str) -> bytes:
    """Return the blind index of a code as people may write it."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum()).translate(_ALIKE)
    return sealer().index(letters[:64], "objection code")
