"""What becomes of one payment: what moves, what is said first, what is said later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple


class Deed(StrEnum):
    """What happens to one payment; `behaviours` has a sentence for each."""

    ACCEPT = "accept"
    REJECT = "reject"
    RETURN = "return"  # Paid and reported as paid; comes back on a later statement.
    SILENT = "silent"  # Paid, but the reply does not mention it.
    LATER_PAID = "later_paid"
    LATER_REJECTED = "later_rejected"
    PAID_AFTER_REJECTION = "paid_after_rejection"
    REJECTED_AFTER_PAYMENT = "rejected_after_payment"


class Said(StrEnum):
    """What an answer says about a payment."""

    PAID = "paid"
    REJECTED = "rejected"
    PENDING = "in_transit"
    NOTHING = ""


class Course(NamedTuple):
    """What a deed does: whether money goes out, what the first answer says, what a second one."""

    pays: bool
    first: Said
    later: Said | None = None


COURSES: Mapping[Deed, Course] = {
    Deed.ACCEPT: Course(True, Said.PAID),
    Deed.REJECT: Course(False, Said.REJECTED),
    Deed.RETURN: Course(True, Said.PAID),
    Deed.SILENT: Course(True, Said.NOTHING),
    Deed.LATER_PAID: Course(True, Said.PENDING, Said.PAID),
    Deed.LATER_REJECTED: Course(False, Said.PENDING, Said.REJECTED),
    Deed.PAID_AFTER_REJECTION: Course(True, Said.REJECTED, Said.PAID),
    Deed.REJECTED_AFTER_PAYMENT: Course(False, Said.PAID, Said.REJECTED),
}
UNPAID = tuple(deed.value for deed, course in COURSES.items() if not course.pays)

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
    "CANC": "已按请求撤销",
    "DU01": "重复文件",
    "FF01": "文件格式错误",
    "FOCR": "按撤销请求退回",
    "MD07": "持有人已故",
    "RC01": "行号错误",
    "RECALL": "撤销请求",
}


@dataclass(frozen=True, slots=True)
class Homecoming:
    """How a payment comes back: names of `behaviours` of the place `return`, and their figures."""

    how: frozenset[str] = frozenset()
    fee_fen: int = 0
    to_account: str = ""
    day: str = ""
    undone_after_days: int = 1
    length: int = 16

    def as_json(self) -> dict[str, Any]:
        """Return what the books keep of it."""
        return {
            "how": sorted(self.how),
            "fee_fen": self.fee_fen,
            "to_account": self.to_account,
            "day": self.day,
            "undone_after_days": self.undone_after_days,
            "length": self.length,
        }


def homecoming(given: Mapping[str, Any]) -> Homecoming:
    """Return how a payment comes back. Raises ValueError for figures that cannot be."""
    how = frozenset(str(one) for one in given.get("how", ()))
    found = Homecoming(
        how=how,
        fee_fen=int(given.get("fee_fen", 0)),
        to_account=str(given.get("to_account", "")),
        day=str(given.get("day", "")),
        undone_after_days=int(given.get("undone_after_days", 1)),
        length=int(given.get("length", 16)),
    )
    for name, needed in (("fee", found.fee_fen), ("other_account", found.to_account)):
        if name in how and not needed:
            raise ValueError(name)
    if "on_day" in how:
        date.fromisoformat(found.day)
    return found


@dataclass(frozen=True, slots=True)
class Decision:
    """One payment's fate; `after_days`: statements until a return, closings until a second answer."""

    deed: Deed
    code: str = ""
    after_days: int = 1
    back: Homecoming = field(default_factory=Homecoming)

    @property
    def course(self) -> Course:
        """What the deed does."""
        return COURSES[self.deed]

    @property
    def reason(self) -> str:
        """The reason in the bank's words."""
        return REASONS.get(self.code, "")
