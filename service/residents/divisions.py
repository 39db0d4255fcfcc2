"""Administrative divisions: twelve digits, county 6, township 3, village 3 (GB/T 2260, 10114)."""

import re

_DIVISION = re.compile("[1-9][0-9]{11}")


def is_division(code: str) -> bool:
    """Return whether a text has the shape of a 12-digit division."""
    return _DIVISION.fullmatch(code) is not None


def county_of(code: str) -> str:
    """Return the six digits of the county."""
    return code[:6]


def township_of(code: str) -> str:
    """Return the 12-digit code of the township a village belongs to."""
    return f"{code[:9]}000"


def is_in_county(code: str, county: str) -> bool:
    """Return whether a division lies in the county of those six digits."""
    return is_division(code) and county_of(code) == county
