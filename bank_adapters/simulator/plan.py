"""What the bank will do: named accounts first, then shares drawn by a seed, then arranged faults.

A draw depends only on seed, bank, reference and account, so a killed and restarted bank decides
the same way again.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bank_adapters.simulator.behaviours import BY_NAME, FAULTS, Place, at
from bank_adapters.simulator.fates import Decision, Deed, homecoming

# In this order, so that a share given before there were more deeds draws the same as ever.
DRAWN = (
    Deed.REJECT,
    Deed.RETURN,
    Deed.SILENT,
    Deed.LATER_PAID,
    Deed.LATER_REJECTED,
    Deed.PAID_AFTER_REJECTION,
    Deed.REJECTED_AFTER_PAYMENT,
)


class PlanRefused(ValueError):
    """A plan that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One behaviour to act out for a user, so many times; `options` are its own figures."""

    kind: str
    user: str
    times: int
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Everything a test or a demonstration may arrange."""

    opening_balance_fen: int = 100_000_000_000
    pickup_seconds: float = 0.5
    answer_seconds: float = 0.0
    shares: Mapping[Deed, float] = field(default_factory=dict)
    share_codes: Mapping[Deed, str] = field(default_factory=dict)
    accounts: Mapping[str, Decision] = field(default_factory=dict)
    account_sha256: Mapping[str, Decision] = field(default_factory=dict)
    closed_from: Mapping[str, str] = field(default_factory=dict)
    debit_accounts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def decide(
        self, seed: int, bank: str, reference: str, account_no: str, day: date | None = None
    ) -> Decision:
        """Return what happens to one payment; `day`: when it is executed, None if nobody said."""
        closed = self.closed_from.get(account_no)
        if closed is not None and (day is None or day.isoformat() >= closed):
            return Decision(Deed.REJECT, "AC04")
        digest = hashlib.sha256(account_no.encode()).hexdigest()
        named = self.accounts.get(account_no) or self.account_sha256.get(digest)
        if named is not None:
            return named
        draw = random.Random(f"{seed}:{bank}:{reference}:{account_no}").random()
        for deed in DRAWN:
            draw -= self.shares.get(deed, 0.0)
            if draw < 0:
                return Decision(deed, self.share_codes.get(deed, "AC04"))
        return Decision(Deed.ACCEPT)

    def default_account(self, bank: str) -> str:
        """Return the account debited for a customer whose format names none."""
        return next(iter(self.debit_accounts.get(bank, {})), "MAIN")


def read_plan(text: str) -> Plan:
    """Return the plan in a JSON document; keys left out keep their defaults. Raises PlanRefused."""
    try:
        given = json.loads(text)
        return _plan(given)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        what = str(error.args[0]) if isinstance(error, KeyError) and error.args else ""
        told = f": {what}" if what in given_names(text) else ""
        raise PlanRefused(f"The plan cannot be read: {type(error).__name__}{told}.") from None


def given_names(text: str) -> set[str]:
    """Return the words of a plan that may be repeated to its writer: never an account number."""
    return {word for word in text.split('"') if word.replace("_", "").isalpha()}


def _plan(given: dict[str, Any]) -> Plan:
    plain = Plan()
    unknown = set(given) - set(Plan.__dataclass_fields__)
    if unknown:
        raise KeyError(*sorted(unknown))
    return Plan(
        opening_balance_fen=int(given.get("opening_balance_fen", plain.opening_balance_fen)),
        pickup_seconds=float(given.get("pickup_seconds", plain.pickup_seconds)),
        answer_seconds=float(given.get("answer_seconds", plain.answer_seconds)),
        shares={Deed(deed): float(share) for deed, share in given.get("shares", {}).items()},
        share_codes={Deed(deed): str(code) for deed, code in given.get("share_codes", {}).items()},
        accounts=_decisions(given.get("accounts", {})),
        account_sha256=_decisions(given.get("account_sha256", {})),
        closed_from={
            account: date.fromisoformat(day).isoformat()
            for account, day in given.get("closed_from", {}).items()
        },
        debit_accounts={
            bank: {account: int(fen) for account, fen in accounts.items()}
            for bank, accounts in given.get("debit_accounts", {}).items()
        },
        faults=tuple(_fault(one) for one in given.get("faults", [])),
    )


def _decisions(given: dict[str, dict[str, Any]]) -> dict[str, Decision]:
    known = at(Place.RETURN)
    for one in given.values():
        for how in one.get("how", ()):
            if how not in known:
                raise KeyError(how)
    return {
        account: Decision(
            Deed(one["do"]),
            str(one.get("code", "AC04")),
            int(one.get("after_days", 1)),
            homecoming(one),
        )
        for account, one in given.items()
    }


def _fault(given: dict[str, Any]) -> Fault:
    kind = given["kind"]
    if kind not in FAULTS:
        raise KeyError(kind)
    options = {key: value for key, value in given.items() if key not in {"kind", "user", "times"}}
    for key, value in options.items():
        if key not in BY_NAME[kind].options:
            raise KeyError(key)
        if not isinstance(value, int | str):
            raise TypeError(key)
    return Fault(kind, given["user"], int(given.get("times", 1)), options)
