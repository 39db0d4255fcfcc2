"""Made-up but well-formed resident identity numbers (GB 11643) and their damaged spellings."""

import random
from datetime import date

# 330523 is the synthetic county; the others stand for people first registered elsewhere.
HOME_PREFIX = "330523"
_PREFIXES = (HOME_PREFIX, "330522", "330521", "341822", "330106", "522601")
_PREFIX_WEIGHTS = (93.0, 2.0, 2.0, 1.5, 1.0, 0.5)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def check_character(body: str) -> str:
    """Return the eighteenth character of a number's first seventeen digits (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


class IdNumbers:
    """Issues numbers that are unique within one county."""

    def __init__(self, rng: random.Random) -> None:
        """Draw from the given stream."""
        self._rng = rng
        self._taken: set[str] = set()

    def issue(self, birth: date, sex: str, *, prefix: str = "") -> str:
        """Return a fresh number; people born before 1900 get the sequence codes 996 to 999."""
        rng = self._rng
        parity = 1 if sex == "男" else 0
        while True:
            place = prefix or rng.choices(_PREFIXES, _PREFIX_WEIGHTS)[0]
            if birth.year < 1900:
                sequence = 996 + parity + 2 * rng.randrange(2)
            else:
                sequence = 2 * rng.randrange(498) + parity
            body = f"{place}{birth:%Y%m%d}{sequence:03d}"
            if body not in self._taken:
                self._taken.add(body)
                return body + check_character(body)


def legacy_15(number: str) -> str:
    """Return the 15-digit form used before 1999; only people born in 19xx have one."""
    return number[:6] + number[8:17]


def wrong_check(number: str) -> str:
    """Return the number with another, wrong last character."""
    return number[:17] + _CHECKS[(_CHECKS.index(number[17]) + 4) % 11]


def full_width(number: str) -> str:
    """Return the number typed with full-width digits, as from a Chinese input method."""
    return number.translate(_FULL_WIDTH)


def spaced(number: str) -> str:
    """Return the number as typed for reading: place, birth date and rest apart."""
    return f" {number[:6]} {number[6:14]} {number[14:]} "
