"""How a decision is paid that was divided: how much at first, how much later, how much so far, and why."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from service.assessment.paid import Said
from service.batches.models import Payment
from service.foundation.money import yuan

_SAID = (
    (
        "Of {due} yuan due, {first} are paid first and {later} later: this year's appropriation does not "
        "cover every list, so everybody on a list gets the same share. The rest follows by itself when "
        "the appropriation is raised; you need do nothing. Paid so far: {paid} yuan."
    ),
    (
        "应发 {due} 元，先发 {first} 元，余额 {later} 元以后补发：本年度预算不足以支付全部清单，同一清单各对象"
        "按同一比例先行发放；预算追加后余额自动补发，您无需办理任何手续。截至目前已发 {paid} 元。"
    ),
)


def in_parts(
    session: Session, programme: str, subject_kind: str, subject_id: int, period: str
) -> Said | None:
    """Return both languages' sentence about a decision paid in parts; None where it was not divided."""
    # A line that was issued again stands beside the one it replaces.
    counts = Payment.state != "reissued"
    is_rest = case((Payment.line_type == "instalment", Payment.amount_fen), else_=0)
    has_come = case((Payment.state == "paid", Payment.amount_fen), else_=0)
    due, later, came = session.execute(
        select(func.sum(Payment.amount_fen), func.sum(is_rest), func.sum(has_come)).where(
            Payment.programme == programme,
            Payment.subject_kind == subject_kind,
            Payment.subject_id == subject_id,
            Payment.period == period,
            Payment.entitled_fen.is_not(None),
            counts,
        )
    ).one()
    if not later:
        return None
    amounts = {
        "due": yuan(int(due)),
        "first": yuan(int(due - later)),
        "later": yuan(int(later)),
        "paid": yuan(int(came)),
    }
    return Said(*(one.format(**amounts) for one in _SAID))
