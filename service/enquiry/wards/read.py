"""Read one month of somebody for whom the reader may look; the look is recorded at that one."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.batches.recoveries.paid_twice import paid_instead
from service.enquiry.answer import Line, line_of
from service.enquiry.proof import places, provable
from service.enquiry.wards.acting import Whom, theirs
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
    one = Whom(ward.person_id, ward.key, ward.name, acted_by=person_id, acted_as=ward.relation)
    reader, which = aliases(session, person_id), theirs(session, one)
    rows = session.execute(
        select(Payment, Account.tail)
        .join(Batch, Batch.id == Payment.batch_id)
        .outerjoin(Account, Account.id == Payment.account_id)
        .where(
            which,
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
    proofs = places(provable(session, which, month))
    told = [
        (
            payment.payee_person_id in reader,
            replace(line_of(session, payment, tail or ""), proof=proofs.get(payment.id, 0)),
        )
        for payment, tail in rows
    ]
    return WardMonth(
        ward,
        month,
        tuple(line for mine, line in told if mine),
        tuple(line for mine, line in told if not mine),
    )
