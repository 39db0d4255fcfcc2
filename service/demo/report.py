"""What a demonstration says at its end: one JSON object, and the same as a table."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.batches import queries
from service.batches.lines import totals
from service.batches.models import Batch, Payment
from service.demo.chain import signed_off
from service.demo.witnesses import cosigned
from service.ledger.queries import balances
from service.residents.models import Delivery


@dataclass
class Story:
    """What happened, stage by stage, as the demonstration goes."""

    month: str
    residents: int
    seconds: dict[str, float] = field(default_factory=dict)
    new_payments: int = 0
    answer: str = ""
    answer_zh: str = ""
    closed_days: list[str] = field(default_factory=list)
    first_run: bool = True


def report(
    session: Session, story: Story, deliveries: list[Delivery], counts: dict[str, Any]
) -> dict[str, Any]:
    """Return the whole demonstration as one object; money is integer fen."""
    of_month = Payment.batch_id.in_(select(Batch.id).where(Batch.month == story.month))
    verdict = verify(session)
    return {
        "month": story.month,
        "residents": story.residents,
        "feeds": {
            one.feed: {"accepted": one.rows_accepted, "rejected": one.rows_rejected}
            for one in sorted(deliveries, key=lambda one: one.feed)
        },
        "decisions": {
            outcome: sum(figures[outcome] for figures in counts.values())
            for outcome in ("due", "not_due", "unknown")
        },
        "programmes": _programmes(session, story.month),
        "held": queries.held_totals(session, story.month),
        "payments": totals(session, of_month),
        "ledger": balances(session),
        "audit": {"entries": verdict.entries, "verified": verdict.verified, **cosigned(session)},
        "signed_off": signed_off(session, story.month),
        "bank_days_closed": story.closed_days,
        "new_payments": story.new_payments,
        "already_paid": not story.first_run and story.new_payments == 0,
        "answer": story.answer,
        "seconds": {stage: round(taken, 3) for stage, taken in story.seconds.items()},
    }


def _programmes(session: Session, month: str) -> dict[str, dict[str, int]]:
    """Return what each programme's regular lines of a month come to, held ones included."""
    rows = session.execute(
        select(Payment.programme, func.count(), func.sum(Payment.amount_fen))
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Batch.month == month, Batch.kind == "regular")
        .group_by(Payment.programme)
        .order_by(Payment.programme)
    )
    return {code: {"count": count, "amount_fen": int(amount)} for code, count, amount in rows}
