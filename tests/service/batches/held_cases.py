"""Held lines, offices that are given them, and the acts on them in short."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.exceptions.assign import To, assign, preview_assign
from service.batches.exceptions.clear import clear, preview_clear
from service.batches.exceptions.find import Wanted
from service.batches.exceptions.models import (
    ExceptionTask,
)
from service.batches.models import Batch, Payment, PaymentHold
from service.officers.models import Officer
from tests.factories.batches import PaymentFactory
from tests.factories.exceptions import HoldFactory
from tests.factories.officers import OfficerFactory

EAST, WEST = "330523100", "330523200"


MONTH = Wanted(month="2026-10")


def line(batch: Batch, *controls: str, place: str = EAST, **changes: Any) -> Payment:
    """Hold a line of a batch by some controls."""
    made: Payment = PaymentFactory.create(
        batch=batch, state="held", division=f"{place}200", **changes
    )
    for control in controls:
        hold(made, control)
    return made


def hold(payment: Payment, control: str) -> PaymentHold:
    made: PaymentHold = HoldFactory.create(payment=payment, control=control)
    return made


def town_officer(name: str = "东镇", place: str = EAST, **changes: Any) -> Officer:
    made: Officer = OfficerFactory.create(
        **{"organisation": name, "division": place, "duties": ["steward"], **changes}
    )
    return made


def given(session: Session, by: Officer, office: str, wanted: Wanted = MONTH, days: int = 0) -> Any:
    to = To(office, days)
    mark = preview_assign(session, wanted, to, by=by).mark
    return assign(session, wanted, to, mark=mark, note="请上门核实", by=by)


def clear_all(
    session: Session, by: Officer, wanted: Wanted = MONTH, reason: str = "已逐户核实"
) -> Any:
    mark = preview_clear(session, wanted, by=by).mark
    return clear(session, wanted, mark=mark, reason=reason, by=by)


def tasks(session: Session) -> list[ExceptionTask]:
    query = select(ExceptionTask).order_by(ExceptionTask.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def key_of(session: Session, payment: Payment) -> str:
    return f"h{session.scalar(select(PaymentHold.id).where(PaymentHold.payment_id == payment.id))}"
