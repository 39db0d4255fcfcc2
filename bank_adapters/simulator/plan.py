"""What the bank will do with each payment: named accounts first, then shares drawn by a seed.

A draw depends only on seed, bank, reference and account, so a killed and restarted bank decides
the same way again.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Deed(StrEnum):
    """What happens to one payment."""

    ACCEPT = "accept"
    REJECT = "reject"
    RETURN = "return"  # Paid and reported as paid; comes back on a later statement.
    SILENT = "silent"  # Paid, but the reply does not mention it.


REASONS = {
    "AC01": "账号不存在",
    "AC04": "账户已销户",
    "AC06": "账户冻结",
    "AC07": "账户未激活",
    "AM02": "超限额",
    "AM04": "付款账户余额不足",
    "AM05": "重复文件",
    "AM10": "总金额不符",
    "AM18": "总笔数不符",
    "BE01": "户名不符",
    "DU01": "重复文件",
    "FF01": "文件格式错误",
    "MD07": "持有人已故",
    "RC01": "行号错误",
}
TRANSPORT_FAULTS = frozenset(
    {
        "drop_mid_write",
        "drop_after_rename",
        "consumed_at_once",
        "silent_discard",
        "disk_full",
        "rename_denied",
        "no_stat",
        "hang_on_rename",
    }
)
ANSWER_FAULTS = frozenset(
    {"duplicate_reply", "truncated_reply", "wrong_total_reply", "reply_for_unknown_file"}
)


class PlanRefused(ValueError):
    """A plan that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One payment's fate; `code` for reject and return, `after_days` statements until a return."""

    deed: Deed
    code: str = ""
    after_days: int = 1

    @property
    def reason(self) -> str:
        """The reason in the bank's words."""
        return REASONS.get(self.code, "")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault to act out on a user's channel, so many times."""

    kind: str
    user: str
    times: int


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
    debit_accounts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def decide(self, seed: int, bank: str, reference: str, account_no: str) -> Decision:
        """Return what happens to one payment."""
        digest = hashlib.sha256(account_no.encode()).hexdigest()
        named = self.accounts.get(account_no) or self.account_sha256.get(digest)
        if named is not None:
            return named
        draw = random.Random(f"{seed}:{bank}:{reference}:{account_no}").random()
        for deed in (Deed.REJECT, Deed.RETURN, Deed.SILENT):
            draw -= self.shares.get(deed, 0.0)
            if draw < 0:
                return Decision(deed, self.share_codes.get(deed, "AC04"))
        return Decision(Deed.ACCEPT)


def read_plan(text: str) -> Plan:
    """Return the plan in a JSON document; keys left out keep their defaults. Raises PlanRefused."""
    try:
        given = json.loads(text)
        return _plan(given)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PlanRefused(f"The plan cannot be read: {type(error).__name__}.") from None


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
        debit_accounts={
            bank: {account: int(fen) for account, fen in accounts.items()}
            for bank, accounts in given.get("debit_accounts", {}).items()
        },
        faults=tuple(_fault(one) for one in given.get("faults", [])),
    )


def _decisions(given: dict[str, dict[str, Any]]) -> dict[str, Decision]:
    return {
        account: Decision(
            Deed(one["do"]), str(one.get("code", "AC04")), int(one.get("after_days", 1))
        )
        for account, one in given.items()
    }


def _fault(given: dict[str, Any]) -> Fault:
    if given["kind"] not in TRANSPORT_FAULTS | ANSWER_FAULTS:
        raise KeyError(given["kind"])
    return Fault(given["kind"], given["user"], int(given.get("times", 1)))
