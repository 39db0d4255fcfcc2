"""Read a resident's ID number: 18 characters (GB 11643-1999) or the 15 digits used before.

Layout: 6 digits place of first registration, 8 birth date, 3 sequence (odd for men), 1 check
character over weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2 modulo 11. Verified against the worked
example of the standard, 11010519491231002X.
"""

import re
from datetime import date
from typing import NamedTuple

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHAPE = re.compile("[0-9]{17}[0-9X]")
_OLD_SHAPE = re.compile("[0-9]{15}")
_LOST = re.compile(r"[0-9]+(?:\.[0-9]+)?[Ee]\+?[0-9]+")
_DIGITS_OF = {length: re.compile(f"[0-9]{{{length}}}") for length in (3, 6, 8)}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")
_SPACES = str.maketrans("", "", " \t\u00a0\u3000")
_YEAR_MIN = 1850
# First two digits: provinces of GB/T 2260, and 81–83 of the residence permits for Hong Kong, Macao
# and Taiwan residents, which are valid ID numbers of the same form.
_PROVINCES = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83))
)  # fmt: skip


class IdNumber(NamedTuple):
    """A number as it was understood: 18 characters, or a fault's code; and what was smoothed."""

    value: str
    fault: str = ""
    notices: tuple[str, ...] = ()


class IdReader:
    """Reads ID numbers against one civil date; remembers parts, so a full register reads fast."""

    def __init__(self, today: date) -> None:
        self._places = _Places()
        self._births = _Births(today)
        self._sequences = _Sequences()

    def read(self, text: str) -> IdNumber:
        """Return the number in 18 characters, or why it is none.

        Only spaces, full-width digits, a small x and the 15-digit form are smoothed, each with a
        notice; nothing else is repaired.
        """
        if len(text) == 18:
            try:
                total = (
                    self._places[text[:6]] + self._births[text[6:14]] + self._sequences[text[14:17]]
                )
            except KeyError:
                pass
            else:
                if text[17] == _CHECKS[total % 11]:
                    return IdNumber(text)
        return self._read_slowly(text)

    def _read_slowly(self, text: str) -> IdNumber:
        notices = []
        plain = text.translate(_FULL_WIDTH)
        if plain != text:
            notices.append("id_full_width")
        close = plain.translate(_SPACES)
        if close != plain:
            notices.append("id_spaces")
        if close[-1:] == "x":
            close = close[:-1] + "X"
            notices.append("id_small_x")
        if _OLD_SHAPE.fullmatch(close):
            close = lengthened(close)
            notices.append("id_15_digits")
        return IdNumber(close, self._fault(close), tuple(notices))

    def _fault(self, number: str) -> str:
        if not _SHAPE.fullmatch(number):
            return "id_lost_digits" if _LOST.fullmatch(number) else "id_shape"
        if not number.strip("0X"):
            return "id_zeros"
        if number[:2] not in _PROVINCES:
            return "id_place"
        try:
            self._births[number[6:14]]
        except KeyError as why:
            return str(why.args[0])
        return "" if check_character(number[:17]) == number[17] else "id_check"


def check_character(body: str) -> str:
    """Return the eighteenth character over seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def lengthened(old: str) -> str:
    """Return the 18 characters of a 15-digit number: 19 before the year, and a check character.

    Sequence numbers 996 to 999 were kept for people born in the eighteen-hundreds.
    """
    century = "18" if old[12:] in ("996", "997", "998", "999") else "19"
    body = f"{old[:6]}{century}{old[6:]}"
    return body + check_character(body)


class _Part(dict[str, int]):
    """A part of the number → its share of the check sum; a KeyError holds the fault's code."""

    start = 0
    length = 0

    def __missing__(self, part: str) -> int:
        if not _DIGITS_OF[self.length].fullmatch(part):
            raise KeyError("id_shape")
        self.check(part)
        weights = _WEIGHTS[self.start : self.start + self.length]
        total = sum(int(digit) * weight for digit, weight in zip(part, weights, strict=True))
        self[part] = total
        return total

    def check(self, part: str) -> None:
        """Raise a KeyError if the digits mean nothing."""


class _Places(_Part):
    start, length = 0, 6

    def check(self, part: str) -> None:
        if part[:2] not in _PROVINCES:
            raise KeyError("id_place")


class _Births(_Part):
    start, length = 6, 8

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today

    def check(self, part: str) -> None:
        try:
            birth = date(int(part[:4]), int(part[4:6]), int(part[6:]))
        except ValueError:
            raise KeyError("id_birth") from None
        if birth.year < _YEAR_MIN:
            raise KeyError("id_birth")
        if birth > self._today:
            raise KeyError("id_unborn")


class _Sequences(_Part):
    start, length = 14, 3
