"""Why a resident does or does not receive one programme: the explanation officers read as well."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.explain import Whole, explain_one, latest, subjects_of
from service.audit.actor import Actor
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.foundation.problems import NotFound
from service.residents.identity.canonical import aliases
from service.residents.models import Snapshot


def reasons_for(session: Session, person_id: int, month: str, code: str) -> list[Whole]:
    """Return a programme's decisions in a month that are about a person or paid to them; recorded.

    Several when somebody is paid for several children. Raises NotFound when there is none, also
    when the programme is sensitive and pays nothing, and what
    :func:`~service.assessment.explain.explain_one` raises.
    """
    assessment = latest(session, month)
    if assessment is None:
        raise NotFound("decision")
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    subjects = [
        *_paid_for(session, person_id, month, code),
        *((kind.value, one) for kind, one in subjects_of(session, snapshot, person_id)),
    ]
    found: list[Whole] = []
    for kind, subject_id in dict.fromkeys(subjects):
        try:
            found.append(explain_one(session, assessment, kind, subject_id, code))
        except NotFound:
            continue
    due = [one for one in found if one.explanation.amount_fen is not None]
    if not found or (found[0].explanation.programme.sensitive and not due):
        raise NotFound("decision")
    record(
        session,
        "answer.read",
        by=Actor(kind="resident", id=str(person_id)),
        on=("persons", person_id),
        details={"month": month, "programme": code},
    )
    return due or found


def _paid_for(session: Session, person_id: int, month: str, code: str) -> list[tuple[str, int]]:
    rows = session.execute(
        select(Payment.subject_kind, Payment.subject_id)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            Payment.payee_person_id.in_(aliases(session, person_id)),
            Payment.programme == code,
            Batch.month == month,
        )
        .order_by(Payment.id)
    )
    return [(kind, subject_id) for kind, subject_id in rows]
