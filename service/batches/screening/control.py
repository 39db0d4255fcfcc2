"""A control: what it is called, what it says, how grave a hit is, and who ends one and how."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["stop", "check"]
"""``stop``: money must not go out like this. ``check``: somebody has to look before it does."""
Clears = Literal["data", "maker"]
"""``data``: only corrected data end a hit. ``maker``: the batch's maker does, with a reason."""


@dataclass(frozen=True)
class Control:
    """One check. ``sql`` selects (id, evidence) of lines in the temporary table ``building``.

    Evidence is a JSON object of references, codes, dates and counts: never a card or ID number, and
    no name. ``version`` goes up whenever a control begins to find something else; a hit keeps the
    version that found it.
    """

    code: str
    en: str
    zh: str
    severity: Severity
    clears: Clears
    how_en: str
    how_zh: str
    sql: str = ""
    version: int = 1
