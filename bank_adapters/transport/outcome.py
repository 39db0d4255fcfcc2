"""What is known after trying to hand a file over, and what looking at the bank's side shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """`NOT_DELIVERED` only when provably nothing was handed over; every doubt is `UNKNOWN`."""

    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    UNKNOWN = "unknown"


class Place(StrEnum):
    """Where a file of ours was seen on the bank's server."""

    INBOX = "inbox"
    ARCHIVE = "archive"
    ACK = "ack"
    PART = "part"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The end of one attempt: what is known, at which step it ended, and why (stable code)."""

    outcome: Outcome
    step: str
    code: str
    sentence_en: str
    sentence_zh: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a look at the bank's folders showed.

    `outcome` is DELIVERED only when the whole file was seen. Seen nowhere stays UNKNOWN: not
    visible yet is not the same as not received. `size` is what the server reports (None: nothing).
    """

    place: Place
    size: int | None
    outcome: Outcome
