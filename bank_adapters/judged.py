"""How a message is judged: strictly for a bank's channel that books money, by meaning for a look."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bank_adapters.collected import Collected
from bank_adapters.contract import BankProfile, Fault, State

# What a look at somebody's file only points out; a channel that books money refuses for it.
POINTED_OUT = frozenset(
    {
        "currency_wrong",
        "file_reference_missing",
        "balance_missing",
        "account_missing",
        "date_wrong",
        "details_without_amount",
    }
)


@dataclass(frozen=True, slots=True)
class Rules:
    """`strict`: for a channel. Else what is in `pointed_out` does not refuse the whole file."""

    strict: bool = True
    max_bytes: int = 128 * 1024 * 1024
    silence_means: State = State.IN_TRANSIT
    pointed_out: frozenset[str] = POINTED_OUT


def rules_of(profile: BankProfile) -> Rules:
    """Return the rules of a bank's channel."""
    return Rules(max_bytes=profile.max_reply_bytes, silence_means=profile.silence_means)


LOOK = Rules(strict=False, max_bytes=2 * 1024**3)


class Judged(Collected):
    """Faults by these rules."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self.rules = rules

    def append(self, found: Fault) -> None:
        """Keep a fault with the weight these rules give it."""
        if not self.rules.strict and found.code in self.rules.pointed_out:
            found = replace(found, fatal=False)
        super().append(found)
