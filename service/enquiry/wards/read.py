"""Read one month of somebody for whom the reader may look; the look is recorded at that one."""

from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.batches.recoveries.paid_twice import paid_instead
from service.enquiry.answer import Line, line_of
from service.enquiry.wards.find import Ward, wards_of
from service.foundation.problems import NotFound
from service.residents.identity.canonical import aliases
from service.residents.models import Account


@dataclass(frozen=True)
class WardMonth:
    """A month of one ward: what goes to the reader's account, and what to the ward's own."""

    ward: Ward
    month: str
    to_reader: tuple[Line, ...]
    to_ward: tuple[Line, ...]


def ward_month(session: Session, person_id: int, place: int, month: str) -> WardMonth:
    """Return a ward's month; raises NotFound where the reader may look for nobody at that place."""
    ward = next((one for one in wards_of(session, person_id) if one.place == place), None)
    if ward is None:
        raise NotFound("page")
    reader, theirs = aliases(session, person_id), aliases(session, ward.person_id)
    rows = session.execute(
        select(Payment, Account.tail)
        .join(Batch, Batch.id == Payment.batch_id)
        .outerjoin(Account, Account.id == Payment.account_id)
        .where(
            or_(
                Payment.payee_person_id.in_(theirs),
                and_(
                    Payment.payee_person_id.in_(reader),
                    Payment.subject_kind == "person",
                    Payment.subject_id.in_(theirs),
                ),
            ),
            Batch.month == month,
            Payment.state != "reissued",
            ~paid_instead(),
        )
        .order_by(Payment.programme, Payment.id)
    ).all()
    record(
        session,
        "answer.read",
        by=Actor(kind="resident", id=str(person_id)),
        on=("persons", ward.person_id),
        details={"month": month, "as": ward.relation},
    )
    told = [
        (one.payee_person_id in reader, line_of(session, one, tail or "")) for one, tail in rows
    ]
    return WardMonth(
        ward,
        month,
        tuple(line for mine, line in told if mine),
        tuple(line for mine, line in told if not mine),
    )
