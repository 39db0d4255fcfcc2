"""One movement on a customer's account, and a day of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a movement is."""

    BATCH = "batch"  # A whole file in one sum.
    PAYMENT = "payment"
    RETURN = "return"
    RETURNS = "returns"  # Several returns in one sum.
    UNDONE = "undone"  # A return taken back.
    INTEREST = "interest"
    FEES = "fees"
    FOREIGN = "foreign"
    LOOKALIKE = "lookalike"


class Listed(NamedTuple):
    """One payment inside a movement that lists several."""

    file_reference: str
    reference: str
    amount_fen: int
    code: str


@dataclass(frozen=True, slots=True)
class Movement:
    """One booking; `reference` is ours as the bank repeats it, `count` the payments of a file."""

    kind: Kind
    amount_fen: int
    credit: bool
    file_reference: str = ""
    reference: str = ""
    code: str = ""
    name: str = ""
    words: str = ""
    count: int = 0
    fee_fen: int = 0
    listed: Sequence[Listed] = ()
    booked: bool = True

    @property
    def signed_fen(self) -> int:
        """Plus for money to the customer; nothing while it is only announced."""
        if not self.booked:
            return 0
        return self.amount_fen if self.credit else -self.amount_fen


@dataclass(frozen=True, slots=True)
class AccountDay:
    """One account's day, ready to be written. `mark` makes the statement's id another one.

    `gap_fen` is added to both balances, `error_fen` to the closing one only: arranged mistakes.
    """

    account_no: str
    number: int
    opening_fen: int
    movements: Sequence[Movement]
    mark: str = ""
    gap_fen: int = 0
    error_fen: int = 0

    @property
    def closing_fen(self) -> int:
        """Opening balance and what moved."""
        return self.opening_fen + sum(one.signed_fen for one in self.movements)
