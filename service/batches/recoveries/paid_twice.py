"""A month paid by two lines: a case for one of them, and what ends it when a bank gives one back.

The first line was said to have failed, or to have come back, so it was issued again; then its bank
said, or booked, that the payee had the money all along. What is asked back goes the way of every
other recovery: nothing is kept before the resident was told and an officer agreed.
"""

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from service.audit.actor import Actor
from service.audit.record import record
from service.batches.models import Payment
from service.batches.recoveries.claim import Claimant, TooMuch, ask_less, open_case
from service.batches.recoveries.lifecycle import ACTIVE
from service.batches.recoveries.models import DoublePayment, RecoveryCase
from service.batches.recoveries.standing import standing
from service.foundation import clock
from service.foundation.months import Month
from service.ledger.appropriate import uncommit


def open_for_double(
    session: Session, first: Payment, second: Payment, *, year: int, by: Actor
) -> RecoveryCase:
    """Open a case about what the first line paid although the second one was paid for it as well.

    ``year`` is the budget year that it was taken from. Raises ValueError for lines without a decision: then nothing says that one of them was due.
    """
    decision_id = second.decision_id or first.decision_id
    if decision_id is None:
        raise ValueError("neither line says by which decision it was due")
    who = Claimant(
        first.programme, first.subject_kind, first.subject_id, first.payee_person_id, first.division
    )
    months = [TooMuch(first.period, first.amount_fen, decision_id, first.id)]
    found_in = str(Month.of(clock.today()))
    case = open_case(session, who, months, month=found_in, by=by)
    session.add(DoublePayment(case_id=case.id, first_id=first.id, second_id=second.id, year=year))
    session.flush()
    record(
        session,
        "payment.paid_twice",
        by=by,
        on=("payments", first.id),
        details={
            "first": first.reference,
            "second": second.reference,
            "amount_fen": first.amount_fen,
            "case": case.case_no,
        },
    )
    return case


def of_case(session: Session, case: RecoveryCase) -> tuple[Payment, Payment] | None:
    """Return the two lines of a case about a month paid twice, or None."""
    row = session.get(DoublePayment, case.id)
    if row is None:
        return None
    return session.get_one(Payment, row.first_id), session.get_one(Payment, row.second_id)


def case_of(session: Session, payment: Payment) -> RecoveryCase | None:
    """Return the case that asks one of two payments back, by either of its lines."""
    return session.scalars(
        select(RecoveryCase)
        .join(DoublePayment, DoublePayment.case_id == RecoveryCase.id)
        .where(_is_of(payment.id))
    ).first()


def asked_twice_fen(session: Session, payment: Payment) -> int:
    """Return what is still asked back because a payment's month was paid twice; told by its first line."""
    row = session.scalars(
        select(RecoveryCase)
        .join(DoublePayment, DoublePayment.case_id == RecoveryCase.id)
        .where(DoublePayment.first_id == payment.id, RecoveryCase.state.in_(ACTIVE))
    ).first()
    return standing(session, row.id).left_fen if row is not None else 0


def paid_instead() -> ColumnElement[bool]:
    """Whether a line came to nothing and the line that it was issued instead of was paid after all."""
    first = aliased(Payment)
    return (Payment.state != "paid") & exists().where(
        first.id == Payment.replaces_id, first.state == "paid"
    )


def came_back(session: Session, which: ColumnElement[bool], *, by: Actor) -> None:
    """One of two lines came back from its bank: nothing of it is asked, and nobody is owed it.

    Of a case of which something was kept or paid back already an officer decides.
    """
    rows = session.execute(
        select(DoublePayment, Payment)
        .join(Payment, or_(Payment.id == DoublePayment.first_id, Payment.id == DoublePayment.second_id))
        .where(which, Payment.state == "returned")
        .order_by(Payment.id)
    ).all()  # fmt: skip
    for double, payment in rows:
        case = session.get_one(RecoveryCase, double.case_id, with_for_update=True)
        figures = standing(session, case.id)
        if case.state not in ACTIVE or figures.left_fen != figures.asked_fen:
            continue
        who = Claimant(
            case.programme, case.subject_kind, case.subject_id, case.payee_person_id, case.division
        )
        first = session.get_one(Payment, double.first_id)
        decision_id = payment.decision_id or first.decision_id or 0
        ask_less(session, who, first.period, figures.asked_fen, decision_id, by=by)
        uncommit(
            session,
            case.programme,
            double.year,
            figures.asked_fen,
            event_id=f"{payment.id}:{case.id}",
            on=clock.today(),
        )


def _is_of(payment_id: int) -> ColumnElement[bool]:
    return or_(DoublePayment.first_id == payment_id, DoublePayment.second_id == payment_id)
