"""Conflict of interest: whoever is paid by a batch, or whose people are, takes none of its steps."""

from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.approvals.models import ApprovalExclusion
from service.approvals.problems import ConflictOfInterest, MakerExcluded
from service.audit.actor import SYSTEM
from service.audit.record import record
from service.batches.models import Batch, BatchAct, Payment
from service.foundation import clock
from service.officers.interests import related_to_any
from service.officers.models import Officer


def exclude(session: Session, batch: Batch) -> None:
    """Write down every officer who keeps out of the batch, each with an entry for the auditor."""
    for officer_id, lines in _found(session, batch).items():
        _exclude(session, batch, officer_id, lines)


def require_no_conflict(session: Session, batch: Batch, officer: Officer) -> None:
    """Raise ConflictOfInterest for who is paid by the batch; what is declared now counts too."""
    if session.get(ApprovalExclusion, (batch.id, officer.id)) is not None:
        raise ConflictOfInterest(batch)
    if _found(session, batch, [officer.id]):
        raise ConflictOfInterest(batch)


def require_chain_clean(session: Session, batch: Batch) -> None:
    """Raise MakerExcluded if somebody who keeps out has acted in this round, before it was known."""
    acted = set(
        session.scalars(
            select(BatchAct.officer_id).where(
                BatchAct.batch_id == batch.id, BatchAct.round == batch.round
            )
        )
    )
    if acted and (acted & set(excluded(session, batch)) or _found(session, batch, [*acted])):
        raise MakerExcluded(batch)


def alarm(session: Session, batch: Batch, officer: Officer, session_id: str = "") -> None:
    """Keep a refused try of somebody who keeps out, and the exclusion, in front of the auditor."""
    lines = _found(session, batch, [officer.id]).get(officer.id)
    if lines is not None:
        _exclude(session, batch, officer.id, lines)
    record(
        session,
        "approval.conflict_refused",
        by=officer.actor(session_id),
        on=("batches", batch.id),
    )
    session.flush()


def excluded(session: Session, batch: Batch) -> list[UUID]:
    """Return who was found to keep out of the batch."""
    return list(
        session.scalars(
            select(ApprovalExclusion.officer_id)
            .where(ApprovalExclusion.batch_id == batch.id)
            .order_by(ApprovalExclusion.found_at, ApprovalExclusion.officer_id)
        )
    )


def _exclude(session: Session, batch: Batch, officer_id: UUID, lines: int) -> None:
    new = session.scalar(
        insert(ApprovalExclusion)
        .values(batch_id=batch.id, officer_id=officer_id, lines=lines, found_at=clock.now())
        .on_conflict_do_nothing()
        .returning(ApprovalExclusion.officer_id)
    )
    if new is not None:
        record(
            session,
            "approval.officer_excluded",
            by=SYSTEM,
            on=("batches", batch.id),
            details={"officer": str(officer_id), "lines": lines},
        )
        session.flush()


def _found(session: Session, batch: Batch, officers: list[UUID] | None = None) -> dict[UUID, int]:
    """Return {officer: lines of the batch that pay the officer's own people}."""
    related = related_to_any(session, officers)
    if not related:
        return {}
    rows = session.execute(
        select(Payment.payee_person_id, Payment.subject_id, Payment.subject_kind, func.count())
        .where(
            Payment.batch_id == batch.id,
            Payment.state != "held",
            or_(
                Payment.payee_person_id.in_(related),
                and_(Payment.subject_kind == "person", Payment.subject_id.in_(related)),
            ),
        )
        .group_by(Payment.payee_person_id, Payment.subject_id, Payment.subject_kind)
    )
    found: dict[UUID, int] = {}
    for payee, subject, kind, lines in rows:
        whose = related.get(payee, frozenset()) if payee is not None else frozenset()
        if kind == "person":
            whose |= related.get(subject, frozenset())
        for officer_id in whose:
            found[officer_id] = found.get(officer_id, 0) + lines
    return found
