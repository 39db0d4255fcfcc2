"""Refuse to approve a list beyond its share while others compete for money that is short."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.instalments.short import Shortage, shortage
from service.batches.models import Batch
from service.foundation.money import yuan
from service.foundation.problems import Problem
from service.ledger.appropriate import AppropriationExceeded

_NAMED_MAX = 5


class MoneyContested(Problem):
    """Other open lists ask for the same money, and there is not enough for all."""

    code = "money_contested"
    status = 409
    title = "The money is short for the lists that ask for it"

    def __init__(self, batch: Batch, money: Shortage, lists: Sequence[str]) -> None:
        named = list(lists[:_NAMED_MAX])
        more = len(lists) - len(named)
        beside = " and ".join([", ".join(named), *([f"{more} more"] if more else [])])
        beside_zh = "、".join(named) + (f"等共 {len(lists)} 份清单" if more else "")
        super().__init__(
            f"{yuan(money.left_fen)} yuan are left, and {yuan(money.asked_fen)} are asked for by "
            f"{batch.batch_no} and by {beside or 'earlier lists whose rests wait'}. Each gets the same share: "
            f"{batch.batch_no} may pay {yuan(money.share_fen)} of its {yuan(money.wanted_fen)} yuan now. "
            "Return it to its maker, to be divided into instalments.",
            f"剩余预算 {yuan(money.left_fen)} 元，{batch.batch_no} 与{beside_zh or '此前待补发的余额'}"
            f"共需 {yuan(money.asked_fen)} 元，应按同一比例发放：{batch.batch_no} 应发 "
            f"{yuan(money.wanted_fen)} 元，本次至多发放 {yuan(money.share_fen)} 元。请退回经办人分期发放。",
            lists=list(lists),
            share_fen=money.share_fen,
        )


def require_fair(session: Session, batch: Batch) -> None:
    """Refuse a list that would be paid to a larger part than the lists beside it could be.

    Takes the appropriation's row, as every approval and every split of the programme and year does,
    so that of two at once the second sees what the first left. A re-issue uses money already
    there. Raises AppropriationExceeded, MoneyContested.
    """
    if batch.kind == "reissue":
        return
    money = shortage(session, batch, lock=True)
    if money.wanted_fen > money.left_fen:
        raise AppropriationExceeded(batch.programme, money.wanted_fen, money.left_fen)
    if money.is_short:
        raise MoneyContested(batch, money, competing(session, money))


def competing(session: Session, money: Shortage) -> list[str]:
    """Return the numbers of the other open lists that ask for the same money."""
    others = {batch_id for one in money.claims for batch_id in one.others}
    numbers = select(Batch.batch_no).where(Batch.id.in_(others)).order_by(Batch.batch_no)
    return list(session.scalars(numbers))
