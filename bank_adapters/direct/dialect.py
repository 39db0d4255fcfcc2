"""What an enterprise-direct bank is told and says over HTTP, without the HTTP.

The signed file goes out byte for byte inside whatever its bank wraps around it. An answer that is
not clearly one thing is UNCLEAR; nobody concludes anything from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

# What banks say to an order they have had already; the first one exists [seen]. Not a success.
DUPLICATES = frozenset({"DU01", "DU02", "DU03", "DU04", "DU05", "AM05", "O0001", "1100"})


class Told(StrEnum):
    """What an answer says about a file of ours as a whole."""

    TAKEN = "taken"  # This order was accepted.
    KNOWN = "known"  # The bank has the file and says what became of it.
    NOT_FOUND = "not_found"  # The bank says it has no such file – at this moment.
    DUPLICATE = "duplicate"  # The bank had an order under this number before.
    REFUSED = "refused"  # An error code; what it means for the money is not known.
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted."""

    content_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asking:
    """One question: its own number, and when it is asked (aware)."""

    number: str
    at: datetime


class Dialect(Protocol):
    """How one style of bank is spoken to; `content` is always a file of ours as it was signed."""

    def order(self, content: bytes, number: str) -> Message:
        """Wrap a signed file; `number` is this attempt's own, never used again."""

    def taken(self, content: bytes, answer: bytes) -> Told:
        """Read the answer to an order: TAKEN, DUPLICATE, REFUSED or UNCLEAR."""

    def question(self, content: bytes, asking: Asking) -> Message:
        """Ask what became of a file."""

    def found(self, content: bytes, answer: bytes, asking: Asking) -> Told:
        """Read the answer to that question: KNOWN, NOT_FOUND, REFUSED or UNCLEAR."""

    def statement(self, account: str, day: date, asking: Asking) -> Message:
        """Ask for an account's statement of one bank day."""

    def stated(self, answer: bytes) -> bytes | None:
        """Return the statement in an answer, None when the bank has none of that day (yet).

        Raises ValueError when the answer is neither.
        """
