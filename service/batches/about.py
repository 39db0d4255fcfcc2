"""What the decision table asks about a batch, a line or a recovery case, and which rows it lets see."""

from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.batches.recoveries.models import RecoveryCase
from service.batches.tallies import queries as tallies
from service.foundation.problems import NotFound
from service.officers.interests import officers_related_to, related_to_any
from service.officers.may import NOWHERE, Matter, allowing, require
from service.officers.models import Officer
from service.officers.reach import is_unlimited, within


def about_batch(session: Session, batch: Batch) -> Matter:
    """Return the matter of an act on a whole batch, with every officer whom or whose kin it pays."""
    return Matter(
        kind="batch", programme=batch.programme, conflicted=officers_paid_by(session, batch)
    )


def about_line(session: Session, payment: Payment) -> Matter:
    """Return the matter of an act on one line."""
    payee = [payment.payee_person_id] if payment.payee_person_id is not None else []
    return Matter(
        kind="line",
        division=payment.division or NOWHERE,
        programme=payment.programme,
        conflicted=officers_related_to(session, payee),
    )


def about_case(session: Session, case: RecoveryCase) -> Matter:
    """Return the matter of an act on one recovery case."""
    payee = [case.payee_person_id] if case.payee_person_id is not None else []
    return Matter(
        kind="recovery",
        division=case.division or NOWHERE,
        programme=case.programme,
        conflicted=officers_related_to(session, payee),
    )


def officers_paid_by(session: Session, batch: Batch) -> frozenset[UUID]:
    """Return the active officers who are paid by a batch, or declared somebody who is."""
    related = related_to_any(session)
    if not related:
        return frozenset()
    paid = session.scalars(
        select(Payment.payee_person_id)
        .where(Payment.batch_id == batch.id, Payment.payee_person_id.in_(list(related)))
        .distinct()
    )
    return frozenset().union(*(related[one] for one in paid if one is not None))


def require_seen(
    session: Session, officer: Officer, batch: Batch, act: str = "batches.read"
) -> None:
    """Answer as if a batch were not there of which the officer may do an act with no line.

    Raises NotAllowed, NotFound.
    """
    require(officer, act)
    mine = [one for one in allowing(officer, act) if one.covers_programme(batch.programme)]
    if any(not one.division for one in mine):
        return
    if not mine or not tallies.states_seen(session, batch, officer, act):
        raise NotFound("batch")


def sees_whole(officer: Officer, batch: Batch, act: str = "batches.read") -> bool:
    """Return whether an officer may do an act with every line of a batch, not with a township's alone."""
    return any(
        not one.division and one.covers_programme(batch.programme) for one in allowing(officer, act)
    )


def lines_seen_by(officer: Officer, act: str = "batches.read") -> ColumnElement[bool]:
    """Select the lines of the officer's places and programmes."""
    if is_unlimited(officer, act):
        return true()
    return within(officer, act, division=Payment.division, programme=Payment.programme)


def batches_seen_by(officer: Officer) -> ColumnElement[bool]:
    """Select the batches that have a line which the officer may see."""
    if is_unlimited(officer, "batches.read"):
        return true()
    return tallies.batches_with_lines_of(officer)


def cases_seen_by(officer: Officer) -> ColumnElement[bool]:
    """Select the recovery cases of the officer's places and programmes."""
    if is_unlimited(officer, "recoveries.read"):
        return true()
    return within(
        officer,
        "recoveries.read",
        division=RecoveryCase.division,
        programme=RecoveryCase.programme,
    )
